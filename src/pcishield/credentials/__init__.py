"""Database credentials out of the agent's hands: data and rules. Nothing is in here so far."""
