"""psycopg's exceptions: which class ours also are, and how theirs are sanitised.

PostgreSQL repeats row values in DETAIL. Card numbers there are found by the masker; a card verification code
is not (three digits look like anything), so:

- ``Failing row contains (…)`` and its relatives name no column: the values are redacted whole.
- ``Key (columns)=(values)`` names the columns: redacted when one of them is classified.

The class, SQLSTATE, identity and traceback of an exception stay.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import psycopg
from psycopg import errors
from psycopg.pq import DiagnosticField

from pcishield.drivers.generic.postgres import told, words_for
from pcishield.exceptions import AuditUnavailable, CredentialError, ShieldError
from pcishield.runtime.scrub import Scrub, Wording

__all__ = ["Misused", "error_class", "forget_password", "make_scrub", "masked_fields"]

# The attributes are what psycopg.Error.__init__ would have set: ours are made without it. A pickle finds the classes
# by their names here.


class Refused(errors.InsufficientPrivilege):
    """SQLSTATE 42501."""

    _info = None
    _encoding = "utf-8"
    _pgconn = None


class Unavailable(errors.OperationalError):
    """The class that retries look for."""

    _info = None
    _encoding = "utf-8"
    _pgconn = None


class Misused(errors.ProgrammingError):
    """What psycopg raises for a connection string that it cannot read."""

    _info = None
    _encoding = "utf-8"
    _pgconn = None


def error_class(error: ShieldError) -> type[Exception]:
    """Return the psycopg class that ``error`` shall also be an instance of."""
    return Unavailable if isinstance(error, (AuditUnavailable, CredentialError)) else Refused


def masked_fields(
    info: Any, encoding: str, words: Wording, classified: Callable[[str], bool]
) -> dict[int, bytes | None] | None:
    """Mask the fields of a server message.

    Args:
        info: A ``PGresult``, or the dict that psycopg makes of one.
        encoding: Python codec of the fields.
        words: What may be told.
        classified: Whether a column of this name is declared as card data.

    Returns:
        All fields, by ``DiagnosticField``; ``None`` when nothing had to be masked.
    """
    read = info.get if isinstance(info, dict) else info.error_field
    raw = {field: read(field) for field in DiagnosticField}
    texts = {field.name.lower(): value and value.decode(encoding, "replace") for field, value in raw.items()}
    masked = told(texts, words, classified)
    if masked == texts:
        return None
    return {
        field: value if masked[name] == texts[name] else _encoded(masked[name], encoding)
        for field, value, name in zip(raw, raw.values(), texts, strict=True)
    }


def _encoded(text: str | None, encoding: str) -> bytes | None:
    return None if text is None else text.encode(encoding, "replace")


def make_scrub(classified: Callable[[str], bool]) -> Scrub:
    """Make the function that masks what psycopg hangs on an exception beside its arguments.

    Args:
        classified: Whether a column of this name is declared as card data.
    """

    def attributes(error: BaseException, words: Wording) -> None:
        if not isinstance(error, psycopg.Error):
            return
        info = error._info
        if info is not None:
            detail = error.diag.message_detail
            fields = masked_fields(info, error._encoding, words, classified)
            if fields is not None:
                error._info = fields
                _repeat_in_arguments(error, detail, words.text)
        if (state := error.sqlstate) and (kept := words.state(state)) != state:
            error.sqlstate = kept
        forget_password(error)

    return Scrub(attributes, words=_words)


_CLOSED = {("connection socket closed",), ("the connection is closed",)}
_OWN = (psycopg.InterfaceError, psycopg.NotSupportedError, psycopg.ProgrammingError)


def _words(error: BaseException, words: Wording) -> Wording:
    if isinstance(error, psycopg.Error) and error._info is not None:
        return words_for(partial(getattr, error.diag), words)
    # psycopg's own. But its DataErrors quote values, and what libpq says may be the server's.
    own = isinstance(error, _OWN) and not error.sqlstate
    if isinstance(error, psycopg.OperationalError):
        own = error.args in _CLOSED
    return words.plain if own else words


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
