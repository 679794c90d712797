"""Recorded sessions: data and rules. Nothing is in here so far."""
