"""psycopg2's exceptions: which class ours also are, and how theirs are sanitised.

``pgerror`` and ``diag`` of psycopg2's exceptions are read-only and read the server's answer. Where something in them
has to be masked, the exception becomes an instance of a subclass that has masked ones; the object stays the same.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from types import SimpleNamespace
from typing import Any

import psycopg2
from psycopg2 import errors, extensions

from pcishield.drivers.generic.postgres import mask_hex, told, words_for
from pcishield.exceptions import AuditUnavailable, ShieldError
from pcishield.runtime.scrub import Scrub, Wording

__all__ = ["error_class", "make_scrub"]

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
        if not isinstance(error, psycopg2.Error) or error.pgerror is None or isinstance(error, ShieldError):
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
        kind: Any = type(error)
        error.__class__ = kind if hasattr(kind, "_pcishield") else _masked_class(kind)
        error._pcishield = (SimpleNamespace(**masked), pgerror)

    return Scrub(attributes, words=_words)


def _words(error: BaseException, words: Wording) -> Wording:
    if isinstance(error, psycopg2.Error) and error.pgerror is not None:
        return words_for(error.diag.source_function, words)
    # psycopg2's own; what libpq says, an OperationalError, may be the server's.
    return words.plain if isinstance(error, (psycopg2.InterfaceError, psycopg2.ProgrammingError)) else words


def _repeated(text: str, changes: list[tuple[str, str]], words: Wording) -> str:
    """Mask a message that repeats fields, as the fields were masked."""
    for old, new in changes:
        text = text.replace(old, new).replace(words.text(old), new)
    return mask_hex(words.text, words.text(text))


def _restored(base: Any, args: tuple[Any, ...], diag: SimpleNamespace, pgerror: str) -> Any:
    error = base(*args)
    error.__class__ = _masked_class(base)
    error._pcishield = (diag, pgerror)
    return error


def _reduced(error: Any) -> Any:
    return _restored, (type(error).__bases__[0], error.args, *error._pcishield)


@lru_cache(maxsize=512)
def _masked_class(base: Any) -> Any:
    names = {
        "__doc__": base.__doc__,
        "__module__": base.__module__,
        "__qualname__": base.__qualname__,
        "__reduce__": _reduced,
        "__reduce_ex__": lambda self, protocol: _reduced(self),
        "_pcishield": None,
        "diag": property(lambda self: self._pcishield[0]),
        "pgcode": property(lambda self: self._pcishield[0].sqlstate),
        "pgerror": property(lambda self: self._pcishield[1]),
    }
    return type(base.__name__, (base,), names)
