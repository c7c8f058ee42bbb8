"""The Rasa side: NLU components, channel, training, parsing. Nothing outside this package imports rasa."""
