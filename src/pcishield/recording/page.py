"""A replay as one HTML page that needs nothing else: no network, no other file.

The page builds its content from the data with ``textContent`` only, and its content security policy allows no
script but its own, by hash: what was recorded cannot run, whatever it says.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from html import escape
from importlib.resources import files
from typing import Any

import orjson

from pcishield.recording.timeline import Moment, lines

__all__ = ["replay_page"]


def _asset(name: str) -> str:
    return files("pcishield.recording").joinpath(name).read_text("utf-8")


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def replay_page(played: Sequence[Moment], *, title: str, facts: Mapping[str, Any]) -> str:
    """Return the page.

    Args:
        played: In order.
        title: Of the page.
        facts: Shown above the timeline: ids, what the audit log says, who, when.
    """
    moments = [
        {"at": round(moment.at, 6), "recording": moment.recording, "event": dict(moment.event),
         "lines": [] if moment.event.get("e") == "rows" else lines(moment.event)}
        for moment in played
    ]  # fmt: skip
    # In a script element only "</" and "<!--" could end or change it.
    data = orjson.dumps({"facts": facts, "moments": moments}).decode().replace("<", "\\u003c")
    style, script = _asset("page.css"), _asset("page.js")
    policy = f"default-src 'none'; style-src {_hash(style)}; script-src {_hash(script)}; base-uri 'none'"
    return (
        "<!doctype html>\n"
        f'<html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{style}</style></head>\n<body><h1>{escape(title)}</h1>\n"
        '<dl id="facts"></dl>\n'
        '<div id="controls"><button id="play">Play</button><label>speed <select id="speed">'
        "<option>0.5</option><option selected>1</option><option>2</option><option>8</option><option>64</option>"
        '</select></label><label><input type="checkbox" id="short" checked> shorten pauses</label>'
        '<span id="clock"></span></div>\n'
        '<div id="timeline" role="slider" aria-label="timeline" tabindex="0"><div id="head"></div></div>\n'
        '<ol id="screen"></ol>\n'
        f'<script type="application/json" id="data">{data}</script>\n'
        f"<script>{script}</script></body></html>\n"
    )
