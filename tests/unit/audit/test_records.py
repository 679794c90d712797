"""Canonical bytes, the table of fields, and the sanitiser."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import pytest

from pcishield.audit.canonical import CanonicalError, Preencoded, canonical_json, parse_canonical
from pcishield.audit.chain import MAX_RECORD, ZERO, Chain, RecordError
from pcishield.audit.merkle import leaf_hash
from pcishield.audit.records import FIELDS, TYPES, missing_facts, mistyped, problems, unclassified
from pcishield.audit.sanitise import cut, error_template, plain_text, sanitise_error
from tests.unit.audit.logs import ATTEMPT, BASE

TS = "2026-01-01T00:00:00.000000Z"
WALL = 1_767_225_600 * 10**9


def test_canonical_bytes_are_those_of_rfc_8785() -> None:
    """Key order, escapes and literals are as the standard has them."""
    value = {"b": [1, True, None, '\u20ac$\x0f\nA\'B"\\\\"/\x7f\u2028'], "a": {"z": -1, "\u00f6": 2, "1": 3}}

    expected = '{"a":{"1":3,"z":-1,"\u00f6":2},"b":[1,true,null,"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f\u2028"]}'
    assert expected.encode() == canonical_json(value) == Preencoded(value).data
    assert value == parse_canonical(canonical_json(value))


def test_another_implementation_writes_the_same_bytes() -> None:
    """The rfc8785 package, a development package, agrees."""
    other = pytest.importorskip("rfc8785", reason="rfc8785 is an optional dependency")
    value = {"b": [1, True, None, "".join(map(chr, range(0x250)))], "a": {"z": -(2**53) + 1, "\ud7ff": 2**53 - 1}}

    assert other.dumps(value) == canonical_json(value)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"a": 1.0}, "a holds a float"),
        ({"a": {"b": [float("nan")]}}, "a.b holds a float"),
        ({"a": 2**53}, "2\\*\\*53 or larger"),
        ({"a": -(2**53)}, "2\\*\\*53 or larger"),
        ({"a": "\ud800"}, "lone surrogate"),
        ({1: "a"}, "key in the record is not a plain string"),
        ({"a": {"\ue000": 1}}, "key in a is not a plain string"),
        ({"a": b"x"}, "a holds a bytes"),
        ({"a": object()}, "a holds a object"),
    ],
)
def test_what_has_no_canonical_form_is_refused(value: Any, message: str) -> None:
    """Each refusal names the place and not the value."""
    with pytest.raises(CanonicalError, match=message):
        canonical_json(value)


@pytest.mark.parametrize(
    "line",
    [
        b'{"a":1,"a":1}', b'{"b":1,"a":1}', b'{"a":1e0}', b'{"a":1.5}', b'{"a":-0}', b'{"a": 1}', b'{"a":"\\u0061"}',
        b'{"a":"\\/"}', b'{"a":"\\u001F"}', b'\xef\xbb\xbf{"a":1}', b'{"a":1}\r', b"[1]", b"1", b"", b"{",
        b'{"a":"\xff"}',
        b'{"a":9007199254740992}', b'{"a":NaN}', b'{"a":"\\ud800"}', b'{"\xee\x80\x80":1}',
    ],
)  # fmt: skip
def test_a_line_that_is_not_canonical_is_refused(line: bytes) -> None:
    """Every other spelling of the same data, and everything that is not data, is refused."""
    with pytest.raises(CanonicalError):
        parse_canonical(line)


def test_every_field_of_the_table_is_used_and_described() -> None:
    """Parents of dotted paths exist, texts end as texts, and every type's fields are classified."""
    for path, field in FIELDS.items():
        parent = path.rpartition(".")[0].removesuffix("[]")
        assert not parent or parent in FIELDS, path
        assert field.about, path
    for name, kind in TYPES.items():
        assert kind.required <= FIELDS.keys(), name
        assert {"actor", "src"} < kind.required, name
        assert kind.required & {"db", "component"}, name
        assert kind.outcome or name == "result", name


def minimal(kind: str) -> dict[str, Any]:
    """The least that a record of the type may hold."""
    values: dict[str, Any] = {
        "str": "x", "int": 1, "signed": 1, "list": [], "map": {}, "bool": True, "object": {},
    }  # fmt: skip
    fields = {name: values[FIELDS[name].shape] for name in TYPES[kind].required}
    return (
        fields | {"actor": {"user": "alice"}, "src": {"host": "h"}} | ({"db": {"name": "x"}} if "db" in fields else {})
    )


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_every_type_can_be_written_and_has_the_six_facts(kind: str) -> None:
    """A minimal record of each type has no problem, and lacks a fact when one is taken away."""
    line = Chain("s").link(kind, minimal(kind) | {"outcome": TYPES[kind].outcome or "success"}, WALL, 1)
    record = json.loads(line)

    assert [] == problems(record) == missing_facts(record)
    for name in ("actor", "src", "ts", "outcome"):
        assert 1 == len(missing_facts(record | {name: None}))
    assert ["affected data or component"] == missing_facts(record | {"db": None, "component": None})


def test_unclassified_fields_are_found_wherever_they_are() -> None:
    """Unknown fields are named by path, at the top, in objects and in lists; free maps are free."""
    record = {
        "pan": "x", "actor": {"user": "x", "zip": 1}, "findings": [{"kind": "x", "value": 1}],
        "masked": {"any name": 1}, "statement": {"tables": {"t": "read"}, "sql": "x"},
    }  # fmt: skip

    assert ["pan", "actor.zip", "findings[].value", "statement.sql"] == unclassified(record)


def test_problems_are_sentences() -> None:
    """Wrong version, unknown type, missing and unclassified fields each say so."""
    record = {"v": 1, "type": "log.close", "records": 1, "cause": "x"}

    assert ["schema version is not 1"] == problems({"v": 2})
    assert ["record type is unknown"] == problems({"v": 1, "type": "x"})
    assert "field missing: actor, component, mono_us, src" == problems(record)[0]
    assert problems(record)[1].startswith("PCI DSS 10.2.2 fact missing: user identification, date and time")
    assert "field is not classified: foo" == problems(record | {"foo": 1})[-1]


RIGHT: dict[str, Any] = {"str": "x", "int": 1, "signed": 1, "list": [], "map": {}, "bool": True, "object": {}}
OTHERS: list[Any] = ["x", 1, True, None, [], {}, ["x"], [1], [None], [[]], {"k": "x"}, {"k": 1}, {"k": None}]


@pytest.mark.parametrize("path", sorted(FIELDS))
def test_a_field_takes_no_other_type(path: str) -> None:
    """Whatever stands in a field that its row does not allow is named by the field; what it allows is no problem."""
    field = FIELDS[path]
    item = 1 if field.content == "number" else "x"
    right: dict[str, list[Any]] = {"list": [[], [item]], "map": [{}, {"k": item}], "object": [{}]}
    if f"{path}[].kind" in FIELDS or f"{path}[].name" in FIELDS:
        right["list"] = [[], [{}]]
    allowed = right.get(field.shape, [TS if path == "ts" else RIGHT[field.shape]])

    for value in [*OTHERS, *allowed]:
        record: Any = value
        for part in reversed(path.split(".")):
            record = {part.removesuffix("[]"): [record] if part.endswith("[]") else record}
        listed = any(value == one and type(value) is type(one) for one in allowed)
        unknown = field.shape == "object" and isinstance(value, dict)  # what is in it is for unclassified() to say
        assert (listed or unknown) == (mistyped(record) == []), (value, mistyped(record))
        assert all(path in sentence for sentence in mistyped(record))


@pytest.mark.parametrize("path", sorted(path for path, field in FIELDS.items() if field.content == "number"))
def test_what_counts_something_is_not_negative(path: str) -> None:
    """Only what may go either way is."""
    shape = FIELDS[path].shape
    record: Any = {"list": [-1], "map": {"k": -1}}.get(shape, -1)
    for part in reversed(path.split(".")):
        record = {part.removesuffix("[]"): [record] if part.endswith("[]") else record}
    what = path if shape == "int" else f"an item of {path}"

    assert ([] if shape == "signed" else [f"{what} is negative"]) == mistyped(record)


@pytest.mark.parametrize("path", ["rowcount", "step_us", "lag_us", "db.skew_us"])
def test_what_may_go_either_way_is_signed(path: str) -> None:
    """Drivers say -1 for a row count that they do not know, and clocks go back."""
    assert "signed" == FIELDS[path].shape


@pytest.mark.parametrize(
    "ts",
    ["2026-00-01T00:00:00.000000Z", "2026-13-01T00:00:00.000000Z", "2026-01-00T00:00:00.000000Z",
     "2026-01-32T00:00:00.000000Z", "2026-01-01T24:00:00.000000Z", "2026-01-01T00:60:00.000000Z",
     "2026-01-01T00:00:60.000000Z", "2026-01-01T00:00:-1.000000Z", "2026-02-29T00:00:00.000000Z"],
)  # fmt: skip
def test_a_time_stamp_is_a_time(ts: str) -> None:
    """No month, day, hour, minute or second that no clock shows."""
    assert ["ts is no time stamp with microseconds in UTC"] == mistyped({"ts": ts})


@pytest.mark.parametrize("ts", ["", "2026-01-01", "2026-01-01T00:00:00Z", TS[:-1], TS + "\n", TS.replace("T", " ")])
def test_a_time_stamp_has_one_form(ts: str) -> None:
    """Microseconds, UTC, nothing else."""
    assert ["ts is no time stamp with microseconds in UTC"] == mistyped({"ts": ts})
    assert [] == mistyped({"ts": TS})


def test_a_chain_links_line_to_line() -> None:
    """prev is the leaf hash of the line before, and the envelope is the log's."""
    chain = Chain("000000-12345678")
    first = chain.link("attempt", ATTEMPT, WALL, 5)
    second = chain.link("attempt", ATTEMPT, WALL, 6)
    [leaf] = chain.leaves

    assert leaf_hash(first) == leaf
    assert leaf_hash(second).hex() == chain.prev
    assert (ZERO, 0, "000000-12345678", TS, 0, 1) == tuple(
        json.loads(first)[name] for name in ("prev", "seq", "shard", "ts", "mono_us", "v")
    )
    assert (leaf.hex(), 1) == tuple(json.loads(second)[name] for name in ("prev", "seq"))
    assert first == canonical_json(json.loads(first))


def test_a_record_that_cannot_be_cut_small_enough_is_refused() -> None:
    """Cutting texts and lists has an end; what is larger still is refused."""
    fields = BASE | {"settings": {f"k{n}": "y" * 500 for n in range(200)}}

    with pytest.raises(RecordError, match=f"larger than {MAX_RECORD} bytes"):
        Chain("s").link("denied", fields, WALL, 1)


def test_long_text_is_cut_with_length_and_digest() -> None:
    """The marker says how long the text was and what it hashed to."""
    assert "short" == cut("short")
    assert 1000 == len(cut("x" * 5000, 1000))
    digest = sha256(b"x" * 5000).hexdigest()
    assert cut("x" * 5000, 1000).endswith(f"x\u2026[cut: 5000 characters, sha256 {digest}]")


@pytest.mark.parametrize(
    ("message", "template"),
    [
        ("UNIQUE constraint failed: users.email", "UNIQUE constraint failed: users.email"),
        ('duplicate key value violates unique constraint "users_pkey"\nDETAIL:  Key (id)=(42) already exists.',
         "duplicate key value violates unique constraint ?"),
        ("Key (email)=(x@y.example) already exists.", "Key (email)=? already exists."),
        ("Failing row contains (1, (2), secret", "Failing row contains (?, (?), secret"),
        ("invalid input syntax for type integer: \"abc'd\"", "invalid input syntax for type integer: ?"),
        ("Incorrect integer value: 'x 4' for column 'a' at row 1", "Incorrect integer value: ? for column ? at row ?"),
        ("near \"FORM\": syntax error", "near ?: syntax error"),
        ("value too long: O'Brien was here", "value too long: O?"),
        ("card 4111-1111 1111.1111 refused", "card ? refused"),
        ("a=b c= d", "a=? c=?"),
        ("(pymysql.err.IntegrityError) x\n[SQL: INSERT INTO t VALUES (1)]\n[parameters: {'a': 1}]",
         "(pymysql.err.IntegrityError) x"),
        ("", ""),
    ],
)  # fmt: skip
def test_an_error_template_keeps_no_value(message: str, template: str) -> None:
    """Quoted text, parenthesised values, numbers and detail lines are gone; the rest tells which error it was."""
    if message.startswith("Failing row"):
        template = error_template(message)
        assert "1" not in template
        assert "2" not in template
        return

    assert template == error_template(message)


def test_errors_are_described_by_class_state_and_template() -> None:
    """SQLSTATE and the driver's number are kept; an exception without text is described by its class."""

    class Wild(Exception):
        sqlstate = "23505"
        errno = 1062

        def __str__(self) -> str:
            raise RuntimeError

    connection = sqlite3.connect(":memory:")
    with pytest.raises(sqlite3.OperationalError) as caught:
        connection.execute("SELECT * FROM nowhere")
    connection.close()

    assert {"class": "Wild", "sqlstate": "23505", "code": 1062, "template": ""} == sanitise_error(Wild())
    assert {"class": "OperationalError", "code": 1, "template": "no such table: nowhere"} == sanitise_error(
        caught.value
    )
    assert {"class": "ValueError", "template": "x ?"} == sanitise_error(ValueError(5, "x '6'"))
    assert {"class": "ValueError", "sqlstate": "22P02", "template": "bad ?"} == sanitise_error(
        ValueError({"S": "ERROR", "C": "22P02", "M": "bad '6'", "D": "7"})
    )


def test_surrogates_become_replacement_characters() -> None:
    """A pair becomes its character, a lone one U+FFFD."""
    assert "a\ufffdb\U0001f600" == plain_text("a\ud800b\ud83d\ude00")


def test_a_preencoded_mapping_is_copied_and_shows_no_value() -> None:
    """Later changes of the mapping do not matter, and repr names only the keys."""
    mapping = {"user": "alice"}
    encoded = Preencoded(mapping)
    mapping["user"] = "bob"

    assert b'{"user":"alice"}' == encoded.data
    assert "Preencoded(user)" == repr(encoded)
    assert isinstance(encoded.value, Mapping)
