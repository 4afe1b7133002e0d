"""Owns offers, flash sales, claims and the price floor; never knows orders or shows."""
