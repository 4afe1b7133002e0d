"""Owns published rules, notes of them, opinions and contracts; never changes a version."""
