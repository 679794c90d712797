"""``pcishield credentials``: the key through a file descriptor, the password through standard input."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from pcishield.cli import main
from pcishield.secrets import local_vault

KEY = bytes(range(32))


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


class Machine:
    """A directory with a configuration, and the command in it, run in this process as if in one of its own."""

    def __init__(self, directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.directory = directory
        self.config = directory / "pcishield.toml"
        self.config.write_text('[audit]\ndir = "audit"\n[credentials.local]\nfile = "vault"\nkey = "fd"\n')
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def run(self, *arguments: str, stdin: str = "", keys: dict[str, bytes] | None = None) -> Done:
        with self._monkeypatch.context() as patch:
            patch.setattr(local_vault, "_taken", {})
            patch.setattr(local_vault, "_derived", {})
            patch.setenv("PCISHIELD_CONFIG", str(self.config))
            patch.setattr(sys, "argv", ["pcishield", "credentials", *arguments])
            patch.setattr(sys, "stdin", io.StringIO(stdin))
            for variable, key in ({"PCISHIELD_VAULT_KEY_FD": KEY} if keys is None else keys).items():
                patch.setenv(variable, str(pipe(key)))
            self._capsys.readouterr()
            code = 0
            try:
                main()
            except SystemExit as left:
                code = int(left.code or 0)
            for variable in keys or {}:
                if variable in os.environ:  # not read
                    os.close(int(os.environ[variable]))
        return Done(code, *self._capsys.readouterr())

    def records(self) -> list[dict[str, Any]]:
        lines = [line for file in sorted(self.directory.rglob("*.jsonl")) for line in file.read_text().splitlines()]
        return [record for line in lines if (record := json.loads(line)).get("type") == "credential.changed"]


def pipe(data: bytes) -> int:
    """Return a file descriptor to read ``data`` from."""
    read, write = os.pipe()
    os.write(write, data)
    os.close(write)
    return read


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Machine:
    return Machine(tmp_path, monkeypatch, capsys)


def test_a_password_is_added_rotated_listed_and_removed(machine: Machine) -> None:
    """Nothing shows it, and each change is recorded."""
    steps = [
        machine.run("add", "shop/ro", stdin="first-secret\n"),
        machine.run("add", "shop/ro", stdin="again\n"),
        machine.run("rotate", "shop/ro", stdin="second-secret\n"),
        machine.run("list", "--json"),
        machine.run("remove", "shop/ro"),
        machine.run("list"),
    ]

    assert [0, 2, 0, 0, 0, 0] == [step.returncode for step in steps], [step.stderr for step in steps]
    assert ("shop/ro", 2) == tuple(json.loads(steps[3].stdout)[name] for name in ("name", "version"))
    assert "rotate shop/ro" in steps[1].stderr
    assert "" == steps[5].stdout
    everything = "".join(step.stdout + step.stderr for step in steps)
    everything += "".join(file.read_text("utf-8", "replace") for file in machine.directory.rglob("*") if file.is_file())
    assert "first-secret" not in everything and "second-secret" not in everything
    assert [("add", "success"), ("rotate", "success"), ("remove", "success")] == [
        (record["method"], record["outcome"]) for record in machine.records()
    ]


@pytest.mark.parametrize(
    ("keys", "message"),
    [
        ({}, "PCISHIELD_VAULT_KEY_FD names no readable file descriptor"),
        ({"PCISHIELD_VAULT_KEY_FD": bytes(32)}, "key is wrong, or its file was changed"),
        ({"PCISHIELD_VAULT_KEY_FD": b"short"}, "is no key"),
    ],
)
def test_without_the_key_nothing_opens(machine: Machine, keys: dict[str, bytes], message: str) -> None:
    """One line that says what is wrong, and exit status 2."""
    machine.run("add", "a", stdin="pw\n")

    done = machine.run("list", keys=keys)

    assert (2, 1) == (done.returncode, len(done.stderr.strip().splitlines()))
    assert message in done.stderr


def test_a_vault_cut_short_is_not_written_over(machine: Machine) -> None:
    """What is left of it stays for whoever repairs it."""
    machine.run("add", "a", stdin="pw\n")
    file = machine.directory / "vault"
    file.write_bytes(file.read_bytes()[:-40])
    before = file.read_bytes()

    done = machine.run("add", "b", stdin="pw\n")

    assert 2 == done.returncode
    assert "cut short or damaged" in done.stderr
    assert before == file.read_bytes()


@pytest.mark.parametrize("stdin", ["", "\n"])
def test_an_empty_password_is_refused_and_recorded(machine: Machine, stdin: str) -> None:
    """The vault stays as it was."""
    done = machine.run("add", "a", stdin=stdin)

    assert 2 == done.returncode
    assert not (machine.directory / "vault").exists()
    assert ["failure"] == [record["outcome"] for record in machine.records()]


def test_a_new_key_opens_the_vault_and_the_old_one_does_not(machine: Machine) -> None:
    """The ceremony of changing the key."""
    machine.run("add", "a", stdin="pw\n")
    other = bytes(reversed(range(32)))

    done = machine.run("rekey", keys={"PCISHIELD_VAULT_KEY_FD": KEY, "PCISHIELD_VAULT_NEW_KEY_FD": other})

    assert 0 == done.returncode, done.stderr
    assert 2 == machine.run("list").returncode
    assert machine.run("list", keys={"PCISHIELD_VAULT_KEY_FD": other}).stdout.startswith("a ")


def test_a_process_connects_with_the_vault_alone(machine: Machine, tmp_path: Path, pg_dsn: str) -> None:
    """The whole way: a key through a pipe, a profile, a connection; and the process cannot find the password again."""
    from psycopg.conninfo import conninfo_to_dict

    where = conninfo_to_dict(pg_dsn)
    machine.run("add", "shop", stdin="a-password-of-the-vault\n")
    with machine.config.open("a") as file:
        file.write(
            f'[profiles.shop]\ndriver = "psycopg"\nhost = "{where["host"]}"\nuser = "{where.get("user", "postgres")}"\n'
            f'dbname = "{where.get("dbname", "postgres")}"\nsecret = "local:"\n'
        )
    code = (
        "import os, pcishield\n"
        "connection = pcishield.connect('shop')\n"
        "print(connection.execute('SELECT 41 + 1').fetchone()[0], 'PCISHIELD_VAULT_KEY_FD' in os.environ)\n"
        "print(connection.info.dsn, vars(connection))\n"
    )
    read = pipe(KEY)
    environment = {**os.environ, "PCISHIELD_CONFIG": str(machine.config), "PCISHIELD_VAULT_KEY_FD": str(read)}
    if where.get("port"):
        environment["PGPORT"] = str(where["port"])

    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, pass_fds=[read], timeout=60,
        check=False,
    )  # fmt: skip
    os.close(read)

    assert "42 False" == done.stdout.splitlines()[0], done.stderr
    assert "a-password-of-the-vault" not in done.stdout + done.stderr
