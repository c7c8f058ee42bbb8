"""What a parent sees, in a real browser."""
