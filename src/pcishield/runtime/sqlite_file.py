"""Open our own SQLite files: several processes may do it at the same moment, on a file that none of them has seen.

SQLite's busy timeout does not cover the change to WAL: while another connection writes in the old mode, ``PRAGMA
journal_mode`` fails at once, since both waiting for each other would never end (sqlite.org/wal.html, "Sometimes
Queries Return SQLITE_BUSY In WAL Mode").
"""

from __future__ import annotations

import sqlite3
import time

__all__ = ["use_wal"]

_PAUSE = 0.01


def use_wal(connection: sqlite3.Connection, seconds: float) -> None:
    """Put the file into write-ahead mode, waiting ``seconds`` for others at the most.

    Raises:
        sqlite3.OperationalError: Still locked then, or no database.
    """
    until = time.monotonic() + seconds
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            # The low byte is the primary code; others in it (BUSY_RECOVERY) pass by themselves as well.
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() >= until:
                raise
        time.sleep(_PAUSE)
