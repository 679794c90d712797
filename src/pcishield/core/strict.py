"""How every settings model reads: unknown keys and wrong types are errors, and no error repeats a value."""

from __future__ import annotations

from pydantic import ConfigDict

__all__ = ["STRICT"]

STRICT = ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)
"""Frozen and strict."""
