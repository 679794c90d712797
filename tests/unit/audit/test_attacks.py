"""Every attack of the matrix is found, at the right place, with the right words."""

from __future__ import annotations

import shutil
from pathlib import Path

import orjson
import pytest

from pcishield.audit.checkpoint import VerifierKey
from pcishield.audit.report import Report
from pcishield.audit.verify import Options, verify
from pcishield.runtime.log_reader import DirectorySource
from tests.unit.audit.attack import LOGS, Attack
from tests.unit.audit.attacks import ATTACKS
from tests.unit.audit.logs import shards


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The logs that attacks are on."""
    made = {name: tmp_path_factory.mktemp(name) / "audit" for name in LOGS}
    for name, make in LOGS.items():
        make(made[name])
    return made


@pytest.fixture(scope="module")
def template(logs: dict[str, Path]) -> Path:
    return logs["closed"]


@pytest.fixture
def audit(template: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(template, tmp_path / "audit"))


def pinned(template: Path) -> Options:
    """What an auditor has who kept the first key and the last checkpoint."""
    anchor = (shards(template)[-1] / "checkpoint").read_text()
    return Options(key=VerifierKey.parse((template / "vkey").read_text()), anchors=[anchor])


def check(template: Path, audit: Path) -> Report:
    return verify(DirectorySource(audit), pinned(template))


def test_an_untouched_log_is_in_order(template: Path, audit: Path) -> None:
    """Without an attack there is no error, and only the dead shard and its attempt are warned about."""
    report = check(template, audit)

    assert ["attempt-open", "shard-crashed"] == sorted(f.code for f in report.findings)
    assert 0 == report.exit_code()
    assert 1 == report.exit_code(strict=True)
    assert 1 == report.anchored


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack_is_found(attack: Attack, logs: dict[str, Path], tmp_path: Path) -> None:
    """The attack gives the finding of the matrix."""
    origin = logs[attack.log]
    audit = Path(shutil.copytree(origin, tmp_path / "audit"))
    names = [shard.name for shard in shards(audit)]
    attack.act(audit)
    names += [shard.name for shard in shards(audit) if shard.name not in names]

    report = check(origin, audit)

    found = [(f.level, f.code, f.where, f.message) for f in report.findings]
    message = attack.message.format(*names)
    expected = (attack.level, attack.code, attack.where.format(*names))
    assert [expected] == [one[:3] for one in found if one[:3] == expected and one[3].startswith(message)][:1], found
    assert (2 if attack.level == "error" else 0) == report.exit_code()


@pytest.mark.parametrize("name", ["../../etc", "a\x00b", "", ".", "a" * 300, "/etc"])
def test_a_shard_name_in_the_index_is_no_way_out_of_the_directory(template: Path, audit: Path, name: str) -> None:
    """What cannot be the name of a shard is refused before it is used as a path."""
    first, _, rest = (audit / "index.jsonl").read_bytes().partition(b"\n")
    forged = orjson.dumps(orjson.loads(first) | {"shard": name}, option=orjson.OPT_SORT_KEYS)
    (audit / "index.jsonl").write_bytes(forged + b"\n" + rest)

    found = [(finding.where, finding.message) for finding in check(template, audit).of("error")]

    assert ("index.jsonl:1", "what it calls a shard is no name of one") == found[0]


def test_the_table_in_the_documentation_is_this_one() -> None:
    """docs/audit.md shows the matrix as the tests have it."""
    from tests.unit.audit.attacks import table

    documentation = (Path(__file__).parents[3] / "docs" / "audit.md").read_text()

    assert table() in documentation
