"""Finds out why something doesn't work, and says what to do."""
