"""Django's SQLite with a fair queue of writers; it never changes what is written."""
