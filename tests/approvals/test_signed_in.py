"""Approvers who sign in at an OpenID provider: their ID token names the key that signs, and everything else is void."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from typer.testing import CliRunner

from pcishield import Shield, acting_as
from pcishield.approval import Approval, Registry
from pcishield.approval.registry import key_text
from pcishield.approval.shown import shown_digest
from pcishield.approval.signing import SignedDecision, sign_decision
from pcishield.approval.store import give_answer
from pcishield.approvers.queue_sqlite import SqliteStore
from pcishield.cli.main import app
from pcishield.core.decision import ApprovalRequest, Principal
from pcishield.exceptions import ApprovalPending, ConfigurationError
from pcishield.identity.settings import OidcSettings
from pcishield.runtime.attester import Attester, thumbprint
from pcishield.testing import RecordingLog
from tests.approvals.conftest import FakeService, a_request
from tests.fix_oidc import OidcIssuer


class Human:
    """Somebody with a key and an ID token that names it."""

    def __init__(self, issuer: OidcIssuer, user: str = "zoe", **claims: Any) -> None:
        self.user = user
        self.key = Ed25519PrivateKey.generate()
        self.public = self.key.public_key().public_bytes_raw()
        self.token = issuer.token(user, **{"nonce": thumbprint(self.public), "azp": "pcishield-approvals"} | claims)

    def evidence(self, request: ApprovalRequest, **changes: Any) -> dict[str, Any]:
        decision = SignedDecision(
            **{"request": request.id, "digest": request.digest, "approved": True, "approver": self.user,
               "at": datetime.now(UTC).isoformat(), "shown": shown_digest(request)} | changes
        )  # fmt: skip
        return {"decision": sign_decision(decision, self.key), "key": key_text(self.public), "token": self.token}


@pytest.fixture
def registry(oidc_issuer: OidcIssuer) -> Registry:
    return Registry((), frozenset({"oncall"}), Attester(OidcSettings(**oidc_issuer.settings)))


def judged(registry: Registry, request: ApprovalRequest, evidence: dict[str, Any], by: str = "zoe") -> Approval:
    """Return what an answer in the queue, which anybody may have written, counts for."""
    now = datetime.now(UTC)
    stored = Approval(request).answered(Principal(by, level="explicit"), True, now, evidence=evidence)
    return registry.verified(stored, now)


def test_an_answer_of_somebody_who_signed_in_counts(registry: Registry, oidc_issuer: OidcIssuer) -> None:
    """With the groups of the token, and what the identity rests on."""
    request = a_request(groups=("dba",))
    human = Human(oidc_issuer, groups=["dba"])

    approval = judged(registry, request, human.evidence(request))

    (answer,) = approval.answers
    assert ("approved", "attested", frozenset({"dba"})) == (approval.state, answer.evidence["level"], answer.groups)
    assert (oidc_issuer.issuer, "zoe") == (answer.evidence["token_issuer"], answer.evidence["token_subject"])


Forge = Callable[[OidcIssuer, ApprovalRequest], dict[str, Any]]


def _forged(issuer: OidcIssuer, request: ApprovalRequest) -> dict[str, Any]:
    published = list(issuer.published)
    human = Human(issuer, key=issuer.rotate(), header={"kid": published[0].kid})
    issuer.published = published
    return human.evidence(request)


def _expired(issuer: OidcIssuer, request: ApprovalRequest) -> dict[str, Any]:
    return Human(issuer, expires_in=-120).evidence(request)


def _wrong_audience(issuer: OidcIssuer, request: ApprovalRequest) -> dict[str, Any]:
    return Human(issuer, aud="somebody-else").evidence(request)


def _other_issuer(issuer: OidcIssuer, request: ApprovalRequest) -> dict[str, Any]:
    return Human(issuer, iss="https://id.example.com").evidence(request)


def _bearer(issuer: OidcIssuer, request: ApprovalRequest) -> dict[str, Any]:
    return Human(issuer, nonce=None).evidence(request)


def _stolen_token(issuer: OidcIssuer, request: ApprovalRequest) -> dict[str, Any]:
    return Human(issuer).evidence(request) | {"token": Human(issuer).token}


def _other_name(issuer: OidcIssuer, request: ApprovalRequest) -> dict[str, Any]:
    return Human(issuer, "yan").evidence(request, approver="zoe")


def _replayed(issuer: OidcIssuer, request: ApprovalRequest) -> dict[str, Any]:
    return Human(issuer).evidence(a_request())


def _shown_else(issuer: OidcIssuer, request: ApprovalRequest) -> dict[str, Any]:
    return Human(issuer).evidence(request, shown="0" * 64)


def _agent(issuer: OidcIssuer, request: ApprovalRequest) -> dict[str, Any]:
    return Human(issuer, act={"sub": "bot"}).evidence(request)


def _no_key(issuer: OidcIssuer, request: ApprovalRequest) -> dict[str, Any]:
    return Human(issuer).evidence(request) | {"key": "ed25519:AA=="}


def _nonsense(issuer: OidcIssuer, request: ApprovalRequest) -> dict[str, Any]:
    return Human(issuer).evidence(request) | {"token": {"alg": "none"}}


def _oversized(issuer: OidcIssuer, request: ApprovalRequest) -> dict[str, Any]:
    return Human(issuer, padding="x" * 20_000).evidence(request)


def _unreachable(issuer: OidcIssuer, request: ApprovalRequest) -> dict[str, Any]:
    issuer.down = True
    return Human(issuer).evidence(request)


def _backdated(issuer: OidcIssuer, request: ApprovalRequest) -> dict[str, Any]:
    """Signed in long after the moment that the decision names."""
    later = int(datetime.now(UTC).timestamp()) + 300
    return Human(issuer, iat=later, nbf=later, exp=later + 300).evidence(request)


@pytest.mark.parametrize(
    ("forge", "why"),
    [
        (_forged, "signature is wrong"),
        (_expired, "has expired"),
        (_wrong_audience, "another audience"),
        (_other_issuer, "another issuer"),
        (_bearer, "not issued for the key that signs"),
        (_stolen_token, "not issued for the key that signs"),
        (_other_name, "in another name than the ID token"),
        (_replayed, "for another request"),
        (_shown_else, "shown something else"),
        (_agent, "bot is an agent"),
        (_no_key, "key cannot be read"),
        (_nonsense, "there is no token"),
        (_oversized, "longer than"),
        (_unreachable, "keys cannot be had"),
        (_backdated, "not valid yet"),
    ],
)
def test_everything_else_counts_for_nothing(
    registry: Registry, oidc_issuer: OidcIssuer, forge: Forge, why: str
) -> None:
    """The request stays open, and the reason is kept for the record."""
    request = a_request()

    approval = judged(registry, request, forge(oidc_issuer, request))

    assert ("pending", ()) == (approval.state, approval.answers)
    assert why in approval.voids[0].void


def test_without_the_setting_no_token_counts(oidc_issuer: OidcIssuer) -> None:
    """A registry of keys alone takes keys alone."""
    request = a_request()

    approval = judged(Registry(()), request, Human(oidc_issuer).evidence(request))

    assert "do not sign in here" in approval.voids[0].void


def test_the_requester_cannot_approve_by_signing_in(
    registry: Registry, oidc_issuer: OidcIssuer, tmp_path: Path
) -> None:
    """Not even when the queue says that it was another human."""
    request = a_request()
    human = Human(oidc_issuer, "maria")

    approval = judged(registry, request, human.evidence(request), by="zoe")

    assert ("pending", 1) == (approval.state, len(approval.voids))


@pytest.fixture
def home(tmp_path: Path, oidc_issuer: OidcIssuer, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A configuration with a queue and approvers who sign in."""
    oidc_issuer.audience = "pcishield-approvals"
    config = f"""
[approval]
queue = "sqlite:///{tmp_path}/q.db"
key_file = "{tmp_path}/approval.key"
on_pending = "raise"

[approval.oidc]
issuer = "{oidc_issuer.issuer}"
audience = "pcishield-approvals"
client_id = "pcishield-approvals"

[policy]
name = "p"
default = "allow"

[[policy.rules]]
id = "deletes"
effect = "require_approval"
reason = "it deletes"
when.actions = ["delete"]
"""
    (tmp_path / "pcishield.toml").write_text(config)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("PCISHIELD_CONFIG", str(tmp_path / "pcishield.toml"))
    return tmp_path


def say(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["approvals", *arguments])


def sign_in(issuer: OidcIssuer, user: str, **claims: Any) -> Any:
    """Run ``pcishield approvals login`` while the human enters the code."""
    done = Event()

    def human() -> None:
        while not done.wait(0.05):
            issuer.approve_device(user, **claims)

    thread = Thread(target=human)
    thread.start()
    try:
        return say("login")
    finally:
        done.set()
        thread.join()


def test_a_human_signs_in_and_approves(home: Path, oidc_issuer: OidcIssuer) -> None:
    """The statement runs, once; the log has the verified identity and no token, neither has what the command prints."""
    log = RecordingLog()
    with Shield(home / "pcishield.toml", audit=log) as shield, acting_as("maria", "bot"):
        connection = shield.guard(__import__("sqlite3")).connect(home / "shop.db", isolation_level=None)
        connection.execute("CREATE TABLE orders (id INTEGER)")
        with pytest.raises(ApprovalPending):
            connection.execute("DELETE FROM orders")
        with closing(SqliteStore(home / "q.db")) as store:
            (pending,) = store.entries()
        nobody = say("approve", pending.request.id)
        assert "approvals login" in str(nobody.exception)
        assert "signed in as approver zoe" in sign_in(oidc_issuer, "zoe", groups=["dba"]).stdout
        approved = say("approve", pending.request.id, "--reason", "seen", "--json")
        assert 0 == approved.exit_code, approved.output
        connection.execute("DELETE FROM orders")
        with pytest.raises(ApprovalPending):
            connection.execute("DELETE FROM orders")
        connection.close()

    (granted,) = [record for record in log.records if record["type"] == "approval.granted"]
    approval = granted["approval"]
    assert ("zoe", ["dba"], "attested") == (
        approval["approver"], approval["groups"], approval["evidence"]["level"]
    )  # fmt: skip
    assert (oidc_issuer.issuer, "zoe") == (approval["evidence"]["token_issuer"], approval["evidence"]["token_subject"])
    kept = json.loads((home / "state" / "pcishield" / "approver.json").read_text())
    assert kept["token"] not in json.dumps(log.records, default=str)
    assert kept["token"] not in approved.output
    assert "signed out" in say("logout").stdout


def test_the_requester_who_signs_in_is_told(home: Path, oidc_issuer: OidcIssuer) -> None:
    """As with keys: the answer does not count, and is kept."""
    request = a_request()
    store = SqliteStore(home / "q.db")
    store.add(Approval(request))
    sign_in(oidc_issuer, "maria")

    answer = say("approve", request.id)

    assert (1, 1) == (answer.exit_code, len(store.get(request.id).voids))
    store.close()


def test_a_provider_that_does_not_bind_the_token_is_refused_at_sign_in(home: Path, oidc_issuer: OidcIssuer) -> None:
    """Said at once, and nothing is kept."""
    oidc_issuer.echoes_nonce = False

    failed = sign_in(oidc_issuer, "zoe")

    assert "not issued for the key that signs" in str(failed.exception)
    assert not (home / "state" / "pcishield" / "approver.json").exists()


def test_approvers_have_a_client_of_their_own() -> None:
    """Else their tokens, which lie in the queue, would be logins of the application."""
    oidc = {"issuer": "https://id.example.com", "audience": "pcishield"}
    with pytest.raises(ConfigurationError, match=r"approval\.oidc"):
        Shield({"identity": {"provider": "oidc", "oidc": oidc}, "approval": {"oidc": oidc, "queue": "sqlite:///q.db"}})


def test_a_late_token_does_not_revive_a_request(registry: Registry, oidc_issuer: OidcIssuer, tmp_path: Path) -> None:
    """What is over takes no answers, whoever signs."""
    now = datetime.now(UTC)
    request = a_request(requested_at=now - timedelta(hours=1), expires_at=now - timedelta(minutes=45))
    store = SqliteStore(tmp_path / "q.db")
    store.add(Approval(request))
    with pytest.raises(ValueError, match="expired"):
        give_answer(store, request.id, Principal("zoe"), True, now, "", evidence=Human(oidc_issuer).evidence(request))
    assert "expired" == registry.verified(store.get(request.id), now).state
    store.close()


def test_breaking_the_glass_alerts_at_once(home: Path, oidc_issuer: OidcIssuer, service: FakeService) -> None:
    """From where it is done, whether or not the agent that polls ever comes back."""
    config = (home / "pcishield.toml").read_text()
    more = f'[approval]\nalert = "{service.url}/alert"\nbreak_glass = ["oncall"]\n'
    (home / "pcishield.toml").write_text(config.replace("[approval]\n", more, 1))
    request = a_request(approvals=2)
    store = SqliteStore(home / "q.db")
    store.add(Approval(request))
    sign_in(oidc_issuer, "zoe", groups=["oncall"])

    broken = say("break-glass", request.id, "--reason", "payments are down")

    assert 0 == broken.exit_code, broken.output
    ((path, _, body),) = service.received
    assert "/alert" == path
    assert b"zoe broke the glass: payments are down" in body
    store.close()
