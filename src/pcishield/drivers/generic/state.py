"""What a guarded cursor of a plain driver remembers: the statement that it is at, and that statement's result."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from pcishield.core.result import ResultColumn

if TYPE_CHECKING:
    from pcishield.runtime.operation import Operation
    from pcishield.runtime.result import ResultGuard
    from pcishield.runtime.session import Session

__all__ = ["CursorState"]

Answer = Callable[[], tuple[bool, Any] | None]
"""Asked once the driver has returned: whether there are rows to fetch, and the driver's row count.

``None`` where the database has not answered yet: the operation's RESULT waits until somebody says what it did.
"""


class CursorState:
    """One per guarded cursor.

    Attributes:
        session: Of its connection.
        operation: The statement that ran last.
        tried: The statement that was sent last; it may have failed.
        part: Which result of it is fetched from; ``None`` when it has only one or it cannot be told.
        factory: What the user makes of rows, where the guard keeps that (psycopg2's ``row_factory``).
    """

    __slots__ = ("_renamed", "factory", "operation", "part", "result", "session", "tried")

    def __init__(self, session: Session) -> None:
        self.session = session
        self.operation: Operation | None = None
        self.tried: Operation | None = None
        self.result: ResultGuard | None = None
        self.part: int | None = None
        self.factory: Any = None
        self._renamed: tuple[Any, dict[str, str]] = (None, {})

    def send(
        self, text: str, parameters: Any, method: str, call: Callable[[], Any], answer: Answer, many: bool = False
    ) -> Any:
        """Take one call that sends SQL through the whole flow, and return what the driver returned."""
        self.finish()
        operation = self.tried = self.session.operation(text, parameters, method=method, many=many)

        def work() -> Any:
            value = call()
            found = answer()
            if found is None:
                operation.unanswered = True
                operation.pending(True)
            elif found[0]:
                operation.pending(True)
            else:
                operation.finish(found[1] if isinstance(found[1], int) else None)
            return value

        value = self.session.run(operation, work)
        self.operation, self.result, self.part = operation, None, None
        return value

    def guard(self, columns: Callable[[], Sequence[ResultColumn]]) -> ResultGuard:
        """Return the guard of the result that is fetched from; ``columns`` is asked when it is a new one."""
        if self.operation is None:
            self.session.refuse("fetch", "nothing has judged the statement of these rows.", "Use execute() first.")
        if self.result is None:
            self.result = self.operation.result(tuple(columns()), self.part)
        return self.result

    def renamed(self, result: ResultGuard) -> dict[str, str]:
        """Return the names of a result's columns that hold a card number, and what they are shown as."""
        if self._renamed[0] is not result:
            names = ((column.name, result.mask_text(column.name)) for column in result.columns)
            self._renamed = (result, {name: shown for name, shown in names if shown != name})
        return self._renamed[1]

    def fetched(self, call: Callable[[], Any]) -> Any:
        """Run a driver's fetch: its errors are sanitised and recorded, and nothing fetched ends the result."""
        try:
            value = call()
        except BaseException as error:
            self.session.sanitise(error, None if self.operation is None else self.operation.sql)
            if self.operation is not None:
                self.operation.fail(error)
            raise
        if self.operation is not None and (value is None or (isinstance(value, (list, tuple)) and not value)):
            self.operation.finish()
        return value

    def next_result(self) -> None:
        """Forget the result: another one of the same statement follows, and which one cannot be told."""
        self.result = self.part = None

    def finish(self) -> None:
        """Say that nothing more will be fetched."""
        if self.operation is not None and not self.operation.unanswered:
            self.operation.finish()
