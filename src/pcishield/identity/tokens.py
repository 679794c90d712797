"""From the text of a JWT to a principal: the rules, without clock or network (RFC 7519, RFC 8725, OIDC Core 3.1.3.7).

- Algorithms are pinned and asymmetric. ``none`` and the HMAC ones cannot be configured, so neither an unsigned token
  nor one "signed" with the public key as a secret can pass.
- The key is the issuer's key of the ``kid`` in the header, of the type that the algorithm needs; keys and addresses
  of keys that the token itself brings (``jwk``, ``jku``, ``x5u``, ``x5c``) are never looked at.
- ``iss``, ``aud``, ``exp`` and the user's claim must be there. A token without ``exp`` would hold forever: refused.
- Reasons tell which check failed and never repeat the token or its claims.

Needs the extra ``oidc``.
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from pcishield.core.decision import Principal
from pcishield.exceptions import ConfigurationError, IdentityRequired
from pcishield.identity.principal import CLAIM_PREFIX

if TYPE_CHECKING:
    from joserfc.jwk import KeySet

__all__ = ["ALGORITHMS", "TokenRules", "UnknownKey", "key_set", "principal_from", "refused", "token_digest"]

ALGORITHMS = frozenset({"EdDSA", "ES256", "ES384", "ES512", "Ed25519", "PS256", "PS384", "PS512", "RS256", "RS384",
                        "RS512"})  # fmt: skip
"""What may be pinned."""

_KEY_TYPES = {"R": "RSA", "P": "RSA", "E": "EC"}
_NOT_PUBLIC = frozenset({"d", "dp", "dq", "key_ops", "oth", "p", "q", "qi", "use"})
_WRONG = {"iss": "another issuer's", "aud": "for another audience", "nbf": "not valid yet", "iat": "not valid yet"}
_MAX_TOKEN = 16_384
_MAX_NAME = 256
_MAX_GROUPS = 1_000


class UnknownKey(IdentityRequired):
    """The token names a key that the issuer's key set does not have: it may have been rotated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenRules:
    """What a token must be, and which of its claims become the principal.

    Attributes:
        issuer: Exact value of ``iss``; empty only where ``subject_prefix`` says whose tokens they are.
        audience: Accepted values of ``aud``; one must match.
        algorithms: Pinned; a subset of :data:`ALGORITHMS`.
        leeway: Seconds by which the issuer's clock and ours may differ.
        user_claim: Claim that names the human.
        agent_claims: Claims that may name the agent; the first that is there does.
        groups_claim: Claim with the groups: a list, or one name. ``a.b`` looks into objects.
        group_map: Token group to our group; without it they are taken as they are, with it only those named count.
        tenant_claim: Claim that names the tenant; none by default.
        claims: Further claims, kept as attributes ``token.<claim>`` for policy conditions.
        subject_prefix: What ``sub`` must begin with.
        types: Accepted values of ``typ``, lower case; a token without one is accepted.
        source: Name of the provider, for the record.
    """

    issuer: str
    audience: Sequence[str]
    algorithms: Sequence[str] = ("RS256", "ES256")
    leeway: float = 30.0
    user_claim: str = "sub"
    agent_claims: Sequence[str] = ("act.sub", "azp", "client_id")
    groups_claim: str = "groups"
    group_map: Mapping[str, str] = field(default_factory=dict)
    tenant_claim: str = ""
    claims: Sequence[str] = ()
    subject_prefix: str = ""
    types: Sequence[str] = ("jwt", "at+jwt")
    source: str = "oidc"

    def __post_init__(self) -> None:
        if not (self.issuer or self.subject_prefix) or not self.audience or not all(self.audience):
            raise ConfigurationError("identity: issuer and audience must not be empty; a token for others would pass")
        if not self.algorithms or (wrong := sorted(set(self.algorithms) - ALGORITHMS)):
            named = ", ".join(wrong) if self.algorithms else "none given"
            raise ConfigurationError(
                f"identity: algorithms: {named}: pin asymmetric ones: {', '.join(sorted(ALGORITHMS))}"
            )


def refused(reason: str) -> IdentityRequired:
    """Return the error for a token that is not accepted."""
    return IdentityRequired(
        f"the token was refused: {reason}",
        rule="identity.token",
        reason=reason,
        hint="Get a new token from the identity provider (pcishield login), or ask who runs it.",
    )


def token_digest(token: str) -> str:
    """Return the SHA-256 of the token, hex: tells tokens apart in a record without showing them."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def key_set(jwks: Any, use: str = "sig") -> KeySet:
    """Read a JWK set (RFC 7517 section 5); keys of types that are not known, and symmetric ones, are left out.

    Args:
        jwks: The decoded JSON, untrusted.
        use: What the keys must be for, where they say it.

    Raises:
        ValueError: It is no JWK set, or has no usable key.
    """
    from joserfc.errors import JoseError
    from joserfc.jwk import KeySet, import_key

    members = jwks.get("keys") if isinstance(jwks, dict) else None
    if not isinstance(members, list):
        raise ValueError("is no JWK set")
    keys = []
    for member in members[:100]:
        if not isinstance(member, dict) or member.get("kty") not in {"RSA", "EC", "OKP"}:
            continue
        if member.get("use", use) != use:
            continue
        public = {name: value for name, value in member.items() if name not in _NOT_PUBLIC}
        try:
            keys.append(import_key(public))
        except (JoseError, ValueError, TypeError, KeyError):
            continue
    if not keys:
        raise ValueError("has no usable public key")
    return KeySet(keys)


def principal_from(token: str, keys: KeySet, rules: TokenRules, now: float) -> Principal:
    """Verify a token and return the principal that it attests.

    Args:
        token: Compact JWS, untrusted.
        keys: The issuer's public keys.
        rules: What is accepted.
        now: Seconds since 1970-01-01 UTC.

    Raises:
        UnknownKey: Its key is not among ``keys``; look for new ones, then try once more.
        IdentityRequired: It is not accepted; the reason says which check failed.
    """
    header = _header(token, rules)
    key = _key(header, keys)
    claims = _verified(token, key, rules, now)
    user = _name(_claim(claims, rules.user_claim), rules.user_claim, required=True)
    agent = next((a for c in rules.agent_claims if (a := _name(_claim(claims, c), c))), "")
    tenant = _name(_claim(claims, rules.tenant_claim), rules.tenant_claim) if rules.tenant_claim else ""
    groups = _groups(_claim(claims, rules.groups_claim), rules)
    attributes = {
        f"{CLAIM_PREFIX}{name}": value for name in rules.claims if (value := _claim(claims, name)) is not None
    }
    known = {"user": user, "agent": agent, "tenant": tenant, "attributes": attributes}
    evidence = {"issuer": rules.issuer or rules.subject_prefix, "token": token_digest(token)}
    for name, value in (("key", header.get("kid")), ("subject", claims.get("sub")), ("id", claims.get("jti"))):
        if isinstance(value, str) and value:
            evidence[name] = value[:_MAX_NAME]
    return Principal(
        user=user,
        agent=agent,
        tenant=tenant,
        groups=groups,
        attributes=MappingProxyType(attributes),
        level="attested",
        source=rules.source,
        expires=float(claims["exp"]) + rules.leeway,
        attested=frozenset(name for name, value in known.items() if value) | {"groups"},
        evidence=MappingProxyType(evidence),
    )


def _header(token: str, rules: TokenRules) -> dict[str, Any]:
    if not isinstance(token, str) or not token:
        raise refused("there is no token")
    if len(token) > _MAX_TOKEN:
        raise refused(f"it is longer than {_MAX_TOKEN} characters")
    parts = token.split(".")
    if len(parts) != 3:
        raise refused("it is no signed JWT (three parts separated by dots)")
    try:
        header = json.loads(urlsafe_b64decode(parts[0] + "=" * (-len(parts[0]) % 4)))
    except (ValueError, RecursionError):
        raise refused("its header cannot be read") from None
    if not isinstance(header, dict):
        raise refused("its header is no object")
    if header.get("alg") not in rules.algorithms:
        raise refused(f"its algorithm is not one of {', '.join(rules.algorithms)}")
    if header.get("crit"):
        raise refused("its header has critical extensions, and none is supported")
    kind = header.get("typ")
    if kind is not None and str(kind).lower().removeprefix("application/") not in rules.types:
        raise refused("its type is not JWT")
    return header


def _key(header: dict[str, Any], keys: KeySet) -> Any:
    algorithm = header["alg"]
    kind = "OKP" if algorithm.startswith("Ed") else _KEY_TYPES[algorithm[0]]
    fitting = [key for key in keys if key.key_type == kind and key.get("alg") in (None, algorithm)]
    if "kid" in header:
        fitting = [key for key in fitting if key.kid == header["kid"]]
    if len(fitting) != 1:
        reason = (
            "the issuer has no such key" if "kid" in header or not fitting else "it names none of the issuer's keys"
        )
        raise UnknownKey(f"the token was refused: {reason}", rule="identity.token", reason=reason)
    return fitting[0]


def _verified(token: str, key: Any, rules: TokenRules, now: float) -> dict[str, Any]:
    from joserfc import errors, jwt
    from joserfc.jws import JWSRegistry

    registry = JWSRegistry(algorithms=list(rules.algorithms), strict_check_header=False)
    # Issuers put certificate chains there (x5c); the token's own length is limited above.
    registry.max_header_length = _MAX_TOKEN
    try:
        claims = jwt.decode(token, key, algorithms=list(rules.algorithms), registry=registry).claims
    except errors.BadSignatureError:
        raise refused("its signature is wrong") from None
    except (errors.JoseError, ValueError, TypeError, RecursionError) as error:
        raise refused(f"it cannot be read ({type(error).__name__})") from None
    checks = jwt.JWTClaimsRegistry(
        now=int(now),
        leeway=int(rules.leeway),
        iss={"essential": True, "value": rules.issuer} if rules.issuer else {},
        aud={"essential": True, "values": list(rules.audience)},
        exp={"essential": True},
    )
    try:
        checks.validate(claims)
    except errors.ExpiredTokenError:
        raise refused("it has expired") from None
    except errors.ClaimError as error:
        missing = isinstance(error, errors.MissingClaimError)
        claim = str(error.claim)
        raise refused(f"it has no {claim}" if missing else f"it is {_WRONG.get(claim, f'wrong in {claim}')}") from None
    if not str(claims.get("sub", "")).startswith(rules.subject_prefix):
        raise refused("its subject is not of the configured trust domain")
    return claims


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    """Return a claim by its name, else by its dotted path."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for part in path.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _name(value: Any, claim: str, *, required: bool = False) -> str:
    if value is None or value == "":
        if required:
            raise refused(f"its claim {claim} is missing or empty")
        return ""
    if not isinstance(value, str) or len(value) > _MAX_NAME or not value.isprintable():
        raise refused(f"its claim {claim} is no printable text of at most {_MAX_NAME} characters")
    return value


def _groups(value: Any, rules: TokenRules) -> frozenset[str]:
    if value is None:
        return frozenset()
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list) or len(names) > _MAX_GROUPS:
        raise refused(f"its claim {rules.groups_claim} is no list of at most {_MAX_GROUPS} groups")
    found = frozenset(_name(name, rules.groups_claim, required=True) for name in names)
    return frozenset(rules.group_map[name] for name in found if name in rules.group_map) if rules.group_map else found
