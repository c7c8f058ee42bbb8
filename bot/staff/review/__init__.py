"""The log review: search, read, correct, and let the assistant learn from it."""
