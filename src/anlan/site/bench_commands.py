"""`anlan bench NAME|all|list`: runs the benches of the checkout. Needs no instance."""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path

from anlan.base.parts import Command

CHECKOUT = Path(__file__).resolve().parents[3]
ALL, LIST = "all", "list"


def bench_names() -> list[str]:
    """The benches of this checkout; none when the program runs from an installed package."""
    found = (path.stem for path in (CHECKOUT / "bench").glob("*.py"))
    return sorted(name for name in found if not name.startswith("_"))


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="name of a bench, all, or list")
    parser.add_argument("--small", action="store_true", help="tiny sizes: does it work at all")


def _bench(options: argparse.Namespace) -> int:
    names = bench_names()
    if not names:
        print("There are no benches here: run this in a checkout of the source.", file=sys.stderr)
        return 1
    if options.name == LIST:
        print(json.dumps(names) if options.json else "\n".join(names))
        return 0
    if options.name != ALL and options.name not in names:
        said = f"No bench is called {options.name}. Choose from: {', '.join(names)}, {ALL}."
        print(said, file=sys.stderr)
        return 1
    chosen = names if options.name == ALL else [options.name]
    return max(_run(name, options) for name in chosen)


def _run(name: str, options: argparse.Namespace) -> int:
    more = [flag for flag in ("json", "small") if getattr(options, flag)]
    command = [sys.executable, "-m", f"bench.{name}", *(f"--{flag}" for flag in more)]
    path = os.pathsep.join(filter(None, [str(CHECKOUT), os.environ.get("PYTHONPATH", "")]))
    done = subprocess.run(
        command, cwd=CHECKOUT, env=os.environ | {"PYTHONPATH": path}, check=False
    )
    return done.returncode


BENCH_COMMANDS = [
    Command(
        path=("bench",),
        help="measure against named peers (several minutes)",
        configure=_options,
        run=_bench,
        needs_database=False,
    )
]
