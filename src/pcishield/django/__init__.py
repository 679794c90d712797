"""Django database backends, guarded: ``"ENGINE": "pcishield.django.postgresql"``, ``.mysql`` or ``.sqlite3``.

Each is Django's own backend on the guarded driver (psycopg 3, mysqlclient, sqlite3); nothing else in the settings
changes. Statements and rows pass the process's default shield, which is looked up at each connect: call
:func:`pcishield.configure` in the settings module, or set ``PCISHIELD_CONFIG``.

What Django itself keeps of statements (``connection.queries``, the ``django.db.backends`` log) has no card data.
"""

from __future__ import annotations

__all__: list[str] = []
