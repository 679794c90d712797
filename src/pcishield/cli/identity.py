"""``pcishield login``, ``logout``, ``whoami`` and ``identity key``: who the human at this terminal is."""

from __future__ import annotations

import getpass
import json
import sys
import time
from pathlib import Path
from typing import Annotated, Any

import typer

from pcishield.config import Settings, load_settings
from pcishield.core.decision import Principal
from pcishield.exceptions import ConfigurationError
from pcishield.identity import os_principal
from pcishield.identity.keys import key_hash, new_key
from pcishield.identity.settings import OidcSettings
from pcishield.providers import make_provider
from pcishield.runtime.actor import actor_fields
from pcishield.runtime.login import LoginCache

__all__ = ["app", "login", "logout", "whoami"]

app = typer.Typer(help="Make keys of services.", no_args_is_help=True)

ConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", help="pcishield.toml; default: $PCISHIELD_CONFIG.", dir_okay=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]


def login(config: ConfigOption = None) -> None:
    """Sign in at the OpenID provider of `identity.oidc`, in a browser on any device.

    The token is kept in the state directory, mode 0600, and renewed while the provider allows it.
    """
    from pcishield.providers import device
    from pcishield.providers.oidc import OidcProvider

    oidc = _oidc(load_settings(config))
    provider = OidcProvider(oidc)
    code = device.begin(oidc.issuer, oidc.client_id, oidc.scopes, oidc.timeout_seconds)
    typer.echo(f"Open {code.uri_complete or code.uri}\nand check, or enter, the code {code.user_code}", err=True)
    tokens = device.wait(oidc.issuer, oidc.client_id, code, oidc.timeout_seconds)
    principal = provider.verify(tokens["id_token"])
    LoginCache().put(oidc.issuer, oidc.client_id, tokens)
    typer.echo(f"signed in as {principal.user}")


def logout(config: ConfigOption = None) -> None:
    """Forget the token, and tell the provider so where it can be told."""
    from pcishield.providers import device

    oidc = _oidc(load_settings(config))
    cache = LoginCache()
    refresh = cache.get(oidc.issuer, oidc.client_id).get("refresh_token")
    if not cache.remove(oidc.issuer, oidc.client_id):
        typer.echo("nobody was signed in")
        return
    told = refresh and device.revoke(oidc.issuer, oidc.client_id, str(refresh), oidc.timeout_seconds)
    typer.echo("signed out" if told or not refresh else "signed out here; the provider could not be told")


def whoami(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Print who is asking, how well that is known, and what it rests on. Exit status 1 when nobody is identified."""
    settings = load_settings(config).identity
    principal: Principal | None = None
    if settings.provider:
        principal = make_provider(settings).principal()
    principal = principal or os_principal(getpass.getuser(), Path(sys.argv[0]).name)
    known = actor_fields(principal, str)
    if principal.expires is not None:
        known["expires_in"] = max(int(principal.expires - time.time()), 0)
    if as_json:
        typer.echo(json.dumps(known, sort_keys=True))
        return
    attested = set(known.pop("attested", ()))
    for name, value in known.items():
        typer.echo(f"{name:15} {_plain(value)}{'  (attested)' if name in attested else ''}")


@app.command()
def key(
    name: Annotated[str, typer.Argument(help="Name of the key in the configuration.")],
    user: Annotated[str, typer.Option("--user", "-u", help="Whom it stands for.")],
    agent: Annotated[str, typer.Option("--agent", "-a", help="The agent that uses it.")] = "",
    group: Annotated[list[str] | None, typer.Option("--group", "-g", help="A group; repeatable.")] = None,
) -> None:
    """Make a static key of a service: the key on standard output, once, and its configuration on standard error."""
    if not name.replace("-", "").replace("_", "").isalnum():
        raise ConfigurationError("NAME: use letters, digits, - and _")
    made = new_key()
    lines = [f"[identity.service_keys.{name}]", f'hash = "{key_hash(made)}"', f"user = {json.dumps(user)}"]
    lines += [f"agent = {json.dumps(agent)}"] if agent else []
    lines += [f"groups = {json.dumps(group)}"] if group else []
    typer.echo("\n".join(lines), err=True)
    typer.echo(made)


def _oidc(settings: Settings) -> OidcSettings:
    oidc = settings.identity.oidc
    if oidc is None or not oidc.client_id:
        raise ConfigurationError("identity.oidc: set issuer, audience and client_id in pcishield.toml to sign in")
    return oidc


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}={inner}" for name, inner in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
