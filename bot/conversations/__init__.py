"""Conversations: whose turn it is, who owns them, and what is kept of them."""
