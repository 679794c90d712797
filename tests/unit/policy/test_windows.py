"""Time windows by the wall clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from pcishield.core.windows import Window, minute_of_day, parse_days, zone

BERLIN = zone("Europe/Berlin")
ALL = frozenset(range(7))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def window(start: str, end: str, *days: str) -> Window:
    return Window(parse_days(days or ["mon-sun"]), minute_of_day(start), minute_of_day(end), BERLIN)


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (["mon"], {0}),
        (["mon-fri"], {0, 1, 2, 3, 4}),
        (["sat-mon"], {5, 6, 0}),
        (["tue-tue"], {1}),
        (["mon", "sun"], {0, 6}),
    ],
)
def test_days_are_names_or_ranges(days: list[str], expected: set[int]) -> None:
    """A range may run over the week's end."""
    assert expected == set(parse_days(days))


@pytest.mark.parametrize("day", ["monday", "mon-", "-fri", "Mon", ""])
def test_other_days_are_refused(day: str) -> None:
    """A day that is not one of seven words is an error."""
    with pytest.raises(ValueError, match="write days as"):
        parse_days([day])


@pytest.mark.parametrize("clock", ["8:00", "24:01", "25:00", "08:60", "0800", ""])
def test_other_times_are_refused(clock: str) -> None:
    """A time is HH:MM."""
    with pytest.raises(ValueError, match="HH:MM"):
        minute_of_day(clock)


def test_an_unknown_time_zone_is_refused() -> None:
    """A zone that this machine does not know is an error at load, not at two in the morning."""
    with pytest.raises(ValueError, match="unknown time zone"):
        zone("Mars/Olympus")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-02T07:59:59+01:00", False),
        ("2026-03-02T08:00:00+01:00", True),
        ("2026-03-02T17:59:59+01:00", True),
        ("2026-03-02T18:00:00+01:00", False),
        ("2026-03-02T07:00:00+00:00", True),
        ("2026-03-01T12:00:00+01:00", False),
    ],
)
def test_an_office_window_is_half_open_and_in_its_zone(moment: str, expected: bool) -> None:
    """The start is inside, the end is not, and the caller's own zone does not matter."""
    assert expected == window("08:00", "18:00", "mon-fri").contains(at(moment))


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("2026-03-06T21:59:00+01:00", False),
        ("2026-03-06T22:00:00+01:00", True),
        ("2026-03-07T02:00:00+01:00", True),
        ("2026-03-07T05:59:00+01:00", True),
        ("2026-03-07T06:00:00+01:00", False),
        ("2026-03-07T22:30:00+01:00", False),
        ("2026-03-06T02:00:00+01:00", False),
    ],
)
def test_an_overnight_window_belongs_to_the_day_it_starts_on(moment: str, expected: bool) -> None:
    """Friday night lasts until Saturday morning; Thursday night is not Friday's."""
    assert expected == window("22:00", "06:00", "fri").contains(at(moment))


def test_the_whole_day_ends_at_24() -> None:
    """00:00 to 24:00 is all of the day and nothing of the next."""
    monday = window("00:00", "24:00", "mon")

    assert [True, True, False] == [
        monday.contains(at(f"2026-03-0{day}T{clock}:00+01:00"))
        for day, clock in ((2, "00:00"), (2, "23:59"), (3, "00:00"))
    ]


def test_the_hour_skipped_in_spring_never_comes() -> None:
    """On 29 March 2026 the clock in Berlin goes from 02:00 to 03:00: a window in between is empty."""
    night = [at("2026-03-29T00:00:00+00:00") + timedelta(minutes=5 * step) for step in range(36)]

    assert not any(window("02:00", "03:00").contains(moment) for moment in night)


def test_the_hour_repeated_in_autumn_counts_twice() -> None:
    """On 25 October 2026 the hour from 02:00 comes twice, and a window over it is two hours long."""
    night = [datetime(2026, 10, 24, 22, tzinfo=UTC) + timedelta(minutes=step) for step in range(300)]

    assert 120 == sum(window("02:00", "03:00").contains(moment) for moment in night)


def test_an_overnight_window_over_the_change_of_clocks_is_an_hour_shorter_or_longer() -> None:
    """22:00 to 06:00 is seven hours in the spring night, nine in the autumn night."""

    def minutes(first: datetime) -> int:
        return sum(window("22:00", "06:00").contains(first + timedelta(minutes=step)) for step in range(24 * 60))

    assert 7 * 60 == minutes(at("2026-03-28T12:00:00+01:00"))
    assert 9 * 60 == minutes(at("2026-10-24T12:00:00+02:00"))
