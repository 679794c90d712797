"""The single-file verifier comes to the same verdict, with and without the cryptography package."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

import pcishield.cli
from pcishield.runtime._log_keys import LocalSigner
from tests.unit.audit.attack import ALONE, LOGS, Attack
from tests.unit.audit.attacks import ATTACKS
from tests.unit.audit.logs import make_log, seal, shards, statement
from tests.unit.audit.standalone_table import fields_table, types_table

SCRIPT = Path(pcishield.cli.__file__).with_name("standalone.py")


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The logs that attacks are on, and beside each what an auditor kept of it."""
    made = {name: tmp_path_factory.mktemp(name) for name in LOGS}
    for name, make in LOGS.items():
        directory = made[name]
        make(directory / "audit")
        shutil.copy(directory / "audit" / "vkey", directory / "pinned")
        shutil.copy(shards(directory / "audit")[-1] / "checkpoint", directory / "anchor")
    return made


@pytest.fixture(scope="module")
def template(logs: dict[str, Path]) -> Path:
    return logs["closed"]


def run(audit: Path, template: Path, *, stdlib: bool = False) -> tuple[int, str]:
    command = [sys.executable, "-I", "-S"] if stdlib else [sys.executable]
    done = subprocess.run(
        [*command, str(SCRIPT), str(audit), "--key", str(template / "pinned"), "--anchor", str(template / "anchor")],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert "" == done.stderr
    return done.returncode, done.stdout


def test_it_needs_nothing_but_the_standard_library() -> None:
    """The file imports no module of ours, and cryptography only if it is there."""
    tree = ast.parse(SCRIPT.read_text())
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, (ast.Import, ast.ImportFrom))
        for name in ([node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names])
    }

    assert set() == imported - set(sys.stdlib_module_names) - {"cryptography"}


@pytest.mark.parametrize("stdlib", [False, True], ids=["cryptography", "stdlib"])
def test_an_untouched_log_is_in_order(template: Path, stdlib: bool) -> None:
    """It agrees that nothing is wrong, and checks signatures by itself where it has to."""
    status, output = run(template / "audit", template, stdlib=stdlib)

    assert (0, "OK") == (status, output.splitlines()[-1])
    assert "38 records in 3 shards, 38 under a signature; 0 errors" in output


@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.level == "error"], ids=lambda attack: attack.name)
def test_attack_is_found(attack: Attack, logs: dict[str, Path], tmp_path: Path) -> None:
    """Every error of the attack matrix is one for the single file too, with the words of alone.json."""
    origin = logs[attack.log]
    audit = Path(shutil.copytree(origin / "audit", tmp_path / "audit"))
    names = [shard.name for shard in shards(audit)]
    attack.act(audit)
    names += [shard.name for shard in shards(audit) if shard.name not in names]

    status, output = run(audit, origin)

    assert (2, "FAILED") == (status, output.splitlines()[-1]), output
    said = output.splitlines()
    for number, name in enumerate(names):
        said = [line.replace(name, f"*shard {number}*") for line in said]
    assert ALONE[attack.name] in [line.removeprefix("ERROR ") for line in said if line.startswith("ERROR ")], said


def test_its_own_signature_check_refuses_what_is_wrong(tmp_path: Path) -> None:
    """The code from RFC 8032 accepts a right signature and refuses each kind of wrong one."""
    scope: dict[str, object] = {"__name__": "standalone"}
    exec(compile(SCRIPT.read_text().replace("    from cryptography", "    raise ImportError  #"), "x", "exec"), scope)
    signed = scope["signed"]
    assert callable(signed)
    assert scope["Ed25519PublicKey"] is None
    signer = LocalSigner("a")
    good = signer.sign(b"message")

    assert signed(signer.public_key, b"message", good)
    for public, message, signature in (
        (signer.public_key, b"massage", good),
        (LocalSigner("a").public_key, b"message", good),
        (signer.public_key, b"message", good[:32] + bytes(32)),
        (signer.public_key, b"message", good[:32] + b"\xff" * 32),
        (signer.public_key, b"message", bytes(64)),
        (b"\xff" * 32, b"message", good),
        (b"", b"message", good),
    ):
        assert not signed(public, message, signature)


def test_it_reads_many_records_in_reasonable_time(tmp_path: Path, template: Path) -> None:
    """Ten thousand records take seconds at most, even on a slow machine."""
    log = make_log(tmp_path / "audit")
    for _ in range(2000):
        statement(log)
    seal(log)
    log.close()
    start = time.monotonic()
    done = subprocess.run([sys.executable, str(SCRIPT), str(tmp_path / "audit")], capture_output=True, text=True)

    assert "4002 records" in done.stdout
    assert time.monotonic() - start < 10


def test_it_knows_the_same_fields_and_types_as_the_log() -> None:
    """Its copy of the tables is the present one; else run ``python -m tests.unit.audit.standalone_table``."""
    scope: dict[str, object] = {"__name__": "standalone"}
    exec(compile(SCRIPT.read_text(), "standalone", "exec"), scope)

    assert fields_table().split() == str(scope["FIELDS"]).split()
    assert types_table().split() == str(scope["TYPES"]).split()
