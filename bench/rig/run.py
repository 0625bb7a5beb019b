"""How a bench is started: its options, instances of its own, and what it prints.

    python -m bench.NAME [--json] [--small]

A bench that needs a database starts itself once more for each kind of database (`--on`), with a
new ANLAN_HOME and, for PostgreSQL, a throw-away server of `scripts/with-postgres`. No configured
database is ever touched.
"""

import argparse
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.rig.measure import Target, machine, rounded

CHECKOUT = Path(__file__).resolve().parents[2]
DATABASES = ("sqlite", "postgresql")
MARK = "RESULT "
CHILD_S = 900
STOP_S = 15


class BenchFailed(Exception):
    """A bench found a wrong result, or could not be run to its end."""


def start(
    name: str,
    *,
    sizes: dict[str, Any],
    small: dict[str, Any],
    measure: Callable[[dict[str, Any]], dict[str, Any]],
    on_database: Callable[[dict[str, Any]], dict[str, Any]] | None = None,
    judge: Callable[[dict[str, Any]], Sequence[Target]],
) -> int:
    """Run one bench from its command line. 1 when a result was wrong, 0 otherwise: a missed
    target is a figure, not a failure."""
    parser = argparse.ArgumentParser(prog=f"bench.{name}")
    parser.add_argument("--json", action="store_true", help="print JSON on stdout")
    parser.add_argument("--small", action="store_true", help="tiny sizes: does it work at all")
    parser.add_argument("--on", choices=DATABASES, help=argparse.SUPPRESS)
    options = parser.parse_args()
    chosen = small if options.small else sizes
    if options.on and on_database is not None:
        print(MARK + json.dumps(rounded(on_database(chosen))), flush=True)
        return 0
    try:
        figures = measure(chosen)
    except BenchFailed as failure:
        print(f"{name}: {failure}", file=sys.stderr)
        return 1
    targets = () if options.small else judge(figures)
    report = {"bench": name, "machine": machine(), "sizes": chosen, "figures": figures}
    report["targets"] = list(targets)
    _show(rounded(report), as_json=options.json)
    return 0


def say(line: str) -> None:
    """Progress, apart from the result."""
    print(f"  {line}", file=sys.stderr, flush=True)


def require(name: str, found: Any, expected: Any) -> None:
    """Correctness comes before speed: a wrong result ends the bench."""
    if found != expected:
        raise BenchFailed(f"{name}: {found!r}, expected {expected!r}")


def on_databases(name: str, *, small: bool) -> dict[str, Any]:
    """The figures of a bench on each kind of database, or why there are none."""
    return {kind: _child(name, kind, small=small) for kind in DATABASES}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stop(process: subprocess.Popen[Any]) -> None:
    """End a process that this bench started, with the group it leads."""
    if process.poll() is not None:
        return
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(STOP_S)


def _child(name: str, kind: str, *, small: bool) -> dict[str, Any]:
    say(f"{name} on {kind}")
    home = Path(tempfile.mkdtemp(prefix="anlan-bench-"))
    command = [sys.executable, "-m", f"bench.{name}", "--on", kind]
    command += ["--small"] if small else []
    if kind == "postgresql":
        command = [str(CHECKOUT / "scripts" / "with-postgres"), *command]
    child = subprocess.Popen(
        command,
        cwd=CHECKOUT,
        env=_environment(home),
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        printed, _ = child.communicate(timeout=CHILD_S)
    except subprocess.TimeoutExpired:
        return {"not_run": f"not finished within {CHILD_S} s"}
    finally:
        stop(child)
        shutil.rmtree(home, ignore_errors=True)
    result = next((line for line in printed.splitlines() if line.startswith(MARK)), None)
    if result is not None:
        return dict(json.loads(result.removeprefix(MARK)))
    if "not run" in printed:
        return {"not_run": printed.strip().splitlines()[-1]}
    raise BenchFailed(f"{name} on {kind} ended with {child.returncode}")


def _environment(home: Path) -> dict[str, str]:
    """An instance of its own: nothing of the caller's ANLAN_* settings is kept."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("ANLAN_")}
    return kept | {
        "ANLAN_HOME": str(home),
        "ANLAN_DEMO": "1",
        "ANLAN_SECRET_KEY": secrets.token_urlsafe(40),
        "ANLAN_TEST_POSTGRES_PORT": str(free_port()),
        "DJANGO_SETTINGS_MODULE": "anlan.site.settings",
        "PYTHONPATH": os.pathsep.join([str(CHECKOUT), os.environ.get("PYTHONPATH", "")]),
    }


def _show(report: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
        return
    print(f"{report['bench']}   (medians; ratios of interleaved runs)")
    for line in _lines({**report["machine"], **report["figures"]}, depth=1):
        print(line)
    for target in report["targets"]:
        mark = "met   " if target["met"] else "MISSED"
        print(f"  {mark} {target['name']}: {target['found']} (wanted {target['wanted']})")


def _lines(values: dict[str, Any], depth: int) -> list[str]:
    lines = []
    for name, value in values.items():
        lead = f"{'  ' * depth}{name}:"
        if isinstance(value, dict) and {"median", "min", "max"} <= value.keys():
            value = f"{value['median']}  ({value['min']} to {value['max']}, {value['runs']} runs)"
        if isinstance(value, dict):
            lines += [lead, *_lines(value, depth + 1)]
        else:
            lines.append(f"{lead} {value}")
    return lines
