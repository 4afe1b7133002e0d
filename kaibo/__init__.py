"""Kaibo (开播): self-hosted live commerce, from the plan of a show to its settlement."""

__version__ = "0.1.0"
