"""Rasa graph components for Dutch parents' questions."""
