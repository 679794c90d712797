"""Public test helpers: made-up card numbers, checks that none got out, and doubles for log, approver and clock."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from threading import Lock
from typing import Any

from pcishield._sink_contract import SinkContract
from pcishield.audit.canonical import Preencoded
from pcishield.core.decision import ApprovalAnswer, ApprovalRequest
from pcishield.exceptions import AuditUnavailable
from pcishield.masking.boundaries import phone_like
from pcishield.masking.iin import IinTable, Network, luhn_valid
from pcishield.masking.masker import Masker

__all__ = ["FakeClock", "RecordingLog", "ScriptedApprover", "SinkContract", "assert_no_pan", "make_pan"]


def make_pan(brand: str = "visa", length: int = 16, rng: random.Random | None = None) -> str:
    """Return a made-up card number that passes Luhn and the IIN table.

    Args:
        brand: A network of the IIN table.
        length: Digits; must be one of the network's lengths.
        rng: Where randomness comes from; seeded with brand and length when not given, so that the same call
            gives the same number.

    Raises:
        ValueError: There is no such network, or the scanner takes none of its numbers of this length by value.
    """
    rng = rng if rng is not None else random.Random(f"{brand}-{length}")  # noqa: S311  (test data)
    rows = [
        network
        for network in IinTable.shipped().networks
        if network.name == brand and length in network.lengths and network.certain
    ]
    if not rows:
        raise ValueError(f"no network {brand!r} with {length} digits")
    while True:
        number = _number(rng.choice(rows), length, rng)
        if not phone_like(number):
            return number


def _number(network: Network, length: int, rng: random.Random) -> str:
    low, high = rng.choice(network.bounds())
    body = f"{rng.randint(low, high):08}" + "".join(rng.choices("0123456789", k=length - 9))
    return next(body + digit for digit in "0123456789" if luhn_valid(body + digit))


@cache
def _masker() -> Masker:
    return Masker()


def assert_no_pan(value: Any) -> None:
    """Fail when ``value`` holds card data, nested values included.

    Raises:
        AssertionError: It does. The message does not show it.
    """
    if _masker().contains_pan(value):
        raise AssertionError(f"card data found in a value of type {type(value).__name__}")


class RecordingLog:
    """An audit log in memory: ``records`` holds what was appended, as plain dictionaries.

    Attributes:
        records: In order; each with its ``type``.
        broken: While true, every append raises AuditUnavailable, as a log on a full disk does.
    """

    def __init__(self) -> None:
        self.records: list[dict[str, Any]] = []
        self.broken = False
        self._lock = Lock()

    def append(self, type: str, fields: Mapping[str, Any], *, durable: bool = False) -> str:
        """Keep one record and return its id, ``memory/<number>``."""
        if self.broken:
            raise AuditUnavailable("the audit log is broken, as the test asked")
        record = {"type": type} | {
            key: value.value if isinstance(value, Preencoded) else value for key, value in fields.items()
        }
        with self._lock:
            self.records.append(record)
            return f"memory/{len(self.records) - 1}"

    def close(self) -> None:
        """Do nothing."""


class ScriptedApprover:
    """An approver that answers from a list; ``requests`` holds what it was shown.

    Args:
        answers: One per request, in order; after the last it refuses.
    """

    def __init__(self, *answers: ApprovalAnswer | bool) -> None:
        self.requests: list[ApprovalRequest] = []
        self._answers = list(answers)

    def __call__(self, request: ApprovalRequest) -> ApprovalAnswer | bool:
        """Return the next answer."""
        self.requests.append(request)
        return self._answers.pop(0) if self._answers else False


class FakeClock:
    """A clock that stands still until it is moved.

    Args:
        start: Timezone-aware.
    """

    def __init__(self, start: datetime | None = None) -> None:
        self._now = start or datetime(2026, 1, 1, tzinfo=UTC)
        self._monotonic = 0

    def now(self) -> datetime:
        """Return the time it is set to."""
        return self._now

    def monotonic_ns(self) -> int:
        """Return nanoseconds moved forward so far."""
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now += timedelta(seconds=seconds)
        self._monotonic += int(seconds * 1_000_000_000)

    def step(self, seconds: float) -> None:
        """Set the wall clock forward or back, as an administrator would; the monotonic clock goes on."""
        self._now += timedelta(seconds=seconds)
