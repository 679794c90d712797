"""Settings for ``run_django.py``: Django's test suite on one database, raw or guarded.

Options come by environment; see the runner. ``CONFORMANCE_POSTGRES`` and ``CONFORMANCE_MARIADB`` are
``user:password@host:port/name``, of users who may make databases.
"""

from __future__ import annotations

import json
import os
import unittest
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.test.runner import DiscoverRunner


def _server(variable: str, default: str) -> dict[str, Any]:
    parts = urlsplit("//" + os.environ.get(variable, default))
    return {
        "HOST": parts.hostname or "127.0.0.1", "PORT": str(parts.port or ""), "USER": parts.username or "",
        "PASSWORD": parts.password or "", "NAME": "django_conformance",
    }  # fmt: skip


_SERVERS = {
    "mariadb": lambda: (
        _server("CONFORMANCE_MARIADB", "root@127.0.0.1:3306/test")
        | {"TEST": {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_general_ci"}}
    ),
    "postgresql": lambda: _server("CONFORMANCE_POSTGRES", "postgres@127.0.0.1:5432/test"),
    "sqlite": dict,
}
_server_of = _SERVERS[os.environ["CONFORMANCE_DATABASE"]]
DATABASES = {
    "default": {"ENGINE": os.environ["CONFORMANCE_ENGINE"]} | _server_of(),
    "other": {"ENGINE": os.environ["CONFORMANCE_ENGINE"]} | _server_of(),
}
for _alias, _database in DATABASES.items():
    if "NAME" in _database:
        _database["NAME"] = f"django_conformance_{_alias}" if _alias == "other" else "django_conformance"
        if os.environ["CONFORMANCE_DATABASE"] == "postgresql":
            _database["NAME"] = "postgres" if _alias == "default" else "template1"
            _database["TEST"] = {"NAME": f"test_django_{_alias}"}

SECRET_KEY = "for tests"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
USE_TZ = False
TEST_RUNNER = "django_settings.Runner"

_guard: Any = None
if "CONFORMANCE_AUDIT" in os.environ:
    import django.db.utils

    import pcishield
    from tests.conformance.counting import ALLOW_ALL, count

    _guard = (
        pcishield.configure({}, policy=ALLOW_ALL, audit=os.environ["CONFORMANCE_AUDIT"]),
        count(os.environ["CONFORMANCE_DRIVER"]),
    )
    _load = django.db.utils.load_backend
    # Tests that name Django's own backend get the guarded one as well.
    django.db.utils.load_backend = lambda name: _load(name.replace("django.db.backends.", "pcishield.django.", 1))


class Result(unittest.TextTestResult):
    """Remembers what passed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.passed: list[str] = []

    def addSuccess(self, test: unittest.TestCase) -> None:
        super().addSuccess(test)
        self.passed.append(test.id())


class Runner(DiscoverRunner):
    """Django's, which writes down what happened once the test databases are gone."""

    def get_resultclass(self) -> type[Result]:
        return Result

    def suite_result(self, suite: Any, result: Any, **kwargs: Any) -> int:
        self.passed = sorted(set(result.passed))
        return int(super().suite_result(suite, result, **kwargs))

    def run_tests(self, *args: Any, **kwargs: Any) -> int:
        failures = int(super().run_tests(*args, **kwargs))
        found: dict[str, Any] = {"passed": self.passed}
        if _guard is not None:
            shield, counted = _guard
            shield.close()
            found["counts"] = counted.result(Path(os.environ["CONFORMANCE_AUDIT"]))
        Path(os.environ["CONFORMANCE_OUT"]).write_text(json.dumps(found), "utf-8")
        return failures
