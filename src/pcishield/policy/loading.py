"""Reading a policy: file, mapping or shipped pack to a validated model, or one error that lists every problem."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pcishield.core.positions import Positions
from pcishield.exceptions import ConfigurationError
from pcishield.policy.lint import Problem, problems
from pcishield.policy.model import LimitsModel, PolicyModel

__all__ = ["PACKS", "Loaded", "load_file", "load_mapping", "load_pack", "read_pack"]

PACKS = ("agent", "analytics", "pci", "read-only")

_MOST = 50
"""Problems listed in one message; ``ConfigurationError.problems`` has them all."""


# Only an error needs to know the lines, and then for each of its problems.
_positions = lru_cache(maxsize=4)(Positions)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a policy text came from, to name the line of a problem."""

    label: str
    text: str | None = field(default=None, repr=False)
    file: Path | None = None

    @property
    def directory(self) -> Path | None:
        """Where paths in it start."""
        return None if self.file is None else self.file.parent

    def problem(self, path: tuple[str | int, ...], message: str) -> str:
        """Return one line: where, which key, what is wrong."""
        where = self.label if self.text is None else f"{self.label}:{_positions(self.text).line(path)}"
        dotted = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in path).lstrip(".")
        return f"{where}: {dotted}: {message}" if dotted else f"{where}: {message}"


@dataclass(frozen=True, slots=True)
class Loaded:
    """A policy, validated and with what it extends built in.

    Attributes:
        model: The whole.
        source: Where its own text is.
        own: How many of the rules, from the first, are its own.
        weakened: In what it is weaker than the pack it extends, one line each.
        files: The files it was read from.
    """

    model: PolicyModel
    source: Source
    own: int = 0
    weakened: tuple[str, ...] = ()
    files: tuple[Path, ...] = ()


def load_file(path: str | os.PathLike[str]) -> Loaded:
    """Read a policy file. Raises ConfigurationError listing every problem with file and line."""
    return _load_file(Path(path), ())


def load_mapping(data: Mapping[str, Any], label: str = "policy") -> Loaded:
    """Validate a policy given as a mapping. Raises ConfigurationError listing every problem."""
    return _resolve(dict(data), Source(label), ())


def load_pack(name: str) -> Loaded:
    """Read a shipped pack. Raises ConfigurationError when there is none of that name."""
    return _load_text(read_pack(name), Source(f"pack {name}"), (f"pack {name}",))


def read_pack(name: str) -> str:
    """Return the text of a shipped pack. Raises ConfigurationError when there is none of that name."""
    if name not in PACKS:
        raise ConfigurationError(
            f"policy: there is no pack {name!r}; there are {', '.join(PACKS)}. "
            "To load a file, give a path that ends in .toml."
        )
    return resources.files(__package__).joinpath("packs", f"{name}.toml").read_text("utf-8")


def _load_file(path: Path, seen: tuple[str, ...]) -> Loaded:
    try:
        text = path.read_text("utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"policy: cannot read {path}: {error.strerror or type(error).__name__}. Check the path and its permissions."
        ) from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"policy: {path} is not UTF-8 text (byte {error.start})") from None
    return _load_text(text, Source(str(path), file=path), (*seen, str(path.resolve())))


def _load_text(text: str, source: Source, seen: tuple[str, ...]) -> Loaded:
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _error(source, [f"{source.label}: not valid TOML: {error}"]) from None
    return _resolve(data, Source(source.label, text, source.file), seen)


def _resolve(data: dict[str, Any], source: Source, seen: tuple[str, ...]) -> Loaded:
    found: list[str] = []
    kept: list[int] | None = None
    try:
        model = PolicyModel.model_validate(data)
    except ValidationError as error:
        found.extend(_described(source, item, data) for item in error.errors())
        try:
            data, kept = _pruned(data, error)
            model = PolicyModel.model_validate(data)
        except ValidationError:  # pragma: no cover  (nothing that is wrong should be left; if it is, say what there is)
            raise _error(source, found) from None
    # What is left after the first errors is still read, so that one run shows all there is to correct.
    base = _base(model, source, seen)
    whole = _merged(model, base.model) if base else model
    for problem in (*_bad_references(model, base), *problems(whole, own=len(model.rules))):
        path = problem.path
        if kept is not None and not path:
            continue  # about the whole, of which parts are missing here
        if kept is not None and len(path) > 1 and path[0] == "rules" and isinstance(path[1], int):
            path = ("rules", kept[path[1]], *path[2:])
        found.append(source.problem(path, problem.message))
    if found:
        raise _error(source, found)
    files = (*([source.file] if source.file else ()), *(base.files if base else ()))
    return Loaded(whole, source, len(model.rules), _weakened(model, base), files)


def _pruned(data: dict[str, Any], error: ValidationError) -> tuple[dict[str, Any], list[int]]:
    """Return the data without the entries that are wrong, and the old positions of the rules that are left."""
    bad = {(item["loc"][0], item["loc"][1] if len(item["loc"]) > 1 else None) for item in error.errors() if item["loc"]}
    pruned: dict[str, Any] = {"name": "policy"}
    for key, value in data.items():
        if isinstance(value, list) and (key, None) not in bad:
            pruned[key] = [item for index, item in enumerate(value) if (key, index) not in bad]
        elif key == "roles" and isinstance(value, dict) and (key, None) not in bad:
            pruned[key] = {name: role for name, role in value.items() if (key, name) not in bad}
        elif not any(first == key for first, _ in bad):
            pruned[key] = value
    rules = data.get("rules")
    count = len(rules) if isinstance(rules, list) else 0
    return pruned, [index for index in range(count) if ("rules", index) not in bad]


def _base(model: PolicyModel, source: Source, seen: tuple[str, ...]) -> Loaded | None:
    if model.extends is None:
        return None
    if not model.extends.endswith(".toml"):
        name = f"pack {model.extends}"
        if name in seen:
            raise _error(source, [source.problem(("extends",), "a policy cannot extend itself")])
        if model.extends not in PACKS:
            message = f"there is no pack {model.extends!r}; there are {', '.join(PACKS)}, or give a path to a .toml"
            raise _error(source, [source.problem(("extends",), message)])
        return _load_text(read_pack(model.extends), Source(name), (*seen, name))
    if source.directory is None and not os.path.isabs(model.extends):
        raise _error(source, [source.problem(("extends",), "a policy that is not a file needs an absolute path here")])
    path = (source.directory or Path()) / model.extends
    if str(path.resolve()) in seen:
        raise _error(source, [source.problem(("extends",), "a policy cannot extend itself")])
    return _load_file(path, seen)


def _bad_references(model: PolicyModel, base: Loaded | None) -> list[Problem]:
    known = {rule.id for rule in base.model.rules} if base else set()
    found = [
        Problem(("disable", index), f"there is no rule {rule!r} to disable")
        for index, rule in enumerate(model.disable or ())
        if rule not in known
    ]
    counted: set[str] = set()
    for index, budget in enumerate(model.budgets):
        if budget.id in counted:
            found.append(Problem(("budgets", index, "id"), f"the id {budget.id!r} is used twice; ids must be unique"))
        counted.add(budget.id)
    seen: set[str] = set()
    for index, rule in enumerate(model.rules):
        if rule.id in seen:
            found.append(Problem(("rules", index, "id"), f"the id {rule.id!r} is used twice; ids must be unique"))
        seen.add(rule.id)
        if rule.override and rule.id not in known:
            found.append(Problem(("rules", index, "override"), f"there is no rule {rule.id!r} to override"))
        elif not rule.override and rule.id in known:
            message = f"{model.extends} has a rule {rule.id!r}; choose another id, or say override = true to replace it"
            found.append(Problem(("rules", index, "id"), message))
        if rule.id in (model.disable or ()):
            found.append(Problem(("rules", index, "id"), f"{rule.id!r} is disabled and given here; do one of the two"))
    return found


def _merged(model: PolicyModel, base: PolicyModel) -> PolicyModel:
    """Return ``model`` with what it does not say taken from ``base``. Its own rules come first."""
    gone = {*(model.disable or ()), *(rule.id for rule in model.rules)}
    own_budgets = {budget.id for budget in model.budgets}
    return model.model_copy(
        update={
            "mode": model.mode or base.mode,
            "default": model.default or base.default,
            "default_reason": model.default_reason or base.default_reason,
            "default_hint": model.default_hint or base.default_hint,
            "masked_write_back": model.masked_write_back or base.masked_write_back,
            "limits": _merged_limits(model.limits, base.limits),
            "recording": model.recording or base.recording,
            "search_path": model.search_path or base.search_path,
            "rules": [*model.rules, *(rule for rule in base.rules if rule.id not in gone)],
            "roles": {**base.roles, **model.roles},
            "budgets": [*model.budgets, *(budget for budget in base.budgets if budget.id not in own_budgets)],
            "templates": [*model.templates, *base.templates],
            "tolerate": sorted({*(model.tolerate or ()), *(base.tolerate or ())}) or None,
            "disable": None,
        }
    )


def _merged_limits(own: LimitsModel | None, base: LimitsModel | None) -> LimitsModel | None:
    if own is None or base is None:
        return own or base
    return base.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})


def _wider(own: LimitsModel, base: LimitsModel) -> Iterator[str]:
    for name in sorted(own.model_fields_set):
        new, old = getattr(own, name), getattr(base, name)
        if new == "truncate" != old or (isinstance(new, int) and isinstance(old, int) and new > old):
            yield f"limits: {name} {new} instead of {old}"
        elif new is None and old is not None:
            yield f"limits: no {name} instead of {old}"


def _weakened(model: PolicyModel, base: Loaded | None) -> tuple[str, ...]:
    found = list(base.weakened) if base else []
    if model.mode == "observe":
        found.append("mode observe: nothing is blocked")
    if model.default == "allow":
        found.append("default allow: what no rule names may run")
    if model.masked_write_back == "allow":
        found.append("masked_write_back allow: masks may be stored over card numbers")
    for name, role in model.roles.items():
        wide = sorted(cls for cls, form in role.formats.items() if form in ("first6_last4", "first8_last4"))
        if wide:
            found.append(f"role {name}: more than the last four digits of {', '.join(wide)}")
    if base:
        found.extend(f"rule {rule} of {model.extends} disabled" for rule in model.disable or ())
        found.extend(f"rule {rule.id} of {model.extends} replaced" for rule in model.rules if rule.override)
        if model.limits and base.model.limits:
            found.extend(_wider(model.limits, base.model.limits))
        theirs = {budget.id for budget in base.model.budgets}
        found.extend(f"budget {b.id} of {model.extends} replaced" for b in model.budgets if b.id in theirs)
        found.extend(f"role {name} of {model.extends} replaced" for name in model.roles if name in base.model.roles)
        if base.model.mode == "templates" and model.mode not in (None, "templates"):
            found.append(f"mode {model.mode} instead of templates: statements that nobody approved may run")
        if model.tolerate:
            found.append(f"tolerates {', '.join(model.tolerate)}")
        found.extend(f"rule {rule.id}: tolerates {', '.join(rule.tolerate)}" for rule in model.rules if rule.tolerate)
    return tuple(found)


def _described(source: Source, item: Mapping[str, Any], data: Mapping[str, Any]) -> str:
    path: tuple[str | int, ...] = tuple(item["loc"])
    message = {
        "extra_forbidden": "unknown key; check its spelling and the table it is in",
        "missing": "missing",
    }.get(item["type"], str(item["msg"]).removeprefix("Value error, "))
    if item["type"] == "missing":
        return source.problem(path[:-1], f"{path[-1]} is missing")
    if len(path) > 2 and path[0] == "rules" and isinstance(path[1], int):
        rules = data.get("rules")
        rule = rules[path[1]] if isinstance(rules, list) and path[1] < len(rules) else None
        if isinstance(rule, Mapping) and isinstance(rule.get("id"), str) and path[2] != "id":
            message = f"{message} (rule {rule['id']})"
    return source.problem(path, message)


def _error(source: Source, found: list[str]) -> ConfigurationError:
    shown = found[:_MOST]
    more = f"\n  and {len(found) - _MOST} more" if len(found) > _MOST else ""
    count = "1 problem" if len(found) == 1 else f"{len(found)} problems"
    return ConfigurationError(f"{source.label}: {count}:\n  " + "\n  ".join(shown) + more, found)
