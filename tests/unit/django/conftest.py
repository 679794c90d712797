"""One Django, without settings of its own; each test has a database wrapper of a guarded backend."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import uuid4

import pytest

django: Any = pytest.importorskip("django", reason="Django is an optional dependency")

from django.conf import settings  # noqa: E402

import pcishield  # noqa: E402
from pcishield.testing import make_pan  # noqa: E402

PAN = make_pan()
CVV = "907"
BACKENDS = ("sqlite3", "postgresql", "mysql")

if not settings.configured:
    settings.configure(
        DATABASES={"default": {"ENGINE": "pcishield.django.sqlite3", "NAME": ":memory:"}}, USE_TZ=True,
        INSTALLED_APPS=[], DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    )  # fmt: skip
    django.setup()


@pytest.fixture
def default_shield(audit_dir: Path) -> Iterator[Any]:
    """The process's default shield: the pci pack, everything that needs approval approved."""
    from pcishield import shield as module

    before = module._default
    module._default = None
    shield = pcishield.configure({}, audit=audit_dir, approver=lambda request: True)
    yield shield
    shield.close()
    module._default = before


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest) -> str:
    """Each backend in turn."""
    return str(request.param)


def server(request: pytest.FixtureRequest, backend: str, tmp_path: Path) -> dict[str, Any]:
    """Settings of a database, as in ``DATABASES``."""
    if backend == "sqlite3":
        return {"NAME": str(tmp_path / "shop.db")}
    if backend == "postgresql":
        parts = urlsplit(request.getfixturevalue("pg_dsn"))
        host = parse_qs(parts.query).get("host", [parts.hostname or ""])[0]
        return {"NAME": parts.path.lstrip("/"), "USER": unquote(parts.username or ""), "HOST": host,
                "PASSWORD": unquote(parts.password or ""), "PORT": str(parts.port or "")}  # fmt: skip
    pytest.importorskip("MySQLdb", reason="mysqlclient is an optional dependency")
    params = request.getfixturevalue("mysql_params")
    return {"NAME": params["database"], "USER": params["user"], "PASSWORD": params["password"],
            "HOST": params["host"], "PORT": str(params["port"])}  # fmt: skip


@pytest.fixture
def open_wrapper(
    request: pytest.FixtureRequest, backend: str, tmp_path: Path, default_shield: Any
) -> Iterator[Callable[..., Any]]:
    """Make database wrappers of the guarded backend, or of Django's own with ``raw=True``."""
    from django.db import connections

    found = server(request, backend, tmp_path)
    opened: list[tuple[str, Any]] = []

    def make(*, raw: bool = False, **options: Any) -> Any:
        alias = f"db_{uuid4().hex[:8]}"
        home = "django.db.backends" if raw else "pcishield.django"
        database = {"ENGINE": f"{home}.{backend}", **found, **options}
        connections.settings[alias] = connections.configure_settings({"default": database})["default"]
        base = importlib.import_module(f"{home}.{backend}.base")
        wrapper = base.DatabaseWrapper(connections.settings[alias], alias)
        connections[alias] = wrapper
        opened.append((alias, wrapper))
        return wrapper

    yield make
    for alias, wrapper in opened:
        wrapper.close()
        if getattr(wrapper, "pool", None):
            wrapper.close_pool()
        del connections[alias]
        connections.settings.pop(alias)


@pytest.fixture
def wrapper(open_wrapper: Callable[..., Any], model: Any) -> Any:
    """A guarded connection."""
    return open_wrapper()


@pytest.fixture
def model(open_wrapper: Callable[..., Any]) -> Iterator[Any]:
    """A model whose table was made and filled without the guard."""
    from django.db import models

    name = f"Card{uuid4().hex[:8]}"
    meta = type("Meta", (), {"app_label": "shop"})
    fields: dict[str, Any] = {
        "__module__": __name__, "Meta": meta, "card_number": models.CharField(max_length=40),
        "cvv": models.CharField(max_length=8), "note": models.CharField(max_length=80, unique=True),
    }  # fmt: skip
    made: Any = type(name, (models.Model,), fields)
    raw = open_wrapper(raw=True)
    with raw.schema_editor() as editor:
        editor.create_model(made)
    made.objects.using(raw.alias).create(card_number=PAN, cvv=CVV, note="first")
    yield made
    with raw.schema_editor() as editor:
        editor.delete_model(made)
