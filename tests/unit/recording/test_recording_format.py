"""The bytes of a recording, its events, and its link to the audit log."""

from __future__ import annotations

import secrets
from decimal import Decimal
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcishield.core.decision import Recording
from pcishield.recording.events import Sample, cell, decode_events, encode_events
from pcishield.recording.frames import Frames, Header, RecordingError, key_id, read_frames, read_header
from pcishield.recording.link import check_link
from pcishield.recording.timeline import lines, moments, pauses

KEY = bytes(range(32))
HEADER = Header("ab" * 16, "s1", "c1", "2026-11-22T17:06:37.557343Z", key_id(KEY))


def recording(*contents: bytes) -> bytes:
    """A whole recording."""
    frames = Frames(HEADER, KEY)
    sealed = [frames.seal(content, last=number == len(contents) - 1) for number, content in enumerate(contents)]
    return HEADER.line() + b"".join(sealed)


def test_what_was_sealed_is_read() -> None:
    """Frames come back in order, and the last one is known as such."""
    data = recording(b"one", b"two", b"three")

    assert (HEADER, len(HEADER.line())) == read_header(data)
    assert [(b"one", False), (b"two", False), (b"three", True)] == list(read_frames(data, KEY))


@given(st.data())
def test_a_changed_byte_is_found(data: Any) -> None:
    """Whatever byte of a recording is changed, it is not read to its end as if nothing were."""
    whole = recording(b"one", b"two", b"three")
    at = data.draw(st.integers(0, len(whole) - 1))
    changed = bytearray(whole)
    changed[at] ^= 1 << data.draw(st.integers(0, 7))

    with pytest.raises(RecordingError):
        assert 3 != len(list(read_frames(bytes(changed), KEY)))


def test_frames_cannot_be_exchanged_dropped_or_added() -> None:
    """Order, count and end are part of what is authenticated."""
    first, second, last = (f for f in _split(recording(b"one", b"two", b"three")))
    head = HEADER.line()
    for wrong in ([second, first, last], [first, last], [last], [first, second, last, last]):
        with pytest.raises(RecordingError):
            list(read_frames(head + b"".join(wrong), KEY))
    cut = list(read_frames(head + first + second, KEY))

    assert [(b"one", False), (b"two", False)] == cut


def _split(data: bytes) -> list[bytes]:
    at, found = len(HEADER.line()), []
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big") + 5
        found.append(data[at : at + size])
        at += size
    return found


def test_another_key_is_refused_by_name() -> None:
    """The header names the key, so that no file opens under two."""
    with pytest.raises(RecordingError, match="not the key of this recording"):
        list(read_frames(recording(b"x"), secrets.token_bytes(32)))


@pytest.mark.parametrize("data", [b"", b"{}\n", b"no\n", b"[1]\n", HEADER.line().replace(b'"v":1', b'"v": 1')])
def test_what_is_no_recording_is_refused(data: bytes) -> None:
    """A clear error, whatever the file holds."""
    with pytest.raises(RecordingError):
        read_header(data)


def says(size: int, digest: str, **more: Any) -> dict[str, Any]:
    """A record of the audit log about the recording."""
    return {"type": "recording", "recording": {"id": HEADER.id, "size": size, "digest": digest, **more}}


def test_a_recording_is_the_one_that_the_log_has_the_digests_of() -> None:
    """All digests hold and the last covers everything."""
    data = recording(b"one", b"two")
    head = len(HEADER.line())
    records = [says(n, sha256(data[:n]).hexdigest(), ended=n == len(data)) for n in (head, len(data))]
    link = check_link(data, HEADER.id, [{"type": "recording", "recording": {"id": "other"}}, *records])

    assert ((), 2, len(data), 0, True) == (link.problems, link.records, link.covered, link.loose, link.ended)


def test_an_exchanged_cut_or_longer_recording_is_not_the_one() -> None:
    """Another genuine recording under the same name, a cut end, bytes after the end, or a log that knows nothing."""
    data, other = recording(b"one", b"two"), recording(b"six", b"two")
    records = [says(len(data), sha256(data).hexdigest(), ended=True)]

    assert "exchanged" in check_link(other, HEADER.id, records).problems[0]
    assert "it was cut" in check_link(data[:-1], HEADER.id, records).problems[0]
    assert "follow after its end" in check_link(data + b"x", HEADER.id, records).problems[0]
    assert "knows no such recording" in check_link(data, HEADER.id, []).problems[0]


def test_what_a_dead_process_could_not_record_is_named() -> None:
    """Bytes after the last digest of a recording without end are loose, not wrong."""
    data = recording(b"one", b"two")
    head = len(HEADER.line())
    link = check_link(data, HEADER.id, [says(head, sha256(data[:head]).hexdigest())])

    assert ((), len(data) - head, False) == (link.problems, link.loose, link.ended)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (7, 7),
        (1 << 60, str(1 << 60)),
        (1.5, 1.5),
        (float("nan"), "nan"),
        (Decimal("1.50"), "1.50"),
        ("abcdef", "abcd… (6 characters)"),
        (b"abc", {"type": "bytes", "length": 3}),
        ([1, b""], [1, {"type": "bytes", "length": 0}]),
        ({"a": [None]}, {"a": [None]}),
        (object(), {"type": "object"}),
    ],
)
def test_cells_keep_what_is_plain_and_describe_the_rest(value: Any, expected: Any) -> None:
    """No repr of a user's class, no bytes, no endless text."""
    assert expected == cell(value, 4)


@given(st.lists(st.integers(0, 7), max_size=20), st.integers(0, 9), st.integers(1, 4))
def test_a_sample_is_every_nth_row_up_to_its_size(batches: list[int], rows: int, every: int) -> None:
    """However the rows arrive in batches, the same ones are kept."""
    sample = Sample("a/1", Recording(rows=rows, every=every))
    numbers = iter(range(1000))
    kept = [row[0] for size in batches for row in sample.take([(next(numbers),) for _ in range(size)])]
    total = sum(batches)

    assert list(range(0, total, every))[:rows] == kept
    assert (total, len(kept)) == (sample.seen, sample.kept)


@given(st.text(st.characters(), max_size=20))
def test_any_text_can_be_recorded(text: str) -> None:
    """Lone surrogates too, which JSON cannot hold."""
    event = {"t": 0, "e": "rows", "rows": [[text, {text: [text]}]]}

    assert "rows" == decode_events(encode_events([event]))[0]["e"]


def test_recordings_play_in_the_order_things_happened() -> None:
    """Several recordings are merged by time; pauses are scaled and shortened."""
    played = moments([(10.0, [{"t": 0, "e": "open"}, {"t": 9_000_000, "e": "close"}]), (12.0, [{"t": 0, "e": "open"}])])

    assert [(0.0, 0), (2.0, 1), (9.0, 0)] == [(moment.at, moment.recording) for moment in played]
    assert [0.0, 1.0, 3.5] == [pause for pause, _ in pauses(played, 2.0, None)]
    assert [0.0, 1.0, 1.5] == [pause for pause, _ in pauses(played, 2.0, 1.5)]


def test_a_terminal_is_not_moved_by_what_was_recorded() -> None:
    """Control characters in names, SQL, cells and errors are replaced."""
    evil = "\x1b[2J\r\n"
    events = [
        {"e": "statement", "sql": evil, "who": evil},
        {"e": "rows", "columns": [evil], "rows": [[evil], [None], [{"type": "bytes", "length": 3}]]},
        {"e": "result", "outcome": evil, "error": {"template": evil}, "us": 1},
        {"e": "approval", "approvers": [evil], "reason": evil, "sql": evil},
        {"e": "denied", "sql": evil, "reason": evil},
        {"e": evil},
    ]

    assert [] == [line for event in events for line in lines(event) if not line.isprintable()]
