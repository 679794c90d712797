"""Asks a human at a terminal. Without a terminal the answer is no."""

from __future__ import annotations

import getpass
import select
import sys
from typing import TextIO

from pcishield.approval.shown import shown, shown_digest
from pcishield.core.decision import ApprovalAnswer, ApprovalRequest
from pcishield.runtime.waiting import system_now

__all__ = ["ConsoleApprover"]


class ConsoleApprover:
    """Shows the request on a terminal and reads ``yes`` or anything else.

    Args:
        approver: Name of the human at the terminal; default the operating system's user. It must not be the
            name the agent acts for: nobody approves an own statement.
        input: Where the answer is read; default standard input.
        output: Where the request is shown; default standard error.
    """

    def __init__(self, approver: str = "", *, input: TextIO | None = None, output: TextIO | None = None) -> None:
        self.approver = approver or getpass.getuser()
        self._input = input
        self._output = output

    def __call__(self, request: ApprovalRequest) -> ApprovalAnswer:
        """Ask and wait for a line. End of input is a no."""
        source, target = self._input or sys.stdin, self._output or sys.stderr
        if not source.isatty():
            return ApprovalAnswer(False, self.approver, "there is no terminal to ask at")
        target.write(f"\nApproval needed\n{shown(request)}\nApprove? Type yes to approve: ")
        target.flush()
        answer = self._read(source, request)
        if answer is None:
            return ApprovalAnswer(False, self.approver, "nobody answered at the console in time")
        yes = answer.strip().lower() == "yes"
        evidence = {"channel": "console", "level": "os", "shown": shown_digest(request)}
        return ApprovalAnswer(yes, self.approver, "" if yes else "answered at the console", evidence, at=system_now())

    def _read(self, source: TextIO, request: ApprovalRequest) -> str | None:
        """Read a line, ``None`` when none comes before the request expires: nobody waits for it then."""
        try:
            descriptor = source.fileno()
        except OSError:
            return source.readline()
        while (left := (request.expires_at - system_now()).total_seconds()) > 0:
            if select.select([descriptor], [], [], min(left, 0.5))[0]:
                return source.readline()
        return None
