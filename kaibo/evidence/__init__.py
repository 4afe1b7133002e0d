"""Owns sealed packs of what happened: who got which, why; it gathers and never changes anything."""
