"""Handoff: from the chatbot to an ouderconsulent, with a summary that the parent approved."""
