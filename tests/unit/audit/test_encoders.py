"""Records in the formats of SIEMs: golden lines, and no text that can break out of its field."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcishield.audit.canonical import canonical_json
from pcishield.audit.encoders import ENCODERS, cef, ecs, leef, ocsf
from pcishield.audit.encoders.common import syslog_message
from pcishield.audit.encoders.semconv import attributes, nanoseconds, span_ids
from pcishield.audit.records import TYPES

GOLDEN = Path(__file__).parent / "golden_encoders.json"

RECORD: dict[str, Any] = {
    "actor": {"agent": "reporter", "db_user": "app", "groups": ["analysts"], "level": "explicit", "user": "alice"},
    "cells": {"masked": 3, "scanned": 12, "unmasked": 0},
    "connection": "c1",
    "db": {"driver": "psycopg", "name": "shop", "port": "5432", "server": "db1", "system": "postgres", "user": "app"},
    "decision": {"outcome": "allow", "policy": "pci@02aa99b79f7d", "reason": "a=b|c", "rule": "ordinary"},
    "duration_us": 1512,
    "mono_us": 89423,
    "outcome": "success",
    "prev": "ca" * 32,
    "rows": 4,
    "seq": 6,
    "session": "s1",
    "shard": "000000-63b820d0",
    "src": {"host": "app-1", "ip": "192.0.2.7", "pid": 4711, "program": "report.py"},
    "statement": {
        "fingerprint": "042e30b5e8a34aceb965eb25b01777b4",
        "kind": "select",
        "tables": {"orders": "read"},
        "template": "SELECT \"a|b\", 'x' FROM orders\nWHERE id = ? -- \\ ^",
    },
    "ts": "2026-11-22T17:06:37.557343Z",
    "type": "attempt",
    "v": 1,
}
DENIED = {key: value for key, value in RECORD.items() if key not in ("cells", "rows")} | {
    "type": "denied",
    "outcome": "failure",
    "decision": {"outcome": "deny", "rule": "no-ddl", "reason": "not allowed"},
    "error": {"class": "StatementDenied", "sqlstate": "42501"},
}
OPENED = {
    key: RECORD[key] for key in ("actor", "mono_us", "outcome", "prev", "seq", "shard", "src", "ts", "v")
} | {"type": "log.open", "component": "audit-log"}  # fmt: skip
RECORDS = {"attempt": RECORD, "denied": DENIED, "log.open": OPENED}


def encoded(name: str, record: dict[str, Any]) -> str:
    return ENCODERS[name](record, canonical_json(record)).decode().replace("0.1.0.dev0", "VERSION")


@pytest.mark.parametrize("record", RECORDS)
@pytest.mark.parametrize("name", ["cef", "ecs", "leef", "ocsf"])
def test_a_record_is_encoded_as_it_always_was(name: str, record: str) -> None:
    """The golden file is what receivers parse; change it only on purpose."""
    golden = json.loads(GOLDEN.read_text())
    assert golden[f"{name} {record}"] == encoded(name, RECORDS[record])


def test_json_is_the_line_itself() -> None:
    """What is hashed is what is sent."""
    line = canonical_json(RECORD)
    assert line == ENCODERS["json"](RECORD, line)


def test_ocsf_is_datastore_activity() -> None:
    """Class 6005, what the shield did, who, on what; the fingerprint is the leaf hash of the line."""
    line = canonical_json(RECORD)
    event = json.loads(ocsf(RECORD, line))
    attestation = event["attestation_list"][0]

    assert (6, 6005, 600501, 1) == tuple(event[k] for k in ("category_uid", "class_uid", "type_uid", "activity_id"))
    assert (4, "Modified", "ordinary") == (event["action_id"], event["action"], event["firewall_rule"]["name"])
    assert ("alice", "reporter", "shop", "orders") == (
        event["actor"]["user"]["name"], event["actor"]["app_name"], event["database"]["name"], event["table"]["name"],
    )  # fmt: skip
    assert sha256(b"\x00" + line).hexdigest() == attestation["fingerprint"]["value"]
    assert ("000000-63b820d0", "000000-63b820d0/5") == (attestation["chain_uid"], attestation["prev_event"]["uid"])
    assert "data" not in event["query_info"]


def test_ecs_has_the_fields_that_dashboards_read() -> None:
    """Outcome, category and type are ECS's words; the record itself is below ``pcishield``."""
    event = json.loads(ecs(DENIED, canonical_json(DENIED)))
    assert ("failure", ["database"], ["access", "denied"]) == tuple(
        event["event"][name] for name in ("outcome", "category", "type")
    )
    assert ("alice", "42501", 5432) == (event["user"]["name"], event["error"]["code"], event["destination"]["port"])
    assert DENIED == event["pcishield"]


def test_otel_follows_the_database_conventions() -> None:
    """Names and ids of spans are those of the conventions, and do not change from one sending to the next."""
    found = attributes(RECORD)
    assert ("postgresql", "shop", "orders", "select orders", 5432) == tuple(
        found[f] for f in ("db.system.name", "db.namespace", "db.collection.name", "db.query.summary", "server.port")
    )
    assert 1795367197557343000 == nanoseconds(RECORD["ts"])
    answer = {**RECORD, "type": "result", "attempt": "000000-63b820d0/6"}
    assert span_ids(answer) == span_ids(dict(answer))
    assert span_ids(answer)[1] != span_ids(answer | {"attempt": "000000-63b820d0/7"})[1]


def unescaped_pairs(extension: str) -> dict[str, str]:
    """Read a CEF extension as a receiver does: unescaped ``=`` ends a key, the last space before it a value."""
    parts: list[str] = [""]
    i = 0
    while i < len(extension):
        if extension[i] == "\\":
            parts[-1] += {"n": "\n", "r": "\r"}.get(extension[i + 1], extension[i + 1])
            i += 2
            continue
        if extension[i] == "=":
            parts.append("")
        else:
            parts[-1] += extension[i]
        i += 1
    pairs: dict[str, str] = {}
    key = parts[0]
    for part in parts[1:-1]:
        value, _, following = part.rpartition(" ")
        pairs[key] = value
        key = following
    pairs[key] = parts[-1]
    return pairs


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(TEXT, TEXT)
def test_no_text_breaks_out_of_cef(template: str, user: str) -> None:
    """Header and extension have the fields they have, whatever a statement or a user is called."""
    record = RECORD | {"statement": {"template": template, "tables": {}}, "actor": {"user": user}}
    line = cef(record).decode()
    assert "\n" not in line and "\r" not in line
    assert 8 == len(line.replace("\\\\", "").replace("\\|", "").split("|", 7))
    extension = line.split("|", 7)[7]
    pairs = unescaped_pairs(extension)
    assert (user or None, template or None) == (pairs.get("suser"), pairs.get("msg"))
    assert "injected" not in pairs


@given(TEXT, TEXT)
def test_no_text_breaks_out_of_leef(template: str, user: str) -> None:
    """A delimiter or line break inside of a value makes no field."""
    record = RECORD | {"statement": {"template": template, "tables": {}}, "actor": {"user": user}}
    text = leef(record).decode()
    assert "\n" not in text and "\r" not in text
    head, _, body = text.partition("|^|")
    assert 4 == head.count("|")
    plain = leef(RECORD | {"statement": {"template": "x", "tables": {}}, "actor": {"user": "y"}}).decode()
    expected = len(plain.partition("|^|")[2].split("^")) - (not template) - (not user)
    assert expected == len(body.split("^"))


@given(TEXT)
def test_syslog_has_one_header(host: str) -> None:
    """Whatever the host is called, the header has its six parts."""
    record = RECORD | {"src": {"host": host, "pid": 1}}
    message = syslog_message(record, b"text", 13, "pcishield")
    assert len(b"<109>1 time host app pid type".split()) == len(message.partition(b" [pcishield")[0].split(b" "))
    assert message.startswith(b"<109>1 2026-11-22T17:06:37.557343Z ")


@pytest.mark.parametrize("kind", sorted(TYPES))
@pytest.mark.parametrize("name", ["cef", "ecs", "leef", "ocsf"])
def test_every_type_can_be_encoded(name: str, kind: str) -> None:
    """No record type makes an encoder fail, with the least a record has."""
    record = OPENED | {"type": kind}
    assert ENCODERS[name](record, canonical_json(record))


if __name__ == "__main__":
    found = {f"{name} {record}": encoded(name, RECORDS[record]) for name in ENCODERS for record in RECORDS}
    GOLDEN.write_text(json.dumps({k: v for k, v in found.items() if not k.startswith("json")}, indent=1) + "\n")
