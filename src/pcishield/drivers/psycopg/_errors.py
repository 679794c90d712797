"""psycopg's exceptions: which class ours also are, and how theirs are sanitised.

PostgreSQL repeats row values in DETAIL. Card numbers there are found by the masker; a card verification code
is not (three digits look like anything), so:

- ``Failing row contains (…)`` and its relatives name no column: the values are redacted whole.
- ``Key (columns)=(values)`` names the columns: redacted when one of them is classified.

The class, SQLSTATE, identity and traceback of an exception stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg
from psycopg import errors
from psycopg.pq import DiagnosticField

from pcishield.exceptions import AuditUnavailable, ShieldError
from pcishield.runtime.scrub import Scrub

__all__ = ["error_class", "forget_password", "make_scrub", "masked_fields", "redact_detail"]

REDACTED = "[redacted]"

# SQLSTATEs whose DETAIL repeats a row without naming its columns: not null, check, exclusion of partitions.
_ROW_STATES = frozenset({"23502", "23514", "44000"})
_NAMES = re.compile(r"\w+")
_HEX = re.compile(r"\\x((?:[0-9a-fA-F]{2}){12,})")
_VALUES = re.compile(r"\(.*\)", re.DOTALL)


# The attributes are what psycopg.Error.__init__ would have set: ours are made without it.


class Refused(errors.InsufficientPrivilege):
    """SQLSTATE 42501."""

    __module__ = "psycopg.errors"
    _info = None
    _encoding = "utf-8"
    _pgconn = None


class Unavailable(errors.OperationalError):
    """The class that retries look for."""

    __module__ = "psycopg.errors"
    _info = None
    _encoding = "utf-8"
    _pgconn = None


def error_class(error: ShieldError) -> type[Exception]:
    """Return the psycopg class that ``error`` shall also be an instance of."""
    return Unavailable if isinstance(error, AuditUnavailable) else Refused


def masked_fields(
    info: Any, encoding: str, mask_text: Callable[[str], str], classified: Callable[[str], bool]
) -> dict[int, bytes | None] | None:
    """Mask the fields of a server message.

    Args:
        info: A ``PGresult``, or the dict that psycopg makes of one.
        encoding: Python codec of the fields.
        mask_text: Masks card data in a text.
        classified: Whether a column of this name is declared as card data.

    Returns:
        All fields, by ``DiagnosticField``; ``None`` when nothing had to be masked.
    """
    read = info.get if isinstance(info, dict) else info.error_field
    state = (read(DiagnosticField.SQLSTATE) or b"").decode("ascii", "replace")
    fields: dict[int, bytes | None] = {}
    changed = False
    for field in DiagnosticField:
        raw = fields[field] = read(field)
        if not raw:
            continue
        text = raw.decode(encoding, "replace")
        masked = _HEX.sub(partial(_masked_hex, mask_text), mask_text(text))
        if field == DiagnosticField.MESSAGE_DETAIL:
            masked = redact_detail(state, masked, classified)
        if masked != text:
            fields[field] = masked.encode(encoding, "replace")
            changed = True
    return fields if changed else None


def _masked_hex(mask_text: Callable[[str], str], match: re.Match[str]) -> str:
    """A bytea is repeated as hex, where no scanner would see digits."""
    text = bytes.fromhex(match[1]).decode("latin-1")
    masked = mask_text(text)
    return match[0] if masked == text else "\\x" + masked.encode("latin-1", "replace").hex()


def redact_detail(state: str, detail: str, classified: Callable[[str], bool]) -> str:
    """Take out of a DETAIL what a scanner cannot recognise. See the module's text."""
    if state in _ROW_STATES:
        return _VALUES.sub(f"({REDACTED})", detail)

    # Key (columns)=(values) …: column names are identifiers or expressions of them, values can be anything.
    columns, separator, rest = detail.partition(")=(")
    if separator and any(classified(name) for name in _NAMES.findall(columns)):
        return f"{columns}{separator}{REDACTED}){rest.rpartition(')')[2]}"
    return detail


def make_scrub(classified: Callable[[str], bool]) -> Scrub:
    """Make the function that masks what psycopg hangs on an exception beside its arguments.

    Args:
        classified: Whether a column of this name is declared as card data.
    """

    def scrub(error: BaseException, mask_text: Callable[[str], str]) -> None:
        if not isinstance(error, psycopg.Error):
            return
        info = error._info
        if info is not None:
            detail = error.diag.message_detail
            fields = masked_fields(info, error._encoding, mask_text, classified)
            if fields is not None:
                error._info = fields
                _repeat_in_arguments(error, detail, mask_text)
        forget_password(error)

    return scrub


def _repeat_in_arguments(error: psycopg.Error, detail: str | None, mask_text: Callable[[str], str]) -> None:
    """The message repeats the DETAIL: what was redacted there goes here too."""
    redacted = error.diag.message_detail
    if not detail or redacted is None:
        return
    masked = mask_text(detail)
    if masked == redacted:
        return
    arguments = []
    for argument in error.args:
        if isinstance(argument, str):
            if masked in argument or detail in argument:
                argument = argument.replace(masked, redacted).replace(detail, redacted)
            else:
                # Wrapped or re-encoded on the way: keep the first line, which is the primary message.
                argument = argument.partition("\n")[0]
        arguments.append(argument)
    error.args = tuple(arguments)


def forget_password(error: psycopg.Error) -> None:
    """Take the password out of what is left of a failed connection: a plain record, which prints all it has."""
    pgconn: Any = error._pgconn
    if isinstance(pgconn, errors.FinishedPGconn):
        pgconn.password = b""
        pgconn.info = [option for option in pgconn.info if option.keyword != b"password"]
