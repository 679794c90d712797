"""The one place where policy reaches for the analyser and the masker: to run a policy's own tests and to explain SQL.

Deciding never needs them: there the statement and its classes are given. Imported late, so that a policy without
tests costs no parser.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pcishield.statement.facts import Statement

__all__ = ["Analysis", "default_analysis"]


@dataclass(frozen=True, slots=True)
class Analysis:
    """How SQL text becomes facts: ``analyze(sql, dialect)`` and ``classify(statement)``."""

    analyze: Callable[[str, str], Statement]
    classify: Callable[[Statement], Mapping[str, str]]
    contains_pan: Callable[[str], bool] = lambda text: False


def default_analysis() -> Analysis:
    """Return the shipped analyser, and a masker with the shipped column classes."""
    from pcishield.masking import Masker
    from pcishield.statement import analyze

    masker = Masker()
    return Analysis(analyze, masker.classify, masker.contains_pan)
