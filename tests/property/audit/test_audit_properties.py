"""Properties of the audit trail, for any content and any change."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcishield.audit.canonical import canonical_json, parse_canonical
from pcishield.audit.checkpoint import VerifierKey
from pcishield.audit.merkle import (
    Frontier,
    consistency_proof,
    inclusion_proof,
    leaf_hash,
    root_hash,
    verify_consistency,
    verify_inclusion,
)
from pcishield.audit.sanitise import error_template, plain_text
from pcishield.audit.verify import Options, verify
from pcishield.runtime.log_reader import DirectorySource
from tests.unit.audit.logs import build, segment_path, shards

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
KEYS = st.text(st.characters(max_codepoint=0xD7FF), max_size=8)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def reference(value: Any) -> bytes:
    """RFC 8785 by the standard library, for values without floats and with keys below U+D800."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@given(st.dictionaries(KEYS, VALUES, max_size=6))
def test_canonical_bytes_agree_with_the_standard_library_and_parse_back(value: dict[str, Any]) -> None:
    """For every value there is one form, and it is read back as the same value."""
    data = canonical_json(value)

    assert reference(value) == data
    assert value == parse_canonical(data)
    assert b"\n" not in data


@given(st.lists(st.binary(max_size=5), min_size=1, max_size=300), st.data())
def test_proofs_of_any_tree_hold(entries: list[bytes], data: st.DataObject) -> None:
    """Every leaf can be shown, every prefix can be shown, and the frontier has the root."""
    leaves = [leaf_hash(entry) for entry in entries]
    root = root_hash(leaves)
    index = data.draw(st.integers(0, len(leaves) - 1))
    old = data.draw(st.integers(0, len(leaves)))
    split = data.draw(st.integers(0, len(leaves)))
    tree = Frontier()
    tree.extend(leaves[:split])
    tree.extend(leaves[split:])

    assert root == tree.root()
    assert verify_inclusion(leaves[index], index, len(leaves), inclusion_proof(index, leaves), root)
    assert verify_consistency(old, root_hash(leaves[:old]), len(leaves), root, consistency_proof(old, leaves))


@given(st.text(max_size=60), st.from_regex(r"[0-9]{4,19}", fullmatch=True), st.text(max_size=60))
def test_no_run_of_digits_survives_in_an_error_template(before: str, digits: str, after: str) -> None:
    """Whatever stands around it, a number is not in the template."""
    template = error_template(f"{before}{digits}{after}")

    assert digits not in template
    assert not any(ch.isdigit() for ch in template)


@given(st.text())
def test_plain_text_has_a_utf8_form(text: str) -> None:
    """Sanitised text can always be encoded, and text that could is not changed."""
    plain_text(text).encode()


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("property") / "audit"
    build(directory)
    return directory


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_change_of_any_byte_is_found(template: Path, tmp_path: Path, data: st.DataObject) -> None:
    """Changing, removing or adding bytes anywhere in a sealed log is an error, or a warning in an unsealed tail."""
    audit = Path(shutil.copytree(template, tmp_path / "audit", dirs_exist_ok=True))
    shard = data.draw(st.integers(0, 2))
    path = data.draw(st.sampled_from(sorted((shards(audit)[shard] / "segments").iterdir())))
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    how = data.draw(st.sampled_from(["flip", "delete", "insert", "cut"]))
    if how == "flip":
        content[at] ^= data.draw(st.integers(1, 255))
    elif how == "delete":
        del content[at : at + data.draw(st.integers(1, 50))]
    elif how == "insert":
        content[at:at] = data.draw(st.binary(min_size=1, max_size=20))
    else:
        del content[at:]
    path.write_bytes(content)

    key = VerifierKey.parse((template / "vkey").read_text())
    report = verify(DirectorySource(audit), Options(key=key))
    assert not report.ok
    assert segment_path(audit).exists()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_change_of_any_other_file_is_found(template: Path, tmp_path: Path, data: st.DataObject) -> None:
    """Keys, manifests, index and checkpoints: verification never raises, and never accepts a changed one."""
    audit = Path(shutil.copytree(template, tmp_path / "audit", dirs_exist_ok=True))
    files = [
        path for path in sorted(audit.rglob("*"))
        if path.suffix in ("", ".json", ".txt") and path.is_file() and path.parent.name not in ("open", "private")
        and path.name != ".lock"
    ]  # fmt: skip
    path = data.draw(st.sampled_from([audit / "index.jsonl", *files]))
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        content[at] ^= data.draw(st.integers(1, 255))
    else:
        content[at : at + data.draw(st.integers(0, 30))] = data.draw(st.binary(max_size=30))
    changed = bytes(content) != path.read_bytes()
    white = bytes(content).strip() == path.read_bytes().strip()
    path.write_bytes(content)

    key = VerifierKey.parse((template / "vkey").read_text())
    report = verify(DirectorySource(audit), Options(key=key))
    codes = {finding.code for finding in report.findings}
    torn = {"index-torn", "checkpoint-torn"}
    assert not changed or white or not report.ok or codes & torn, path
