"""One HTTP POST or GET, with a timeout, to a URL of the configuration.

Plain HTTP goes to this host only; redirects are not followed, since they would carry the body to somewhere else; an
answer that is longer than it may be is an error. No text of ours shows the URL: chat services put secrets into it.
"""

from __future__ import annotations

import http.client
import ssl
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlsplit

from pcishield.exceptions import ConfigurationError

__all__ = ["MAX_ANSWER", "Answer", "check_url", "send"]

MAX_ANSWER = 65_536
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})


class Answer(NamedTuple):
    """Status, headers with lower-case names, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def check_url(url: str, field: str) -> str:
    """Return ``url``.

    Raises:
        ConfigurationError: It is no https URL, nor http to this host. Names ``field``, not the URL.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or parts.scheme not in ("http", "https"):
        raise ConfigurationError(f"{field}: give an https:// URL")
    if parts.scheme == "http" and host not in _LOCAL:
        raise ConfigurationError(f"{field}: plain http only goes to this host; give an https:// URL")
    return url


def send(method: str, url: str, body: bytes, headers: Mapping[str, str], timeout: float) -> Answer:
    """Send and return the answer, whatever its status.

    Args:
        method: ``GET`` or ``POST``.
        url: Checked by :func:`check_url`.
        body: Sent as it is.
        headers: Sent as they are.
        timeout: Seconds for connecting and for each read.

    Raises:
        OSError: The host cannot be reached, or does not answer in time.
        http.client.HTTPException: What answers is no HTTP server, or says too much.
    """
    parts = urlsplit(url)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context()
        connection = http.client.HTTPSConnection(parts.hostname or "", parts.port, timeout=timeout, context=context)
    else:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout)
    try:
        target = parts.path or "/"
        connection.request(method, f"{target}?{parts.query}" if parts.query else target, body, dict(headers))
        response = connection.getresponse()
        content = response.read(MAX_ANSWER + 1)
        if len(content) > MAX_ANSWER:
            raise http.client.HTTPException(f"the answer is longer than {MAX_ANSWER} bytes")
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, content)
    finally:
        connection.close()
