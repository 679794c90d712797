"""Posts batches of records to a URL, signed (https://www.standardwebhooks.com)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
import urllib.request
from collections.abc import Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field

from pcishield.runtime.sink import BaseSink, Entry, Secret

__all__ = ["WebhookSink"]


class WebhookSink(BaseSink):
    """Sends ``POST`` with one record a line (``application/x-ndjson``); any 2xx status confirms the batch.

    ``webhook-id`` names the batch, ``<shard>/<first>-<last>``; ``webhook-signature`` is ``v1,`` and the base64
    HMAC-SHA-256 of ``id.timestamp.body`` under ``secret``. Redirects are not followed.
    """

    kind: ClassVar[str] = "webhook"
    url: Annotated[str, Field(pattern=r"^https?://")]
    secret: Secret
    headers: dict[str, str] = Field(default_factory=dict)

    def deliver(self, connection: Any, entries: Sequence[Entry]) -> None:
        """Post one batch."""
        body = b"".join(entry.data + b"\n" for entry in entries)
        number, stamp = f"{entries[0].id}-{entries[-1].seq}", str(int(time.time()))
        signed = f"{number}.{stamp}.".encode() + body
        mac = hmac.new(self.secret.get_secret_value().encode(), signed, hashlib.sha256).digest()
        own = {"content-type": "application/x-ndjson", "webhook-id": number, "webhook-timestamp": stamp}
        own["webhook-signature"] = f"v1,{base64.b64encode(mac).decode()}"
        request = urllib.request.Request(self.url, body, {**self.headers, **own}, method="POST")  # noqa: S310
        with urllib.request.build_opener(_NoRedirect).open(request, timeout=self.timeout) as response:
            response.read()


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *arguments: Any) -> None:
        """Follow nothing: an audit batch goes where the configuration says."""
