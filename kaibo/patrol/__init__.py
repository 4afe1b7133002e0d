"""Owns the grade of rooms, who patrols them, and what was seen; never judges words."""
