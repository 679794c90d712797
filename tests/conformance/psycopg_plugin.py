"""pytest plugin for ``run_psycopg.py``: guards every connection that a suite opens, and writes down what happened.

Options come by environment, since the suite has a configuration of its own:
``CONFORMANCE_OUT`` the file to write, ``CONFORMANCE_AUDIT`` the audit directory; without it nothing is guarded.

Two of the suite's tools are adjusted, raw and guarded alike. Its faker draws long numbers at random, and one that is
a card number comes back masked, as it should: it draws again. Its leak tests count all objects of the process, of
which the log's threads make and drop a few at any moment: numbers less than ten apart are the same.
"""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg._cursor_base import BaseCursor
from psycopg.client_cursor import ClientCursorMixin
from psycopg.types.multirange import Multirange
from psycopg.types.range import Range

from pcishield.masking import Masker

# Observe: the suite sends nonsense on purpose, which no enforcing policy lets through. Masking stays on.
ALLOW_ALL = {"name": "allow-all", "schema": 1, "default": "allow", "mode": "observe"}

outcomes: dict[str, str] = {}
sent: set[str] = set()
counts = {"statements": 0, "unjudged": 0}
_shield: Any = None


def pytest_configure(config: pytest.Config) -> None:
    """Guard, before any test module is imported."""
    global _shield
    audit = os.environ.get("CONFORMANCE_AUDIT")
    if not audit:
        return
    from pcishield.drivers import psycopg as driver
    from pcishield.shield import Shield

    _shield = Shield({}, policy=ALLOW_ALL, audit=audit)
    # As pcishield.install() does it: on the entry points, for whoever imported the driver raw.
    for cls in (psycopg.Connection, psycopg.AsyncConnection):
        cls.connect = classmethod(_guarded(cls.__dict__["connect"].__func__, driver, cls is psycopg.AsyncConnection))
    psycopg.connect = psycopg.Connection.connect
    for cls, name in ((BaseCursor, "_execute_send"), (BaseCursor, "_send_query_prepared"),
                      (ClientCursorMixin, "_execute_send")):  # fmt: skip
        setattr(cls, name, _counted(cls.__dict__[name]))


def pytest_sessionstart(session: pytest.Session) -> None:
    """Adjust the suite's tools, which its ``conftest.py`` has loaded."""
    from tests.fix_faker import Faker  # type: ignore[import-not-found]  # of the suite
    from tests.fix_gc import GCFixture  # type: ignore[import-not-found]

    for name in ("make", "example"):
        setattr(Faker, name, _without_cards(getattr(Faker, name), Masker()))
    count = GCFixture.count
    GCFixture.count = staticmethod(lambda: _About(count()))


def _without_cards(original: Any, masker: Masker) -> Any:
    @functools.wraps(original)
    def make(self: Any, spec: Any) -> Any:
        while masker.contains_pan(list(_spelt(value := original(self, spec)))):
            pass
        return value

    return make


def _spelt(value: Any) -> Iterator[str]:
    """What a database may write of a value, in pieces: numbers in full, bounds of ranges as it may move them."""
    if isinstance(value, Range):
        for bound in (value.lower, value.upper):
            yield from _spelt(bound)
            if isinstance(bound, int):
                yield from (str(bound - 1), str(bound + 1))
    elif isinstance(value, (list, tuple, Multirange)):
        for item in value:
            yield from _spelt(item)
    elif isinstance(value, dict):
        yield from _spelt([*value, *value.values()])
    elif hasattr(value, "obj"):
        yield from _spelt(value.obj)
    else:
        yield str(value)
        if isinstance(value, (Decimal, float)):
            yield f"{value:f}"
            yield f"{Decimal(str(value)):f}"


class _About(int):
    """Equal to what is less than ten away."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, int) and abs(int(self) - other) < 10

    __hash__ = int.__hash__


def _guarded(original: Any, driver: Any, asynchronous: bool) -> Any:
    if asynchronous:

        @functools.wraps(original)
        async def aconnect(cls: Any, *args: Any, **kwargs: Any) -> Any:
            return driver.guard_connection(await original(cls, *args, **kwargs), _shield)

        return aconnect

    @functools.wraps(original)
    def connect(cls: Any, *args: Any, **kwargs: Any) -> Any:
        return driver.guard_connection(original(cls, *args, **kwargs), _shield)

    return connect


def _counted(original: Any) -> Any:
    """Count in the driver itself, below every wrapper, what is sent, and whether the log knows of it."""

    from pcishield.drivers.psycopg._cursor import is_guarded
    from pcishield.drivers.psycopg._rows import current

    @functools.wraps(original)
    def send(self: Any, *args: Any, **kwargs: Any) -> Any:
        counts["statements"] += 1
        operation = current(self).operation if is_guarded(self) else None
        if operation is None or not operation.attempt_id:
            counts["unjudged"] += 1
        else:
            sent.add(operation.attempt_id)
        return original(self, *args, **kwargs)

    return send


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """A test has passed when its call passed and neither set-up nor tear-down failed."""
    before = outcomes.get(report.nodeid)
    if report.when == "call":
        outcomes[report.nodeid] = report.outcome if before in (None, "passed") else before
    elif report.outcome != "passed":
        outcomes[report.nodeid] = report.outcome if report.when == "setup" or before == "passed" else before or "failed"


def pytest_unconfigure(config: pytest.Config) -> None:
    """Write down what happened."""
    found: dict[str, Any] = {"passed": sorted(test for test, outcome in outcomes.items() if outcome == "passed")}
    if _shield is not None:
        _shield.close()
        recorded = _attempts(Path(os.environ["CONFORMANCE_AUDIT"]))
        found["counts"] = counts | {"missing": len(sent - recorded), "operations": len(sent)}
    Path(os.environ["CONFORMANCE_OUT"]).write_text(json.dumps(found), "utf-8")


def _attempts(audit: Path) -> set[str]:
    found = set()
    for segment in audit.rglob("*.jsonl"):
        for line in segment.read_text("utf-8").splitlines():
            record = json.loads(line)
            if record.get("type") == "attempt":
                found.add(f"{record['shard']}/{record['seq']}")
    return found
