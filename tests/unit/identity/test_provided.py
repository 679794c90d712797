"""The principal of the process by its provider: at connect, at every statement, in the record."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("joserfc", reason="joserfc is an optional dependency")

from pcishield import ConfigurationError, IdentityRequired, Shield, acting_as
from pcishield.audit.records import problems
from pcishield.core.decision import Principal
from pcishield.identity.keys import key_hash, new_key
from pcishield.testing import FakeClock, RecordingLog
from tests.fix_oidc import OidcIssuer


def shield(log: RecordingLog, identity: Any = None, **options: Any) -> Shield:
    settings = {"identity": identity} if isinstance(identity, dict) else {}
    return Shield(settings, audit=log, identity=None if isinstance(identity, dict) else identity, **options)


def run(made: Shield, sql: str = "SELECT 1") -> None:
    session = made.open_session(dialect="sqlite", driver="fake", database="shop")
    session.run(session.operation(sql, method="execute"), lambda: None)


def last(log: RecordingLog, type: str) -> dict[str, Any]:
    return [record for record in log.records if record["type"] == type][-1]


def test_the_token_in_a_file_says_who_is_asking(oidc_issuer: OidcIssuer, tmp_path: Path) -> None:
    """The record tells the attested fields and what they rest on; every record is complete and classified."""
    file = tmp_path / "token"
    token = oidc_issuer.token("alice", groups=["support"], azp="reporter")
    file.write_text(token)
    log = RecordingLog()

    with shield(
        log, {"required": "attested", "provider": "oidc", "oidc": oidc_issuer.settings | {"token_file": str(file)}}
    ) as s:
        run(s)

    actor = last(log, "attempt")["actor"]
    assert ("alice", "reporter", "attested", "oidc", ["agent", "groups", "user"]) == tuple(
        actor[name] for name in ("user", "agent", "level", "source", "attested")
    )
    assert oidc_issuer.issuer == actor["evidence"]["issuer"]
    assert token not in json.dumps(log.records)
    envelope = {"v": 1, "shard": "s", "seq": 0, "prev": "0" * 64, "ts": "2026-01-31T12:00:00.000000Z", "mono_us": 1}
    assert {} == {r["type"]: p for r in log.records if (p := problems(envelope | r))}


def test_a_renewed_token_is_used_without_restart(oidc_issuer: OidcIssuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever put the token there also renews it."""
    monkeypatch.setenv("SHOP_TOKEN", oidc_issuer.token("alice", expires_in=1))
    log = RecordingLog()
    options = oidc_issuer.settings | {"token_variable": "SHOP_TOKEN", "leeway_seconds": 0}

    with shield(log, {"provider": "oidc", "oidc": options}) as s:
        run(s)
        monkeypatch.setenv("SHOP_TOKEN", oidc_issuer.token("bob"))
        time.sleep(1.1)
        run(s)

    assert ["alice", "bob"] == [r["actor"]["user"] for r in log.records if r["type"] == "attempt"]


def test_below_the_required_level_there_is_no_connection() -> None:
    """Recorded as a refused connection."""
    log = RecordingLog()

    with shield(log, {"required": "attested"}) as s, acting_as("alice"), pytest.raises(IdentityRequired, match="below"):
        run(s)

    assert ("connect", "failure") == (last(log, "denied")["method"], last(log, "denied")["outcome"])


def test_an_expired_token_is_refused_at_the_next_statement(oidc_issuer: OidcIssuer) -> None:
    """A long session ends with its token; what was begun may still be rolled back; a new token goes on."""
    log, clock = RecordingLog(), FakeClock()
    epoch = int(clock.now().timestamp())
    with shield(log, {"provider": "oidc", "oidc": oidc_issuer.settings}, clock=clock) as s:
        s._identity.verifier._now = lambda: clock.now().timestamp()
        token = oidc_issuer.token("alice", iat=epoch, exp=epoch + 60)
        with acting_as(s.authenticate(token)):
            session = s.open_session(dialect="sqlite", driver="fake")
            session.run(session.operation("SELECT 1", method="execute"), lambda: None)
            clock.advance(timedelta(seconds=100).total_seconds())
            reached: list[str] = []
            with pytest.raises(IdentityRequired, match="expired"):
                session.run(session.operation("SELECT 1", method="execute"), lambda: reached.append("no"))
            session.run(session.operation("ROLLBACK", method="rollback"), lambda: reached.append("rollback"))
        with pytest.raises(IdentityRequired, match="expired"):
            s.authenticate(token)
        with acting_as(s.authenticate(oidc_issuer.token("alice", iat=epoch, exp=epoch + 600))):
            session.run(session.operation("SELECT 3", method="execute"), lambda: reached.append("renewed"))

    assert ["rollback", "renewed"] == reached
    assert "identity.required" == last(log, "denied")["decision"]["rule"]
    assert 2 == sum(record["type"] == "identity.verified" for record in log.records)
    assert "it has expired" == last(log, "identity.refused")["reason"]


def test_what_was_allowed_before_is_refused_after_expiry_too(oidc_issuer: OidcIssuer, tmp_path: Path) -> None:
    """The short way of a repeated statement ends with the token."""
    settings = {"identity": {"provider": "oidc", "oidc": oidc_issuer.settings | {"leeway_seconds": 0}}}
    with Shield(settings, audit=tmp_path / "audit") as s, acting_as(s.authenticate(oidc_issuer.token(expires_in=2))):
        session = s.open_session(dialect="sqlite", driver="fake")
        session.run(session.operation("SELECT 1", method="execute"), lambda: None)
        begun = session.begin("SELECT 1", None, "execute")
        assert begun is not None
        begun.finish()
        time.sleep(2.1)

        assert session.begin("SELECT 1", None, "execute") is None
        with pytest.raises(IdentityRequired, match="expired"):
            session.run(session.operation("SELECT 1", method="execute"), lambda: None)


class Failing:
    """A provider with a fault."""

    name = "failing"

    def __init__(self, fault: str) -> None:
        self.fault = fault

    def principal(self) -> Any:
        if self.fault == "raises":
            raise RuntimeError("secret-in-the-message")
        if self.fault == "slow":
            time.sleep(5)
        return "nonsense" if self.fault == "nonsense" else Principal("eve", level="attested")


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        ("raises", "raised RuntimeError"),
        ("slow", "no answer within 0.3 s"),
        ("nonsense", "returned a str"),
        ("unproven", "attested without evidence"),
    ],
)
def test_a_failing_provider_lets_nobody_in(fault: str, reason: str) -> None:
    """Even where the operating system's user would do: the configured control has failed. Recorded, and bounded."""
    log = RecordingLog()
    start = time.monotonic()

    with (
        Shield({"identity": {"timeout_seconds": 0.3}}, audit=log, identity=Failing(fault)) as s,
        pytest.raises(IdentityRequired, match=reason) as raised,
    ):
        run(s)

    assert 2.0 > time.monotonic() - start
    assert reason in last(log, "denied")["reason"]
    assert "secret-in-the-message" not in str(raised.value) + json.dumps(log.records)


def test_unreachable_keys_refuse_the_connection(oidc_issuer: OidcIssuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is in the error and in the record."""
    monkeypatch.setenv("SHOP_TOKEN", oidc_issuer.token())
    oidc_issuer.down = True
    log = RecordingLog()
    options = oidc_issuer.settings | {"token_variable": "SHOP_TOKEN"}

    with shield(log, {"provider": "oidc", "oidc": options}) as s, pytest.raises(IdentityRequired, match="status 503"):
        run(s)

    assert "the issuer's keys cannot be had" in last(log, "denied")["reason"]


def test_a_function_is_asked_at_each_statement() -> None:
    """For identities that change with the context, such as a web request's."""
    log, user = RecordingLog(), ["ann"]

    with shield(log, lambda: Principal(user[0], level="explicit", source="web")) as s:
        session = s.open_session(dialect="sqlite", driver="fake")
        for name in ("ann", "bob"):
            user[0] = name
            session.run(session.operation("SELECT 1", method="execute"), lambda: None)

    assert ["ann", "bob"] == [r["actor"]["user"] for r in log.records if r["type"] == "attempt"]


def test_the_environment_says_who_at_level_explicit(monkeypatch: pytest.MonkeyPatch) -> None:
    """For jobs whose scheduler knows on whose behalf they run."""
    for name, value in {"USER": "ann", "AGENT": "nightly", "GROUPS": "ops, dba", "TICKET": "T-1"}.items():
        monkeypatch.setenv(f"PCISHIELD_{name}", value)

    with shield(RecordingLog(), {"provider": "environment"}) as s:
        principal = s.principal()

    assert ("ann", "nightly", frozenset({"ops", "dba"}), "T-1", "explicit", frozenset()) == (
        principal.user, principal.agent, principal.groups, principal.ticket, principal.level, principal.attested
    )  # fmt: skip


def test_service_keys_are_known_by_their_hash(monkeypatch: pytest.MonkeyPatch) -> None:
    """The configuration cannot be used to connect; a wrong or expired key is refused."""
    key = new_key()
    entry = {"hash": key_hash(key), "user": "reports", "agent": "reporter", "groups": ["batch"]}
    options = {"provider": "service-key", "service_keys": {"reports-1": entry}}
    monkeypatch.setenv("PCISHIELD_SERVICE_KEY", key)

    with shield(RecordingLog(), options) as s:
        assert ("reports", "attested", {"key": "reports-1"}) == (
            s.principal().user, s.principal().level, dict(s.principal().evidence)
        )  # fmt: skip
        with pytest.raises(IdentityRequired, match="no such service key"):
            s.authenticate(new_key())
    from datetime import date

    options["service_keys"] = {"reports-1": entry | {"expires": date(2020, 1, 1)}}
    with shield(RecordingLog(), options) as s, pytest.raises(IdentityRequired, match="has expired"):
        s.authenticate(key)


def test_a_github_job_asks_for_its_token(oidc_issuer: OidcIssuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the address and bearer that the runner gives; actor and workflow become user and agent."""
    token = oidc_issuer.token("repo:shop/app", actor="octo", job_workflow_ref="shop/app/.github/workflows/w.yml@main")
    monkeypatch.setattr(OidcIssuer, "_route", _with_job_token(OidcIssuer._route, token))
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_URL", f"{oidc_issuer.issuer}/job?api-version=2")
    monkeypatch.setenv("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "runner-secret")
    options = {"provider": "ci", "required": "attested", "ci": oidc_issuer.settings}

    with shield(RecordingLog(), options) as s:
        principal = s.principal()

    assert ("octo", "shop/app/.github/workflows/w.yml@main", "ci", "") == (
        principal.user, principal.agent, principal.source, principal.problem
    )  # fmt: skip


def _with_job_token(original: Any, token: str) -> Any:
    def route(self: Any, path: str, form: Any) -> Any:
        return (200, {"value": token}) if path == "/job" else original(self, path, form)

    return route


@pytest.mark.parametrize(
    ("environment", "options", "reason"),
    [
        ({}, {}, "permission id-token: write"),
        ({}, {"kind": "gitlab"}, "no token in \\$PCISHIELD_ID_TOKEN"),
    ],
)
def test_no_ci_job_no_identity(
    oidc_issuer: OidcIssuer, monkeypatch: pytest.MonkeyPatch, environment: Any, options: Any, reason: str
) -> None:
    """The reason says what to give the job."""
    for name in ("URL", "TOKEN"):
        monkeypatch.delenv(f"ACTIONS_ID_TOKEN_REQUEST_{name}", raising=False)

    with shield(RecordingLog(), {"provider": "ci", "ci": oidc_issuer.settings | options}) as s:
        with pytest.raises(IdentityRequired, match=reason):
            run(s)


def test_a_workload_is_attested_and_the_human_it_names_is_asserted(oidc_issuer: OidcIssuer, tmp_path: Path) -> None:
    """SPIFFE: the SVID of another trust domain, and a bundle key for something else, are refused."""
    published = [key.as_dict(private=False) | {"use": "jwt-svid"} for key in oidc_issuer.published]
    bundle, svid = tmp_path / "bundle.json", tmp_path / "svid"
    bundle.write_text(json.dumps({"keys": published}))
    spiffe = {
        "trust_domain": "shop.example", "audience": "db", "bundle": str(bundle), "svid_file": str(svid),
    }  # fmt: skip
    svid.write_text(oidc_issuer.token("spiffe://shop.example/agent/7", aud="db", iss=None, header={"typ": "JOSE"}))
    log = RecordingLog()

    with shield(log, {"provider": "spiffe", "spiffe": spiffe}) as s:
        with acting_as(s.principal()), acting_as("maria"):
            run(s)
        with pytest.raises(IdentityRequired, match="trust domain"):
            s.authenticate(oidc_issuer.token("spiffe://evil.example/agent/7", aud="db"))
    bundle.write_text(json.dumps({"keys": [key | {"use": "x509-svid"} for key in published]}))
    with shield(RecordingLog(), {"provider": "spiffe", "spiffe": spiffe}) as s:
        with pytest.raises(IdentityRequired, match="no usable public key"):
            run(s)

    actor = last(log, "attempt")["actor"]
    assert ("maria", "spiffe://shop.example/agent/7", "explicit", ["agent"]) == tuple(
        actor[name] for name in ("user", "agent", "level", "attested")
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"provider": "oicd"}, "'oicd' is no provider; known are ci, environment, oidc, service-key, spiffe"),
        ({"provider": "oidc"}, r"needs the section \[identity.oidc\]"),
        ({"provider": "oidc", "oidc": {"issuer": "https://x", "audience": "a", "algorithms": ["HS256"]}}, "algorithms"),
        ({"provider": "service-key", "service_keys": {"a": {"hash": "plain", "user": "u"}}}, "hash"),
    ],
)
def test_what_is_wrong_is_said_before_anything_is_opened(options: dict[str, Any], message: str) -> None:
    """One error with the field."""
    with pytest.raises(ConfigurationError, match=message):
        shield(RecordingLog(), options)
