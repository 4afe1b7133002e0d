"""Owns published rules, who took note of them and opinions on them; never changes a version."""
