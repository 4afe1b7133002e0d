"""The subcommands of ``kaibo``, a file for each kind of work."""
