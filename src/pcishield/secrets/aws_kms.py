"""Keys wrapped by AWS KMS: ``aws-kms:KEY``, a key id, ``alias/NAME`` or ARN (extra ``aws``).

Credentials, region and endpoint are the machine's, as boto3 finds them; an ARN says the region itself. What a key is
for is in the encryption context (``pcishield``), so that a wrapped key cannot be used in another's place, and
CloudTrail says what was unwrapped. Rotation is KMS's own; unwrapping needs no version.
"""

from __future__ import annotations

from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from pcishield.exceptions import ConfigurationError

__all__ = ["AwsKmsKeys", "provider"]


class AwsKmsKeys:
    """Wraps by a KMS key that never leaves KMS. Implements :class:`pcishield.typing.KeyProvider`.

    Args:
        key: Id, alias or ARN of a symmetric key.
    """

    def __init__(self, key: str) -> None:
        self._key = key
        self.name = f"aws-kms:{key}"
        region = key.split(":")[3] if key.startswith("arn:") and key.count(":") >= 5 else None
        try:
            self._client = boto3.client("kms", region_name=region)
        except BotoCoreError as error:
            raise ConfigurationError(f"{self.name}: {type(error).__name__}; set AWS_DEFAULT_REGION") from None

    def __repr__(self) -> str:
        return f"AwsKmsKeys({self._key!r})"

    def wrap(self, key: bytes, context: bytes) -> bytes:
        """Return ``key`` encrypted by KMS, bound to ``context``. Raises ConfigurationError."""
        return bytes(self._asked("encrypt", Plaintext=key, context=context)["CiphertextBlob"])

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Return the key. Raises ConfigurationError when KMS refuses: another context, another key, no permission."""
        return bytes(self._asked("decrypt", CiphertextBlob=wrapped, context=context)["Plaintext"])

    def _asked(self, what: str, *, context: bytes, **fields: Any) -> Any:
        try:
            return getattr(self._client, what)(
                KeyId=self._key, EncryptionContext={"pcishield": context.decode()}, **fields
            )
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "error")
            raise ConfigurationError(f"{self.name}: KMS refuses to {what} ({code})") from None
        except BotoCoreError as error:
            raise ConfigurationError(f"{self.name}: KMS cannot be reached ({type(error).__name__})") from None


def provider(reference: str) -> AwsKmsKeys:
    """Return the provider for ``aws-kms:KEY``. Raises ConfigurationError."""
    return AwsKmsKeys(reference)
