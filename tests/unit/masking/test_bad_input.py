"""Values that want to crash, hang or leak: they are masked, redacted or refused."""

from __future__ import annotations

import dataclasses
import decimal
import time
from collections import OrderedDict
from typing import NamedTuple

import pytest

from pcishield.exceptions import MaskingError
from pcishield.masking import Masker
from pcishield.testing import make_pan

PAN = make_pan()
LAST4 = "*" * 12 + PAN[-4:]


@pytest.fixture(params=["auto", "python"])
def masker(request: pytest.FixtureRequest) -> Masker:
    """Both ways to the same answer."""
    return Masker(kernel=request.param)


def test_lone_surrogates_and_broken_bytes(masker: Masker):
    """What cannot be encoded or decoded stays as it is, around the mask."""

    assert f"\ud800{LAST4}\udfff" == masker.mask(f"\ud800{PAN}\udfff")
    assert b"\xff\xc3" + LAST4.encode() + b"\x80" == masker.mask(b"\xff\xc3" + PAN.encode() + b"\x80")
    assert bytearray(LAST4, "ascii") == masker.mask(bytearray(PAN, "ascii"))
    assert LAST4.encode() == bytes(masker.mask(memoryview(PAN.encode())))


def test_numbers_that_are_none(masker: Masker):
    """NaN, infinities, huge exponents and huge integers are handed back, at once."""

    number = decimal.Decimal
    values = [
        float("nan"), float("inf"), -0.0, 1e308, number("NaN"), number("sNaN"), number("-Infinity"),
        number("1E+999999"), number("1E-999999"), 10**5000, -(10**5000), 2**63, -(2**63),
    ]  # fmt: skip

    for value in values:
        assert masker.mask(value) is value


def test_numbers_become_text(masker: Masker):
    """Int, float and Decimal; the sign stays."""

    assert LAST4 == masker.mask(int(PAN)) == masker.mask(decimal.Decimal(PAN))
    assert f"-{LAST4}" == masker.mask(-int(PAN))
    assert LAST4 == masker.mask(decimal.Decimal(int(PAN) * 1000).scaleb(-3).to_integral_value())


WORST = {
    "ones": "1" * 10_000_000,
    "singles": "4 " * 2_500_000,
    "fours": "4111 " * 1_000_000,
    "percent": "%34" * 300_000,
    "escapes": "\\u0034" * 200_000,
    "tags": "a5A08" * 1_000_000,
    "carets": "^" * 2_000_000,
    "brackets": "[" * 1_000_000,
    "objects": '{"a":' * 500_000,
    "keys": '"cvv":' * 300_000,
    "entities": "&#52;" * 200_000,
    "stars": "****" * 500_000,
    "zeros": "0" * 3_000_000,
}


@pytest.mark.parametrize("text", WORST.values(), ids=WORST)
def test_time_is_linear(text: str):
    """Megabytes of the worst kind take seconds, not hours."""

    masker = Masker()
    start = time.process_time()
    masker.mask(text)
    masker.is_masked_form(text)

    assert time.process_time() - start < 40


def test_deep_nesting_is_redacted_not_crashed(masker: Masker):
    """A thousand containers in each other: what is too deep to follow does not come out."""

    value: object = PAN
    for _ in range(100_000):
        value = [value]
    masked = masker.mask(value)

    assert PAN not in repr(masked)[:100_000]
    assert "[REDACTED:unknown]" in repr(masked)
    assert PAN not in masker.mask('{"a":' * 20_000 + f'"{PAN}"' + "}" * 20_000)
    while isinstance(value, list):
        value = value[0]


def test_containers_in_themselves(masker: Masker):
    """A cycle is cut where it closes."""

    cycle: list[object] = [PAN]
    cycle.append(cycle)
    table: dict[str, object] = {"n": PAN}
    table["self"] = table

    assert [LAST4, "[REDACTED:unknown]"] == masker.mask(cycle)
    assert {"n": LAST4, "self": "[REDACTED:unknown]"} == masker.mask(table)


def test_shared_containers_cost_no_more_than_one(masker: Masker):
    """A lattice of lists that would unfold to 2 to the power of 50 is visited once."""

    value: object = [PAN]
    for _ in range(50):
        value = [value, value]
    masked = masker.mask(value)
    while isinstance(masked, list):
        masked = masked[0]

    assert LAST4 == masked


class Shouting:
    def __str__(self) -> str:
        return f"pan {PAN}"


class Broken:
    def __str__(self) -> str:
        raise RuntimeError(PAN)


class Lying:
    def __str__(self):
        return 7  # noqa: PLE0307


def test_unknown_objects(masker: Masker):
    """Their text is scanned; redacted or passed where configured; what they raise is not repeated."""

    assert f"pan {LAST4}" == masker.mask(Shouting())
    assert ["[REDACTED:unknown]"] == Masker(unknown_objects="redact").mask([Shouting()])
    loud = Shouting()
    assert Masker(unknown_objects="pass").mask(loud) is loud
    assert "[REDACTED:pan]" == masker.mask(loud, "pan")
    for value in (Broken(), [Broken()], Lying()):
        with pytest.raises(MaskingError) as caught:
            masker.mask(value)
        assert PAN not in str(caught.value)
        assert caught.value.__cause__ is None


def test_rows_of_a_failing_value_are_not_handed_out(masker: Masker):
    """The error reaches the caller instead of the rows."""

    with pytest.raises(MaskingError):
        masker.mask_rows([(PAN,), (Broken(),)])


class Point(NamedTuple):
    x: int
    pan: str


@dataclasses.dataclass(frozen=True)
class Payment:
    number: str
    cvv: str
    amount: int


def test_containers_keep_their_type(masker: Masker):
    """Named tuples, dataclasses, ordered mappings, sets and tuples are rebuilt as what they are."""

    assert Point(1, LAST4) == masker.mask(Point(1, PAN))
    assert isinstance(masker.mask(Point(1, PAN)), Point)
    assert Payment(LAST4, "[REDACTED:sad.cvc]", 5) == masker.mask(Payment(PAN, "123", 5))
    assert OrderedDict(a=LAST4) == masker.mask(OrderedDict(a=PAN))
    assert frozenset({LAST4}) == masker.mask(frozenset({PAN}))
    assert {"x": ({LAST4},)} == masker.mask({"x": ({PAN},)})
    assert {LAST4: 1} == masker.mask({PAN: 1})


def test_an_object_under_a_card_key_is_judged_by_its_own_keys(masker: Masker):
    """As a mapping and as JSON text: the identifier and the brand stay."""

    value = {"card": {"id": 7, "brand": "visa", "number": PAN, "cvv": "123"}}
    text = '{"card": {"id": 7, "brand": "visa", "number": "%s", "cvv": "123"}}'

    assert {"card": {"id": 7, "brand": "visa", "number": LAST4, "cvv": "[REDACTED:sad.cvc]"}} == masker.mask(value)
    assert (text % LAST4).replace('"123"', '"[REDACTED:sad.cvc]"') == masker.mask(text % PAN)


def test_json_in_a_declared_column_hides_its_code(masker: Masker):
    """A card number column that holds JSON is masked by the keys as well."""

    masked = masker.mask(f'{{"n":"{PAN}","cvv":"123"}}', "pan")

    assert f'{{"n":"{LAST4}","cvv":"[REDACTED:sad.cvc]"}}' == masked


def test_broken_json_is_masked_once(masker: Masker):
    """A key that says what it holds once the number in it is masked redacts the text at once, not the next time."""

    number = make_pan("maestro", 12)
    masked = masker.mask(f'[1"[2")5q=pan+{number[:4]}+{number[4:8]}+{number[8:]}&": "6230')

    assert "[REDACTED:unknown]" == masked == masker.mask(masked)
