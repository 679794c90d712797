"""A replay as asciicast v2 (https://docs.asciinema.org/manual/asciicast/v2/): a header, then one event per line."""

from __future__ import annotations

from collections.abc import Sequence

import orjson

from pcishield.recording.timeline import Moment, lines, pauses

__all__ = ["asciicast"]

_COLOURS = {"statement": "36", "denied": "31", "approval": "33", "open": "2", "close": "2"}


def asciicast(
    played: Sequence[Moment], *, title: str, began: int, speed: float = 1.0, longest: float | None = None
) -> str:
    """Return the text of a ``.cast`` file.

    Args:
        played: In order.
        title: Shown by players.
        began: Unix time of the first moment, seconds.
        speed: As for :func:`pcishield.recording.timeline.pauses`.
        longest: Likewise.
    """
    header = {"version": 2, "width": 120, "height": 36, "timestamp": began, "title": title}
    text, at = [orjson.dumps(header).decode()], 0.0
    for pause, moment in pauses(played, speed, longest):
        at += pause
        if shown := "\r\n".join(lines(moment.event)):
            colour = _COLOURS.get(str(moment.event.get("e")))
            shown = f"\x1b[{colour}m{shown}\x1b[0m" if colour else shown
            text.append(orjson.dumps([round(at, 6), "o", shown + "\r\n"]).decode())
    return "\n".join(text) + "\n"
