"""Has checkpoints stamped by a time-stamping authority (RFC 3161)."""

from __future__ import annotations

import urllib.request
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar

from pydantic import Field

from pcishield.runtime.anchor import BaseAnchor, Prove

__all__ = ["TimestampAnchor", "check_timestamp"]


class TimestampAnchor(BaseAnchor):
    """Sends the digest of the checkpoint to ``url``; the receipt is the time-stamp response.

    ``ca_file`` holds the authority's root certificate in PEM, and intermediate ones that its answers lack. A response
    that it does not lead to, or that is for something else, is refused.
    """

    kind: ClassVar[str] = "rfc3161"
    requires: ClassVar[tuple[str, str]] = ("rfc3161_client", "tsa")
    url: Annotated[str, Field(pattern=r"^https?://")]
    ca_file: str

    def anchor(self, note: str, prove: Prove) -> bytes:
        """Have the checkpoint stamped."""
        from rfc3161_client import HashAlgorithm, TimestampRequestBuilder

        made = TimestampRequestBuilder(note.encode(), HashAlgorithm.SHA256).build()
        request = urllib.request.Request(  # noqa: S310
            self.url, made.as_bytes(), {"content-type": "application/timestamp-query"}, method="POST"
        )
        with urllib.request.urlopen(request, timeout=self.timeout) as response:  # noqa: S310
            receipt: bytes = response.read(1 << 20)
        check_timestamp(note, receipt, Path(self.ca_file), nonce=made.nonce)
        return receipt


def check_timestamp(note: str, receipt: bytes, ca_file: Path, nonce: int | None = None) -> datetime:
    """Return when the note was stamped.

    Args:
        note: The checkpoint.
        receipt: The response (DER), untrusted.
        ca_file: Trusted certificates in PEM: the self-signed ones are roots, the others help to find one.
        nonce: What was asked with.

    Raises:
        ValueError: The response is not for this note, or does not lead to a trusted certificate.
    """
    from cryptography.x509 import load_pem_x509_certificates
    from rfc3161_client import VerificationError, VerifierBuilder, decode_timestamp_response

    certificates = load_pem_x509_certificates(ca_file.read_bytes())
    try:
        response: Any = decode_timestamp_response(receipt)
        verifier = VerifierBuilder(
            roots=_roots(certificates), intermediates=[c for c in certificates if c.issuer != c.subject], nonce=nonce
        )
        verifier.build().verify_message(response, note.encode())
    except (VerificationError, ValueError) as error:
        raise ValueError(f"the time stamp is not good: {error}") from None
    stamped: datetime = response.tst_info.gen_time
    return stamped


def _roots(certificates: Sequence[Any]) -> list[Any]:
    return [certificate for certificate in certificates if certificate.issuer == certificate.subject]
