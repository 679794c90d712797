"""Signing in on a command line: the OAuth 2.0 device authorization grant (RFC 8628)."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pcishield.identity.tokens import refused
from pcishield.runtime.fetch import FetchError, fetch_json
from pcishield.runtime.jwks import metadata

__all__ = ["DeviceCode", "begin", "revoke", "wait"]

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_LONGEST = 1800.0


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What the human is shown, and what is waited with.

    Attributes:
        uri: Address to open in a browser.
        uri_complete: The same with the code in it, empty when the issuer gives none.
        user_code: Code to enter there.
        expires_in: Seconds until it is void.
        interval: Least seconds between two questions.
    """

    uri: str
    uri_complete: str
    user_code: str
    expires_in: float
    interval: float
    _device_code: str = field(repr=False)


def begin(issuer: str, client: str, scopes: Sequence[str], timeout: float, nonce: str = "") -> DeviceCode:
    """Ask the issuer for a code.

    Args:
        issuer: The OpenID provider.
        client: Client id at the provider.
        scopes: What is asked for.
        timeout: Seconds for an exchange.
        nonce: Wanted in the ID token (OIDC Core 2). RFC 8628 does not speak of it: not every provider does it.

    Raises:
        IdentityRequired: It cannot be reached, or offers no device flow.
    """
    try:
        endpoint = metadata(issuer, timeout).get("device_authorization_endpoint")
        if not isinstance(endpoint, str):
            raise refused("the issuer offers no device flow (device_authorization_endpoint)")
        form = {"client_id": client, "scope": " ".join(scopes)} | ({"nonce": nonce} if nonce else {})
        answer = fetch_json(endpoint, timeout=timeout, form=form)
        return DeviceCode(
            uri=str(answer["verification_uri"]),
            uri_complete=str(answer.get("verification_uri_complete", "")),
            user_code=str(answer["user_code"]),
            expires_in=min(float(answer["expires_in"]), _LONGEST),
            interval=max(float(answer.get("interval", 5)), 1.0),
            _device_code=str(answer["device_code"]),
        )
    except FetchError as error:
        raise refused(f"the issuer gave no code ({error}{_said(error)})") from None
    except (KeyError, TypeError, ValueError):
        raise refused("the issuer's answer holds no device code") from None


def wait(
    issuer: str,
    client: str,
    code: DeviceCode,
    timeout: float,
    *,
    sleep: Callable[[float], None] = time.sleep,
    monotonic: Callable[[], float] = time.monotonic,
) -> Mapping[str, Any]:
    """Return the tokens, once the human has entered the code.

    Raises:
        IdentityRequired: Denied, expired, or the issuer cannot be reached.
    """
    form = {"grant_type": _GRANT, "device_code": code._device_code, "client_id": client}
    end, interval = monotonic() + code.expires_in, code.interval
    try:
        endpoint = str(metadata(issuer, timeout)["token_endpoint"])
    except (FetchError, KeyError) as error:
        raise refused(f"the issuer cannot be asked ({error})") from None
    while monotonic() < end:
        sleep(interval)
        try:
            answer = fetch_json(endpoint, timeout=timeout, form=form)
        except FetchError as error:
            said = error.answer.get("error")
            if said == "slow_down":
                interval += 5
            elif said != "authorization_pending":
                raise refused(f"the issuer said no ({error}{_said(error)})") from None
            continue
        if not isinstance(answer, dict) or not isinstance(answer.get("id_token"), str):
            raise refused("the issuer's answer holds no id_token; is 'openid' among the scopes?")
        return answer
    raise refused("nobody entered the code in time")


def revoke(issuer: str, client: str, refresh_token: str, timeout: float) -> bool:
    """Tell the issuer that the refresh token is done with (RFC 7009). Returns whether it was told."""
    try:
        endpoint = metadata(issuer, timeout).get("revocation_endpoint")
        if not isinstance(endpoint, str):
            return False
        fetch_json(endpoint, timeout=timeout, form={"token": refresh_token, "client_id": client})
    except FetchError as error:
        # The answer has no body (RFC 7009 section 2.2).
        return error.status == 200
    return True


def _said(error: FetchError) -> str:
    """Return the error code of RFC 6749 section 5.2: letters and underscores, nothing of ours."""
    said = str(error.answer.get("error", ""))
    return f", {said[:40]}" if said.replace("_", "").isalpha() else ""
