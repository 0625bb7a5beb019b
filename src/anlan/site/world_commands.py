"""Verbs about worlds: checkpoints of the live one, exercises."""

import argparse
import json
import sys
from typing import Any

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.identity import new_id
from anlan.base.journal.sealing import seal
from anlan.base.parts import Command
from anlan.base.worlds import checkpoints, forks
from anlan.base.worlds.past import day_of, end_of
from anlan.registers.rules.scope import PROGRAM

OPERATOR = Actor(account="program:command-line", scope=PROGRAM)


def _nothing(parser: argparse.ArgumentParser) -> None:
    """A verb without options of its own."""


def _say(options: argparse.Namespace, found: Any, words: str) -> int:
    print(json.dumps(found, ensure_ascii=False) if options.json else words)
    return 0


def _checkpoint(options: argparse.Namespace) -> int:
    now = clock.now()
    seal(now)
    made = checkpoints.make(now)
    if made is None:
        return _say(options, None, "nothing new since the last checkpoint")
    found = {"seq": made.seq, "entries": made.entries, "size_bytes": made.size_bytes}
    return _say(options, found, f"checkpoint up to entry {made.seq}, {made.size_bytes} bytes")


def _fork_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", help="letters, digits, Chinese, - and _")
    parser.add_argument("--as-of", help="YYYY-MM-DD: the state at the end of that day")
    parser.add_argument("--reason", default="", help="why, kept in the journal")


def _fork(options: argparse.Namespace) -> int:
    now = clock.now()
    seal(now)
    instant = end_of(day_of(options.as_of), now) if options.as_of else None
    made = forks.make(
        options.name,
        as_of=instant,
        actor=OPERATOR,
        now=now,
        request_id=new_id().hex,
        reason=options.reason,
    )
    found = {"name": made.name, "seq": made.seq, "starts_at": made.starts_at.isoformat()}
    return _say(options, found, f"exercise {made.name}, copied up to entry {made.seq}")


def _list(options: argparse.Namespace) -> int:
    found = [
        {"name": fork.name, "seq": fork.seq, "starts_at": fork.starts_at.isoformat()}
        for fork in forks.all_forks()
    ]
    lines = [f"{fork['name']:<40} entry {fork['seq']}, {fork['starts_at']}" for fork in found]
    return _say(options, found, "\n".join(lines) or "no exercise is open")


def _drop_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name")
    parser.add_argument("--reason", default="", help="why, kept in the journal")


def _drop(options: argparse.Namespace) -> int:
    forks.drop(
        options.name,
        actor=OPERATOR,
        now=clock.now(),
        request_id=new_id().hex,
        reason=options.reason,
    )
    print(f"removed {options.name}", file=sys.stderr)
    return 0


WORLD_COMMANDS = [
    Command(
        path=("world", "checkpoint"),
        help="save the present state, from which past days are built",
        configure=_nothing,
        run=_checkpoint,
    ),
    Command(
        path=("world", "fork"),
        help="copy a state into an exercise",
        configure=_fork_options,
        run=_fork,
    ),
    Command(path=("world", "list"), help="the exercises", configure=_nothing, run=_list),
    Command(
        path=("world", "drop"),
        help="remove an exercise with everything in it",
        configure=_drop_options,
        run=_drop,
    ),
]
