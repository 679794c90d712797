"""Django's own record of statements (``connection.queries`` and the log), without card data."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from pcishield.runtime.hide import hidden_parameters, hidden_text

if TYPE_CHECKING:
    from pcishield.runtime.session import Session

__all__ = ["HidingOperations", "HidingWrapper"]


class HidingWrapper:
    """For a ``DatabaseWrapper``: its debug cursors write masked statements and parameters."""

    connection: Any

    @property
    def pcishield_session(self) -> Session:
        """The session of the open connection."""
        state = self.connection._pcishield
        session: Session = getattr(state, "session", state)
        return session

    def make_debug_cursor(self, cursor: Any) -> Any:
        """Return Django's debug cursor, which hides what it logs."""
        made = super().make_debug_cursor(cursor)  # type: ignore[misc]
        cls: Any = type(made)
        made.__class__ = _hiding(cls)
        return made


class HidingOperations:
    """For ``DatabaseOperations``."""

    connection: Any

    def last_executed_query(self, cursor: Any, sql: Any, params: Any) -> Any:
        """Return the text with its parameters filled in, or its template where they belong to classified columns."""
        text = super().last_executed_query(cursor, sql, params)  # type: ignore[misc]
        return _text(self.connection.pcishield_session, text, sql, filled=text != sql)


@lru_cache(maxsize=16)
def _hiding(cls: Any) -> type:
    class HidingCursor(cls):  # type: ignore[misc]
        def debug_sql(
            self, sql: Any = None, params: Any = None, use_last_executed_query: bool = False, many: bool = False
        ) -> AbstractContextManager[None]:
            session = self.db.pcishield_session
            shown = _text(session, sql, sql)
            if isinstance(params, (list, tuple, Mapping)):
                known = session.parts.known.get(session.dialect, str(sql))
                # A template has no place for parameters to be filled in.
                params = hidden_parameters(params, None, known, session.parts) if many or shown == sql else None
            return super().debug_sql(shown, params, use_last_executed_query, many)  # type: ignore[no-any-return]

    HidingCursor.__name__ = HidingCursor.__qualname__ = cls.__name__
    return HidingCursor


def _text(session: Session, text: Any, sql: Any, *, filled: bool = False) -> Any:
    if not isinstance(text, str):
        return text if text is None else _text(session, str(text), sql, filled=filled)
    shown = hidden_text(text, session.parts.known.get(session.dialect, str(sql)), session.parts, filled=filled)
    return text if shown == text else shown
