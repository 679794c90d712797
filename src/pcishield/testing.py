"""Public test helpers: card numbers that are nobody's, and checks that none got out."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

from pcishield.masking.boundaries import phone_like
from pcishield.masking.iin import IinTable, Network, luhn_valid
from pcishield.masking.masker import Masker

__all__ = ["assert_no_pan", "make_pan"]


def make_pan(brand: str = "visa", length: int = 16, rng: random.Random | None = None) -> str:
    """Return a made-up card number that passes Luhn and the IIN table.

    Args:
        brand: A network of the IIN table.
        length: Digits; must be one of the network's lengths.
        rng: Where randomness comes from; seeded with brand and length when not given, so that the same call
            gives the same number.

    Raises:
        ValueError: There is no such network, or it has no numbers of this length.
    """
    rng = rng if rng is not None else random.Random(f"{brand}-{length}")  # noqa: S311  (test data)
    rows = [network for network in IinTable.shipped().networks if network.name == brand and length in network.lengths]
    if not rows:
        raise ValueError(f"no network {brand!r} with {length} digits")
    while True:
        number = _number(rng.choice(rows), length, rng)
        if not phone_like(number):
            return number


def _number(network: Network, length: int, rng: random.Random) -> str:
    low, high = rng.choice(network.bounds())
    body = f"{rng.randint(low, high):08}" + "".join(rng.choices("0123456789", k=length - 9))
    return next(body + digit for digit in "0123456789" if luhn_valid(body + digit))


@cache
def _masker() -> Masker:
    return Masker()


def assert_no_pan(value: Any) -> None:
    """Fail when ``value`` holds card data, nested values included.

    Raises:
        AssertionError: It does. The message does not show it.
    """
    if _masker().contains_pan(value):
        raise AssertionError(f"card data found in a value of type {type(value).__name__}")
