"""COPY … FROM STDIN on its way in: blocks are looked at for our own masks and for card numbers before they are sent."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pcishield.exceptions import MaskedWriteBack
from pcishield.runtime.operation import Operation

if TYPE_CHECKING:
    from pcishield.runtime.session import Session

__all__ = ["CopyIn"]

_BETWEEN_CELLS = re.compile(r"[\x00-\x1f,;|\"']")


class CopyIn:
    """Looks at what a COPY FROM STDIN stores, block by block, before it is sent.

    Args:
        operation: What it belongs to, after it has been allowed.
        session: The connection's session.
        encoding: Python codec of the connection.
    """

    _OVERLAP = 64

    def __init__(self, operation: Operation, session: Session, encoding: str) -> None:
        self.operation = operation
        self._session = session
        self._encoding = encoding
        self._tail = ""
        self._pan_allowed = False

    def check(self, block: Any) -> None:
        """Look at ``block``.

        Raises:
            MaskedWriteBack: It holds one of our masks.
            PolicyViolation: It holds a card number and the policy does not allow that as a parameter.
        """
        # The end of the block before goes in front: a value may be cut anywhere.
        text = self._tail + bytes(block).decode(self._encoding, "replace")
        self._tail = text[-self._OVERLAP :]
        masker = self._session.parts.masker
        if masker.is_masked_form(_BETWEEN_CELLS.split(text)):
            raise self._session.bind(
                MaskedWriteBack(
                    "COPY FROM would store a masked card number in place of the real one.",
                    rule="masked-write-back",
                    hint="Leave out columns that were read masked.",
                )
            )
        if not self._pan_allowed and masker.contains_pan(text):
            self._judge_pan(text)

    def _judge_pan(self, text: str) -> None:
        again = self._session.operation(self.operation.sql, [text], method="copy")
        decision = again.decide()
        if decision.outcome != "allow":
            self._session.refuse("copy", decision.reason or "the data holds card numbers.", decision.hint)
        self._pan_allowed = True
