"""What the scanner found: places and kinds, never values."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

__all__ = ["Finding", "Hit"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Where card data is, and what kind; never the data.

    Attributes:
        start: First code point.
        end: One past the last.
        cls: ``pan``, ``sad.track`` or ``sad.cvc``.
        brands: Networks the number may belong to.
        length: Number of digits of a card number, else 0.
        certain: False when several readings overlap.
    """

    start: int
    end: int
    cls: str = "pan"
    brands: tuple[str, ...] = ()
    length: int = 0
    certain: bool = True


@dataclass(frozen=True, slots=True)
class Hit:
    """A finding with what masking needs: where each digit stands, as half-open spans.

    ``keep`` is false when no digit may be shown because it is not known which belong to the number.
    """

    start: int
    end: int
    cls: str = "pan"
    brands: tuple[str, ...] = ()
    length: int = 0
    keep: bool = True
    digits: tuple[tuple[int, int], ...] = field(default=(), repr=False)

    def moved(self, by: int) -> Hit:
        """The same hit in a text that starts ``by`` characters earlier."""
        digits = tuple((low + by, high + by) for low, high in self.digits)
        return replace(self, start=self.start + by, end=self.end + by, digits=digits)

    def finding(self) -> Finding:
        """The part that may be shown to anybody."""
        return Finding(self.start, self.end, self.cls, self.brands, self.length, self.keep)
