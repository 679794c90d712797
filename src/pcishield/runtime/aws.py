"""Clients of Amazon Web Services, made when they are needed and kept by nobody."""

from __future__ import annotations

from typing import Any

from pcishield.credentials.settings import AwsSettings
from pcishield.exceptions import CredentialError

__all__ = ["aws_client"]


def aws_client(settings: AwsSettings, service: str) -> Any:
    """Return a boto3 client, with the credentials of the machine or the environment, as boto3 finds them.

    Raises:
        CredentialError: The extra ``aws`` is not installed.
    """
    try:
        import boto3
    except ImportError:
        raise CredentialError("boto3 is not installed: pip install 'pcishield[aws]'") from None
    return boto3.client(service, region_name=settings.region or None, endpoint_url=settings.endpoint or None)
