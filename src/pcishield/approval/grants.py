"""Grants: an approval for more than one statement, scoped as narrowly as the approver wants.

A grant always ends: at an absolute time, after a number of uses, or after a number of rows. It is looked at
again at each execute and each fetched batch, so one that ends while rows are being read stops them.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from fnmatch import fnmatchcase

from pcishield.approval.state import IllegalTransition
from pcishield.core.decision import Principal

__all__ = ["Grant"]


@dataclass(frozen=True, slots=True)
class Grant:
    """Who may run what, how often, over how many rows, until when.

    Attributes:
        id: For records.
        user: Who it is given to.
        agent: Through which agent; empty for any.
        approver: Who gave it; never ``user``.
        fingerprints: Statement templates it covers; empty for any template.
        tables: Globs of ``schema.table`` that the statement may touch, all of them; empty for any table.
        database: The database it is for; empty for any.
        not_after: When it ends, timezone-aware. Mandatory.
        uses: How many statements are left.
        rows: How many rows are left; ``None`` when they are not counted.
        policy: Policy label it was given under; another policy version ends it.
    """

    id: str
    user: str
    approver: str
    not_after: datetime
    uses: int
    agent: str = ""
    fingerprints: frozenset[str] = frozenset()
    tables: tuple[str, ...] = ()
    database: str = ""
    rows: int | None = None
    policy: str = ""

    def __post_init__(self) -> None:
        if self.approver == self.user:
            raise IllegalTransition(f"{self.user} cannot grant anything to themselves")
        if self.not_after.tzinfo is None:
            raise IllegalTransition("not_after needs a time zone")
        if not self.fingerprints and not self.tables:
            raise IllegalTransition("a grant without templates and without tables would cover everything")

    def covers(
        self, principal: Principal, fingerprint: str, tables: Collection[str], database: str, policy: str, now: datetime
    ) -> bool:
        """Tell whether one more statement may run under this grant at ``now``."""
        return (
            now <= self.not_after
            and self.uses > 0
            and (self.rows is None or self.rows > 0)
            and principal.user == self.user
            and self.agent in ("", principal.agent)
            and self.database in ("", database)
            and self.policy in ("", policy)
            and (not self.fingerprints or fingerprint in self.fingerprints)
            and (not self.tables or (bool(tables) and all(self._knows(table) for table in tables)))
        )

    def used(self) -> Grant:
        """Return the grant with one use less. Raises IllegalTransition when none is left."""
        if self.uses < 1:
            raise IllegalTransition(f"grant {self.id} is used up")
        return replace(self, uses=self.uses - 1)

    def fetched(self, rows: int, now: datetime) -> Grant:
        """Return the grant after ``rows`` more rows.

        Raises:
            IllegalTransition: It has ended, or these rows are more than are left; hand none of them out.
        """
        if now > self.not_after:
            raise IllegalTransition(f"grant {self.id} has ended")
        if self.rows is None:
            return self
        if rows > self.rows:
            raise IllegalTransition(f"grant {self.id} covers {self.rows} more rows, not {rows}")
        return replace(self, rows=self.rows - rows)

    def _knows(self, table: str) -> bool:
        return any(fnmatchcase(table, pattern) for pattern in self.tables)
