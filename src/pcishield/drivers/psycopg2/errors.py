"""psycopg2's exceptions: which class ours also are, and how theirs are sanitised.

``pgerror``, ``pgcode`` and ``diag`` of psycopg2's exceptions are read-only and read the server's answer. Here they are
properties of ``psycopg2.DatabaseError``, which show what was masked where something had to be, and else what the driver
has. So the exception keeps its class: applications look at more of it than at what it is an instance of.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import psycopg2
from psycopg2 import errors, extensions

from pcishield.drivers.generic.postgres import mask_hex, told, words_for
from pcishield.exceptions import AuditUnavailable, ShieldError
from pcishield.runtime.scrub import Scrub, Wording

__all__ = ["error_class", "make_scrub"]

_MASKED = "_pcishield"
_FIELDS = tuple(name for name in dir(extensions.Diagnostics) if not name.startswith("_"))


def error_class(error: ShieldError) -> type[Exception]:
    """Return the psycopg2 class that ``error`` shall also be an instance of."""
    kind: type[Exception] = (
        psycopg2.OperationalError if isinstance(error, AuditUnavailable) else errors.InsufficientPrivilege
    )
    return kind


def make_scrub(classified: Callable[[str], bool]) -> Scrub:
    """Make the function that masks what psycopg2 hangs on an exception beside its arguments.

    Args:
        classified: Whether a column of this name is declared as card data.
    """

    def attributes(error: BaseException, words: Wording) -> None:
        # What the server has said is always a DatabaseError.
        if not isinstance(error, psycopg2.DatabaseError) or error.pgerror is None or isinstance(error, ShieldError):
            return
        diag = error.diag
        fields: dict[str, str | None] = {name: getattr(diag, name) for name in _FIELDS}
        masked = told(fields, words, classified)
        if masked == fields:
            return
        changes = [
            (old, new) for old, new in zip(fields.values(), masked.values(), strict=True) if old and new and old != new
        ]
        pgerror = _repeated(error.pgerror, changes, words)
        error.args = tuple(_repeated(arg, changes, words) if isinstance(arg, str) else arg for arg in error.args)
        vars(error)[_MASKED] = (SimpleNamespace(**masked), pgerror)

    return Scrub(attributes, words=_words)


def _words(error: BaseException, words: Wording) -> Wording:
    if isinstance(error, psycopg2.Error) and error.pgerror is not None:
        return words_for(partial(getattr, error.diag), words)
    # psycopg2's own; what libpq says, an OperationalError, may be the server's.
    return words.plain if isinstance(error, (psycopg2.InterfaceError, psycopg2.ProgrammingError)) else words


def _repeated(text: str, changes: list[tuple[str, str]], words: Wording) -> str:
    """Mask a message that repeats fields, as the fields were masked."""
    for old, new in changes:
        text = text.replace(old, new).replace(words.text(old), new)
    return mask_hex(words.text, words.text(text))


def _shown(name: str, masked: Callable[[SimpleNamespace, str], Any]) -> property:
    original = vars(psycopg2.Error)[name]

    def get(self: Any) -> Any:
        found = getattr(self, _MASKED, None)
        return original.__get__(self) if found is None else masked(*found)

    return property(get, doc=original.__doc__)


def _restored(base: Any, args: tuple[Any, ...], masked: tuple[SimpleNamespace, str]) -> Any:
    error = base(*args)
    vars(error)[_MASKED] = masked
    return error


def _reduced(self: Any) -> Any:
    # Never by vars(): what has attributes of its own psycopg2 pickles without its pgcode.
    found = getattr(self, _MASKED, None)
    return psycopg2.Error.__reduce__(self) if found is None else (_restored, (type(self), self.args, found))


# Not taken back by uninstall(): errors that were masked stay so.
for _name, _value in {
    "__reduce__": _reduced,
    "diag": _shown("diag", lambda diag, pgerror: diag),
    "pgcode": _shown("pgcode", lambda diag, pgerror: diag.sqlstate),
    "pgerror": _shown("pgerror", lambda diag, pgerror: pgerror),
}.items():
    setattr(psycopg2.DatabaseError, _name, _value)
