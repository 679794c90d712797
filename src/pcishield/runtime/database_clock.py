"""How far the database's clock is from ours, asked once when a connection is opened.

Records carry our time, the database's own log carries its time; who joins both has to know the difference. Drivers
ask on their raw connection, outside of any transaction and before the application has it: the question is in no record
and no count. It is off by at most half of the round trip. Whatever goes wrong with it, the connection is as good as
without it, and the field is missing.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

__all__ = ["QUESTIONS", "Asked"]

QUESTIONS = {"mysql": "SELECT UTC_TIMESTAMP(6)", "postgres": "SELECT to_json(clock_timestamp())"}
"""By dialect, without a literal that would be a statement of its own in the server's statistics. PostgreSQL's JSON
shows a time in ISO 8601 whatever DateStyle says. Reconciliation knows both to the letter."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Asked:
    """One question on its way; made right before it is sent."""

    __slots__ = ("_sent",)

    def __init__(self) -> None:
        self._sent = time.time_ns()

    def skew_us(self, answer: Any) -> int | None:
        """Return the database's clock minus ours, microseconds; ``None`` when the answer is no time.

        Args:
            answer: What the database said: text, bytes of it, or a time; without a zone it is UTC. Untrusted.
        """
        middle = (self._sent + time.time_ns()) // 2000
        try:
            if isinstance(answer, (bytes, bytearray)):
                answer = answer.decode("ascii")
            if isinstance(answer, str):
                answer = datetime.fromisoformat(answer.strip('"'))
            if not isinstance(answer, datetime):
                return None
            told = answer if answer.tzinfo is not None else answer.replace(tzinfo=UTC)
            return (told - _EPOCH) // _MICROSECOND - middle
        except (ValueError, OverflowError):
            return None
