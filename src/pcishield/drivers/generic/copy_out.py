"""COPY … TO STDOUT on its way out, in text or CSV.

For COPY … FROM STDIN see :mod:`pcishield.drivers.generic.copy_in`, for the binary format
:mod:`pcishield.drivers.psycopg._copy_binary`.

What arrives is cut into records, records into cells; cells go through the same result guard as rows do,
so column classes, lineage and limits hold. Bytes of unchanged cells are passed on as they are. A record that
arrives in pieces is held back until it is complete; nothing else is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pcishield.core.result import ResultColumn
from pcishield.drivers.generic.copy_options import CopyOptions
from pcishield.exceptions import MaskingError, StatementDenied
from pcishield.runtime.operation import Operation

__all__ = ["CopyOut", "TextCopyOut"]

_ESCAPED = re.compile(r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|(.))", re.DOTALL)
_LOAD = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_DUMP = {"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\v": "\\v", "\\": "\\\\"}
_HEX = re.compile(r"\\x(?:[0-9a-fA-F]{2})+")

Cell = tuple[str, str | None, bool]
"""As written, its value (``None`` for NULL), and whether it was quoted."""


class CopyOut:
    """What masks one COPY TO STDOUT; see the classes below it for the formats.

    Args:
        operation: What it belongs to, after it has run.
        columns: Those that COPY sends.
    """

    as_text = True
    """Cells arrive as text, whatever the column's type."""

    def __init__(self, operation: Operation, columns: Sequence[ResultColumn]) -> None:
        self.operation = operation
        self._held = b""
        if self.as_text:
            columns = [ResultColumn(c.name, "never" if c.kind == "never" else "text") for c in columns]
        self._guard = operation.result(columns)

    @property
    def ended(self) -> bool:
        """Whether a limit has ended the result."""
        return self._guard.ended

    def feed(self, block: Any) -> bytes:
        """Mask a block.

        Args:
            block: Bytes as they arrived: usually one record, whole; but any cut is fine.

        Returns:
            The complete records, masked; empty when there is none yet.
        """
        complete, self._held = self._split(self._held + bytes(block))
        return b"".join([self._record(record) for record in complete])

    def finish(self) -> bytes:
        """Return what was held back, masked, and write the RESULT."""
        held, self._held = self._held, b""
        rest = self._record(held) if held else b""
        self.operation.finish()
        return rest

    def check_parsed(self) -> None:
        """Raise when the driver cannot parse these records; it would take them apart at the wrong places."""

    def row(self, row: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """Mask a record that psycopg has parsed (``Copy.read_row``); ``None`` when a limit ended it."""
        raise NotImplementedError

    def _split(self, data: bytes) -> tuple[list[bytes], bytes]:
        raise NotImplementedError

    def _record(self, record: bytes) -> bytes:
        raise NotImplementedError

    def _masked(self, values: tuple[Any, ...]) -> tuple[Any, ...] | None:
        if self._guard.ended:
            return None
        return self._guard.row(values)


class TextCopyOut(CopyOut):
    """COPY in text or CSV format.

    Args:
        operation: See :class:`CopyOut`.
        columns: Likewise.
        options: How records are written.
        encoding: Python codec of the connection.
    """

    def __init__(
        self, operation: Operation, columns: Sequence[ResultColumn], options: CopyOptions, encoding: str
    ) -> None:
        super().__init__(operation, columns)
        self._options = options
        self._encoding = options.encoding or encoding
        self._header = options.header
        self._width = len(columns)

    def check_parsed(self) -> None:
        """See :meth:`CopyOut.check_parsed`."""
        if self._options.format != "text" or self._options.delimiter != "\t":
            raise self.operation.session.bind(
                StatementDenied(
                    "Copy.rows() reads only the default text format; these records cannot be masked.",
                    rule="surface.copy",
                    hint="Iterate over the Copy object for blocks, or leave the options out.",
                )
            )

    def row(self, row: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """See :meth:`CopyOut.row`."""
        values = tuple(_value(cell) if isinstance(cell, str) else cell for cell in row)
        masked = self._masked(values)
        if masked is None:
            return None
        return tuple(
            cell if new is value else _hex(new) if isinstance(cell, str) and isinstance(new, bytes) else new
            for cell, value, new in zip(row, values, masked, strict=True)
        )

    def _split(self, data: bytes) -> tuple[list[bytes], bytes]:
        *lines, rest = data.split(b"\n")
        if self._options.format == "text":
            # A line feed inside a value is escaped.
            return [line + b"\n" for line in lines], rest
        records: list[bytes] = []
        pending = b""
        for line in lines:
            pending += line + b"\n"
            if self._balanced(pending):
                records.append(pending)
                pending = b""
        return records, pending + rest

    def _balanced(self, record: bytes) -> bool:
        quote, escape = self._options.quote.encode(), self._options.escape.encode()
        if quote != escape:
            record = re.sub(re.escape(escape) + b".", b"", record, flags=re.DOTALL)
        return record.count(quote) % 2 == 0

    def _decoded(self, record: bytes) -> str | None:
        # Told by a value, for Python's error has the record in it, and would be the context of ours.
        try:
            return record.decode(self._encoding, "surrogateescape")
        except (UnicodeDecodeError, LookupError):
            return None

    def _record(self, record: bytes) -> bytes:
        text = self._decoded(record)
        if text is None:
            raise self._guard.withheld(
                MaskingError(f"a COPY record is not valid {self._encoding}; it is not handed out")
            )
        ending = "\n" if text.endswith("\n") else ""
        body = text[: len(text) - len(ending)]
        if self._header:
            self._header = False
            return self.operation.session.mask_text(text).encode(self._encoding, "surrogateescape")
        cells = self._csv(body) if self._options.format == "csv" else self._text(body)
        if len(cells) != self._width and not (self._width == 0 and body == ""):
            raise self._guard.withheld(
                MaskingError(f"a COPY record has {len(cells)} cells instead of {self._width}; it is not handed out")
            )
        values = tuple(_value(value) for _, value, _ in cells) if self._width else ()
        masked = self._masked(values)
        if masked is None:
            return b""
        if masked is values or all(new is old for new, old in zip(masked, values, strict=True)):
            return record
        written = [
            cell[0] if new is old else self._written(new, cell[2])
            for cell, new, old in zip(cells, masked, values, strict=True)
        ]
        return (self._options.delimiter.join(written) + ending).encode(self._encoding, "surrogateescape")

    def _text(self, body: str) -> list[Cell]:
        null = self._options.null
        return [
            (raw, None if raw == null else _ESCAPED.sub(_unescape, raw) if "\\" in raw else raw, False)
            for raw in self._apart(body)
        ]

    def _apart(self, body: str) -> list[str]:
        """Split at the delimiters; one in a value has a backslash before it."""
        delimiter = self._options.delimiter
        cells: list[str] = []
        goes_on = False
        for piece in body.split(delimiter):
            if goes_on:
                cells[-1] += delimiter + piece
            else:
                cells.append(piece)
            goes_on = (len(piece) - len(piece.rstrip("\\"))) % 2 == 1
        return cells

    def _csv(self, body: str) -> list[Cell]:
        delimiter, quote, escape, null = (
            self._options.delimiter, self._options.quote, self._options.escape, self._options.null,
        )  # fmt: skip
        cells: list[Cell] = []
        position = 0
        while True:
            start = position
            parts: list[str] = []
            quoted = False
            while position < len(body) and body[position] != delimiter:
                if body[position] != quote:
                    parts.append(body[position])
                    position += 1
                    continue
                quoted = True
                position += 1
                while position < len(body):
                    char = body[position]
                    if char == escape and body[position + 1 : position + 2] in (quote, escape) and body[position + 1 :]:
                        parts.append(body[position + 1])
                        position += 2
                    elif char == quote:
                        position += 1
                        break
                    else:
                        parts.append(char)
                        position += 1
            value = "".join(parts)
            cells.append((body[start:position], None if value == null and not quoted else value, quoted))
            if position >= len(body):
                return cells
            position += 1

    def _written(self, value: Any, quoted: bool) -> str:
        options = self._options
        if value is None:
            return options.null
        text = _hex(value) if isinstance(value, bytes) else str(value)
        if options.format != "csv":
            return "".join(_DUMP.get(char, f"\\{char}" if char == options.delimiter else char) for char in text)
        special = (options.delimiter, options.quote, "\n", "\r")
        if quoted or text == options.null or any(char in text for char in special):
            text = text.replace(options.escape, options.escape * 2) if options.escape != options.quote else text
            return options.quote + text.replace(options.quote, options.escape + options.quote) + options.quote
        return text


def _unescape(match: re.Match[str]) -> str:
    octal, hexadecimal, char = match.groups()
    if octal:
        return chr(int(octal, 8) & 0xFF)
    if hexadecimal:
        return chr(int(hexadecimal, 16))
    return _LOAD.get(char, char)


def _hex(value: bytes) -> str:
    return "\\x" + value.hex()


def _value(value: str | None) -> Any:
    """A bytea is written as hex, where no scanner would see digits."""
    if value is not None and value.startswith("\\x") and _HEX.fullmatch(value):
        return bytes.fromhex(value[2:])
    return value
