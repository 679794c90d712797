"""HTTP exchanges with identity providers: JSON in, JSON out, bounded in time and size, TLS verified.

Redirects are not followed: what an issuer's address says must come from that address. Plain ``http`` only to this
machine.
"""

from __future__ import annotations

import ipaddress
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from http.client import HTTPMessage
from typing import IO, Any
from urllib.parse import urlencode, urlsplit

from pcishield.runtime.bounded import bounded

__all__ = ["FetchError", "fetch_json", "is_local", "secure"]

_MAX_BYTES = 1 << 20


class FetchError(Exception):
    """The exchange failed; the message names the host and what happened, never what was sent.

    Attributes:
        status: HTTP status, 0 when there was no answer.
        answer: The answer's JSON object, empty when it was none.
    """

    def __init__(self, message: str, status: int = 0, answer: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.answer = answer or {}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def is_local(host: str) -> bool:
    """Whether ``host`` is this machine: empty, a socket's directory, ``localhost`` or a loopback address."""
    if not host or host.startswith(("/", "@")) or host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def secure(url: str) -> bool:
    """Whether the address is ``https``, or ``http`` on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and is_local(parts.hostname or "-"))


def fetch_json(
    url: str,
    *,
    timeout: float,
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Any:
    """Return the JSON that ``url`` answers with.

    Args:
        url: ``https://...``, or ``http://`` on this machine.
        timeout: Seconds for the whole exchange.
        form: Sent as a form by POST; else GET.
        headers: Further headers.

    Raises:
        FetchError: No answer in time, a status other than 200, no JSON, more than 1 MiB, or an address not secure.
    """
    host = urlsplit(url).netloc.rpartition("@")[2]
    if not secure(url):
        raise FetchError(f"{host or 'the address'}: use https")
    data = None if form is None else urlencode(form).encode()
    request = urllib.request.Request(url, data, {"Accept": "application/json", **(headers or {})})  # noqa: S310 - checked above
    opener = urllib.request.build_opener(_NoRedirects)

    def exchange() -> tuple[int, bytes]:
        try:
            with opener.open(request, timeout=timeout) as response:
                return response.status, response.read(_MAX_BYTES + 1)
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read(_MAX_BYTES + 1)

    try:
        status, body = bounded(exchange, timeout)
    except TimeoutError:
        raise FetchError(f"{host}: no answer within {timeout:g} s") from None
    except OSError as error:
        raise FetchError(f"{host}: {getattr(error, 'reason', error).__class__.__name__}") from None
    except Exception as error:
        raise FetchError(f"{host}: {type(error).__name__}") from None
    if len(body) > _MAX_BYTES:
        raise FetchError(f"{host}: the answer is too long", status)
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise FetchError(f"{host}: status {status}, and no JSON", status) from None
    if status != 200:
        raise FetchError(f"{host}: status {status}", status, answer if isinstance(answer, dict) else None)
    return answer
