"""What can happen: every kind of fact, one module per context; pure values, no behaviour."""
