"""The bar of commands that may take long: on standard error, on a terminal only, and gone when they end."""

from __future__ import annotations

import sys
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

__all__ = ["ProgressBar"]


class ProgressBar:
    """Shows how far a command is. A context manager.

    Args:
        wanted: Whether to show it at all; it is never shown where standard error is no terminal.
        total: What ``done`` counts up to, ``None`` while that is not known.
    """

    def __init__(self, wanted: bool = True, total: float | None = None) -> None:
        self.shown = wanted and sys.stderr.isatty()
        self._bar = Progress(
            TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn(), TimeRemainingColumn(),
            TextColumn("{task.fields[note]}", markup=False),
            console=Console(stderr=True), transient=True, disable=not self.shown,
        )  # fmt: skip
        self._task = self._bar.add_task("", total=total, note="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._bar.stop()

    def show(self, done: float, *, total: float | None = None, what: str = "", note: str = "") -> None:
        """Say how far it is.

        Args:
            done: In the unit of ``total``.
            total: If it has become known, or changed.
            what: What is being looked at.
            note: What was found so far.
        """
        if self.shown:
            self._bar.update(self._task, completed=done, total=total, description=what, note=note)
