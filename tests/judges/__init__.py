"""Outside cases that decide: each module judges files in the format of a shared data set."""
