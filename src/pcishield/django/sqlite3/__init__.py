"""Django's SQLite backend on the guarded sqlite3."""
