"""Values of every type that a driver gives: card numbers are masked, types kept, the clean left alone."""

from __future__ import annotations

import datetime
import enum
import sqlite3
import sys
import uuid
from array import array
from collections import OrderedDict, UserDict, UserList, UserString, deque
from contextlib import closing
from ctypes import create_string_buffer
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from io import BytesIO, StringIO
from pickle import PickleBuffer
from types import MappingProxyType, SimpleNamespace
from typing import Any, NamedTuple

import pytest

from pcishield.exceptions import MaskingError
from pcishield.masking import Masker
from pcishield.testing import assert_no_pan, make_pan

PAN = make_pan("visa", 16)
LAST4 = "*" * 12 + PAN[-4:]
LONG = make_pan("unionpay", 19)
WIDE = "w" if sys.version_info >= (3, 13) else "u"
"""Of an array of characters."""
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

    def __repr__(self) -> str:  # in the names of tests, which must be the same in every process
        return f"Opaque({self.text!r})"


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

    assert_no_pan(str(caught.value))
    assert caught.value.__cause__ is caught.value.__context__ is None


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

    pytest.importorskip("psycopg", reason="psycopg is an optional dependency")
    from psycopg.types.json import Json, Jsonb
    from psycopg.types.multirange import Multirange
    from psycopg.types.range import Range

    masker = Masker()
    low = int(PAN)
    clean = Range(1, 5)
    for value in (Range(low, low + 1), Multirange([Range(low, low + 1)]), Jsonb({"n": PAN}), Json([low])):
        assert_no_pan(f"{masker.mask(value)} {masker.mask(value)!r}")
    assert masker.mask(clean) is clean


class Hidden:
    """Shows nothing of what it holds."""

    def __init__(self, number: Any) -> None:
        self.number = number

    def __repr__(self) -> str:
        return "hidden"


class Slotted:
    __slots__ = ("__number", "other")

    def __init__(self, number: Any) -> None:
        self.__number = number

    @property
    def number(self) -> Any:
        return self.__number


@ANY
@pytest.mark.parametrize("make", [Hidden, Slotted])
@pytest.mark.parametrize("number, masked", [(PAN, LAST4), (int(PAN), LAST4), ([{"n": PAN}], [{"n": LAST4}])])
def test_an_object_whose_text_shows_nothing_is_copied_with_its_fields_masked(
    masker: Masker, make: Any, number: Any, masked: Any
):
    """The text of an object is not all that it holds; the original stays what it is."""

    value = make(number)

    found = masker.mask(value)

    assert (make, masked, number) == (type(found), found.number, value.number)
    assert masker.mask(found) is found


@ANY
def test_objects_that_hold_each_other_end(masker: Masker):
    """The second time an object is met it is redacted."""

    one, two = Hidden(PAN), Hidden(None)
    one.other, two.other = two, one  # type: ignore[attr-defined]

    found = masker.mask(one)

    assert LAST4 == found.number
    assert "[REDACTED:unknown]" == found.other.other


@ANY
@pytest.mark.parametrize(
    "value, masked",
    [
        (deque([PAN, 1], maxlen=3), deque([LAST4, 1], maxlen=3)),
        (UserList([PAN]), UserList([LAST4])),
        (UserString(PAN), UserString(LAST4)),
        (array("B", PAN.encode()), array("B", LAST4.encode())),
        (array(WIDE, PAN), array(WIDE, LAST4)),
        (array("q", [1, int(PAN)]), [1, LAST4]),
        (memoryview(array("q", [1, int(PAN)])), [1, LAST4]),
        ({1: PAN}.values(), [LAST4]),
        ({PAN: 1}.items(), [(LAST4, 1)]),
        (UserDict(n=PAN), {"n": LAST4}),
        (MappingProxyType({"n": PAN}), {"n": LAST4}),
        (range(int(PAN), int(PAN) + 1), f"range({'*' * 16}, {'*' * 16})"),
        (complex(0, int(PAN)), f"{LAST4}j"),
        (create_string_buffer(PAN.encode(), len(PAN)), LAST4.encode()),
        (PickleBuffer(PAN.encode()), LAST4.encode()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_like_a_list_is_masked_item_by_item(masker: Masker, value: Any, masked: Any):
    """Its type is kept where it can hold a mask."""

    found = masker.mask(value)

    assert (type(masked), masked) == (type(found), found)


@ANY
def test_values_that_come_one_by_one_are_masked_as_they_come(masker: Masker):
    """A generator is not used up."""

    found = masker.mask(number for number in (PAN, 1))

    assert [LAST4, 1] == list(found)


@ANY
def test_what_is_held_in_memory_as_a_file_is_masked(masker: Masker):
    """Bytes and text; the clean is the same file."""

    assert LAST4.encode() == masker.mask(BytesIO(PAN.encode())).getvalue()
    assert LAST4 == masker.mask(StringIO(PAN)).getvalue()
    clean = StringIO("x")
    assert masker.mask(clean) is clean


@ANY
def test_a_row_of_sqlite3_becomes_a_mapping_of_its_names(masker: Masker):
    """It cannot be built without a cursor, and its text says nothing."""

    with closing(sqlite3.connect(":memory:")) as connection:
        connection.row_factory = sqlite3.Row
        row = connection.execute("SELECT ? AS note, 1 AS id", (PAN,)).fetchone()

        assert {"note": LAST4, "id": 1} == masker.mask(row)
        clean = connection.execute("SELECT 'x' AS note").fetchone()
        assert masker.mask(clean) is clean


@ANY
def test_a_number_under_a_key_that_says_what_it_is_stays(masker: Masker):
    """As in a column of that name; a card number's length under it is masked all the same."""

    time = int(make_pan("maestro", 12))

    assert {"created_ms": time} == masker.mask({"created_ms": time})
    assert {"created_ms": LAST4} == masker.mask({"created_ms": int(PAN)})
    assert [f"{'*' * 8}{str(time)[-4:]}"] == masker.mask([time])


@ANY
@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_long_tables_are_masked_where_their_text_leaves_rows_out(masker: Masker, library: str):
    """They come out as lists; clean ones as they are."""

    module = pytest.importorskip(library)
    numbers = [1] * 500 + [int(PAN)] + [2] * 500
    if library == "pyarrow":
        column, table, clean = module.array(numbers), module.table({"n": numbers}), module.array([1])
    else:
        column, table, clean = module.Series(numbers), module.DataFrame({"n": numbers}), module.Series([1])

    assert [1] * 500 + [LAST4] + [2] * 500 == masker.mask(column)
    assert {"n": LAST4} == masker.mask(table)[500]
    assert masker.mask(clean) is clean
