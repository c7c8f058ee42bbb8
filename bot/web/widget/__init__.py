"""The chat for other websites: its files with their hashes, its texts, and the pages that show it."""
