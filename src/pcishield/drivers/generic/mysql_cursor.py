"""Guarded cursors of PyMySQL and mysqlclient, whose cursor classes are alike: see :mod:`.mysql` for the gate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pcishield.drivers.generic.mysql import GateState, call_text, seen, text_of
from pcishield.runtime.dress import refuse_copy
from pcishield.runtime.surface import Surface, build

__all__ = ["guarded_cursor"]

_Merge = Callable[[Any, Any, Any], str | bytes]


def _state(cursor: Any) -> GateState | None:
    return getattr(cursor.connection, "_pcishield", None)


def guarded_cursor(base: Any, surface: Surface, merge: _Merge) -> type:
    """Return the guarded subclass of a driver's ``Cursor``.

    Args:
        base: The class.
        surface: Its surface.
        merge: From cursor, query and arguments to the text or the bytes that the driver sends.
    """

    def execute(self: Any, query: Any, args: Any = None) -> Any:
        state = _state(self)
        text = None if state is None else text_of(query, self.connection.encoding)
        if state is None or text is None or state.inside():
            return base.execute(self, query, args)  # ends at the gate, or in the driver's own complaint
        try:
            shown = merge(self, query, args)
        except Exception:
            return base.execute(self, query, args)  # the driver's complaint, after it has let go of the last result
        encoding = self.connection.encoding
        merged = shown.encode(encoding, "surrogateescape") if isinstance(shown, str) else shown
        apart, parameters = seen(args)
        if not apart:
            text, parameters = merged.decode(encoding, "surrogateescape"), None
        return state.run(text, parameters, "execute", lambda: base.execute(self, shown), merged=merged, cursor=True)

    def executemany(self: Any, query: Any, args: Any) -> Any:
        state = _state(self)
        text = None if state is None else text_of(query, self.connection.encoding)
        sets = list(args) if args is not None else []
        if state is None or text is None or not sets or state.inside():
            return base.executemany(self, query, sets)
        looked_at = [seen(one) for one in sets]
        if not all(apart for apart, _ in looked_at):
            # Each is judged as the text that it becomes.
            self.rowcount = sum(self.execute(query, one) for one in sets)
            return self.rowcount
        parameters = [shown for _, shown in looked_at]
        call = lambda: base.executemany(self, query, sets)  # noqa: E731
        return state.run(text, parameters, "executemany", call, many=True, cursor=True)

    def callproc(self: Any, procname: Any, args: Any = ()) -> Any:
        state = _state(self)
        if state is None or state.inside():
            return base.callproc(self, procname, args)
        apart, parameters = seen(tuple(args))
        if not apart:
            state.session.refuse("callproc", "a parameter is written as SQL.", "Say it in SQL, by execute().")
        name = procname.decode(self.connection.encoding) if isinstance(procname, bytes) else procname
        call = lambda: base.callproc(self, procname, args)  # noqa: E731
        return state.run(call_text(name, args), parameters, "callproc", call, cursor=True)

    def close(self: Any) -> None:
        state = _state(self) if self.connection is not None else None
        base.close(self)
        if state is not None and not state.inside():
            state.finish()

    names = {
        "__reduce_ex__": refuse_copy, "callproc": callproc, "close": close, "execute": execute,
        "executemany": executemany,
    }  # fmt: skip
    for name, method in names.items():
        method.__name__, method.__doc__ = name, getattr(base, name).__doc__
    return build(base, surface, {}, names=names, slots=False)
