"""Token verification against a real issuer over HTTP: what is accepted, every forgery that is not, and rotation."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("joserfc", reason="joserfc is an optional dependency")
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA256
from joserfc.jwk import RSAKey

from pcishield.exceptions import ConfigurationError, IdentityRequired
from pcishield.identity.settings import OidcSettings
from pcishield.identity.tokens import TokenRules
from pcishield.providers.oidc import OidcProvider
from pcishield.runtime.jwks import KeyCache
from pcishield.runtime.verifier import TokenVerifier
from tests.fix_oidc import OidcIssuer


def provider(server: OidcIssuer, /, **settings: Any) -> OidcProvider:
    return OidcProvider(OidcSettings(**(server.settings | settings)))


def test_a_token_becomes_an_attested_principal(oidc_issuer: OidcIssuer) -> None:
    """User, agent, groups and chosen claims; the evidence names issuer and key and holds no token."""
    token = oidc_issuer.token("alice", groups=["dba", "support"], azp="reporter", department="payments", jti="j-1")

    principal = provider(oidc_issuer, claims=["department"]).verify(token)

    assert ("alice", "reporter", frozenset({"dba", "support"}), "attested", "oidc") == (
        principal.user, principal.agent, principal.groups, principal.level, principal.source
    )  # fmt: skip
    assert {"token.department": "payments"} == dict(principal.attributes)
    assert {"user", "agent", "groups", "attributes"} == principal.attested
    assert (oidc_issuer.issuer, oidc_issuer.keys[-1].kid, "j-1") == tuple(
        principal.evidence[name] for name in ("issuer", "key", "id")
    )
    assert token not in repr(principal)


def test_groups_are_mapped_and_nested_claims_found(oidc_issuer: OidcIssuer) -> None:
    """Only mapped groups count; ``realm_access.roles`` looks into the object; the actor of RFC 8693 is the agent."""
    token = oidc_issuer.token(realm_access={"roles": ["p-dba", "everyone"]}, act={"sub": "bot-7"}, azp="web")

    principal = provider(oidc_issuer, groups_claim="realm_access.roles", group_map={"p-dba": "dba"}).verify(token)

    assert (frozenset({"dba"}), "bot-7") == (principal.groups, principal.agent)


def forge(header: dict[str, Any], claims: dict[str, Any], sign: Callable[[bytes], bytes]) -> str:
    """Sign what a library would not."""

    def part(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    text = f"{part(json.dumps(header).encode())}.{part(json.dumps(claims).encode())}"
    return f"{text}.{part(sign(text.encode()))}"


def rs256(issuer: OidcIssuer, key: Any = None, **header: Any) -> str:
    private = (key or issuer.keys[-1]).private_key
    head = {"alg": "RS256", "kid": issuer.keys[-1].kid} | header
    return forge(head, issuer.claims(), lambda data: private.sign(data, PKCS1v15(), SHA256()))


def unsigned(issuer: OidcIssuer) -> str:
    return forge({"alg": "none", "typ": "JWT"}, issuer.claims(), lambda data: b"")


def confused(issuer: OidcIssuer) -> str:
    """Signed with HMAC and the public key as the secret."""
    secret = issuer.keys[-1].as_pem(private=False)
    header = {"alg": "HS256", "kid": issuer.keys[-1].kid}
    return forge(header, issuer.claims(), lambda data: hmac.digest(secret, data, "sha256"))


def tampered(issuer: OidcIssuer) -> str:
    head, _, signature = issuer.token("alice").split(".")
    return f"{head}.{issuer.token('root').split('.')[1]}.{signature}"


def self_signed(issuer: OidcIssuer) -> str:
    """Brings its own key in the header, under the issuer's key id."""
    key = RSAKey.generate_key(2048)
    return rs256(issuer, key, jwk=key.as_dict(private=False))


FORGERIES: dict[str, tuple[Callable[[OidcIssuer], str], str]] = {
    "alg none": (unsigned, "algorithm is not one of"),
    "HS/RS confusion": (confused, "algorithm is not one of"),
    "algorithm not pinned": (lambda i: rs256(i, alg="RS512"), "algorithm is not one of"),
    "claims swapped": (tampered, "signature is wrong"),
    "own key in the header": (self_signed, "signature is wrong"),
    "unknown key": (lambda i: i.token(header={"kid": "no-such"}), "no such key"),
    "expired": (lambda i: i.token(expires_in=-3600), "has expired"),
    "not valid yet": (lambda i: i.token(nbf=int(time.time()) + 3600), "not valid yet"),
    "wrong audience": (lambda i: i.token(aud="somebody-else"), "for another audience"),
    "wrong issuer": (lambda i: i.token(iss="https://evil.example"), "another issuer's"),
    "no expiry": (lambda i: i.token(exp=None), "it has no exp"),
    "no audience": (lambda i: i.token(aud=None), "it has no aud"),
    "expiry is no number": (lambda i: i.token(exp="tomorrow"), "wrong in exp"),
    "expiry is NaN": (lambda i: i.token(exp=float("nan")), "wrong in exp"),
    "no user": (lambda i: i.token(sub=None), "claim sub is missing"),
    "user with a line break": (lambda i: i.token("alice\nroot"), "no printable text"),
    "groups are no list": (lambda i: i.token(groups={"dba": True}), "no list"),
    "critical extension": (lambda i: rs256(i, crit=["exp"], exp=1), "critical extensions"),
    "another kind of token": (lambda i: i.token(header={"typ": "logout+jwt"}), "type is not JWT"),
    "oversized": (lambda i: i.token(padding="x" * 20_000), "longer than"),
    "two parts": (lambda i: "a.b", "no signed JWT"),
    "not base64": (lambda i: "!.!.!", "header cannot be read"),
    "nothing": (lambda i: "", "there is no token"),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_forged_and_wrong_tokens_are_refused(oidc_issuer: OidcIssuer, forgery: str) -> None:
    """Each with the check that failed, and without repeating the token."""
    make, reason = FORGERIES[forgery]
    token = make(oidc_issuer)

    with pytest.raises(IdentityRequired, match=reason) as raised:
        provider(oidc_issuer).verify(token)

    assert not token or len(token) < 6 or token not in str(raised.value)


def test_the_clocks_may_differ_by_the_leeway(oidc_issuer: OidcIssuer) -> None:
    """Ten seconds past expiry pass with 30 seconds of leeway, and not with none."""
    token = oidc_issuer.token(expires_in=-10)

    assert "alice" == provider(oidc_issuer).verify(token).user
    with pytest.raises(IdentityRequired, match="has expired"):
        provider(oidc_issuer, leeway_seconds=0).verify(token)


def test_keys_are_fetched_once_and_again_when_one_is_new(oidc_issuer: OidcIssuer) -> None:
    """Rotation needs no restart; a verified token is not verified again."""
    clock = [0.0]
    verifier = provider(oidc_issuer).verifier
    verifier._keys._monotonic = lambda: clock[0]
    first = oidc_issuer.token("alice")

    for _ in range(3):
        assert "alice" == verifier.verify(first).user
    assert 1 == oidc_issuer.requests.count("/jwks")
    assert verifier.verify(first) is verifier.verify(first)

    oidc_issuer.rotate(kind="EC")
    clock[0] += 10
    assert "bob" == verifier.verify(oidc_issuer.token("bob")).user
    assert 2 == oidc_issuer.requests.count("/jwks")


def test_forged_key_ids_cannot_flood_the_issuer(oidc_issuer: OidcIssuer) -> None:
    """One fetch within the cool-down, however many unknown keys are named; good tokens go on."""
    made = provider(oidc_issuer)
    made.verify(oidc_issuer.token())

    for number in range(20):
        with pytest.raises(IdentityRequired, match="no such key"):
            made.verify(oidc_issuer.token(header={"kid": f"forged-{number}"}))

    assert 1 == oidc_issuer.requests.count("/jwks")
    assert "bob" == made.verify(oidc_issuer.token("bob")).user


def test_a_withdrawn_key_ends_when_the_set_is_fetched_anew(oidc_issuer: OidcIssuer) -> None:
    """A token of the old key that was not seen before is refused."""
    clock = [0.0]
    verifier = provider(oidc_issuer).verifier
    verifier._keys._monotonic = lambda: clock[0]
    verifier.verify(oidc_issuer.token("alice"))
    old = oidc_issuer.keys[-1]
    oidc_issuer.rotate(keep_old=False)

    clock[0] += 301
    with pytest.raises(IdentityRequired, match="no such key"):
        verifier.verify(oidc_issuer.token("bob", key=old))


@pytest.mark.parametrize("trouble", ["down", "gone", "slow", "not https"])
def test_no_keys_no_entry(oidc_issuer: OidcIssuer, trouble: str) -> None:
    """Unreachable keys refuse, say so, and hold nobody up longer than the timeout."""
    token = oidc_issuer.token()
    made = provider(oidc_issuer, timeout_seconds=0.5)
    if trouble == "down":
        oidc_issuer.down = True
    elif trouble == "slow":
        oidc_issuer.slow = 3.0
    elif trouble == "gone":
        made = provider(oidc_issuer, jwks_uri="http://127.0.0.1:1/jwks")
    else:
        with pytest.raises(ConfigurationError, match="use https"):
            provider(oidc_issuer, issuer="http://id.example")
        return

    start = time.monotonic()
    with pytest.raises(IdentityRequired, match="the issuer's keys cannot be had"):
        made.verify(token)

    assert 2.0 > time.monotonic() - start
    oidc_issuer.slow = 0.0


def test_old_keys_are_not_used_when_new_ones_cannot_be_had(oidc_issuer: OidcIssuer) -> None:
    """A set past its time is not trusted because the issuer is down."""
    clock = [0.0]
    made = provider(oidc_issuer)
    made.verifier._keys._monotonic = lambda: clock[0]
    made.verify(oidc_issuer.token("alice"))

    oidc_issuer.down = True
    assert "bob" == made.verify(oidc_issuer.token("bob")).user
    clock[0] += 301
    with pytest.raises(IdentityRequired, match="status 503"):
        made.verify(oidc_issuer.token("carol"))


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"algorithms": ["none"]}, "none: pin asymmetric ones"),
        ({"algorithms": ["RS256", "HS256"]}, "HS256: pin asymmetric ones"),
        ({"algorithms": []}, "none given"),
        ({"audience": []}, "must not be empty"),
        ({"issuer": ""}, "must not be empty"),
    ],
)
def test_rules_that_would_let_anybody_in_cannot_be_made(rules: dict[str, Any], message: str) -> None:
    """Unsigned and symmetric algorithms cannot even be configured, nor an empty audience."""
    with pytest.raises(ConfigurationError, match=message):
        TokenRules(**({"issuer": "https://id.example", "audience": ["x"]} | rules))


def test_what_is_remembered_is_bounded(oidc_issuer: OidcIssuer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many tokens do not fill the memory, and the newest stay."""
    monkeypatch.setattr("pcishield.runtime.verifier._REMEMBERED", 4)
    keys = {"keys": [key.as_dict(private=False) for key in oidc_issuer.published]}
    rules = TokenRules(issuer=oidc_issuer.issuer, audience=[oidc_issuer.audience])
    verifier = TokenVerifier(rules, KeyCache(lambda: keys))

    tokens = [oidc_issuer.token(f"user{number}") for number in range(12)]
    principals = [verifier.verify(token) for token in tokens]

    assert 4 >= len(verifier._known)
    assert principals[-1] is verifier.verify(tokens[-1])
