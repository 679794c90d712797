"""Stores batches as objects in S3, or a store that speaks S3."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field

from pcishield.runtime.sink import BaseSink, Entry

__all__ = ["S3Sink"]


class S3Sink(BaseSink):
    """Puts ``<prefix><shard>/<first seq>.jsonl``; a repeated batch has the same key.

    With ``retain_days`` the object is locked (``lock_mode``); the bucket must have object lock. Credentials come from
    where boto3 finds them. Make batches large here (``batch_records``): each is a request.
    """

    kind: ClassVar[str] = "s3"
    requires: ClassVar[tuple[str, str]] = ("boto3", "s3")
    bucket: str
    prefix: str = "pcishield/"
    region: str | None = None
    endpoint: str | None = None
    retain_days: Annotated[int, Field(ge=1)] | None = None
    lock_mode: Literal["COMPLIANCE", "GOVERNANCE"] = "COMPLIANCE"

    def connect(self) -> Any:
        """Make a client."""
        import boto3
        from botocore.config import Config

        limits = Config(connect_timeout=self.timeout, read_timeout=self.timeout, retries={"total_max_attempts": 1})
        return boto3.client("s3", region_name=self.region, endpoint_url=self.endpoint, config=limits)

    def deliver(self, connection: Any, entries: Sequence[Entry]) -> None:
        """Put one object."""
        lock: dict[str, Any] = {}
        if self.retain_days:
            until = datetime.now(UTC) + timedelta(days=self.retain_days)
            lock = {"ObjectLockMode": self.lock_mode, "ObjectLockRetainUntilDate": until}
        connection.put_object(
            Bucket=self.bucket, Key=f"{self.prefix}{entries[0].shard}/{entries[0].seq:012d}.jsonl",
            Body=b"".join(entry.data + b"\n" for entry in entries), ContentType="application/x-ndjson",
            ChecksumAlgorithm="SHA256", **lock,
        )  # fmt: skip
