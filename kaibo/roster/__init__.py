"""Owns who appears in a show, what was sent of it, and each check before; never opens a show."""
