"""Django's PostgreSQL backend on guarded psycopg 3."""
