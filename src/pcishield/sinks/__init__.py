"""Where records are shipped to, one file per sink. None is in here so far."""
