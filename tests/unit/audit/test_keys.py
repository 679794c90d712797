"""Keys: signers from outside, and what a thief of each key can do."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from pcishield.audit.checkpoint import Checkpoint, VerifierKey, sign_checkpoint
from pcishield.audit.index import entry_line, parse_entry
from pcishield.audit.merkle import leaf_hash, root_hash
from pcishield.audit.report import Report
from pcishield.audit.verify import Options, verify
from pcishield.exceptions import AuditUnavailable, ConfigurationError
from pcishield.runtime._log_keys import LocalSigner
from pcishield.runtime.log_reader import DirectorySource
from pcishield.secrets.keyfile import FileSigner
from tests.unit.audit.attack import rehash
from tests.unit.audit.logs import lines, make_log, shards, statement


def check(directory: Path, pinned: str = "", anchors: list[str] | None = None) -> Report:
    key = VerifierKey.parse(pinned or (directory / "vkey").read_text())
    return verify(DirectorySource(directory), Options(key=key, anchors=anchors or []))


def test_a_signer_from_outside_signs_the_index(tmp_path: Path) -> None:
    """With a signer there is no key file; the same signer opens the directory again, another does not."""
    signer = FileSigner.create(tmp_path / "key", "shop.example/audit")
    for _ in range(2):
        log = make_log(tmp_path / "audit", signer=FileSigner(tmp_path / "key", "shop.example/audit"))
        statement(log)
        log.close()

    assert [] == check(tmp_path / "audit", str(VerifierKey(signer.name, signer.public_key))).findings
    assert [] == list((tmp_path / "audit" / "private").iterdir())
    with pytest.raises(AuditUnavailable, match="is not the key that the audit index expects"):
        make_log(tmp_path / "audit", signer=LocalSigner("shop.example/audit"))


def test_a_key_file_is_read_only_when_it_is_safe(tmp_path: Path) -> None:
    """Each thing that can be wrong with the file is one clear error that shows no key."""
    path = tmp_path / "key"
    with pytest.raises(ConfigurationError, match="cannot be read"):
        FileSigner(path, "a")
    signer = FileSigner.create(path, "a")
    assert 0o600 == path.stat().st_mode & 0o777
    assert "FileSigner('a')" == repr(signer)
    with pytest.raises(ConfigurationError, match="cannot be made"):
        FileSigner.create(path, "a")
    with pytest.raises(ConfigurationError, match="no spaces"):
        FileSigner(path, "a b")
    path.chmod(0o644)
    with pytest.raises(ConfigurationError, match="is open to others"):
        FileSigner(path, "a")
    path.chmod(0o600)
    path.write_text("nonsense")
    with pytest.raises(ConfigurationError, match="holds no key"):
        FileSigner(path, "a")


def test_a_thief_of_the_index_key_cannot_change_what_is_there(tmp_path: Path) -> None:
    """The key on disk signs the next entry only; an older one signed by it is refused."""
    make_log(tmp_path).close()
    make_log(tmp_path).close()
    stolen = LocalSigner("pcishield/shop/index", bytes.fromhex((tmp_path / "private" / "index.key").read_text()))
    index = (tmp_path / "index.jsonl").read_bytes().splitlines()
    (tmp_path / "index.jsonl").write_bytes(
        b"\n".join([entry_line(parse_entry(index[0], None), stolen), *index[1:], b""])
    )

    found = [(finding.code, finding.message) for finding in check(tmp_path).of("error")]
    assert ("index-line", "not signed by the key that the entry before it names") == found[0]


def resign(directory: Path, shard: int, signer: LocalSigner) -> None:
    """Sign all that is in a shard anew, as one can who has its key."""
    leaves = [leaf_hash(line) for line in lines(directory, shard)]
    note = sign_checkpoint(Checkpoint(signer.name, len(leaves), root_hash(leaves)), signer)
    (shards(directory)[shard] / "checkpoint").write_text(note)
    (shards(directory)[shard] / "checkpoints.txt").write_text(note + "\n")


def stolen_shard_key(directory: Path) -> tuple[LocalSigner, str]:
    """A log whose key was read from the memory of its process, and the checkpoint that left the host before."""
    log = make_log(directory)
    statement(log)
    assert log._shard is not None
    signer = log._shard.signer
    log._seal(log._shard)
    anchor = (shards(directory)[0] / "checkpoint").read_text()
    statement(log)
    log.close()
    return signer, anchor


def test_a_thief_of_a_living_key_is_found_by_an_anchor_only(tmp_path: Path) -> None:
    """Who has the key of the running process can rewrite its shard; a checkpoint kept elsewhere shows it."""
    signer, anchor = stolen_shard_key(tmp_path)
    rehash(tmp_path, 0, b'"rows":3', b'"rows":9', 3)
    resign(tmp_path, 0, signer)

    assert [] == check(tmp_path).findings
    assert ["anchor"] == [finding.code for finding in check(tmp_path, anchors=[anchor]).findings]


def test_a_thief_cannot_replace_the_first_line_even_so(tmp_path: Path) -> None:
    """The first line of a shard is fixed by the index, which that key does not sign."""
    signer, _ = stolen_shard_key(tmp_path)
    rehash(tmp_path, 0, b'"flush":"write"', b'"flush":"group"', 1)
    resign(tmp_path, 0, signer)

    assert ["line-changed"] == [finding.code for finding in check(tmp_path).of("error")]


def test_two_histories_do_not_share_their_anchors(tmp_path: Path) -> None:
    """A copied directory that goes on by itself verifies alone, and not against the other's checkpoints."""
    one, two = tmp_path / "one", tmp_path / "two"
    make_log(one).close()
    shutil.copytree(one, two)
    anchors = {}
    for directory in (one, two):
        log = make_log(directory)
        statement(log)
        log.close()
        anchors[directory] = (shards(directory)[1] / "checkpoint").read_text()

    codes: dict[Any, list[str]] = {}
    for directory in (one, two):
        for anchor in (one, two):
            report = check(directory, anchors=[anchors[anchor]])
            codes[directory.name, anchor.name] = [finding.code for finding in report.findings]
    assert {("one", "one"): [], ("one", "two"): ["anchor"], ("two", "one"): ["anchor"], ("two", "two"): []} == codes
