"""COPY both ways: what stands between psycopg2 and the application's file.

psycopg2 reads blocks from a file, and writes to one record after record. It tells nothing of the columns that COPY
sends: they are asked for first, with a cursor of the server's that is declared and never fetched from.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import psycopg2
from psycopg2 import extensions, sql

from pcishield.drivers.generic.copy_in import CopyIn
from pcishield.drivers.generic.copy_options import CopyOptions, copy_out_options
from pcishield.drivers.generic.copy_out import TextCopyOut
from pcishield.drivers.generic.postgres import Unreadable
from pcishield.drivers.generic.state import CursorState
from pcishield.drivers.psycopg2.asking import described
from pcishield.exceptions import ShieldError
from pcishield.runtime.guard import outside

__all__ = ["copying", "file_for"]


def copying(cursor: Any, where: str, table: Any, sep: Any, null: Any, columns: Any) -> str:
    """Return the statement that ``copy_from`` or ``copy_to`` sends, as psycopg2 writes it."""
    names = "" if columns is None else f" ({','.join(extensions.quote_ident(name, cursor) for name in columns)})"
    said = " ".join(
        f"{word} AS {sql.Literal(value).as_string(cursor)}" for word, value in (("DELIMITER", sep), ("NULL", null))
    )
    return f"COPY {extensions.quote_ident(table, cursor)}{names} {where} WITH {said}"


def file_for(cursor: Any, state: CursorState, method: str, text: str, file: Any) -> CopyFile:
    """Return what psycopg2 is given in place of ``file``.

    Raises:
        StatementDenied: The statement is no COPY between the server and this process, or its records cannot be masked.
        TypeError: The file cannot be read from, or not be written to; as psycopg2 says it.
    """
    session = state.session
    encoding = extensions.encodings.get(cursor.connection.encoding, "utf-8")
    statement = session.parts.known.get(session.dialect, text).statement
    if statement.count == 1 and "import" in statement.actions:
        if not hasattr(file, "read"):
            raise TypeError("file must be a readable file-like object for COPY FROM")
        return _Source(file, state, encoding)
    try:
        options = copy_out_options(text, extensions.encodings.__getitem__) if statement.count == 1 else None
    except Unreadable as error:
        session.refuse(method, *error.args)
    if options is None:
        session.refuse(method, "this is not one COPY … TO STDOUT or COPY … FROM STDIN.", "Use execute().")
    if options.format == "binary":
        session.refuse(
            method, "a binary COPY TO cannot be masked in psycopg2.", "Use text or CSV, or psycopg 3, which masks it."
        )
    if not hasattr(file, "write"):
        raise TypeError("file must be a writable file-like object for COPY TO")
    return _Sink(file, cursor, state, options, encoding)


class CopyFile:
    """Stands for the file of a COPY.

    Args:
        file: The application's.
        state: Of the cursor.
        encoding: Python codec of the connection.
    """

    def __init__(self, file: Any, state: CursorState, encoding: str) -> None:
        self._file, self._state, self._encoding = file, state, encoding
        self._refused: ShieldError | None = None

    def run(self, copy: Callable[[], None]) -> None:
        """Copy. A refusal is kept, for psycopg2 makes an error of the server's of it."""
        try:
            copy()
        except psycopg2.Error:
            if self._refused is not None:
                raise self._refused from self._refused.__cause__
            raise


class _Source(CopyFile):
    """Read by COPY FROM; what is read is looked at first. It cannot be written to."""

    _copy: CopyIn | None = None

    def read(self, *size: Any) -> Any:
        """Return the next block."""
        with outside():
            block = self._file.read(*size)
        if self._copy is None:
            assert self._state.tried is not None
            self._copy = CopyIn(self._state.tried, self._state.session, self._encoding)
        if isinstance(block, (bytes, str)):  # anything else psycopg2 refuses
            try:
                self._copy.check(block.encode(self._encoding, "replace") if isinstance(block, str) else block)
            except ShieldError as error:
                self._refused = error
                raise
        return block


class _Sink(CopyFile):
    """Written to by COPY TO; the application's file gets the records masked. It cannot be read from.

    psycopg2 hands bytes to what is no ``TextIOBase``; a text file of the application's gets text, as it would.
    """

    def __init__(self, file: Any, cursor: Any, state: CursorState, options: CopyOptions, encoding: str) -> None:
        super().__init__(file, state, encoding)
        self._connection = cursor.connection
        self._options = options
        self._as_text = isinstance(file, io.TextIOBase)
        self._copy: TextCopyOut | None = None

    def run(self, copy: Callable[[], None]) -> None:
        """See :meth:`CopyFile.run`."""
        columns = described(self._connection, self._options.source)
        assert self._state.tried is not None
        if columns is not None:
            self._copy = TextCopyOut(self._state.tried, columns, self._options, self._encoding)
        super().run(copy)
        if self._copy is not None:
            self._put(self._copy.finish())

    def write(self, block: bytes) -> None:
        """Take the next records."""
        if self._copy is None:
            # Where its columns cannot be told the statement is mostly wrong, and the server says how.
            self._state.session.refuse(
                "copy", "the columns of this COPY cannot be told.", "Use COPY (SELECT …) TO STDOUT."
            )
        self._put(self._copy.feed(block))

    def _put(self, masked: bytes) -> None:
        if masked:
            with outside():
                self._file.write(masked.decode(self._encoding) if self._as_text else masked)
