"""`anlan rule list|eval`: the rule catalogue. Needs no database."""

import argparse
import datetime as dt
import json

from anlan.base.parts import Command


def _list_options(parser: argparse.ArgumentParser) -> None:
    """No options of its own."""


def _eval_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name")
    parser.add_argument("arguments", nargs="*", metavar="key=value")


def _list(options: argparse.Namespace) -> int:
    from anlan.site.discovery import rule_catalogue

    rows = rule_catalogue().listing()
    if options.json:
        print(json.dumps(rows, ensure_ascii=False))
        return 0
    for row in rows:
        print(f"{row['name']:<28} {row['title']}  [{row['source']}]")
    return 0


def _eval(options: argparse.Namespace) -> int:
    from anlan.base.rules.argument import parse_pairs
    from anlan.site.discovery import rule_catalogue

    raw = parse_pairs(options.arguments)
    verdict = rule_catalogue().evaluate(options.name, raw, today=_today())
    shown = verdict.to_json()
    if options.json:
        print(json.dumps(shown, ensure_ascii=False))
    else:
        print(shown["value"])
        for reason in shown["reasons"]:
            print(f"  {reason['rule']}: {reason['source']} {reason['article']}")
    return 0


def _today() -> dt.date:
    from anlan.base import clock

    return clock.today()


RULE_COMMANDS = [
    Command(
        path=("rule", "list"),
        help="the rules that are built",
        configure=_list_options,
        run=_list,
        needs_database=False,
    ),
    Command(
        path=("rule", "eval"),
        help="decide one case and show the reasons",
        configure=_eval_options,
        run=_eval,
        needs_database=False,
    ),
]
