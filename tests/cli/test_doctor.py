"""``pcishield doctor``: what it says, and its exit status."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pcishield.cli import _doctor_drivers
from pcishield.cli.main import app
from pcishield.drivers.sqlite3 import surfaces
from pcishield.exceptions import ConfigurationError
from pcishield.guarded import DRIVERS


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """Run the command with an audit directory of the test's own; returns exit status, checks and drivers."""
    monkeypatch.delenv("PCISHIELD_CONFIG", raising=False)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))

    def call(*arguments: str) -> tuple[int, dict[str, Any], dict[str, Any]]:
        result = CliRunner().invoke(app, ["doctor", "--json", *arguments])
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        document = json.loads(result.stdout)
        checks = {check["area"]: check for check in document["checks"] if check["area"] != "driver"}
        return result.exit_code, checks, {driver["driver"]: driver for driver in document["drivers"]}

    return call


def test_every_driver_is_named(run: Any) -> None:
    """Installed or not; what is installed is guarded in full by the version that runs this."""
    status, _, drivers = run()

    assert 0 == status
    assert set(DRIVERS) == set(drivers)
    assert {"absent", "guarded"} >= {driver["status"] for driver in drivers.values()}
    assert ("guarded", "subclass", []) == tuple(drivers["sqlite3"][name] for name in ("status", "how", "unknown"))


def test_a_newer_driver_is_a_problem(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that the surface does not know is blocked, named, and makes the exit status 1."""
    known = surfaces.CURSOR
    fewer = type(known)(
        **{name: getattr(known, name) for name in known.__slots__ if name != "rows"},
        rows=known.rows - {"fetchmany"},
    )
    monkeypatch.setattr("pcishield.drivers.sqlite3.SURFACES", (fewer,))
    status, _, drivers = run()

    assert 1 == status
    assert ("partly", ["sqlite3.Cursor.fetchmany"]) == (drivers["sqlite3"]["status"], drivers["sqlite3"]["unknown"])


def test_an_older_driver_is_a_problem(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Older than what the extra of our own package asks for."""
    monkeypatch.setattr(_doctor_drivers, "_oldest", lambda name: "99.1" if name == "sqlite3" else "")
    status, _, drivers = run()

    assert (1, "too old") == (status, drivers["sqlite3"]["status"])
    assert sqlite3.sqlite_version


def test_a_driver_that_does_not_load_is_a_problem(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Installed, but its shared library is not there."""
    monkeypatch.setitem(DRIVERS, "sqlite3", "pcishield.drivers.no_such_module")
    status, _, drivers = run()

    assert (1, "broken") == (status, drivers["sqlite3"]["status"])
    assert "no_such_module" in drivers["sqlite3"]["problem"]


def test_the_oldest_versions_are_those_of_the_extras() -> None:
    """pyproject.toml is the one place that names them."""
    assert "3.2.3" == _doctor_drivers._oldest("psycopg")
    assert "9.1" == _doctor_drivers._oldest("mysql.connector")
    assert "" == _doctor_drivers._oldest("sqlite3")


def test_an_audit_directory_that_cannot_be_written_is_a_problem(run: Any, tmp_path: Path) -> None:
    """A file stands where the directory should be made."""
    (tmp_path / "taken").write_text("")
    config = tmp_path / "pcishield.toml"
    config.write_text(f'[audit]\ndir = "{tmp_path / "taken" / "audit"}"\n')
    status, checks, _ = run("--config", str(config))

    assert (1, "problem") == (status, checks["audit"]["state"])
    assert str(config) == checks["settings"]["text"]


def test_it_says_which_scanner_runs_and_why(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference is worth a note, and what chose it."""
    monkeypatch.setenv("PCISHIELD_KERNEL", "python")
    status, checks, _ = run()

    assert (0, "note") == (status, checks["scanner"]["state"])
    assert "PCISHIELD_KERNEL" in checks["scanner"]["text"]


def test_a_missing_identity_is_a_note(run: Any, tmp_path: Path) -> None:
    """The level that is required, the one that is there, and what to do."""
    config = tmp_path / "pcishield.toml"
    config.write_text('[identity]\nrequired = "explicit"\n')
    status, checks, _ = run("--config", str(config))

    assert (0, "note") == (status, checks["identity"]["state"])
    assert "acting_as" in checks["identity"]["text"]


def test_a_wrong_configuration_is_an_error(run: Any, tmp_path: Path) -> None:
    """One error that names the key; main() makes it exit status 2."""
    config = tmp_path / "pcishield.toml"
    config.write_text("[audit]\nflsuh = 1\n")

    with pytest.raises(ConfigurationError, match="flsuh"):
        run("--config", str(config))


def test_the_plain_form_has_one_line_per_check(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And says at the end whether all is in order."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.delenv("PCISHIELD_CONFIG", raising=False)
    result = CliRunner().invoke(app, ["doctor"])

    assert 0 == result.exit_code
    assert "in order" == result.stdout.splitlines()[-1]
    assert [] == [line for line in result.stdout.splitlines()[1:-1] if line[:6] not in ("  ok  ", "  --  ")]
