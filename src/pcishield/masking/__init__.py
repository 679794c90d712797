"""Finding and masking card data: pure, values in, values out.

Start reading at :mod:`pcishield.masking.scanner` (what counts as a card number), then
:mod:`~pcishield.masking.formats` (how it is shown), :mod:`~pcishield.masking.values` (in which types) and
:mod:`~pcishield.masking.plan` (in which columns).
"""

from __future__ import annotations

from pcishield.masking.formats import TokenKeys, check_formats, check_nesting
from pcishield.masking.hits import Finding
from pcishield.masking.iin import IinTable
from pcishield.masking.masker import Masker
from pcishield.masking.plan import MaskStats, RowPlan
from pcishield.masking.stream import StreamMasker

__all__ = [
    "Finding",
    "IinTable",
    "MaskStats",
    "Masker",
    "RowPlan",
    "StreamMasker",
    "TokenKeys",
    "check_formats",
    "check_nesting",
]
