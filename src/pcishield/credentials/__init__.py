"""Database credentials out of the agent's hands: data and rules.

Code names a profile (``pcishield.connect("payments-ro")``); the password goes from its resolver to the driver and is
kept nowhere. Resolvers are in :mod:`pcishield.secrets`; others come by the entry-point group
``pcishield.credentials``.
"""

from __future__ import annotations

from pcishield.credentials.model import Credential, CredentialRequest, Lease, Secret

__all__ = ["Credential", "CredentialRequest", "Lease", "Secret"]
