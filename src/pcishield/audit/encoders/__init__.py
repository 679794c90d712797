"""Records in the formats of others: pure functions from a record to bytes, usable with every sink.

``json`` is the line itself. The others are views: they leave things out, and the digest of the line (``prev`` of the
next, the fingerprint in OCSF) is how a view is tied to the record that the log signs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pcishield.audit.encoders.cef import cef
from pcishield.audit.encoders.ecs import ecs
from pcishield.audit.encoders.leef import leef
from pcishield.audit.encoders.ocsf import ocsf

__all__ = ["ENCODERS", "Encoder", "cef", "ecs", "encoder", "leef", "ocsf"]

Encoder = Callable[[Mapping[str, Any], bytes], bytes]
"""Takes a record and its canonical line (without line feed), returns one line without line feed."""


def _json(record: Mapping[str, Any], line: bytes) -> bytes:
    return line


ENCODERS: dict[str, Encoder] = {"cef": cef, "ecs": ecs, "json": _json, "leef": leef, "ocsf": ocsf}


def encoder(name: str) -> Encoder:
    """Return the encoder of that name.

    Raises:
        KeyError: There is none.
    """
    return ENCODERS[name]
