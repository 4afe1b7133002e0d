"""The shape of the code, held by tests that read it without running it."""
