"""Generated text with and without card numbers, for tests and benchmarks of the scanner. Seeded: always the same."""

from __future__ import annotations

from tests.corpora.adversarial import adversarial, framed, shows
from tests.corpora.ordinary import NEGATIVES, NEVER_HIT, negatives
from tests.corpora.written import BRANDS, FORMS, positives

__all__ = [
    "BRANDS",
    "FORMS",
    "NEGATIVES",
    "NEVER_HIT",
    "adversarial",
    "framed",
    "negatives",
    "positives",
    "shows",
]
