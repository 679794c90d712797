"""Binary forms that nobody here can read: a card number in them is no text, so they are not handed out."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import Connection
from psycopg import connect as raw_connect
from psycopg.types.composite import CompositeInfo, register_composite

from pcishield.exceptions import MaskingError
from pcishield.shield import Shield
from pcishield.testing import RecordingLog, make_pan

PAN = make_pan()
SENT = struct.pack(">q", int(PAN))
OPEN = {"name": "open", "default": "allow", "tolerate": ["*"]}


@pytest.fixture
def connection(pg_dsn: str) -> Iterator[Connection[Any]]:
    """A guarded connection to a database with a card number in a composite type."""
    with raw_connect(pg_dsn, autocommit=True) as raw:
        raw.execute("CREATE TYPE opaque_pair AS (a int, n bigint)")
        raw.execute("CREATE TABLE opaque_things (id int, pair opaque_pair)")
        raw.execute("INSERT INTO opaque_things VALUES (1, ROW(1, %s)::opaque_pair)", (int(PAN),))
        try:
            with Shield({}, policy=OPEN, audit=RecordingLog()) as shield:
                guarded = shield.connect("psycopg", pg_dsn, autocommit=True)
                yield guarded
                guarded.close()
        finally:
            raw.execute("DROP TABLE opaque_things")
            raw.execute("DROP TYPE opaque_pair")


@pytest.mark.parametrize("what", ["pair", "opaque_things", "ARRAY[pair]", "ROW(1, pair)", "(pair).n::bit(64)"])
@pytest.mark.parametrize("route", ["fetch", "pgresult"])
def test_a_binary_value_without_a_loader_is_redacted(connection: Connection[Any], what: str, route: str) -> None:
    """The eight bytes of the number do not come out, whatever is around them."""
    cursor = connection.cursor(binary=True)
    cursor.execute(f"SELECT {what} FROM opaque_things".encode())

    out = cursor.fetchone() if route == "fetch" else cursor.pgresult.get_value(0, 0)  # type: ignore[union-attr]

    assert repr(SENT)[2:-1] not in repr(out)
    assert PAN not in repr(out)


def test_a_binary_copy_of_such_a_column_does_not_hand_it_out(connection: Connection[Any]) -> None:
    """COPY in binary format has no room for a mask there: it is refused before the first such row."""
    cursor = connection.cursor()
    data = b""

    with (
        pytest.raises(MaskingError, match="use the text format"),
        cursor.copy("COPY (SELECT pair FROM opaque_things) TO STDOUT (FORMAT BINARY)") as copy,
    ):
        for block in copy:
            data += bytes(block)
    assert SENT not in data


def test_a_registered_composite_is_masked_field_by_field(connection: Connection[Any]) -> None:
    """With a loader for it, the value is a tuple and only the card number in it is masked."""
    info = CompositeInfo.fetch(connection, "opaque_pair")
    assert info is not None
    register_composite(info, connection)

    row = connection.cursor(binary=True).execute("SELECT pair FROM opaque_things").fetchone()

    assert row is not None
    assert (1, f"{'*' * 12}{PAN[-4:]}") == tuple(row[0])


def test_other_binary_values_stay_as_they_are(connection: Connection[Any]) -> None:
    """Numbers, text, dates and bytes have loaders."""
    row = connection.cursor(binary=True).execute("SELECT 7, 'x'::text, 1.5::numeric, '\\x0102'::bytea").fetchone()

    assert row is not None
    assert (7, "x", b"\x01\x02") == (row[0], row[1], row[3])
