"""Custom actions: thin, each a few lines around a function of bot/. One module a topic."""
