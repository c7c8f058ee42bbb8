"""The whole service as an operator runs it."""
