"""One result set on its way out: masked, counted, and held to the decision's limits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pcishield.core.result import ResultColumn
from pcishield.exceptions import LimitExceeded, MaskingError, ShieldError
from pcishield.masking import MaskStats, RowPlan, StreamMasker

if TYPE_CHECKING:
    from pcishield.runtime.operation import Operation

__all__ = ["ResultGuard"]


class ResultGuard:
    """Hands out the rows of one result set. Used by one thread at a time, as the cursor is.

    Attributes:
        ended: The result was cut off by a limit; the driver must hand out no more.
        stats: What was scanned and masked so far.
    """

    __slots__ = (
        "_budget", "_counts", "_mask", "_mask_row", "_operation", "_plan", "_reported", "columns", "ended", "fetched",
        "stats",
    )  # fmt: skip

    def __init__(self, operation: Operation, plan: RowPlan, columns: Sequence[ResultColumn]) -> None:
        self._operation = operation
        self._plan = plan
        self._mask = plan.mask
        self._mask_row = plan.mask_row
        self._budget = operation.row_budget()
        self._counts = operation.metered
        self._reported = 0
        self.columns = columns
        self.stats = MaskStats()
        self.fetched = 0
        self.ended = False

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
        if self._budget is not None and len(rows) > self._budget - self.fetched:
            rows = rows[: self._over_limit()]
        try:
            masked = self._mask(rows, self.stats)
        except BaseException as error:
            raise self._failed(error) from None
        if self._counts:
            masked = self._counted(masked)
        self.fetched += len(masked)
        self._operation.session.rows_fetched += len(masked)
        return masked

    def row(self, row: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """Mask one row. ``None`` when a limit ended the result. Raises as :meth:`rows` does."""
        if self._budget is not None and self.fetched >= self._budget and self._over_limit() == 0:
            return None
        try:
            masked = self._mask_row(row, self.stats)
        except BaseException as error:
            raise self._failed(error) from None
        if self._counts and not self._counted([masked]):
            return None
        self.fetched += 1
        self._operation.session.rows_fetched += 1
        return masked

    def mask(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Mask a batch that stays inside of the driver for now (buffer, look-ahead); :meth:`admit` counts it later.

        Raises:
            MaskingError: A value could not be masked; none of the rows is handed out.
        """
        try:
            return self._mask(rows, self.stats)
        except BaseException as error:
            raise self._failed(error) from None

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

    def cell(self, index: int, value: Any) -> Any:
        """Mask one cell of column ``index``, for routes that hand out single values. Raises MaskingError."""
        try:
            return self._plan.mask_cell(index, value, self.stats)
        except BaseException as error:
            raise self._failed(error) from None

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
        total = sum(self.stats.masked.values())
        new, self._reported = total - self._reported, total
        allowed = self._operation.count(rows, new)
        if allowed < len(rows):
            self.ended = True
            return rows[:allowed]
        return rows

    def _over_limit(self) -> int:
        """Rows of the batch that may still be handed out, or raise."""
        assert self._budget is not None
        left = max(self._budget - self.fetched, 0)
        self._operation.limit_hit("rows", self._budget)
        if self._operation.truncates:
            self.ended = True
            return left
        raise self._operation.session.bind(self._operation.limit_error("rows", self._budget))

    def _failed(self, error: BaseException) -> BaseException:
        # The cause is dropped on purpose: its text or its traceback's locals hold the value.
        if isinstance(error, (LimitExceeded, KeyboardInterrupt, SystemExit)):
            return error
        if not isinstance(error, ShieldError):
            error = MaskingError(
                f"a value could not be masked ({type(error).__name__}); no row of this fetch is handed out. "
                "Select the columns one by one to find it, or cast it to text."
            )
        return self._operation.session.bind(error)
