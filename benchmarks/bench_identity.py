"""How long it takes to know who is asking.

``python benchmarks/bench_identity.py [--quick]``. Every number is the best and the median of several rounds.
Goals: the principal of the moment in at most 0.5 µs; a token that was verified before without verifying it again.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median

from _machine import print_machine

from pcishield import acting_as
from pcishield.core.decision import Principal
from pcishield.identity import current_principal, os_principal
from pcishield.identity.tokens import TokenRules
from pcishield.runtime.jwks import KeyCache
from pcishield.runtime.provided import Provided
from pcishield.runtime.verifier import TokenVerifier

ROUNDS = 9


class Fixed:
    """A provider that always answers the same."""

    name = "fixed"

    def principal(self) -> Principal:
        return Principal("ann", level="explicit")


def measure(what: str, call: Callable[[], object], times: int) -> None:
    """Print best and median microseconds of one call, the loop included."""
    rounds = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for _ in range(times):
            call()
        rounds.append((time.perf_counter() - start) / times * 1e6)
    print(f"{what:<44} {min(rounds):9.3f} {median(rounds):9.3f} µs")


def token_and_verifier() -> tuple[str, TokenVerifier]:
    """Return a signed token and what verifies it, without a network."""
    from joserfc import jwt
    from joserfc.jwk import RSAKey

    key = RSAKey.generate_key(2048, {"kid": "k", "use": "sig"})
    claims = {"iss": "https://id.example", "aud": "shop", "sub": "ann", "exp": int(time.time()) + 3600}
    token = jwt.encode({"alg": "RS256", "kid": "k"}, claims, key)
    published = {"keys": [key.as_dict(private=False)]}
    rules = TokenRules(issuer="https://id.example", audience=["shop"])
    return token, TokenVerifier(rules, KeyCache(lambda: published))


def main(quick: bool) -> None:
    """Measure and print."""
    print_machine("joserfc", "cryptography")
    print(f"{'':<44} {'best':>9} {'median':>9}")
    times = 1_000 if quick else 200_000
    provided = Provided(Fixed(), os_principal("root", "bench"))
    with acting_as("ann"):
        measure("principal bound by acting_as", current_principal, times)
    measure("principal of a provider", provided, times)
    token, verifier = token_and_verifier()

    def anew() -> object:
        verifier._known.clear()
        return verifier.verify(token)

    measure("token, verified anew (RS256)", anew, max(times // 1_000, 10))
    measure("token, verified before", lambda: verifier.verify(token), times // 10)


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
