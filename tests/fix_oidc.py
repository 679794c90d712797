"""An OpenID provider for tests: a real HTTP server with discovery, JWKS, rotation, refresh and the device flow."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Iterator
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@cache
def _first_key() -> dict[str, Any]:
    from joserfc.jwk import RSAKey

    return dict(RSAKey.generate_key(2048).as_dict(private=True))


class OidcIssuer:
    """Issues tokens and answers on ``issuer`` (http on 127.0.0.1).

    Attributes:
        issuer: The issuer's address, for ``identity.oidc.issuer``.
        audience: What tokens are for unless ``aud`` says otherwise; also the client id of the device flow.
        requests: Paths asked for, in order.
        down: Answer everything with 503.
        slow: Seconds that every answer takes.
        echoes_nonce: Whether the device flow puts a wanted nonce into the ID token.
        settings: A mapping for ``[identity.oidc]`` that accepts its tokens.
    """

    def __init__(self) -> None:
        self.audience = "pcishield-tests"
        self.requests: list[str] = []
        self.down = False
        self.slow = 0.0
        self.echoes_nonce = True
        self.keys: list[Any] = []
        self.published: list[Any] = []
        self.devices: dict[str, dict[str, Any]] = {}
        self.refresh: dict[str, dict[str, Any]] = {}
        self.rotate()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner._answer(self, {})

            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                form = {name: values[0] for name, values in parse_qs(self.rfile.read(length).decode()).items()}
                owner._answer(self, form)

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        self._thread.start()

    @property
    def settings(self) -> dict[str, Any]:
        return {"issuer": self.issuer, "audience": self.audience, "timeout_seconds": 3}

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(5)

    def rotate(self, *, keep_old: bool = True, kind: str = "RSA") -> Any:
        """Sign with a new key from now on; the old ones stay published unless told otherwise."""
        from joserfc.jwk import ECKey, RSAKey, import_key

        parameters = {"kid": secrets.token_hex(4), "use": "sig", "alg": "RS256" if kind == "RSA" else "ES256"}
        if kind == "RSA" and not self.keys:
            # Making an RSA key is slow, and tests need one each: the first is the same for all, under another id.
            key: Any = import_key(_first_key() | parameters)
        else:
            key = RSAKey.generate_key(2048, parameters) if kind == "RSA" else ECKey.generate_key("P-256", parameters)
        self.keys.append(key)
        self.published = [*(self.published if keep_old else ()), key]
        return key

    def claims(self, user: str = "alice", **claims: Any) -> dict[str, Any]:
        now = int(time.time())
        base = {"iss": self.issuer, "aud": self.audience, "sub": user, "iat": now, "exp": now + 300,
                "jti": secrets.token_hex(8)}  # fmt: skip
        return {name: value for name, value in (base | claims).items() if value is not None}

    def token(
        self, user: str = "alice", *, key: Any = None, header: dict[str, Any] | None = None, **claims: Any
    ) -> str:
        """Return a signed token. A claim given as ``None`` is left out; ``expires_in`` is seconds from now."""
        from joserfc import jwt

        if "expires_in" in claims:
            claims["exp"] = int(time.time()) + claims.pop("expires_in")
        key = key or self.keys[-1]
        algorithm = key.get("alg")
        head = {"alg": algorithm, "kid": key.kid} | (header or {})
        return jwt.encode(head, self.claims(user, **claims), key, algorithms=[head["alg"]])

    def approve_device(self, user: str = "alice", user_code: str | None = None, **claims: Any) -> None:
        """Play the human who enters the code in a browser; without a code, for all who wait."""
        for device in self.devices.values():
            if user_code in (None, device["user_code"]):
                device["claims"] = {"user": user, **claims}

    def deny_device(self) -> None:
        for device in self.devices.values():
            device["denied"] = True

    def _answer(self, handler: BaseHTTPRequestHandler, form: dict[str, str]) -> None:
        path = urlsplit(handler.path).path
        self.requests.append(path)
        if self.slow:
            time.sleep(self.slow)
        status, body = (503, {}) if self.down else self._route(path, form)
        data = json.dumps(body).encode()
        try:
            handler.send_response(status)
            handler.send_header("Content-Type", "application/json")
            handler.send_header("Content-Length", str(len(data)))
            handler.end_headers()
            handler.wfile.write(data)
        except OSError:
            pass  # the client has given up

    def _route(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if path == "/.well-known/openid-configuration":
            return 200, {
                "issuer": self.issuer,
                "jwks_uri": f"{self.issuer}/jwks",
                "token_endpoint": f"{self.issuer}/token",
                "device_authorization_endpoint": f"{self.issuer}/device",
                "revocation_endpoint": f"{self.issuer}/revoke",
            }
        if path == "/jwks":
            return 200, {"keys": [key.as_dict(private=False) for key in self.published]}
        if path == "/device":
            code, user_code = secrets.token_hex(8), secrets.token_hex(2).upper()
            self.devices[code] = {"user_code": user_code, "polls": 0, "nonce": form.get("nonce")}
            uri = f"{self.issuer}/activate"
            return 200, {
                "device_code": code, "user_code": user_code, "verification_uri": uri,
                "verification_uri_complete": f"{uri}?user_code={user_code}", "expires_in": 60, "interval": 1,
            }  # fmt: skip
        if path == "/token":
            return self._token(form)
        if path == "/revoke":
            self.refresh.pop(form.get("token", ""), None)
            return 200, {}
        return 404, {"error": "not_found"}

    def _token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        if form.get("grant_type") == "refresh_token":
            claims = self.refresh.get(form.get("refresh_token", ""))
            return (400, {"error": "invalid_grant"}) if claims is None else (200, self._issued(claims))
        device = self.devices.get(form.get("device_code", ""))
        if form.get("grant_type") != DEVICE_GRANT or device is None:
            return 400, {"error": "invalid_grant"}
        device["polls"] += 1
        if device.get("denied"):
            return 400, {"error": "access_denied"}
        if "claims" not in device:
            return 400, {"error": "authorization_pending"}
        nonce = device["nonce"] if self.echoes_nonce else None
        return 200, self._issued(device["claims"], nonce)

    def _issued(self, claims: dict[str, Any], nonce: str | None = None) -> dict[str, Any]:
        refresh = secrets.token_hex(16)
        self.refresh[refresh] = claims
        return {
            "id_token": self.token(**claims, nonce=nonce),
            "refresh_token": refresh,
            "expires_in": 300,
            "token_type": "Bearer",
        }


@pytest.fixture
def oidc_issuer() -> Iterator[OidcIssuer]:
    """A running OpenID provider. Skips without joserfc (the extra ``oidc``)."""
    pytest.importorskip("joserfc", reason="joserfc is an optional dependency")
    issuer = OidcIssuer()
    try:
        yield issuer
    finally:
        issuer.close()
