"""Wiring: settings, addresses, processes and commands; no business rule lives here."""
