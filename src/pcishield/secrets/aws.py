"""``aws-secret:NAME#FIELD`` and ``aws-rds:``: AWS Secrets Manager, and RDS IAM tokens (extra ``aws``).

- ``aws-secret`` reads the current version; a JSON secret has fields (``password`` unless named; ``username`` is the
  database user where the profile names none), another one is the password itself.
- ``aws-rds`` signs a token for host, port and user of the profile. It holds for 15 minutes and opens a connection,
  once; RDS takes it over TLS only.
"""

from __future__ import annotations

import json

from pcishield.credentials import Credential, CredentialRequest, Secret
from pcishield.credentials.settings import AwsSettings, CredentialsSettings
from pcishield.exceptions import CredentialError
from pcishield.runtime.aws import aws_client

__all__ = ["RdsResolver", "SecretResolver", "rds_resolver", "secret_resolver"]

_PORTS = {"mysql.connector": 3306, "psycopg": 5432}


class SecretResolver:
    """Reads secrets of Secrets Manager."""

    def __init__(self, settings: AwsSettings) -> None:
        self._settings = settings

    def resolve(self, request: CredentialRequest) -> Credential:
        """Return the current version of the secret.

        Raises:
            CredentialError: There is none, or no such field in it.
        """
        name, _, field = request.reference.partition("#")
        try:
            answer = aws_client(self._settings, "secretsmanager").get_secret_value(SecretId=name)
        except CredentialError:
            raise
        except Exception as error:
            raise CredentialError(f"the secret {name} cannot be read ({type(error).__name__})") from None
        text = answer.get("SecretString")
        if not text:
            raise CredentialError(f"the secret {name} is no text")
        version = f"aws-secret {str(answer.get('VersionId', ''))[:8]}"
        try:
            values = json.loads(text)
        except ValueError:
            values = None
        if not isinstance(values, dict):
            if field:
                raise CredentialError(f"the secret {name} is no JSON object and has no field {field}")
            return Credential(Secret(text), version=version)
        field = field or "password"
        if not isinstance(values.get(field), str) or not values[field]:
            raise CredentialError(f"the secret {name} has no text field {field}")
        user = values.get("username")
        return Credential(Secret(values[field]), "" if request.user or not isinstance(user, str) else user, version)


class RdsResolver:
    """Signs tokens for RDS."""

    def __init__(self, settings: AwsSettings) -> None:
        self._settings = settings

    def resolve(self, request: CredentialRequest) -> Credential:
        """Return a token.

        Raises:
            CredentialError: The profile names no host or user, or the machine has no AWS credentials.
        """
        if not request.host or not request.user:
            raise CredentialError("an RDS token is for a host and a user: the profile must name both")
        try:
            token = aws_client(self._settings, "rds").generate_db_auth_token(
                DBHostname=request.host, Port=request.port or _PORTS[request.driver], DBUsername=request.user
            )
        except CredentialError:
            raise
        except Exception as error:
            raise CredentialError(f"no token could be signed ({type(error).__name__})") from None
        return Credential(Secret(token), version="aws-rds token")


def secret_resolver(settings: CredentialsSettings) -> SecretResolver:
    """Make the resolver of ``aws-secret``."""
    return SecretResolver(settings.aws)


def rds_resolver(settings: CredentialsSettings) -> RdsResolver:
    """Make the resolver of ``aws-rds``."""
    return RdsResolver(settings.aws)
