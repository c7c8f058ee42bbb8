"""`bot demo-data`: an invented month, so that every page of the console can be judged."""
