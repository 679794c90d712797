"""The command line: ``pcishield`` and ``python -m pcishield``."""

from __future__ import annotations

from pcishield.cli.main import main

__all__ = ["main"]
