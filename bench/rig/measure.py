"""Timings and how they are compared: medians of interleaved runs, never single numbers."""

import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

PACKAGES = ("django", "psycopg", "uvicorn", "cryptography")
SYNCS = 40


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """Of several runs of one side."""

    median: float
    min: float
    max: float
    runs: int

    def to_json(self) -> dict[str, Any]:
        return {name: _short(value) for name, value in asdict(self).items()}


def summary(values: Sequence[float]) -> Summary:
    return Summary(
        median=statistics.median(values), min=min(values), max=max(values), runs=len(values)
    )


def seconds_of(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def interleaved(sides: Mapping[str, Callable[[], Any]], rounds: int) -> dict[str, Summary]:
    """Seconds of each side, run A B A B …, so that a noisy machine is unjust to all alike."""
    found: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, work in sides.items():
            found[name].append(seconds_of(work))
    return {name: summary(values) for name, values in found.items()}


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that `share` (0 to 1) of all values do not exceed."""
    if not values:
        raise ValueError("no values")
    ordered = sorted(values)
    rank = max(1, -(-len(ordered) * round(share * 1000) // 1000))
    return ordered[rank - 1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What was wanted of a figure, and whether it was met in this run."""

    name: str
    wanted: str
    found: float
    met: bool

    def to_json(self) -> dict[str, Any]:
        return asdict(self) | {"found": _short(self.found)}


def at_most(name: str, found: float, limit: float) -> Target:
    return Target(name=name, wanted=f"<= {limit:g}", found=found, met=found <= limit)


def at_least(name: str, found: float, limit: float) -> Target:
    return Target(name=name, wanted=f">= {limit:g}", found=found, met=found >= limit)


def machine() -> dict[str, Any]:
    """Where and with what the figures were taken. `fdatasync_ms` bounds every durable write."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None,
        "load_1min": _short(os.getloadavg()[0]) if hasattr(os, "getloadavg") else None,
        "system": platform.platform(),
        "python": sys.version.split()[0],
        "sqlite": sqlite3.sqlite_version,
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "fdatasync_ms": _short(fdatasync_ms()),
    }


def fdatasync_ms(pause_s: float = 0.0) -> float:
    """Median of appending 4 kB and syncing, in the folder where benches keep their databases; at
    the pace of a load when it pauses before each, since a disk that is left alone wakes slowly."""
    sync = getattr(os, "fdatasync", os.fsync)
    with tempfile.TemporaryFile() as file:
        handle = file.fileno()

        def append() -> None:
            os.write(handle, bytes(4096))
            sync(handle)

        def paused() -> float:
            time.sleep(pause_s)
            return seconds_of(append)

        return summary([paused() for _ in range(SYNCS)]).median * 1000


def rounded(values: Any) -> Any:
    """Figures with the digits that mean something."""
    match values:
        case float():
            return _short(values)
        case dict():
            return {name: rounded(value) for name, value in values.items()}
        case list() | tuple():
            return [rounded(value) for value in values]
        case Summary() | Target():
            return values.to_json()
        case _:
            return values


def _short(value: float) -> float:
    return float(f"{value:.4g}") if isinstance(value, float) else value


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor()
    names = (line for line in info.read_text().splitlines() if line.startswith("model name"))
    return next(names, "").partition(":")[2].strip() or platform.processor()
