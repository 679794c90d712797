"""``manage.py dbshell`` is refused: it starts the database's own console, with the application's password.

Nothing that is typed there is judged, masked or recorded by anybody here. The refusal is recorded.
"""

from __future__ import annotations

from typing import Any

from django.core.management.base import CommandError

from pcishield.exceptions import StatementDenied, bind_error

__all__ = ["ConsoleRefused"]


class ConsoleRefused:
    """For a ``DatabaseClient``."""

    connection: Any

    def runshell(self, parameters: Any) -> None:
        """Refuse, by an error that is a ``CommandError`` too."""
        self.connection.ensure_connection()
        try:
            self.connection.pcishield_session.refuse(
                "dbshell",
                "it starts the database's own console, where nothing is judged, masked or recorded.",
                "Start it by hand, with an account of your own, or use connection.cursor() in manage.py shell.",
            )
        except StatementDenied as error:
            refused: Any = bind_error(error, CommandError)
            refused.returncode = 1
            raise refused from None
