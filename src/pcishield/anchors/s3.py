"""Stores checkpoints in a bucket with object lock."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from pcishield.audit.checkpoint import parse_checkpoint
from pcishield.runtime.anchor import BaseAnchor, Prove

__all__ = ["S3Anchor"]


class S3Anchor(BaseAnchor):
    """Puts ``<prefix><shard>/<size>.checkpoint``, which nobody can change or delete for ``retain_days``.

    The receipt is the version id. Credentials come from where boto3 finds them; put and list are enough to anchor,
    get to verify.
    """

    kind: ClassVar[str] = "s3"
    requires: ClassVar[tuple[str, str]] = ("boto3", "s3")
    bucket: str
    prefix: str = "pcishield-anchors/"
    region: str | None = None
    endpoint: str | None = None
    retain_days: Annotated[int, Field(ge=1)] = 365
    lock_mode: Literal["COMPLIANCE", "GOVERNANCE"] = "COMPLIANCE"

    def _client(self) -> Any:
        import boto3
        from botocore.config import Config

        limits = Config(connect_timeout=self.timeout, read_timeout=self.timeout, retries={"total_max_attempts": 2})
        return boto3.client("s3", region_name=self.region, endpoint_url=self.endpoint, config=limits)

    def anchor(self, note: str, prove: Prove) -> bytes:
        """Put the checkpoint; the store must say that it keeps versions, as object lock does."""
        checkpoint, until = parse_checkpoint(note), datetime.now(UTC) + timedelta(days=self.retain_days)
        shard = checkpoint.origin.rpartition("/")[2]
        with closing(self._client()) as client:
            done = client.put_object(
                Bucket=self.bucket, Key=f"{self.prefix}{shard}/{checkpoint.size:012d}.checkpoint",
                Body=note.encode(), ContentType="text/plain; charset=utf-8", ChecksumAlgorithm="SHA256",
                ObjectLockMode=self.lock_mode, ObjectLockRetainUntilDate=until,
            )  # fmt: skip
        version = done.get("VersionId")
        if not version:
            raise ConnectionError(0, "the bucket keeps no versions, so it has no object lock")
        return str(version).encode()

    def notes(self) -> Sequence[str]:
        """Read the first version of every object: what was put over it later does not count."""
        found: dict[str, str] = {}
        with closing(self._client()) as client:
            for page in client.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=self.prefix):
                for version in page.get("Versions", ()):
                    # Newest first, so the last one seen of a key is its oldest.
                    found[version["Key"]] = version["VersionId"]
            return [
                client.get_object(Bucket=self.bucket, Key=key, VersionId=version)["Body"].read().decode()
                for key, version in sorted(found.items())
            ]
