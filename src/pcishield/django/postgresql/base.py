"""``"ENGINE": "pcishield.django.postgresql"``: Django's own backend on guarded psycopg 3.

Server-side cursors (``QuerySet.iterator()``), the connection pool (``"OPTIONS": {"pool": ...}``, Django 5.1) and test
databases go the same way. Limit: psycopg2 is not taken, not even where psycopg is missing.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured
from django.db.backends.postgresql import base, client, operations
from django.db.backends.postgresql.psycopg_any import is_psycopg3

from pcishield.django.console import ConsoleRefused
from pcishield.django.hiding import HidingOperations, HidingWrapper
from pcishield.shield import current_shield

if not is_psycopg3:
    raise ImproperlyConfigured("pcishield.django.postgresql needs psycopg 3: pip install 'pcishield[psycopg]'")

import pcishield.psycopg
from pcishield.drivers.psycopg import guard_connection

__all__ = ["DatabaseClient", "DatabaseOperations", "DatabaseWrapper"]


class DatabaseClient(ConsoleRefused, client.DatabaseClient):  # type: ignore[misc]
    """Django's, which starts no console."""


class DatabaseOperations(HidingOperations, operations.DatabaseOperations):  # type: ignore[misc]
    """Django's, without card data in what it shows of statements."""


class DatabaseWrapper(HidingWrapper, base.DatabaseWrapper):  # type: ignore[misc]
    """Django's, on guarded connections."""

    Database = pcishield.psycopg
    client_class = DatabaseClient
    ops_class = DatabaseOperations
    # Not shared with the raw backend.
    _connection_pools: ClassVar[dict[str, Any]] = {}

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect, or take a connection out of the pool."""
        return guard_connection(super().get_new_connection(conn_params), current_shield())

    def _configure_connection(self, connection: Any) -> Any:
        # The pool calls this with what it has just opened, before anything is sent.
        return super()._configure_connection(guard_connection(connection, current_shield()))
