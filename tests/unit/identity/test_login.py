"""``pcishield login``: the device flow against a real issuer, the file it leaves, and whoami."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("joserfc", reason="joserfc is an optional dependency")
from pcishield.exceptions import ConfigurationError, IdentityRequired
from pcishield.identity.keys import key_hash
from pcishield.providers import device
from pcishield.runtime.login import LoginCache, SavedLogin
from tests.fix_oidc import OidcIssuer


@pytest.fixture
def command(oidc_issuer: OidcIssuer, tmp_path: Path) -> Any:
    """Run pcishield with the issuer configured."""
    config = tmp_path / "pcishield.toml"
    config.write_text(
        f'[identity]\nprovider = "oidc"\n[identity.oidc]\nissuer = "{oidc_issuer.issuer}"\n'
        f'audience = "{oidc_issuer.audience}"\nclient_id = "{oidc_issuer.audience}"\n'
    )
    environment = {**os.environ, "PCISHIELD_CONFIG": str(config), "XDG_STATE_HOME": str(tmp_path / "state")}

    def start(*arguments: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "pcishield", *arguments],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
        )  # fmt: skip

    return start


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=40)
    return process.returncode, out, err


def wait_for_device(issuer: OidcIssuer) -> None:
    end = time.monotonic() + 20
    while not issuer.devices and time.monotonic() < end:
        time.sleep(0.05)


def test_sign_in_be_known_sign_out(command: Any, oidc_issuer: OidcIssuer, tmp_path: Path) -> None:
    """The code is shown, the token kept with mode 0600, whoami tells what is attested, logout revokes."""
    process = command("login")
    wait_for_device(oidc_issuer)
    time.sleep(0.2)
    oidc_issuer.approve_device("alice", groups=["dba"])
    code, out, err = ended(process)
    file = tmp_path / "state" / "pcishield" / "login.json"
    known = ended(command("whoami", "--json"))
    mode = file.stat().st_mode & 0o777
    done = ended(command("logout"))
    after = ended(command("whoami"))

    assert (0, "signed in as alice\n") == (code, out)
    assert next(iter(oidc_issuer.devices.values()))["user_code"] in err
    assert 0o600 == mode
    actor = json.loads(known[1])
    assert ("alice", ["dba"], "attested") == (actor["user"], actor["groups"], actor["level"])
    assert (0, "signed out\n") == done[:2]
    assert {} == oidc_issuer.refresh
    assert (2, True) == (after[0], "run: pcishield login" in after[2])


def test_a_denied_sign_in_says_so(command: Any, oidc_issuer: OidcIssuer) -> None:
    """And keeps nothing."""
    process = command("login")
    wait_for_device(oidc_issuer)
    oidc_issuer.deny_device()

    status, _, message = ended(process)

    assert (2, True) == (status, "access_denied" in message)


def test_nobody_who_enters_the_code_is_not_waited_for_for_ever(oidc_issuer: OidcIssuer) -> None:
    """The code's time bounds it."""
    code = device.begin(oidc_issuer.issuer, oidc_issuer.audience, ["openid"], 3)
    clock = [0.0]

    with pytest.raises(IdentityRequired, match="nobody entered the code in time"):
        device.wait(
            oidc_issuer.issuer, oidc_issuer.audience, code, 3,
            sleep=lambda seconds: clock.__setitem__(0, clock[0] + 20 * seconds), monotonic=lambda: clock[0],
        )  # fmt: skip


def test_an_issuer_that_is_down_is_an_error(oidc_issuer: OidcIssuer) -> None:
    """At once."""
    oidc_issuer.down = True
    with pytest.raises(IdentityRequired, match="status 503"):
        device.begin(oidc_issuer.issuer, oidc_issuer.audience, ["openid"], 3)


def test_a_token_is_renewed_before_it_ends(oidc_issuer: OidcIssuer, tmp_path: Path) -> None:
    """With the refresh token; one that cannot be renewed is left for the verifier to refuse."""
    cache = LoginCache(tmp_path / "login.json")
    first = oidc_issuer._issued({"user": "alice"})
    cache.put(oidc_issuer.issuer, "c", first)
    now = [time.time()]
    saved = SavedLogin(oidc_issuer.issuer, "c", cache=cache, now=lambda: now[0])

    assert first["id_token"] == saved()
    now[0] += 280
    second = saved()
    assert second != first["id_token"]
    assert second == cache.get(oidc_issuer.issuer, "c")["id_token"]
    oidc_issuer.refresh.clear()
    now[0] += 600
    assert second == saved()


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b"[" * 100_000])
def test_a_damaged_file_says_what_to_do(tmp_path: Path, content: bytes) -> None:
    """Instead of a traceback."""
    file = tmp_path / "login.json"
    file.write_bytes(content)
    file.chmod(0o600)

    with pytest.raises(ConfigurationError, match="remove it and run: pcishield login"):
        LoginCache(file).get("i", "c")


def test_a_file_open_to_others_is_refused(tmp_path: Path) -> None:
    """Somebody else may have put a token there."""
    file = tmp_path / "login.json"
    file.write_text("{}")
    file.chmod(0o640)

    with pytest.raises(ConfigurationError, match="open to others"):
        LoginCache(file).get("i", "c")


def test_readers_see_the_file_whole(tmp_path: Path) -> None:
    """It is replaced, not written into."""
    cache = LoginCache(tmp_path / "login.json")
    cache.put("i", "c", {"id_token": "t" * 5000, "expires_in": 60})
    stop = threading.Event()
    problems: list[Exception] = []

    def write() -> None:
        while not stop.is_set():
            cache.put("i", "c", {"id_token": "t" * 5000, "expires_in": 60})

    thread = threading.Thread(target=write)
    thread.start()
    try:
        for _ in range(200):
            if cache.get("i", "c").get("id_token") != "t" * 5000:
                problems.append(ValueError("half a file"))
    finally:
        stop.set()
        thread.join()

    assert [] == problems


def test_a_service_key_is_shown_once_with_its_configuration(command: Any) -> None:
    """The key alone on standard output, for a secret store; its hash for the configuration."""
    status, out, err = ended(command("identity", "key", "reports-1", "--user", "reports", "--group", "batch"))

    assert 0 == status
    assert key_hash(out.strip()) in err
    assert "[identity.service_keys.reports-1]" in err and out.strip() not in err
