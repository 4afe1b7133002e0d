"""The hot paths measured against the simplest thing that does the same work, side by side."""
