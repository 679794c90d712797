"""``"ENGINE": "pcishield.django.mysql"``: Django's own backend on guarded mysqlclient, for MySQL and MariaDB."""

from __future__ import annotations

from typing import Any

import MySQLdb
from django.db.backends.mysql import base, client, operations

from pcishield.django.console import ConsoleRefused
from pcishield.django.hiding import HidingOperations, HidingWrapper
from pcishield.guarded import guard_module
from pcishield.shield import current_shield

__all__ = ["DatabaseClient", "DatabaseOperations", "DatabaseWrapper"]


class DatabaseClient(ConsoleRefused, client.DatabaseClient):  # type: ignore[misc]
    """Django's, which starts no console."""


class DatabaseOperations(HidingOperations, operations.DatabaseOperations):  # type: ignore[misc]
    """Django's, without card data in what it shows of statements."""


class DatabaseWrapper(HidingWrapper, base.DatabaseWrapper):  # type: ignore[misc]
    """Django's, on guarded connections."""

    Database = guard_module(MySQLdb, current_shield)
    client_class = DatabaseClient
    ops_class = DatabaseOperations

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Connect by the guarded module; Django's own method would ask the raw one."""
        return self.Database.connect(**conn_params)
