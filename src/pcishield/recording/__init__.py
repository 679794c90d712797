"""Recorded sessions: the file format, what goes into it, and how it is played. Data and rules; no I/O."""
