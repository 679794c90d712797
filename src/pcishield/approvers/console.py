"""Asks a human at a terminal. Without a terminal the answer is no."""

from __future__ import annotations

import getpass
import sys
from typing import TextIO

from pcishield.core.decision import ApprovalAnswer, ApprovalRequest

__all__ = ["ConsoleApprover", "describe"]


def describe(request: ApprovalRequest) -> str:
    """Return what an approver has to see, as plain text: whole, without literals."""
    who = request.principal.user + (f" through {request.principal.agent}" if request.principal.agent else "")
    lines = [
        ("request", request.id),
        ("who", f"{who} (identity: {request.principal.level})"),
        ("why", request.principal.reason or "no reason given"),
        ("asked by", f"{request.rule or 'default'}: {request.reason}"),
        ("database", request.database or "-"),
        ("does", request.summary or ", ".join(request.actions)),
        ("tables", ", ".join(request.tables) or "-"),
        ("card data", ", ".join(request.classes) or "-"),
        ("hazards", ", ".join(request.hazards) or "-"),
        ("SQL", request.template),
        ("expires", request.expires_at.isoformat(timespec="seconds")),
    ]
    return "\n".join(f"{name:>10}  {_one_line(text)}" for name, text in lines)


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
        target.write(f"\nApproval needed\n{describe(request)}\nApprove? Type yes to approve: ")
        target.flush()
        answer = source.readline().strip().lower()
        return ApprovalAnswer(answer == "yes", self.approver, "" if answer == "yes" else "answered at the console")


def _one_line(text: str) -> str:
    # Control characters could rewrite what is shown above them.
    return "".join(char if char.isprintable() else " " for char in text)
