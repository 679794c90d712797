"""Classes of a driver that is guarded by closed proxies, for annotations and ``isinstance()``.

Nothing can be opened by them.

A proxy says by ``__class__`` that it is of the driver's class, so ``isinstance(connection, duckdb.DuckDBPyConnection)``
holds for it.
"""

from __future__ import annotations

from typing import Any, NoReturn

from pcishield.exceptions import ConfigurationError

__all__ = ["stand_in"]


def stand_in(raw: type) -> type:
    """Return a class that stands for ``raw``: same name, same instances, and it makes none."""

    class _Named(type):
        def __instancecheck__(cls, value: Any) -> bool:
            return isinstance(value, raw)

        def __subclasscheck__(cls, kind: Any) -> bool:
            return kind is cls or issubclass(kind, raw)

        def __call__(cls, *args: Any, **kwargs: Any) -> NoReturn:
            raise ConfigurationError(f"{raw.__module__}.{raw.__qualname__} would be unguarded; use connect()")

    names = {"__doc__": raw.__doc__, "__module__": raw.__module__, "__qualname__": raw.__qualname__}
    return _Named(raw.__name__, (), names)
