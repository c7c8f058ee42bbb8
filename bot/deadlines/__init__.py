"""Dates from rules, and the dates, durations, ages and school years that parents write."""
