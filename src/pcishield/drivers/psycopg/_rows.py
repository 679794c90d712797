"""Where rows are masked: the transformer, which turns libpq's results into Python rows for every way to fetch.

A batch is loaded with the maker ``tuple`` (the C implementation's fast path), masked, and only then given to
the user's row maker. Loaders (``adapters.register_loader``) run before that and see raw values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from psycopg._cursor_base import BaseCursor

from pcishield.core.compiled import compiled
from pcishield.drivers.psycopg import _fast

if TYPE_CHECKING:
    from pcishield.drivers.psycopg._fast import (
        EXECUTE,
        GuardedTransformer,
        Results,
        ShortResult,
        Shown,
        columns_of,
        current,
        done,
        execute_gen,
        known,
        make_get_pgconn,
        make_send,
        make_wait,
        results_property,
        transformer_property,
    )  # fmt: skip

    executing: Any
    make_execute: Any
    open_gate: Any
else:
    _chosen = compiled("pcishield.drivers.psycopg._fast_c") or _fast
    EXECUTE, GuardedTransformer, Results = _chosen.EXECUTE, _chosen.GuardedTransformer, _chosen.Results
    ShortResult, Shown, columns_of = _chosen.ShortResult, _chosen.Shown, _chosen.columns_of
    current, done, known = _chosen.current, _chosen.done, _chosen.known
    execute_gen, make_send, make_wait = _chosen.execute_gen, _chosen.make_send, _chosen.make_wait
    make_execute = getattr(_chosen, "make_execute", None)
    executing, open_gate = getattr(_chosen, "executing", None), getattr(_chosen, "open_gate", None)
    make_get_pgconn = _chosen.make_get_pgconn
    results_property, transformer_property = _chosen.results_property, _chosen.transformer_property

__all__ = [
    "EXECUTE", "GuardedTransformer", "Results", "ShortResult", "Shown", "columns_of", "current", "done", "execute_gen",
    "executing", "known", "make_execute", "make_get_pgconn", "make_send", "make_wait", "open_gate", "raw_result",
    "results_property", "transformer_property",
]  # fmt: skip

_PGRESULT: Any = BaseCursor.__dict__["pgresult"]


def raw_result(cursor: Any) -> Any:
    """Return libpq's result itself."""
    return _PGRESULT.__get__(cursor)
