"""One result set on its way out: masked, counted, and held to the decision's limits.

Error trackers keep the variables of all frames of a traceback. So nothing that is raised from here leaves raw values
in one: lists that were to be masked are emptied, and the masker's own frames are cut off.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pcishield.audit.sanitise import sanitise_error
from pcishield.exceptions import AuditUnavailable, LimitExceeded, MaskingError, ShieldError
from pcishield.masking import StreamMasker
from pcishield.runtime.hot import GuardState

__all__ = ["ResultGuard"]


class ResultGuard(GuardState):
    """Hands out the rows of one result set. Used by one thread at a time, as the cursor is.

    Attributes:
        ended: The result was cut off by a limit; the driver must hand out no more.
        stats: What was scanned and masked so far.
    """

    __slots__ = ()

    def rows(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Mask a batch, in place where a row needs it.

        Args:
            rows: Plain tuples as the driver decoded them. The list is the driver's to give away.

        Returns:
            The same list; fewer rows, with ``ended`` set, when a limit truncates.

        Raises:
            LimitExceeded: The batch would pass a row limit; none of its rows is handed out.
            MaskingError: A value could not be masked; none of the rows is handed out.
        """
        given = rows
        try:
            if self._budget is not None and len(rows) > self._budget - self.fetched:
                rows = rows[: self._over_limit()]
            masked = self._mask(rows, self.stats)
            if self._counts:
                masked = self._counted(masked)
        except BaseException as error:
            failed = self.failed(error)
            given.clear()
            rows = given
            raise failed from None
        if self._record is not None:
            self._record(masked)
        self.fetched += len(masked)
        self._operation.session.rows_fetched += len(masked)
        return masked

    def limited_row(self, row: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """Mask one row that counts against a limit; ``None`` when that ended the result. Raises as :meth:`rows`."""
        try:
            if self._budget is not None and self.fetched >= self._budget and self._over_limit() == 0:
                return None
            masked = self._mask_row(row, self.stats)
            if self._counts and not self._counted([masked]):
                return None
        except BaseException as error:
            failed = self.failed(error)
            row = ()
            raise failed from None
        if self._record is not None:
            self._record([masked])
        self.fetched += 1
        self._operation.session.rows_fetched += 1
        return masked

    def mask(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Mask a batch that stays inside of the driver for now (buffer, look-ahead); :meth:`admit` counts it later.

        Raises:
            MaskingError: A value could not be masked; none of the rows is handed out.
        """
        try:
            masked = self._mask(rows, self.stats)
        except BaseException as error:
            failed = self.failed(error)
            rows.clear()
            raise failed from None
        if self._record is not None:
            self._record(masked)
        return masked

    def admit(self, rows: list[Any]) -> list[Any]:
        """Count rows of any shape that :meth:`mask` has seen and that are now handed out, and hold them to limits.

        Raises:
            LimitExceeded: As for :meth:`rows`.
        """
        if self._budget is not None and len(rows) > self._budget - self.fetched:
            rows = rows[: self._over_limit()]
        if self._counts:
            rows = self._counted(rows)
        self.fetched += len(rows)
        self._operation.session.rows_fetched += len(rows)
        return rows

    def admit_cell(self, value: Any, *, new_row: bool) -> bool:
        """Count a cell that :meth:`cell` has masked, with its row when that is the row's first; whether it may go out.

        Raises:
            LimitExceeded: As for :meth:`rows`.
        """
        if new_row:
            return bool(self.admit([(value,)]))
        if not self._counts:
            return True
        return bool(self._operation.count([(value,)], self._newly_masked(), new=False))

    def table(self, table: Any) -> Any:
        """Mask a ``pyarrow.Table`` whose columns are those of the result, names included; count its rows.

        Raises:
            LimitExceeded: As for :meth:`rows`.
            MaskingError: A value could not be masked, or there are not as many columns as the result has.
        """
        try:
            if self._budget is not None and table.num_rows > self._budget - self.fetched:
                # Taken, for a slice would hold the other rows too.
                table = table.take(list(range(self._over_limit())))
            masked = self._plan.mask_arrow(table, self.stats)
            names = [self.mask_text(name) for name in masked.column_names]
            if names != masked.column_names:
                masked = masked.rename_columns(names)
        except BaseException as error:
            failed = self.failed(error)
            table = None
            raise failed from None
        if self._counts:
            columns = [column.to_pylist() for column in masked.columns]
            masked = masked.slice(0, len(self._counted(list(zip(*columns, strict=True)))))
        if self._record is not None:
            rows: Any = _TableRows(masked)
            self._record(rows)
        self.fetched += masked.num_rows
        self._operation.session.rows_fetched += masked.num_rows
        return masked

    @property
    def treatments(self) -> tuple[str, ...]:
        """What is done with each column; see :mod:`pcishield.masking.plan`."""
        return self._plan.columns

    def mask_text(self, text: str) -> str:
        """Mask a column's name."""
        return self._operation.session.mask_text(text)

    def cell(self, index: int, value: Any) -> Any:
        """Mask one cell of column ``index``, for routes that hand out single values. Raises MaskingError."""
        self._operation.still_granted(0)
        try:
            return self._plan.mask_cell(index, value, self.stats)
        except BaseException as error:
            failed = self.failed(error)
            value = None
            raise failed from None

    def stream(self, delimiter: str = "") -> StreamMasker:
        """Return a masker for the result as text that arrives in pieces (COPY TO). Use one for one stream.

        Args:
            delimiter: What separates columns, so that no card number is seen across two of them.
        """
        decision = self._operation.decision
        formats = decision.formats if decision is not None else None
        return self._operation.session.parts.masker.stream(delimiter=delimiter, formats=formats)

    def _counted(self, rows: list[Any]) -> list[Any]:
        """Count what is about to be handed out against byte limits and budgets; return what may be."""
        allowed = self._operation.count(rows, self._newly_masked())
        if allowed < len(rows):
            self.ended = True
            return rows[:allowed]
        return rows

    def _newly_masked(self) -> int:
        total = sum(self.stats.masked.values())
        new, self._reported = total - self._reported, total
        return new

    def _over_limit(self) -> int:
        """Rows of the batch that may still be handed out, or raise."""
        assert self._budget is not None
        left = max(self._budget - self.fetched, 0)
        self._operation.limit_hit("rows", self._budget)
        if self._operation.truncates:
            self.ended = True
            return left
        raise self._operation.session.bind(self._operation.limit_error("rows", self._budget))

    def failed(self, error: BaseException) -> BaseException:
        """Return what to raise instead of ``error``."""
        # Its text or its traceback's locals hold the value, and it will be the context of what is raised.
        error.__traceback__ = error.__cause__ = error.__context__ = None
        if isinstance(error, (LimitExceeded, KeyboardInterrupt, SystemExit)):
            return error
        if not isinstance(error, ShieldError):
            error.args = ()
            error = MaskingError(
                f"a value could not be masked ({type(error).__name__}); no row of this fetch is handed out. "
                "Select the columns one by one to find it, or cast it to text."
            )
        return self.withheld(error) if isinstance(error, MaskingError) else self._operation.session.bind(error)

    def withheld(self, error: MaskingError, counted: int = 0) -> ShieldError:
        """Record that rows which the database has given are not handed out, and return what to raise for it.

        The statement has succeeded, and its RESULT says so; that nothing came of it is told by a FETCH that failed.

        Args:
            error: Why.
            counted: How many of them have been counted as handed out already.
        """
        operation = self._operation
        session = operation.session
        self.fetched -= counted
        session.rows_fetched -= counted
        fields = operation.plain_fields("failure") | {"attempt": operation.attempt_id, "rows": 0}
        try:
            session.parts.log.append("fetch", fields | {"error": sanitise_error(error)})
        except AuditUnavailable as unavailable:
            # What it was raised in the handling of has frames that hold the rows.
            unavailable.__traceback__ = unavailable.__context__ = None
            return session.bind(unavailable)
        return session.bind(error)


class _TableRows:
    """The rows of a ``pyarrow.Table``, made when they are asked for: a recording keeps few of many."""

    __slots__ = ("_table",)

    def __init__(self, table: Any) -> None:
        self._table = table

    def __len__(self) -> int:
        return self._table.num_rows  # type: ignore[no-any-return]

    def __getitem__(self, which: slice) -> Iterator[tuple[Any, ...]]:
        columns = self._table.columns
        return (tuple(column[i].as_py() for column in columns) for i in range(*which.indices(len(self))))
