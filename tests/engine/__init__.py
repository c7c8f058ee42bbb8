"""Tests of the Rasa side; they run in the engine environment."""
