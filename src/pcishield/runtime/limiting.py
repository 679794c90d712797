"""An operation held to its decision's limits and to the budgets, on what is really handed out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pcishield.exceptions import ApprovalExpired, LimitExceeded, ShieldError
from pcishield.runtime.budgets import Meter, UsageUnavailable, size_of

if TYPE_CHECKING:
    from pcishield.runtime.hot import OperationState as _Operation
else:
    _Operation = object

__all__ = ["Limited"]


class Limited(_Operation):
    """The part of :class:`pcishield.runtime.operation.Operation` that counts."""

    _watched = False

    if TYPE_CHECKING:

        def _fields(self, outcome: str) -> dict[str, Any]: ...

    @property
    def truncates(self) -> bool:
        """Whether a used-up row budget ends the result instead of raising."""
        return self.decision is not None and self.decision.limits.on_exceeded == "truncate"

    def row_budget(self) -> int | None:
        """Rows that this operation may still hand out, ``None`` for any number."""
        assert self.decision is not None
        limits = self.decision.limits
        if limits.on_exceeded == "observe":
            return None
        budgets = []
        if limits.rows is not None:
            budgets.append(limits.rows - self.fetched())
        if limits.session_rows is not None:
            budgets.append(limits.session_rows - self.session.rows_fetched)
        if (left := self._left("rows")) is not None:
            budgets.append(left)
        return max(min(budgets), 0) if budgets else None

    @property
    def metered(self) -> bool:
        """Whether what is handed out must be passed to :meth:`count`."""
        if self._grant is not None:
            return True
        if self._meter or self.decision is None:
            return bool(self._meter)
        limits = self.decision.limits
        watched = limits.on_exceeded == "observe" and limits.rows is not None
        return watched or limits.bytes is not None or limits.session_rows is not None

    def count(self, rows: Sequence[Any], masked_cells: int, *, new: bool = True) -> int:
        """Count rows that are about to be handed out.

        Args:
            rows: Masked.
            masked_cells: Cells masked in them.
            new: Whether they are rows; else further cells of rows that were counted before.

        Returns:
            How many of them, from the first, may be handed out.

        Raises:
            LimitExceeded: A byte limit or a budget would be passed, and it does not truncate.
        """
        assert self.decision is not None
        self.still_granted(len(rows) if new else 0)
        if self.decision.limits.on_exceeded == "observe":
            self._watch(rows, masked_cells, len(rows) if new else 0)
            return len(rows)
        meter, limit = self._meter, self.decision.limits.bytes
        if (left := self._left("masked_cells")) is not None and masked_cells > left:
            self._over_budget("masked_cells", left)
        allowed, size = len(rows), 0
        # Another cursor of the session may have fetched since this result began.
        if new and (of_session := self.decision.limits.session_rows) is not None:
            left = max(of_session - self.session.rows_fetched, 0)
            if allowed > left:
                self._over_budget("session_rows", left)
                rows = rows[:left]
                allowed = left
        if limit is not None or (meter and meter.weighs):
            rooms = [limit - self._bytes] if limit is not None else []
            if (left := self._left("bytes")) is not None:
                rooms.append(left)
            room = max(min(rooms), 0)
            allowed = 0
            for row in rows:
                weight = size_of([row])
                if size + weight > room:
                    self._over_budget("bytes", room)
                    break
                size += weight
                allowed += 1
            self._bytes += size
        if meter and (passed := self._used(meter, allowed if new else 0, size, masked_cells)):
            # Somebody else counted at the same time.
            _, what, over = passed
            self._over_budget(what, allowed)
            allowed = max(allowed - over, 0) if what == "rows" else 0
        return allowed

    def _watch(self, rows: Sequence[Any], masked_cells: int, count: int) -> None:
        """Count what is handed out in observe mode, and record the first limit that it passes."""
        assert self.decision is not None
        limits, meter = self.decision.limits, self._meter
        size = size_of(rows) if limits.bytes is not None or (meter and meter.weighs) else 0
        self._bytes += size
        passed: tuple[str, int] | None = None
        for what, limit, used in (
            ("rows", limits.rows, self.fetched() + count),
            ("session_rows", limits.session_rows, self.session.rows_fetched + count),
            ("bytes", limits.bytes, self._bytes),
        ):
            if limit is not None and used > limit:
                passed = passed or (what, limit)
        if meter:
            try:
                hit = meter.add(rows=count, bytes=size, masked_cells=masked_cells)
            except UsageUnavailable:
                hit = None
            if hit is not None:
                passed = passed or (hit[1], getattr(hit[0], hit[1]))
        if passed is not None and not self._watched:
            self._watched = True
            self.limit_hit(*passed)

    def _left(self, amount: str) -> int | None:
        """Return how much of an amount the budgets leave, ``None`` when they do not limit it."""
        if not self._meter:
            return None
        try:
            left = self._meter.left(amount)
        except UsageUnavailable as error:
            raise self._usage_unknown(error) from None
        return None if left is None else left[0]

    def _used(self, meter: Meter, rows: int, size: int, masked_cells: int) -> tuple[Any, str, int] | None:
        try:
            return meter.add(rows=rows, bytes=size, masked_cells=masked_cells)
        except UsageUnavailable as error:
            raise self._usage_unknown(error) from None

    def _usage_unknown(self, error: UsageUnavailable) -> ShieldError:
        return self.session.bind(
            LimitExceeded(
                f"the budgets' store does not answer ({error}): what was used up is not known, nothing is handed out",
                decision=self.decision,
                rule="budget",
                reason="the budgets' store does not answer",
                hint="Try again later; tell whoever runs pcishield that budgets.store is away.",
            )
        )

    def still_granted(self, rows: int) -> None:
        """Look at the grant that the statement runs under, before rows are handed out; it may have ended meanwhile.

        Raises:
            ApprovalExpired: It has; none of the rows may be handed out.
        """
        if (grant := self._grant) is None:
            return
        if problem := grant.fetch(rows):
            fields = self._fields("failure") | {"approval": {"id": grant.id}, "reason": problem}
            self.session.parts.log.append("approval.expired", fields, durable=True)
            raise self.session.bind(
                ApprovalExpired(
                    f"grant {grant.id} has ended: {problem}; no more rows are handed out",
                    decision=self.decision,
                    hint="Ask again: run the statement once more.",
                )
            )

    def _over_budget(self, what: str, limit: int) -> None:
        """Record it; return when the policy truncates, raise when it does not."""
        self.limit_hit(what, limit)
        if not self.truncates or what == "masked_cells":
            raise self.session.bind(self.limit_error(what, limit))

    def limit_hit(self, what: str, limit: int) -> None:
        """Record that a budget is used up."""
        fields = self._fields("failure") | {
            "limit": {
                "name": what,
                "allowed": limit,
                "seen": self.fetched(),
                "action": "error" if self.decision is None else self.decision.limits.on_exceeded,
            }
        }
        self.session.parts.log.append("limit", fields, durable=True)

    def limit_error(self, what: str, limit: int) -> LimitExceeded:
        """Make the error for a used-up budget."""
        return self.session.limit_error(what, limit, self)  # type: ignore[arg-type]
