"""The append-only log of facts: append, read, follow, seal; it is never the truth of stock or money."""
