"""Owns the gate before a show: collects every check, opens or refuses; never mends anything."""
