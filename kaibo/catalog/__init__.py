"""Owns suppliers, products, SKUs and the stock ledger; never knows who sells them or how."""
