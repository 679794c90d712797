"""What is said when something goes wrong on a connection: the driver's errors, masked, and the shield's own, bound.

An error is masked before it is recorded and before the caller sees it. How much of it is told depends on the statement
that it is about (:mod:`pcishield.runtime.scrub`): the latest one of the session, or, while answers are outstanding, the
strictest of those that were sent. An error that cannot be masked is not told at all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, NoReturn

from pcishield.exceptions import (
    AuditUnavailable,
    LimitExceeded,
    MaskingError,
    ShieldError,
    StatementDenied,
    bind_error,
)
from pcishield.runtime.catalogs import SessionCatalog
from pcishield.runtime.hot import SessionState
from pcishield.runtime.known import COMPUTED, ROUTINE, SPOKEN, TOLD
from pcishield.runtime.operation import Operation
from pcishield.runtime.parts import Parts
from pcishield.runtime.scrub import (
    RoutineWording,
    Scrub,
    SpokenWording,
    WithheldWording,
    Wording,
    scrub_exception,
    settle,
)

__all__ = ["ErrorClass", "SessionErrors"]

ErrorClass = Callable[[ShieldError], type[Exception]] | type[Exception]
"""The driver's error class that ours shall also be an instance of, or a function from our error to that class."""


class SessionErrors(SessionState):
    """How one session tells of errors.

    Args:
        parts: The shield's parts.
        dialect: How the database reads SQL.
        error_class: What ours shall also be an instance of; ``None`` for nothing else.
        scrub: Masks driver specific attributes of exceptions.

    Attributes:
        catalog: What the session knows of its tables; ``None`` to know nothing.
    """

    base: Callable[[], dict[str, Any]]

    def __init__(
        self, parts: Parts, dialect: str, error_class: ErrorClass | None = None, scrub: Scrub | None = None
    ) -> None:
        self.parts = parts
        self.dialect = dialect
        self.catalog: SessionCatalog | None = None
        self._error_class = error_class
        self._scrub = scrub
        self._latest = ""
        self._suspect = ""

    # the driver's

    def sanitise(self, error: BaseException, sql: str | None = None) -> None:
        """Mask what the driver's exception and its causes carry, in place.

        Args:
            error: Of the driver.
            sql: The statement that it is about; see :meth:`wording`.
        """
        if isinstance(error, (KeyboardInterrupt, SystemExit, GeneratorExit, asyncio.CancelledError)):
            return
        try:
            scrub_exception(error, self.wording(sql), self._scrub)
        except Exception:
            # Ours is raised while the driver's is handled, and so has it as its context: it must say nothing at all.
            error.args = ()
            error.__dict__.clear()
            error.__cause__ = error.__context__ = None
        else:
            return
        raise MaskingError(f"the driver raised {type(error).__name__} and its text could not be masked")

    def wording(self, sql: str | None = None) -> Wording:
        """Return what may be told of an error or a message of the database.

        Args:
            sql: The statement that it is about, empty for none; without one, the latest of the session, or a stricter
                one among those whose answers are still to come.
        """
        masker = self.parts.masker
        about = (self._suspect or self._latest) if sql is None else sql
        strictness = self._strictness(about)
        if strictness == COMPUTED:
            return WithheldWording(masker.mask_text, masker.mask, self.dialect, about)
        if strictness == SPOKEN:
            return SpokenWording(masker.mask_text, masker.mask, self.dialect, about)
        if strictness == ROUTINE:
            return RoutineWording(masker.mask_text, masker.mask, self.dialect)
        return Wording(masker.mask_text, masker.mask)

    def _strictness(self, sql: str) -> int:
        catalog = self.catalog.catalog if self.catalog is not None else None
        return self.parts.known.get(self.dialect, sql, catalog).strictness if sql else TOLD

    def failed(self, error: BaseException, operation: Any) -> ShieldError | None:
        """Mask and record what a statement on the short way has raised.

        Returns:
            What to raise in its place: ours, bound; ``None`` for the driver's, which is to be raised again.
        """
        if isinstance(error, ShieldError):
            operation.ended(error)
            return self.bind(error)
        self.sanitise(error, operation.sql)
        operation.ended(error)
        return None

    def settled_error(self, error: BaseException, sql: str) -> None:
        """Mask an error of which it is certain what it is about, whoever it passes next."""
        self.sanitise(error, sql)
        settle(error)

    def unanswered(self, sql: str) -> None:
        """Note that ``sql`` has been sent without waiting for what becomes of it (pipelines)."""
        if not self._suspect or self._strictness(sql) > self._strictness(self._suspect):
            self._suspect = sql

    def answered(self) -> None:
        """Say that nothing is unanswered any more."""
        self._suspect = ""

    # the shield's own

    def bind(self, error: ShieldError) -> ShieldError:
        """Make ``error`` also an instance of the driver's error class."""
        choose = self._error_class
        if choose is None:
            return error
        return bind_error(error, choose if isinstance(choose, type) else choose(error))

    def raise_bound(self, error: Exception) -> NoReturn:
        """Raise ``error`` as what the driver's callers expect."""
        if isinstance(error, ShieldError):
            raise self.bind(error) from error.__cause__
        raise error

    def refuse(self, method: str, reason: str, hint: str) -> NoReturn:
        """Record that a route without SQL was refused, and raise.

        Raises:
            StatementDenied: Always, unless the record cannot be written (AuditUnavailable).
        """
        fields = self.base() | {"method": method, "outcome": "failure", "reason": self.parts.record_text(reason)}
        try:
            record = self.parts.log.append("denied", fields, durable=True)
        except AuditUnavailable as error:
            raise self.bind(error) from error.__cause__
        denial = StatementDenied(
            f"{method}: {reason} {hint}", rule="surface.blocked", reason=reason, hint=hint, record_id=record
        )
        raise self.bind(denial)

    def limit_error(self, what: str, limit: int, operation: Operation) -> LimitExceeded:
        """Make the error for a used-up budget."""
        return LimitExceeded(
            f"the policy allows {limit} {what} here and there are more",
            decision=operation.decision,
            rule=f"limit.{what}",
            reason=f"more than {limit} {what}",
            hint="Ask for less: aggregate, filter, or add a LIMIT.",
        )
