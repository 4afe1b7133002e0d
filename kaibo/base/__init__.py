"""Pure arithmetic and words that every context shares; never touches a database or a clock."""
