"""Owns what viewers see and say while a show is live; never holds the truth of stock or money."""
