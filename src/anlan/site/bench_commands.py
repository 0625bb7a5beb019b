"""`anlan bench NAME|all|list`: runs the benches of the checkout. Needs no instance."""

import argparse
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from anlan.base.parts import Command
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused

CHECKOUT = Path(__file__).resolve().parents[3]
ALL, LIST = "all", "list"
ALL_WITHIN_MIN = 15.0


NO_BENCHES = gettext_noop("There are no benches here: run this in a checkout of the source.")
UNKNOWN_BENCH = gettext_noop("No bench is called {name}. Choose from: {known}.")


class NoBenches(RuleRefused):
    """Nothing to measure by that name."""


def bench_names() -> list[str]:
    """The benches of this checkout; none when the program runs from an installed package."""
    found = (path.stem for path in (CHECKOUT / "bench").glob("*.py"))
    return sorted(name for name in found if not name.startswith("_"))


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="name of a bench, all, or list")
    parser.add_argument("--small", action="store_true", help="tiny sizes: does it work at all")
    parser.add_argument(
        "--within",
        type=float,
        default=ALL_WITHIN_MIN,
        metavar="MINUTES",
        help="with all: what is not done by then is stopped, and said to be not run",
    )


def _bench(options: argparse.Namespace) -> int:
    names = bench_names()
    if not names:
        raise NoBenches(Message.of(NO_BENCHES))
    if options.name == LIST:
        print(json.dumps(names) if options.json else "\n".join(names))
        return 0
    if options.name != ALL and options.name not in names:
        known = (*names, ALL)
        raise NoBenches(Message.of(UNKNOWN_BENCH, name=options.name, known=known))
    if options.name != ALL:
        return _run(options.name, options, None)
    until = time.monotonic() + options.within * 60
    return max(_run(name, options, until - time.monotonic()) for name in names)


def _run(name: str, options: argparse.Namespace, left_s: float | None) -> int:
    if left_s is not None and left_s <= 0:
        return _not_run(name, options)
    more = [flag for flag in ("json", "small") if getattr(options, flag)]
    command = [sys.executable, "-m", f"bench.{name}", *(f"--{flag}" for flag in more)]
    path = os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH", "")]))
    with _heard_interrupts():
        bench = subprocess.Popen(command, cwd=CHECKOUT, env=os.environ | {"PYTHONPATH": path})
    try:
        return bench.wait(left_s)
    except subprocess.TimeoutExpired:
        bench.send_signal(signal.SIGINT)  # it ends what it started, then itself
        bench.wait()
        return _not_run(name, options)


@contextmanager
def _heard_interrupts() -> Iterator[None]:
    """A shell's background work ignores interrupts, and so would what it starts."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.SIG_IGN:
        yield
        return
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _not_run(name: str, options: argparse.Namespace) -> int:
    """A bench for which there was no time is named, never left out in silence."""
    said = f"not run: {options.within:g} minutes were over"
    print(json.dumps({"bench": name, "not_run": said}) if options.json else f"{name}   {said}")
    return 0


BENCH_COMMANDS = [
    Command(
        path=("bench",),
        help="measure against named peers (several minutes)",
        configure=_options,
        run=_bench,
        needs_database=False,
    )
]
