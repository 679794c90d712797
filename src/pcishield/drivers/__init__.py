"""Guards for database drivers, one module or package per driver; none imports another."""
