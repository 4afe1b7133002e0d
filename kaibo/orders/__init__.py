"""Owns orders, their money and its ledger; never decides who has units: promotions does."""
