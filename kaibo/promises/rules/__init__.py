"""What captions say and what a correction owes, as pure decisions and tables."""
