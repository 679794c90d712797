"""Masking of text that arrives in pieces: COPY, files, pipes.

The result does not depend on where the pieces end. A decision depends on no more than
:data:`~pcishield.masking.scanner.REACH` characters to either side and on nothing behind a line feed, so:
whatever ends in a line feed is handed on at once; of a longer line the last ``REACH`` characters are held back, and
as many that were handed on are kept to look back at.

Track data and codes are redacted where they stand: a stream has no cells. Opt-in decoders are not applied.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence

from pcishield.masking.hits import Hit
from pcishield.masking.scanner import REACH
from pcishield.masking.text import TextMasker

__all__ = ["StreamMasker"]


class StreamMasker:
    """Masks a stream of text, piece by piece.

    Args:
        find: Finds card data in text.
        texts: Replaces it.
        delimiter: A character that no card number goes over, such as the tab between columns of COPY.

    Attributes:
        hits: How many were replaced, by class.
    """

    def __init__(
        self,
        find: Callable[[str], Sequence[Hit]],
        texts: TextMasker,
        *,
        delimiter: str = "",
    ) -> None:
        self._find = find
        self._texts = texts
        self._delimiter = delimiter
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._behind = ""
        self._held = ""
        self._fresh: list[str] = []
        self._fresh_size = 0
        self.hits: dict[str, int] = {}

    def feed(self, data: bytes | bytearray | memoryview) -> bytes:
        """Take the next piece and return what is certain by now: UTF-8 in, UTF-8 out, other bytes unchanged."""
        return self.feed_text(self._decoder.decode(bytes(data))).encode("utf-8", "surrogateescape")

    def finish(self) -> bytes:
        """Return the rest. The masker can be used for another stream afterwards."""
        text = self._decoder.decode(b"", final=True)
        self._decoder.reset()
        return (self.feed_text(text) + self.finish_text()).encode("utf-8", "surrogateescape")

    def feed_text(self, text: str) -> str:
        """Like :meth:`feed`, for text."""
        self._fresh.append(text)
        self._fresh_size += len(text)
        # Looking again at what is held costs time; only when as much is new does it stay linear.
        if self._fresh_size < len(self._held) and "\n" not in text:
            return ""
        self._held = "".join([self._held, *self._fresh])
        self._fresh.clear()
        self._fresh_size = 0
        return self._certain()

    def finish_text(self) -> str:
        """Like :meth:`finish`, for text."""
        self._held = "".join([self._held, *self._fresh])
        self._fresh.clear()
        self._fresh_size = 0
        masked = self._masked(len(self._held))
        self._behind = self._held = ""
        return masked

    def _certain(self) -> str:
        line = self._held.rfind("\n") + 1
        done = self._masked(line) if line else ""
        if line:
            self._behind = ""
        if len(self._held) > 2 * REACH:
            done += self._masked(len(self._held) - REACH)
        return done

    def _masked(self, size: int) -> str:
        """Mask and take away ``size`` characters of what is held, or fewer where a hit lies across."""
        text = self._behind + self._held
        start, end = len(self._behind), len(self._behind) + size
        found = self._find_all(text)
        for hit in found:
            if hit.start < end < hit.end:
                end = max(start, hit.start)
        hits = [hit for hit in self._texts.resolved(text, found, self._find_all) if start < hit.end and hit.start < end]
        for hit in hits:
            self.hits[hit.cls] = self.hits.get(hit.cls, 0) + 1
        masked = self._texts.replaced(text[start:end], [hit.moved(-start) for hit in hits])
        self._behind, self._held = text[max(0, end - REACH) : end], text[end:]
        return masked

    def _find_all(self, text: str) -> list[Hit]:
        if not self._delimiter or self._delimiter not in text:
            return list(self._find(text))
        hits = []
        position = 0
        for cell in text.split(self._delimiter):
            hits += [hit.moved(position) for hit in self._find(cell)]
            position += len(cell) + len(self._delimiter)
        return hits
