"""``pcishield audit ship`` and ``anchor``: hand over what other processes left; and how verify checks receipts."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import orjson
import typer

from pcishield.audit.checkpoint import NoteError
from pcishield.audit.cosignature import WitnessKey, find_cosignature
from pcishield.config import Settings, load_settings
from pcishield.exceptions import ConfigurationError
from pcishield.outlets import configured_anchors, configured_sinks
from pcishield.runtime.anchoring import Anchorer
from pcishield.runtime.log import FileAuditLog
from pcishield.runtime.shipper import Shipper

__all__ = ["anchor", "configured_notes", "receipt_checker", "ship"]

Config = Annotated[
    Path | None, typer.Option("--config", help="The pcishield.toml with sinks and anchors; default $PCISHIELD_CONFIG.")
]
Directory = Annotated[
    Path | None,
    typer.Argument(metavar="[DIR]", help="The audit directory; default: the configured one.", show_default=False),
]
Once = Annotated[bool, typer.Option("--once", help="Hand over what is there now, and leave.")]
Timeout = Annotated[
    float, typer.Option("--timeout", min=0.1, help="With --once: seconds until a failing one is given up.")
]


def _root(directory: Path | None, settings: Settings) -> Path:
    root = directory or settings.audit.directory()
    if not (root / "index.jsonl").is_file():
        raise ConfigurationError(f"{root} is not an audit directory; give the one that [audit] dir names")
    return root


def ship(directory: Directory = None, config: Config = None, once: Once = False, timeout: Timeout = 30.0) -> None:
    """Ship the log to the configured sinks, from where each of them has got to.

    For a service beside the applications, and for what a killed process left. Exit status with --once: 0 all sinks
    have everything, 1 they have not.
    """
    settings = load_settings(config)
    sinks = configured_sinks(settings.audit)
    if not sinks:
        raise ConfigurationError("audit.sinks: there are none; add [[audit.sinks]] to the configuration")
    shipper = Shipper(_root(directory, settings), sinks)
    _run(shipper, once, timeout)


def anchor(directory: Directory = None, config: Config = None, once: Once = False, timeout: Timeout = 30.0) -> None:
    """Hand the newest checkpoints to the configured anchors, and record that in the log.

    Exit status with --once: 0 all anchors have them, 1 they have not.
    """
    settings = load_settings(config)
    anchors = configured_anchors(settings.audit)
    if not anchors:
        raise ConfigurationError("audit.anchors: there are none; add [[audit.anchors]] to the configuration")
    root = _root(directory, settings)
    log = FileAuditLog(root, heartbeat_seconds=0)
    try:
        _run(Anchorer(root, anchors, log=log, interval=settings.audit.anchor_seconds), once, timeout)
    finally:
        log.close()


def _run(part: Shipper | Anchorer, once: bool, timeout: float) -> None:
    if once:
        done = part.finish(timeout)
    else:
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        part.start()
        ended.wait()
        done = True
    metrics = part.metrics()
    part.close(timeout if not once else 0.1)
    typer.echo(orjson.dumps(metrics, option=orjson.OPT_INDENT_2).decode())
    raise typer.Exit(0 if done else 1)


def configured_notes() -> list[str]:
    """Read the checkpoints that the configured anchors hold.

    Raises:
        ConfigurationError: There is no anchor, or one cannot be read.
    """
    notes: list[str] = []
    anchors = configured_anchors(load_settings().audit)
    if not anchors:
        raise ConfigurationError("--anchors: audit.anchors has none; set PCISHIELD_CONFIG to the file that has")
    for one in anchors:
        try:
            notes += one.notes()
        except Exception as error:
            raise ConfigurationError(f"--anchors: {one.name} cannot be read ({type(error).__name__})") from None
        finally:
            one.close()
    return notes


def receipt_checker(witnesses: list[str], tsa_root: Path | None) -> Callable[[str, str, bytes], str | None]:
    """Return what checks the receipts of witnesses and time-stamping authorities, by keys that the user trusts.

    Raises:
        ConfigurationError: A key cannot be read.
    """
    try:
        keys = [WitnessKey.parse(key) for key in witnesses]
    except NoteError as error:
        raise ConfigurationError(f"--witness: {error}") from None
    if tsa_root is not None and not tsa_root.is_file():
        raise ConfigurationError(f"--tsa-root {tsa_root}: there is no such file")

    def check(kind: str, note: str, receipt: bytes) -> str | None:
        if kind == "witness" and keys:
            return _cosigned(note, receipt, keys)
        if kind == "rfc3161" and tsa_root is not None:
            return _stamped(note, receipt, tsa_root)
        return None

    return check


def _cosigned(note: str, receipt: bytes, keys: list[WitnessKey]) -> str:
    problem = ""
    for key in keys:
        try:
            find_cosignature(note, receipt.decode("utf-8", "replace"), key)
        except NoteError as error:
            problem = str(error)
        else:
            return ""
    return problem


def _stamped(note: str, receipt: bytes, tsa_root: Path) -> str:
    from pcishield.anchors.rfc3161 import check_timestamp

    try:
        check_timestamp(note, receipt, tsa_root)
    except ImportError:
        raise ConfigurationError("--tsa-root: rfc3161_client is not installed: pip install 'pcishield[tsa]'") from None
    except ValueError as error:
        return str(error)
    return ""
