"""Values of every type that a driver gives: card numbers are masked, types kept, the clean left alone."""

from __future__ import annotations

import datetime
import enum
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from pcishield.exceptions import MaskingError
from pcishield.masking import Masker
from pcishield.testing import assert_no_pan, make_pan

PAN = make_pan("visa", 16)
LAST4 = "*" * 12 + PAN[-4:]
LONG = make_pan("unionpay", 19)
ANY = pytest.mark.parametrize("masker", [Masker(), Masker(kernel="python")], ids=["kernel", "reference"])


class Text(str):
    """As a driver's own string type."""

    __slots__ = ()


class Color(enum.Enum):
    RED = "red"


class Wallet(enum.Enum):
    CARD = PAN


class Level(enum.IntEnum):
    CARD = int(PAN)


@dataclass(frozen=True)
class Payment:
    number: str
    cvv: str = ""
    at: datetime.date | None = None


class Row(NamedTuple):
    id: int
    note: Any


class Opaque:
    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text


class Hostile:
    def __str__(self) -> str:
        raise RuntimeError(PAN)


class NoText:
    def __str__(self) -> Any:
        return 7  # noqa: PLE0307


@ANY
@pytest.mark.parametrize(
    "value, masked",
    [
        (PAN, LAST4),
        (f"{PAN}é", f"{LAST4}é"),
        (f"{PAN}\u20ac", f"{LAST4}\u20ac"),
        (f"{PAN}\U0001f4b3", f"{LAST4}\U0001f4b3"),
        (f"{PAN}\ud800", f"{LAST4}\ud800"),
        (PAN.encode(), LAST4.encode()),
        (b"\xff" + PAN.encode(), b"\xff" + LAST4.encode()),
        (bytearray(PAN.encode()), bytearray(LAST4.encode())),
        (int(PAN), LAST4),
        (-int(PAN), f"-{LAST4}"),
        (int(LONG), "*" * 15 + LONG[-4:]),
        (float(PAN), LAST4),
        (Decimal(PAN), LAST4),
        (Decimal(PAN + ".00"), LAST4 + ".00"),
        (Decimal(PAN[:-1]).scaleb(0) * 10 + int(PAN[-1]), LAST4),
        (Decimal((0, tuple(map(int, PAN)), 0)), LAST4),
        ([PAN, 1], [LAST4, 1]),
        ((PAN, None), (LAST4, None)),
        ({PAN}, {LAST4}),
        (frozenset({PAN}), frozenset({LAST4})),
        ({"n": [{"m": PAN}]}, {"n": [{"m": LAST4}]}),
        ({PAN: 1}, {LAST4: 1}),
        (OrderedDict(n=PAN), OrderedDict(n=LAST4)),
        (Row(1, PAN), Row(1, LAST4)),
        (Payment(PAN, "123"), Payment(LAST4, "[REDACTED:sad.cvc]")),
        (f'{{"a":["{PAN}",{PAN}]}}', f'{{"a":["{LAST4}","{LAST4}"]}}'),
        (f'"n"=>"{PAN}"', f'"n"=>"{LAST4}"'),
        (Wallet.CARD, LAST4),
        (Level.CARD, LAST4),
        (Text(PAN), LAST4),
        (Opaque(f"x {PAN}"), f"x {LAST4}"),
        (SimpleNamespace(n=PAN), f"namespace(n='{LAST4}')"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_card_number_in_any_type_is_masked(masker: Masker, value: Any, masked: Any):
    """The type is kept where half a number can be of that type."""

    found = masker.mask(value)

    assert (type(masked), masked) == (type(found), found)
    assert_no_pan(found)


@ANY
def test_memoryview_is_masked_into_one(masker: Masker):
    """Writable or not, with any format."""

    found = masker.mask(memoryview(PAN.encode()))

    assert isinstance(found, memoryview)
    assert LAST4.encode() == bytes(found)


@ANY
@pytest.mark.parametrize(
    "value",
    [
        None, True, False, 0, -1, 10**30, 2.5, float("nan"), float("inf"), -0.0, 4.5e300, Decimal("NaN"),
        Decimal("Infinity"), Decimal("1E+999999"), Decimal("1E-999999"), Decimal("0.4111111111111111"),
        uuid.UUID(int=int(PAN)), datetime.date(2026, 1, 2), datetime.datetime(2026, 1, 2, tzinfo=datetime.UTC),
        datetime.timedelta(days=1), datetime.time(1), Color.RED, "", b"", "\ud800" * 20, [], (), {}, set(), Row(1, "x"),
        Payment("x"), Fraction(1, 3), ..., Opaque("nothing"),
    ],
    ids=repr,
)  # fmt: skip
def test_the_clean_is_the_same_object(masker: Masker, value: Any):
    """Nothing is copied, compared or converted that holds no card number."""

    assert masker.mask(value) is value


@ANY
def test_unknown_objects_may_be_redacted_or_passed(masker: Masker):
    """Configured; in a declared column they are always redacted."""

    assert "[REDACTED:pan]" == masker.mask(Opaque(PAN), "pan")
    assert "[REDACTED:unknown]" == Masker(unknown_objects="redact").mask(Opaque("x"))
    shown = Opaque(PAN)
    assert Masker(unknown_objects="pass").mask(shown) is shown


@ANY
@pytest.mark.parametrize("value", [Hostile(), NoText(), [Hostile()], {"a": Hostile()}, {1: (NoText(),)}], ids=type)
def test_what_a_hostile_object_raises_is_no_leak(masker: Masker, value: Any):
    """MaskingError, whose message and context say nothing of the value."""

    with pytest.raises(MaskingError) as caught:
        masker.mask(value)

    assert_no_pan(f"{caught.value} {caught.value.__cause__!r}")
    assert caught.value.__suppress_context__


@ANY
def test_containers_that_hold_themselves_end(masker: Masker):
    """The inner one is redacted, what lies beside it is masked."""

    listed: list[Any] = [PAN]
    listed.append(listed)
    mapped: dict[str, Any] = {"n": PAN}
    mapped["self"] = mapped

    assert [LAST4, "[REDACTED:unknown]"] == masker.mask(listed)
    assert {"n": LAST4, "self": "[REDACTED:unknown]"} == masker.mask(mapped)


@ANY
def test_a_subclass_of_str_is_scanned_as_text(masker: Masker):
    """By every method that takes text, whatever the subclass overrides."""

    class Blank(str):
        __slots__ = ()

        def __len__(self) -> int:
            return 0

    assert LAST4 == masker.mask(Blank(PAN))
    assert LAST4 == masker.mask_text(Text(PAN))
    assert 1 == len(masker.scan(Text(PAN)))
    assert masker.contains_pan(Blank(PAN))


@ANY
@pytest.mark.parametrize("cls", ["pan", "sad.cvc", "cardholder"])
@pytest.mark.parametrize(
    "value", [PAN, int(PAN), Decimal(PAN), PAN.encode(), [PAN], {"n": PAN}, Row(1, PAN), uuid.UUID(int=7), Opaque(PAN)],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_a_declared_column_shows_no_value_of_any_type(masker: Masker, cls: str, value: Any):
    """Whatever a column of card data holds."""

    assert_no_pan(masker.mask(value, cls))


def test_postgres_types_of_psycopg():
    """Ranges, multiranges, JSON wrappers and composites as psycopg loads them."""

    pytest.importorskip("psycopg")
    from psycopg.types.json import Json, Jsonb
    from psycopg.types.multirange import Multirange
    from psycopg.types.range import Range

    masker = Masker()
    low = int(PAN)
    clean = Range(1, 5)
    for value in (Range(low, low + 1), Multirange([Range(low, low + 1)]), Jsonb({"n": PAN}), Json([low])):
        assert_no_pan(f"{masker.mask(value)} {masker.mask(value)!r}")
    assert masker.mask(clean) is clean
