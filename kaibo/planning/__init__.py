"""Owns campaigns, shows and the run of show; never decides whether a show may open."""
