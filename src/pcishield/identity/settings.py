"""The ``[identity]`` section of ``pcishield.toml`` (docs/identity.md)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, Field, model_validator

from pcishield.core.strict import STRICT
from pcishield.identity.tokens import ALGORITHMS, TokenRules

__all__ = ["CiSettings", "IdentitySettings", "OidcSettings", "ServiceKey", "SpiffeSettings"]

Name = Annotated[str, Field(min_length=1, max_length=256)]
Algorithm = Annotated[str, Field(pattern="^(" + "|".join(sorted(ALGORITHMS)) + ")$")]
Timeout = Annotated[float, Field(gt=0, le=60, strict=False)]
Leeway = Annotated[float, Field(ge=0, le=300, strict=False)]


class _Strict(BaseModel):
    model_config = STRICT


class _Tokens(_Strict):
    """What tokens of every kind need."""

    audience: Name | list[Name]
    algorithms: Annotated[list[Algorithm], Field(min_length=1)] = ["RS256", "ES256"]
    leeway_seconds: Leeway = 30.0
    keys_seconds: Annotated[float, Field(ge=1, le=86_400, strict=False)] = 300.0
    timeout_seconds: Timeout = 5.0

    def audiences(self) -> tuple[str, ...]:
        """Return the accepted audiences."""
        return (self.audience,) if isinstance(self.audience, str) else tuple(self.audience)


class OidcSettings(_Tokens):
    """An OpenID provider whose tokens are accepted, and which claims become the principal."""

    issuer: Name
    jwks_uri: str = ""
    user_claim: Name = "sub"
    agent_claims: list[Name] = ["act.sub", "azp", "client_id"]
    groups_claim: Name = "groups"
    group_map: dict[str, str] = {}
    tenant_claim: str = ""
    claims: list[Name] = []
    token_variable: str = ""
    token_file: str = ""
    client_id: str = ""
    scopes: list[Name] = ["openid"]

    def rules(self, source: str) -> TokenRules:
        """Return the rules of verification."""
        return TokenRules(
            issuer=self.issuer,
            audience=self.audiences(),
            algorithms=self.algorithms,
            leeway=self.leeway_seconds,
            user_claim=self.user_claim,
            agent_claims=self.agent_claims,
            groups_claim=self.groups_claim,
            group_map=self.group_map,
            tenant_claim=self.tenant_claim,
            claims=self.claims,
            source=source,
        )


_CI: Mapping[str, Mapping[str, Any]] = {
    "github": {
        "issuer": "https://token.actions.githubusercontent.com",
        "user_claim": "actor",
        "agent_claims": ["job_workflow_ref", "repository"],
        "claims": ["repository", "ref", "run_id", "environment"],
    },
    "gitlab": {
        "issuer": "https://gitlab.com",
        "user_claim": "user_login",
        "agent_claims": ["ci_config_ref_uri", "project_path"],
        "claims": ["project_path", "ref", "pipeline_id", "environment"],
        "token_variable": "PCISHIELD_ID_TOKEN",
    },
}


class CiSettings(OidcSettings):
    """The CI system's own OIDC tokens. ``kind`` sets what the others default to."""

    kind: Literal["github", "gitlab"] = "github"

    @model_validator(mode="before")
    @classmethod
    def _defaults(cls, given: Any) -> Any:
        return {**_CI.get(str(given.get("kind", "github")), {}), **given} if isinstance(given, Mapping) else given


class SpiffeSettings(_Tokens):
    """JWT-SVIDs of one trust domain."""

    trust_domain: Annotated[str, Field(pattern=r"^[a-z0-9._-]{1,255}$")]
    bundle: Name
    svid_file: str = ""
    svid_variable: str = ""

    def rules(self) -> TokenRules:
        """Return the rules of verification (JWT-SVID sections 3 and 4)."""
        return TokenRules(
            issuer="",
            subject_prefix=f"spiffe://{self.trust_domain}/",
            audience=self.audiences(),
            algorithms=self.algorithms,
            leeway=self.leeway_seconds,
            agent_claims=["sub"],
            types=("jwt", "jose"),
            source="spiffe",
        )


class ServiceKey(_Strict):
    """A static key of a service, by its hash (``pcishield identity key``)."""

    hash: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]
    user: Name
    agent: str = ""
    groups: list[Name] = []
    tenant: str = ""
    expires: date | None = None


class IdentitySettings(_Strict):
    """Who may connect, and how it is known who is asking.

    ``provider`` names a section below it, or an entry point of the group ``pcishield.identity`` with its ``options``.
    """

    required: Literal["os", "explicit", "attested"] = "os"
    provider: str = ""
    introduce: Literal["fallback", "always", "never"] = "fallback"
    session_settings: bool = False
    timeout_seconds: Timeout = 10.0
    oidc: OidcSettings | None = None
    ci: CiSettings | None = None
    spiffe: SpiffeSettings | None = None
    service_keys: dict[str, ServiceKey] = {}
    options: dict[str, Any] = {}

    @model_validator(mode="after")
    def _has_section(self) -> Self:
        named = {"oidc": self.oidc, "ci": self.ci, "spiffe": self.spiffe, "service-key": self.service_keys or None}
        if self.provider in named and named[self.provider] is None:
            section = "service_keys.<name>" if self.provider == "service-key" else self.provider
            raise ValueError(f"provider {self.provider!r} needs the section [identity.{section}]")
        return self
