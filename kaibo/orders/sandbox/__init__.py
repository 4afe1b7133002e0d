"""A payment provider that takes no money: its own books, its own page, signed callbacks."""
