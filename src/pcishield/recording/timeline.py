"""A recording as something to look at: moments in order, and the lines a terminal shows for each.

Nothing in a recording is trusted with the terminal: characters that are not printable are replaced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["Moment", "lines", "moments", "pauses"]

_CELL = 40
_MARKS = {"success": "ok", "failure": "failed", "cancelled": "cancelled", "partial": "partial"}


@dataclass(frozen=True, slots=True)
class Moment:
    """One event, and when.

    Attributes:
        at: Seconds since the first event of what is played.
        recording: Number of the recording it is from, from 0.
        event: As recorded.
    """

    at: float
    recording: int
    event: Mapping[str, Any]


def moments(recordings: Sequence[tuple[float, Iterable[Mapping[str, Any]]]]) -> list[Moment]:
    """Return the events of several recordings in the order in which they happened.

    Args:
        recordings: For each when it began (seconds on any common clock), and its events.
    """
    found = [
        (began + int(event.get("t", 0)) / 1e6, number, event)
        for number, (began, events) in enumerate(recordings)
        for event in events
    ]
    found.sort(key=lambda item: item[0])
    first = found[0][0] if found else 0.0
    return [Moment(at - first, number, event) for at, number, event in found]


def pauses(played: Sequence[Moment], speed: float, longest: float | None) -> Iterator[tuple[float, Moment]]:
    """Yield (seconds to wait, moment).

    Args:
        played: In order.
        speed: 2 plays twice as fast.
        longest: Longest pause in seconds of played time; ``None`` for the original ones.
    """
    before = 0.0
    for moment in played:
        pause = (moment.at - before) / speed
        before = moment.at
        yield (pause if longest is None else min(pause, longest)), moment


def _safe(text: Any) -> str:
    return "".join(ch if ch.isprintable() else "\ufffd" for ch in str(text))


def lines(event: Mapping[str, Any]) -> list[str]:
    """Return what a terminal shows for an event, without colours; empty for events that show nothing."""
    show = _SHOWN.get(str(event.get("e")))
    return show(event) if show is not None else [f"({_safe(event.get('e'))})"]


def _open(event: Mapping[str, Any]) -> list[str]:
    actor, db = event.get("actor") or {}, event.get("db") or {}
    who = "/".join(_safe(actor[name]) for name in ("user", "agent") if actor.get(name))
    where = " ".join(_safe(db[name]) for name in ("system", "server", "name", "user") if db.get(name))
    return [f"# {_safe(event.get('at', ''))} {who} opened {where} under {_safe(event.get('policy', ''))}"]


def _statement(event: Mapping[str, Any]) -> list[str]:
    given = event.get("parameters") or {}
    about = f"  -- {int(given.get('count', 0))} parameters" if given.get("count") else ""
    who = f"{_safe(event['who'])} " if event.get("who") else ""
    return [f"{who}> {_safe(event.get('sql', ''))}{about}"]


def _rows(event: Mapping[str, Any]) -> list[str]:
    rows = [[_short(value) for value in row] for row in event.get("rows") or []]
    names = [_short(name) for name in event.get("columns") or []]
    table = [*([names] if names else []), *rows]
    if not table:
        return []
    widths = [max((len(row[at]) for row in table if at < len(row)), default=0) for at in range(max(map(len, table)))]
    text = ["  " + " | ".join(value.ljust(width) for value, width in zip(row, widths, strict=False)) for row in table]
    if names:
        text.insert(1, "  " + "-+-".join("-" * width for width in widths))
    return [line.rstrip() for line in text]


def _short(value: Any) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, Mapping) and value.get("type") == "bytes":
        value = f"<{value.get('length')} bytes>"
    text = _safe(value)
    return text if len(text) <= _CELL else text[: _CELL - 1] + "…"


def _result(event: Mapping[str, Any]) -> list[str]:
    parts = [_MARKS.get(str(event.get("outcome")), _safe(event.get("outcome")))]
    if event.get("rows") is not None:
        parts.append(f"{event['rows']} rows")
        if event.get("recorded", 0) < event["rows"]:
            parts.append(f"{event.get('recorded', 0)} recorded")
    error = event.get("error") or {}
    parts += [_safe(error[name]) for name in ("class", "sqlstate", "template") if error.get(name)]
    return [f"  ({', '.join(parts)}; {int(event.get('us') or 0) / 1000:.1f} ms)"]


def _approval(event: Mapping[str, Any]) -> list[str]:
    by = ", ".join(_safe(name) for name in event.get("approvers") or ())
    reason = f": {_safe(event['reason'])}" if event.get("reason") else ""
    return [f"  approved by {by}{reason}  [{_safe(event.get('sql', ''))}]"]


def _denied(event: Mapping[str, Any]) -> list[str]:
    return [f"> {_safe(event.get('sql', ''))}", f"  refused: {_safe(event.get('reason', ''))}"]


def _fetch(event: Mapping[str, Any]) -> list[str]:
    return [f"  ({int(event.get('rows') or 0)} rows in all)"]


def _full(event: Mapping[str, Any]) -> list[str]:
    return ["  (no further rows are recorded: the recording has reached its size)"]


def _close(event: Mapping[str, Any]) -> list[str]:
    return ["# closed"]


_SHOWN: dict[str, Callable[[Mapping[str, Any]], list[str]]] = {
    "open": _open,
    "statement": _statement,
    "rows": _rows,
    "result": _result,
    "fetch": _fetch,
    "approval": _approval,
    "denied": _denied,
    "full": _full,
    "close": _close,
}
