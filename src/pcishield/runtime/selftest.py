"""A control that tests itself: a made-up card number must be masked, at the start and every so often.

PCI DSS 10.7.2: that a critical control has failed must be found out, promptly. At the start a scanner that does not
find the number refuses everything; later the failure and its end are recorded (``control.fail``, ``control.restore``).
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from pcishield.exceptions import AuditUnavailable, MaskingError
from pcishield.masking import Masker
from pcishield.masking.iin import luhn_valid
from pcishield.typing import AuditLog

__all__ = ["SelfTest", "canary", "canary_problem"]


def canary() -> str:
    """Return a made-up card number with a right check digit. Made here, so that no source file holds one."""
    body = "42" + "5718036492013"
    return next(body + digit for digit in "0123456789" if luhn_valid(body + digit))


def canary_problem(masker: Masker) -> str:
    """Return what is wrong with a masker, "" when it masks the canary and leaves other text alone."""
    number = canary()
    try:
        masked = masker.mask_text(f"card {number}, order 17")
        found = masker.contains_pan((number,))
    except Exception as error:
        return f"the scanner raised {type(error).__name__}"
    if number in masked or not found:
        return "the scanner does not find a made-up card number"
    if not masked.endswith(", order 17"):
        return "the scanner changes text beside a card number"
    return ""


class SelfTest:
    """Tests a masker and records failures. One sleeping thread, from the first :meth:`start` on.

    Args:
        masker: Under test.
        log: Takes ``control.test``, ``control.fail`` and ``control.restore``.
        base: Returns the fields of every record: actor, src, component.
        seconds: Between two tests; 0 tests at the start only.
    """

    def __init__(self, masker: Masker, log: AuditLog, base: Callable[[], dict[str, Any]], seconds: float) -> None:
        self._masker = masker
        self._log = log
        self._base = base
        self._seconds = seconds
        self._failed_since = ""
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def require(self) -> None:
        """Test once, before anything is guarded.

        Raises:
            MaskingError: The masker failed; recorded.
        """
        if problem := self.run():
            raise MaskingError(
                f"control self-test: {problem}; this shield guards nothing. Check [masking] and the installation."
            )

    def run(self, *, record: bool = False) -> str:
        """Test once; return the problem, "" for none.

        Args:
            record: Also record that all is well.
        """
        problem, now = canary_problem(self._masker), datetime.now(UTC).isoformat().replace("+00:00", "Z")
        if problem and not self._failed_since:
            self._failed_since = now
            self._append("control.fail", {"name": "canary", "cause": problem, "from": now}, "failure")
        elif not problem and self._failed_since:
            since, self._failed_since = self._failed_since, ""
            control = {"name": "canary", "cause": "the scanner failed its test", "from": since, "to": now}
            self._append("control.restore", control, "success")
        elif record and not problem:
            self._append("control.test", {"name": "canary", "cause": "made-up card number", "to": now}, "success")
        return problem

    def start(self) -> None:
        """Test every so often from now on. Idempotent; a forked child does not inherit the thread."""
        if self._seconds and self._thread is None:
            self._thread = threading.Thread(target=self._work, name="pcishield-selftest", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Stop."""
        self._stop.set()

    def _work(self) -> None:
        while not self._stop.wait(self._seconds):
            try:
                self.run(record=True)
            except AuditUnavailable:
                continue  # the log says so itself, and refuses statements

    def _append(self, kind: str, control: dict[str, Any], outcome: str) -> None:
        self._log.append(kind, self._base() | {"component": "masking", "control": control, "outcome": outcome})
