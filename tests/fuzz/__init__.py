"""Whatever bytes come: no exception reaches the top, no connection hangs."""
