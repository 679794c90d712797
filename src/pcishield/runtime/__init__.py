"""The only layer that knows sync from async, threads and time."""
