"""A time that a condition names is past or to come by the clock, and with it what the condition leaves out."""

from __future__ import annotations

from datetime import date

import pytest

from pcishield.statement import analyze, content
from pcishield.statement.analyze import cache_clear

PURGE = "DELETE FROM audit_log WHERE at < '2026-11-01'"


def _on(day: str, sql: str, monkeypatch: pytest.MonkeyPatch) -> frozenset[str]:
    cache_clear()
    monkeypatch.setattr(content, "today", lambda: date.fromisoformat(day))
    found = analyze(sql, "postgres").hazard_ids & {"tautological-where", "no-where"}
    cache_clear()
    return found


@pytest.mark.parametrize("day", ["2026-11-02", "2026-11-30", "2031-05-05"])
def test_what_is_older_than_a_day_that_was_is_some_of_a_log(day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows have been written since."""
    assert not _on(day, PURGE, monkeypatch)


@pytest.mark.parametrize("day", ["2026-10-30", "2020-01-01"])
def test_what_is_older_than_a_day_to_come_is_all_of_a_log(day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was written yet on that day; a clock that was never set changes nothing about it."""
    assert {"tautological-where"} == _on(day, PURGE, monkeypatch)


@pytest.mark.parametrize(
    "condition",
    ["at >= '2026-11-01' OR at < now()", "at < '2026-11-01' OR at <= current_timestamp", "at < now()"],
)
@pytest.mark.parametrize("day", ["2026-10-30", "2026-11-30"])
def test_the_present_moves_with_the_clock(condition: str, day: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written down as a day and what ``now()`` is are compared by one clock."""
    assert {"tautological-where"} == _on(day, f"DELETE FROM audit_log WHERE {condition}", monkeypatch)
