"""Private names of drivers that the guards use, and why no public one does."""

from __future__ import annotations

__all__ = ["PRIVATE_NAMES"]

PRIVATE_NAMES: dict[str, dict[str, str]] = {
    "sqlite3": {
        "sqlite3.dump._iterdump": "Connection.iterdump is this generator on a connection; the guard runs it on a "
        "stand-in, so that a dump is what this Python version makes, of masked rows.",
    },
}
"""By driver: dotted name to reason."""
