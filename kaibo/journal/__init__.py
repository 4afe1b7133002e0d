"""The append-only log of facts: append, read, follow, seal; never the truth of stock or money."""
