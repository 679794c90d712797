"""``"ENGINE": "pcishield.django.sqlite3"``: Django's own backend on the guarded sqlite3."""

from __future__ import annotations

from typing import Any

from django.db.backends.sqlite3 import base, client, operations

import pcishield.sqlite3
from pcishield.django.console import ConsoleRefused
from pcishield.django.hiding import HidingOperations, HidingWrapper
from pcishield.drivers.sqlite3 import guarded_factory

__all__ = ["DatabaseClient", "DatabaseOperations", "DatabaseWrapper"]


class DatabaseClient(ConsoleRefused, client.DatabaseClient):  # type: ignore[misc]
    """Django's, which starts no console."""


class DatabaseOperations(HidingOperations, operations.DatabaseOperations):  # type: ignore[misc]
    """Django's, without card data in what it shows of statements."""


class DatabaseWrapper(HidingWrapper, base.DatabaseWrapper):  # type: ignore[misc]
    """Django's, on guarded connections."""

    Database = pcishield.sqlite3
    client_class = DatabaseClient
    ops_class = DatabaseOperations

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect by a guarded factory; one given in ``OPTIONS`` is subclassed."""
        factory = guarded_factory(pcishield.sqlite3.Connection, conn_params.get("factory"))
        return super().get_new_connection({**conn_params, "factory": factory})
