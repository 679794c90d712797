"""Has checkpoints cosigned by a witness (c2sp.org/tlog-witness): it saw this log and no other in its place."""

from __future__ import annotations

import urllib.error
import urllib.request
from base64 import b64encode
from typing import Annotated, ClassVar

from pydantic import Field, PrivateAttr, field_validator

from pcishield.audit.checkpoint import NoteError, parse_checkpoint
from pcishield.audit.cosignature import WitnessKey, find_cosignature
from pcishield.runtime.anchor import BaseAnchor, Prove

__all__ = ["WitnessAnchor"]


class WitnessAnchor(BaseAnchor):
    """Posts to ``url`` + ``/add-checkpoint``; the receipt is the witness's signature line, checked against ``vkey``.

    The witness must know the origins ``pcishield/<deployment>/<shard>`` and their keys (from ``index.jsonl``).
    """

    kind: ClassVar[str] = "witness"
    url: Annotated[str, Field(pattern=r"^https?://")]
    vkey: str
    _sizes: dict[str, int] = PrivateAttr(default_factory=dict)

    @field_validator("vkey")
    @classmethod
    def _readable(cls, value: str) -> str:
        WitnessKey.parse(value)
        return value

    def anchor(self, note: str, prove: Prove) -> bytes:
        """Have the checkpoint cosigned."""
        origin = parse_checkpoint(note).origin
        known, answer = self._sizes.get(origin, 0), ""
        for _ in range(3):
            status, answer = self._post(known, note, prove)
            if status != 409:
                break
            # It has seen another size: it says which one.
            known = int(answer)
        if status != 200:
            raise ConnectionError(0, f"the witness answered {status}")
        line, _ = find_cosignature(note, answer, WitnessKey.parse(self.vkey))
        self._sizes[origin] = parse_checkpoint(note).size
        return line.encode()

    def _post(self, known: int, note: str, prove: Prove) -> tuple[int, str]:
        size = parse_checkpoint(note).size
        if known > size:
            raise NoteError(f"the witness has seen {known} lines and there are {size}: the log was cut or rolled back")
        hashes = prove(known) if 0 < known < size else []
        proof = "".join(f"{b64encode(one).decode()}\n" for one in hashes)
        body = f"old {known}\n{proof}\n{note}".encode()
        request = urllib.request.Request(f"{self.url.rstrip('/')}/add-checkpoint", body, method="POST")  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=self.timeout) as response:  # noqa: S310
                return response.status, response.read(1 << 16).decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(1 << 16).decode("utf-8", "replace")
