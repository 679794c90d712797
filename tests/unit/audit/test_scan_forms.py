"""Lines that are like earlier ones are checked by their form; what is found does not depend on it."""

from __future__ import annotations

import random
import re
import sys
from dataclasses import astuple
from datetime import date
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import orjson
import pytest

from pcishield.audit import _scan_forms, scan
from pcishield.audit._scan_forms import KNOWN, Form, PurePythonForm, PurePythonWalk, closed, signature
from pcishield.audit.scan import Segment, scan_segment
from pcishield.cli import standalone
from pcishield.runtime.log import FileAuditLog
from tests.unit.audit.logs import ACTOR, ATTEMPT, BASE

EVIL = (b"-0", b"01", b"1e2", b"1.0", b" 1", b"9007199254740992", b"9007199254740991", b"-1", b"null", b'"1"', b"true")


@pytest.fixture(scope="module")
def segment(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, list[bytes]]:
    """The shard's name and the lines of a log with many records that are alike."""
    directory = tmp_path_factory.mktemp("forms") / "audit"
    log = FileAuditLog(directory, heartbeat_seconds=0)
    for number in range(60):
        shape = {"count": 1, "types": ["int"], "lengths": [number % 3]}
        attempt = log.append("attempt", ATTEMPT | {"parameters": shape})
        log.append("result", BASE | {"attempt": attempt, "outcome": "success", "rows": number, "duration_us": 5})
    shard = log.shard
    log.close()
    return shard, (directory / shard / "segments" / "00000000.jsonl").read_bytes().split(b"\n")[:-1]


@pytest.fixture(scope="module")
def twin() -> Any:
    """``pcishield.audit.scan`` with nothing compiled."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(_scan_forms, "Walk", PurePythonWalk)
        spec = spec_from_file_location("twin_of_scan", scan.__file__)
        assert spec is not None
        assert spec.loader is not None
        made = module_from_spec(spec)
        patched.setitem(sys.modules, spec.name, made)
        spec.loader.exec_module(made)
    return made


def scanned(lines: list[bytes], shard: str) -> Segment:
    """The scan of these lines."""
    return scan_segment(b"\n".join(lines) + b"\n", "s", shard)


def slowly(twin: Any, lines: list[bytes], shard: str) -> Any:
    """The same by the twin, to be compared as a tuple: its classes are others."""
    return astuple(twin.scan_segment(b"\n".join(lines) + b"\n", "s", shard))


def in_full(lines: list[bytes], shard: str) -> Segment:
    """The same, every line looked at in full."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(scan, "_FORMS", 0)
        return scanned(lines, shard)


def test_most_lines_of_a_log_are_checked_by_their_form(
    segment: tuple[str, list[bytes]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the tests below show nothing."""
    shard, lines = segment
    looked: list[int] = []
    full: Any = scan._Scan.line
    monkeypatch.setattr(
        scan._Scan, "line", lambda self, number, line: (looked.append(number), full(self, number, line))
    )
    found = scanned(lines, shard)

    assert [] == found.findings
    assert len(looked) < len(lines) / 10


def test_any_change_of_any_byte_is_found_as_without_forms(segment: tuple[str, list[bytes]], twin: Any) -> None:
    """Bytes changed, added, removed, at random places of lines that fit a form."""
    shard, lines = segment
    rng = random.Random(7)
    for turn in range(1500):
        number = rng.randrange(60, len(lines) - 1)
        line, changed = lines[number], list(lines)
        at, byte = rng.randrange(len(line)), bytes([rng.choice(b'0123456789abc"{}[],:\\\x00\x1f\x7f\xff -.eE')])
        changed[number] = rng.choice((line[:at] + byte + line[at + 1 :], line[:at] + byte + line[at:],
                                      line[:at] + line[at + 1 :]))  # fmt: skip

        assert in_full(changed, shard) == scanned(changed, shard)
        if turn % 5 == 0:
            assert slowly(twin, changed, shard) == astuple(scanned(changed, shard))
        if changed[number] != line:
            assert scanned(changed, shard).findings


def test_all_know_the_same_days(segment: tuple[str, list[bytes]], twin: Any) -> None:
    """Those of the calendar: in the form, compiled and not, in full, and in the single file."""
    shard, lines = segment
    for year in (0, 1900, 2000, 2024, 2026, 2100, 2400):
        for month, day in ((0, 1), (1, 31), (2, 28), (2, 29), (2, 30), (4, 30), (4, 31), (9, 31), (12, 31), (13, 1)):
            text = f"{year:04}-{month:02}-{day:02}"
            try:
                shown = bool(date(year, month, day))
            except ValueError:
                shown = False
            changed = list(lines)
            changed[81] = re.sub(rb'"ts":"[0-9-]{10}', b'"ts":"' + text.encode(), lines[81])
            found = scanned(changed, shard)

            assert in_full(changed, shard) == found
            assert slowly(twin, changed, shard) == astuple(found)
            assert shown == (standalone.STAMP.fullmatch(f"{text}T00:00:00.000000Z") is not None), text
            assert shown == (not any("no time stamp" in str(finding) for finding in found.findings)), text


@pytest.mark.parametrize("evil", EVIL)
def test_numbers_that_are_not_canonical_fit_no_form(segment: tuple[str, list[bytes]], evil: bytes, twin: Any) -> None:
    """In every place where a form leaves a number open."""
    shard, lines = segment
    for number in (80, 81):
        line = lines[number]
        places = [at for at, byte in enumerate(line) if byte in b":[" and line[at + 1 : at + 2].isdigit()]
        assert places
        for at in places:
            end = at + 1
            while line[end : end + 1].isdigit():
                end += 1
            changed = [*lines[:number], line[: at + 1] + evil + line[end:], *lines[number + 1 :]]

            assert in_full(changed, shard) == scanned(changed, shard)
            assert slowly(twin, changed, shard) == astuple(scanned(changed, shard))


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [*lines[:70], *lines[71:]],
        lambda lines: [*lines[:70], lines[71], lines[70], *lines[72:]],
        lambda lines: [*lines[:70], lines[70], *lines[70:]],
        lambda lines: [*lines[:70], b"", *lines[70:]],
        lambda lines: [*lines[:70], lines[70] + b"\r", *lines[71:]],
        lambda lines: [*lines[:70], b"\xef\xbb\xbf" + lines[70], *lines[71:]],
        lambda lines: [*lines[:70], lines[70].replace(b'"ts":"2', b'"ts":"1'), *lines[71:]],
        lambda lines: lines[70:],
    ],
    ids=["removed", "swapped", "repeated", "empty", "CR", "BOM", "older", "cut"],
)
def test_lines_out_of_place_are_found_as_without_forms(
    segment: tuple[str, list[bytes]], change: Any, twin: Any
) -> None:
    """A line that fits a form and not its place is looked at in full."""
    shard, lines = segment
    changed = change(lines)

    assert in_full(changed, shard) == scanned(changed, shard)
    assert slowly(twin, changed, shard) == astuple(scanned(changed, shard))
    assert scanned(changed, shard).findings or changed == lines[70:]


@pytest.mark.usefixtures("wrong_records")
@pytest.mark.parametrize("field", ["db", "component"])
def test_values_that_are_right_apart_are_not_taken_for_right_together(tmp_path: Path, twin: Any, field: str) -> None:
    """A record needs one of two fields: an empty value of one, and later of the other, are not both taken."""
    log = FileAuditLog(tmp_path / "audit", heartbeat_seconds=0)
    both = {"db": {"system": "postgres"}, "component": "scanner"}
    wrong = {"db": {}, "component": ""}
    result = {**BASE, "attempt": "000000-0a/1", "outcome": "success", "duration_us": 1}
    for changed in (field, {"db": "component", "component": "db"}[field]):
        for _ in range(20):
            log.append("result", result | both | {changed: wrong[changed]})
    line = log.append("result", result | wrong)
    shard = log.shard
    log.close()
    lines = (tmp_path / "audit" / shard / "segments" / "00000000.jsonl").read_bytes().split(b"\n")[:-1]
    found = scanned(lines, shard)

    number = int(line.rpartition("/")[2]) + 1
    assert [(number, "fact-missing")] == [(at, code) for at, code, _ in found.findings]
    assert in_full(lines, shard) == found
    assert slowly(twin, lines, shard) == astuple(found)


@pytest.mark.usefixtures("wrong_records")
def test_an_object_in_the_place_of_a_text_is_not_taken_for_the_one_beside_it(tmp_path: Path, twin: Any) -> None:
    """A record with the fields of a right one, and ``actor`` and ``attempt`` exchanged: named, and the scan goes on."""
    log = FileAuditLog(tmp_path / "audit", heartbeat_seconds=0)
    result = {**BASE, "attempt": "000000-0a/1", "outcome": "success", "duration_us": 1}
    for _ in range(3):
        log.append("result", result)
    line = log.append("result", result | {"actor": "alice", "attempt": orjson.loads(orjson.dumps(ACTOR.value))})
    log.append("result", result)
    shard = log.shard
    log.close()
    lines = (tmp_path / "audit" / shard / "segments" / "00000000.jsonl").read_bytes().split(b"\n")[:-1]
    found = scanned(lines, shard)

    number = int(line.rpartition("/")[2]) + 1
    assert [(number, "fact-missing"), (number, "schema")] == [(at, code) for at, code, _ in found.findings]
    assert slowly(twin, lines, shard) == astuple(found)


RECORD = {
    "a": [], "attempt": "000000-0a/7", "b": {}, "c": [0, 5, {"x": [1, "é"], "y": None}], "commit": "v1:0/AB+=",
    "connection": "ab12", "mono_us": 0, "prev": "0" * 64, "rowcount": -1, "rows": 1, "seq": 9, "session": "mine",
    "src": {"pid": 7}, "t": 'quote " and \\ and \x01', "ts": "2026-11-29T06:00:00.000000Z", "type": "result", "v": 1,
}  # fmt: skip


def encoded(record: dict[str, Any]) -> bytes:
    """Its line."""
    return orjson.dumps(record, option=orjson.OPT_SORT_KEYS)


LINE = encoded(RECORD)
STAMPS = [
    f"2026-{month}-{day}T{hour}:{minute}:{minute}.000000Z"
    for month in ("00", "01", "09", "10", "12", "13", "20", "99")
    for day in ("00", "01", "29", "30", "31", "32", "40")
    for hour in ("00", "09", "19", "20", "23", "24", "30")
    for minute in ("00", "59", "60", "99")
]


def form_of(make: Any, *records: dict[str, Any]) -> Any:
    """The form that these records have."""
    signed = signature(records[0])
    assert signed is not None
    form = make(signed, "result")
    for record in records:
        assert signed == signature(record)
        form.learn(closed(record, signed))
    return form


@pytest.mark.parametrize("make", [Form, PurePythonForm])
def test_a_form_fits_the_line_that_it_is_of_and_says_what_varies(make: Any) -> None:
    """Whatever is in the record."""
    form = form_of(make, RECORD)

    expected = [b"000000-0a/7", b"0", b"0" * 64, b"9", b"2026-11-29T06:00:00.000000Z"]
    assert expected == form.match(LINE)
    assert expected == form.match(LINE.replace(b'"rowcount":-1', b'"rowcount":17'))
    assert expected == form.match(LINE.replace(b'"rows":1', b'"rows":17'))
    assert expected == form.match(LINE.replace(b",5,", b",123,"))
    assert form.match(LINE.replace(b'"rows":1', b'"rows":-17')) is None
    assert form.match(LINE.replace(b",5,", b",-123,")) is None
    assert form.match(LINE.replace(b'"pid":7', b'"pid":8')) is None
    assert form.match(LINE.replace(b'"v":1', b'"v":2')) is None
    assert form.match(LINE + b" ") is None
    assert form.match(LINE[:-1]) is None


@pytest.mark.parametrize("make", [Form, PurePythonForm])
def test_a_form_keeps_so_many_values_of_a_field_and_no_more(make: Any) -> None:
    """More values than it keeps: the newest one fits, and what fits is right."""
    many = [{**RECORD, "t": f"value {number}"} for number in range(3 * KNOWN)]
    form = form_of(make, *many)
    fitting = [record["t"] for record in many if form.match(encoded(record)) is not None]

    assert many[-1]["t"] == fitting[-1]
    assert KNOWN == len(fitting)
    assert form.match(encoded({**RECORD, "t": "another"})) is None


def test_both_kinds_of_form_fit_the_same_lines() -> None:
    """Lines cut anywhere, with any byte anywhere, and with what is canonical or almost in each open place."""
    other = {**RECORD, "a": [3], "b": {"n": 1}, "src": {"pid": 8}}
    compiled, python = (form_of(make, RECORD, other) for make in (Form, PurePythonForm))
    lines = [encoded(other), *(LINE[:size] for size in range(len(LINE) + 1))]
    lines += [encoded({**RECORD, name: other[name]}) for name in ("a", "b", "src")]
    lines += [LINE[:at] + bytes([byte]) + LINE[at + 1 :] for at in range(len(LINE)) for byte in range(256)]
    numbers = [b"0", b"-0", b"00", b"7", b"-7", b"9" * 15, b"9" * 16, b"-" + b"9" * 15, b"-" + b"9" * 16, b"", b"1.0"]
    for before, number in (
        (b'"rowcount":', b"-1"), (b'"rows":', b"1"), (b'"seq":', b"9"), (b'"mono_us":', b"0"), (b"[", b"0"),
        (b"0,", b"5"),
    ):  # fmt: skip
        assert before + number in LINE
        lines += [LINE.replace(before + number, before + other_number) for other_number in numbers]
    texts = ["", "/", "a/", "/1", "a/1/2", "a/1", "A.b-c_d/123456789012345678901234", "a b/1", "0" * 64, "0" * 63,
             "0" * 65, "F" * 64, *STAMPS]  # fmt: skip
    for name in ("attempt", "commit", "connection", "prev", "session", "ts"):
        lines += [encoded({**RECORD, name: text}) for text in texts]
    fitting = 0
    for line in lines:
        expected = python.match(line)
        assert expected == compiled.match(line), line
        fitting += expected is not None

    assert 300 < fitting < len(lines) / 2


def test_the_stand_alone_verifier_finds_by_its_short_cut_what_it_finds_without(
    segment: tuple[str, list[bytes]],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Bytes changed, added, removed, at random places, and numbers that are not canonical."""
    shard, lines = segment
    entry = {"shard": shard, "open": "", **{name: orjson.loads(lines[0])[source] for name, source in
                                            (("vkey", "vkey"), ("no", "shard_no"))}}  # fmt: skip
    path = tmp_path / shard / "segments" / "00000000.jsonl"
    path.parent.mkdir(parents=True)

    def said(changed: list[bytes]) -> tuple[Any, ...]:
        path.write_bytes(b"\n".join(changed) + b"\n")
        monkeypatch.setattr(standalone, "errors", 0)
        return standalone.read_lines(str(tmp_path), shard, entry), capsys.readouterr().out

    rng = random.Random(8)
    for turn in range(300):
        number = rng.randrange(60, len(lines) - 1)
        line, changed = lines[number], list(lines)
        at = rng.randrange(len(line))
        if turn % 3:
            byte = bytes([rng.choice(b'0123456789abc"{}[],:\\\x00\x1f\x7f\xff -.eE')])
            changed[number] = line[:at] + byte + line[at + turn % 2 :]
        else:
            changed[number] = re.sub(rb"(?<=[:\[])[0-9]+", rng.choice(EVIL), line, count=1 + turn % 5)
        with monkeypatch.context() as patched:
            patched.setattr(standalone, "places", lambda rest: None)
            slowly = said(changed)

        assert slowly == said(changed)


@pytest.mark.parametrize("kind", [["attempt"], {"attempt": 1}, None, 7, True])
def test_a_type_that_is_no_text_is_named(segment: tuple[str, list[bytes]], twin: Any, kind: Any) -> None:
    """And the scan goes on."""
    shard, lines = segment
    changed = [*lines[:70], encoded(orjson.loads(lines[70]) | {"type": kind}), *lines[71:]]
    found = scanned(changed, shard)

    assert [(71, "schema")] == [(at, code) for at, code, _ in found.findings]
    assert slowly(twin, changed, shard) == astuple(found)
