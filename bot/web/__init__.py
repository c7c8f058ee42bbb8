"""The public side: chat API, demo page, health and metrics. The only part that listens beyond this machine."""
