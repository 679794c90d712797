"""``pcishield policy``: check and explain statements, test, lint and cover policies, learn one from an audit log."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer

from pcishield.config import Settings, load_settings
from pcishield.core.decision import Context, Decision, Principal
from pcishield.exceptions import ConfigurationError
from pcishield.masking import Masker
from pcishield.policy import Policy
from pcishield.policy._analysis import Analysis
from pcishield.policy.learning import learn as propose
from pcishield.policy.lint import warnings
from pcishield.policy.loading import PACKS
from pcishield.policy.testing import coverage as cover
from pcishield.policy.testing import run_tests
from pcishield.statement import analyze
from pcishield.statement.facts import Statement

__all__ = ["app"]

app = typer.Typer(
    help="Check statements against a policy; test, lint and propose policies.",
    no_args_is_help=True,
)

_STATUS = {"allow": 0, "deny": 1, "require_approval": 3}

PolicyOption = Annotated[
    str | None,
    typer.Option("--policy", "-p", help=f"Pack ({', '.join(PACKS)}) or TOML file; default: as configured, else pci."),
]
PolicyArgument = Annotated[
    str | None, typer.Argument(metavar="[POLICY]", help="Pack or TOML file; default: as configured, else pci.")
]
ConfigOption = Annotated[
    Path | None, typer.Option("--config", "-c", help="pcishield.toml; default: $PCISHIELD_CONFIG.", dir_okay=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON object on standard output.")]
SqlArgument = Annotated[str, typer.Argument(help="The statement; - reads it from standard input.")]
DialectOption = Annotated[str, typer.Option("--dialect", "-d", help="postgres, mysql, sqlite, ...")]
UserOption = Annotated[str, typer.Option("--user", "-u", help="The human who asks.")]
AgentOption = Annotated[str, typer.Option("--agent", "-a", help="The agent that asks for them.")]
GroupOption = Annotated[list[str] | None, typer.Option("--group", "-g", help="A group of the human; repeatable.")]
EnvironmentOption = Annotated[str | None, typer.Option("--environment", "-e", help="Default: as configured.")]
DatabaseOption = Annotated[str, typer.Option("--database", help="Name of the database.")]
ParametersOption = Annotated[int, typer.Option("--parameters", min=0, help="Number of bind parameters.")]
NowOption = Annotated[
    datetime | None,
    typer.Option("--now", help="When; default now.", formats=["%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M%z"]),
]


@app.command()
def check(
    sql: SqlArgument,
    policy: PolicyOption = None,
    dialect: DialectOption = "postgres",
    user: UserOption = "somebody",
    agent: AgentOption = "",
    group: GroupOption = None,
    environment: EnvironmentOption = None,
    database: DatabaseOption = "",
    parameters: ParametersOption = 0,
    now: NowOption = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Print what the policy decides about a statement, and why. Nothing is executed.

    Exit status: 0 allowed, 1 denied, 3 needs approval, 2 bad usage or configuration.
    """
    settings, chosen = _load(policy, config)
    who = Principal(user=user, agent=agent, groups=frozenset(group or ()), level="explicit")
    context = Context(
        principal=who, database=database, environment=environment or settings.environment,
        now=now or datetime.now().astimezone(), parameter_count=parameters,
    )  # fmt: skip
    statement, context = chosen.prepare(_read(sql), dialect, context=context, analysis=_analysis(settings))
    decision = chosen.decide(statement, context)
    outcome = decision.observed or decision.outcome
    if as_json:
        typer.echo(json.dumps(_as_json(statement, context, decision), sort_keys=True))
    else:
        typer.secho(decision.explain(), fg=_colour(outcome))
    raise typer.Exit(_STATUS[outcome])


@app.command()
def explain(
    sql: SqlArgument,
    policy: PolicyOption = None,
    dialect: DialectOption = "postgres",
    user: UserOption = "somebody",
    agent: AgentOption = "",
    group: GroupOption = None,
    environment: EnvironmentOption = None,
    database: DatabaseOption = "",
    parameters: ParametersOption = 0,
    now: NowOption = None,
    config: ConfigOption = None,
) -> None:
    """Tell what a statement does, which rules speak about it, and what would make it pass. Exit status 0."""
    settings, chosen = _load(policy, config)
    who = Principal(user=user, agent=agent, groups=frozenset(group or ()), level="explicit")
    context = Context(
        principal=who, database=database, environment=environment or settings.environment,
        now=now or datetime.now().astimezone(), parameter_count=parameters,
    )  # fmt: skip
    typer.echo(chosen.explain(_read(sql), dialect, context=context, analysis=_analysis(settings)))


@app.command()
def test(policy: PolicyArgument = None, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Run the tests that a policy carries. Exit status 1 when one fails."""
    settings, chosen = _load(policy, config)
    outcomes = list(run_tests(chosen, _analysis(settings)))
    failed = [outcome for outcome in outcomes if outcome.problem]
    lines = [chosen.source.problem(("tests", one.index), f"{one.dialect}: {one.problem}") for one in failed]
    if as_json:
        typer.echo(json.dumps({"policy": chosen.label, "tests": len(outcomes), "failed": lines}))
    else:
        for line in lines:
            typer.secho(line, fg=_colour("deny"))
        typer.echo(f"{chosen.label}: {len(outcomes)} tests, {len(failed)} failed")
    raise typer.Exit(1 if failed else 0)


@app.command()
def lint(
    policy: PolicyArgument = None,
    config: ConfigOption = None,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as failure.")] = False,
) -> None:
    """Read a policy strictly: every error, and what deserves a second look.

    Exit status: 0 in order, 1 warnings and --strict, 2 errors.
    """
    _, chosen = _load(policy, config)
    found = list(warnings(chosen.model, chosen.own))
    for problem in found:
        typer.echo(chosen.source.problem(problem.path, problem.message))
    for line in chosen.weakened:
        typer.echo(f"{chosen.source.label}: weaker than what it extends: {line}")
    typer.echo(f"{chosen.label}: {len(chosen.rules)} rules, no errors, {len(found)} warnings")
    raise typer.Exit(1 if strict and found else 0)


@app.command()
def coverage(policy: PolicyArgument = None, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show which rules the policy's own tests exercise, each way. Exit status 1 when a rule is not covered."""
    settings, chosen = _load(policy, config)
    table = cover(chosen, run_tests(chosen, _analysis(settings)), chosen.own)
    missing = [row for row in table if not row.covered]
    if as_json:
        typer.echo(json.dumps([asdict(row) | {"covered": row.covered} for row in table]))
    else:
        width = max((len(row.rule) for row in table), default=4)
        for row in table:
            mark = "ok" if row.covered else "NOT COVERED"
            typer.echo(
                f"{row.rule:<{width}}  {row.effect:<16}  {row.blocks:>3} must apply  {row.passes:>3} must not  {mark}"
            )
        typer.echo(f"{chosen.label}: {len(table) - len(missing)} of {len(table)} rules covered")
    raise typer.Exit(1 if missing else 0)


@app.command()
def learn(
    audit: Annotated[Path, typer.Argument(help="Audit directory, or one segment (.jsonl).", exists=True)],
    templates: Annotated[
        bool, typer.Option("--templates", help="Propose approved statements by fingerprint instead of rules.")
    ] = False,
    name: Annotated[str, typer.Option("--name", help="Name of the proposed policy.")] = "learned",
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write here instead of printing.")] = None,
) -> None:
    """Propose least-privilege rules from what an audit log shows was done. Read the proposal before you use it."""
    text = propose(_records(audit), "templates" if templates else "rules", name)
    Policy.from_mapping(_parsed(text))
    if output is None:
        typer.echo(text, nl=False)
    else:
        output.write_text(text, "utf-8")
        typer.echo(f"wrote {output}")


def _load(policy: str | None, config: Path | None) -> tuple[Settings, Policy]:
    settings = load_settings(config)
    source: Any = policy if policy is not None else settings.policy
    if isinstance(source, dict):
        return settings, Policy.from_mapping(source, run_tests=False)
    if source.endswith(".toml") or "/" in source or "\\" in source:
        return settings, Policy.load(source, run_tests=False)
    return settings, Policy.pack(source)


def _analysis(settings: Settings) -> Analysis:
    masker = Masker(columns=settings.masking.columns or None)
    return Analysis(analyze, masker.classify, masker.contains_pan)


def _read(sql: str) -> str:
    return sys.stdin.read() if sql == "-" else sql


def _as_json(statement: Statement, context: Context, decision: Decision) -> dict[str, Any]:
    return {
        "actions": sorted(statement.actions),
        "approvals": decision.approvals,
        "because": list(decision.because),
        "classes": dict(context.classes),
        "code": decision.code,
        "fingerprint": statement.fingerprint,
        "hazards": sorted(statement.hazard_ids),
        "hint": decision.hint,
        "observed": decision.observed,
        "outcome": decision.outcome,
        "policy": decision.policy,
        "reason": decision.reason,
        "remedies": list(decision.remedies),
        "rule": decision.rule,
        "rules": list(decision.rules),
        "tables": {access: [str(table) for table in statement.tables(access)] for access in ("read", "write", "ddl")},
    }


def _records(audit: Path) -> Iterator[dict[str, Any]]:
    files = [audit] if audit.is_file() else sorted(audit.rglob("*.jsonl"))
    if not files:
        raise ConfigurationError(f"{audit}: no segment (*.jsonl) in it; give the audit directory")
    for file in files:
        with file.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                try:
                    record = orjson.loads(line)
                except orjson.JSONDecodeError:
                    raise ConfigurationError(f"{file}:{number}: not a record; run pcishield audit verify") from None
                if isinstance(record, dict):
                    yield record


def _parsed(text: str) -> dict[str, Any]:
    import tomllib

    return tomllib.loads(text)


def _colour(outcome: str) -> str | None:
    if not sys.stdout.isatty():
        return None
    return {"allow": typer.colors.GREEN, "deny": typer.colors.RED}.get(outcome, typer.colors.YELLOW)
