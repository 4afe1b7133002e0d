"""The rulebook, scans and findings; it judges words and records, and never hides a text itself."""
