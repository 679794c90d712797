"""Guarded psycopg 3: ``import pcishield as psycopg``, or ``from pcishield import psycopg``.

Everything is psycopg's own object except what opens a connection: ``connect``, ``Connection``,
``AsyncConnection`` (and the CockroachDB ones). Statements and rows of their connections pass the process's
default :class:`~pcishield.shield.Shield`, which is looked up at each connect.

Submodules (``.rows``, ``.sql``, ``.errors``, ``.types``, ...) are psycopg's own module objects.
"""

from __future__ import annotations

from types import ModuleType as _ModuleType
from typing import TYPE_CHECKING

from pcishield.drivers import psycopg as _driver
from pcishield.shield import current_shield as _current_shield

if TYPE_CHECKING:
    from psycopg import *  # noqa: F403
    from psycopg import adapt as adapt
    from psycopg import errors as errors
    from psycopg import pq as pq
    from psycopg import rows as rows
    from psycopg import sql as sql
    from psycopg import types as types

_names = _driver.guard_module(_current_shield)
globals().update(_names)
__all__ = list(_names["__all__"])

# Submodules are found by pcishield._facade; an empty path keeps the path finder from looking for copies.
__path__: list[str] = []


def submodule(module: _ModuleType) -> _ModuleType:
    """Return psycopg's ``module``, or a stand-in for it when it holds a connection class."""
    return _driver.stand_in(module, _names)
