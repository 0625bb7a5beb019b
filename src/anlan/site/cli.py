"""The command line. Verbs are declared by the stages in their parts; `site` adds its own.

Exit codes: 0 done, 1 refused (the reason is on stderr), 2 wrong usage.
"""

import argparse
import os
import sys
from typing import Any, NoReturn

from django.core.exceptions import ImproperlyConfigured

from anlan.base.parts import Command
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import RuleRefused
from anlan.site.spoken import language, translate

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.site.settings")
DONE, REFUSED, USAGE = 0, 1, 2


def main(arguments: list[str] | None = None) -> int:
    """Run one verb. Expected refusals are printed in words; anything else is a defect."""
    arguments = sys.argv[1:] if arguments is None else arguments
    try:
        if arguments[:1] in (["rule"], ["bench"]):
            return _run(_parser(_commands_without_django()).parse_args(arguments))
        return _run_with_django(arguments)
    except ImproperlyConfigured as error:
        advice = gettext_noop(
            "Correct it, then start again. Every setting: docs/operate/install.md"
        )
        print(f"{error}\n{_say_in_any_case(advice)}", file=sys.stderr)
    return REFUSED


def _run_with_django(arguments: list[str]) -> int:
    import django

    django.setup()
    from django.db import DatabaseError
    from django.utils.translation import override

    from anlan.base.errors import Refused
    from anlan.base.parts import registry
    from anlan.site.commands import COMMANDS

    known = [*COMMANDS, *registry.commands(), *_commands_without_django()]
    with override(language()):
        try:
            return _run(_parser(known).parse_args(arguments))
        except Refused as refusal:
            print(refusal.text(), file=sys.stderr)
        except DatabaseError as error:
            advice = gettext_noop("Has this instance been prepared? Run: anlan prepare")
            print(f"{error}\n{translate(advice)}", file=sys.stderr)
    return REFUSED


def _run(options: argparse.Namespace) -> int:
    try:
        return int(options.command.run(options))
    except RuleRefused as refused:
        print(refused.message.text(translate), file=sys.stderr)
    return REFUSED


def _say_in_any_case(advice: str) -> str:
    """The setting that is wrong may be that of the language."""
    try:
        return translate(advice)
    except ImproperlyConfigured:
        return advice


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Wrong usage: what the verb takes, what was wrong, where the whole is told."""
        self.print_usage(sys.stderr)
        advice = gettext_noop("Not written as the verb expects: {why}. All of it: {prog} --help")
        said = translate(advice).format(why=message, prog=self.prog)
        self.exit(USAGE, f"{said}\n")


def _commands_without_django() -> list[Command]:
    from anlan.site.bench_commands import BENCH_COMMANDS
    from anlan.site.rule_commands import RULE_COMMANDS

    return [*RULE_COMMANDS, *BENCH_COMMANDS]


def _parser(commands: list[Command]) -> argparse.ArgumentParser:
    parser = _Parser(prog="anlan", description="Anlan 安澜")
    groups: dict[tuple[str, ...], Any] = {(): parser.add_subparsers(required=True, metavar="VERB")}
    for command in commands:
        for depth in range(1, len(command.path)):
            prefix = command.path[:depth]
            if prefix not in groups:
                verbs = {c.path[depth] for c in commands if c.path[:depth] == prefix}
                said = " | ".join(sorted(verbs))
                group = groups[prefix[:-1]].add_parser(prefix[-1], help=said, description=said)
                groups[prefix] = group.add_subparsers(required=True, metavar="VERB")
        leaf = groups[command.path[:-1]].add_parser(
            command.path[-1], help=command.help, description=command.help
        )
        leaf.add_argument("--json", action="store_true", help="print JSON on stdout")
        command.configure(leaf)
        leaf.set_defaults(command=command)
    return parser


if __name__ == "__main__":
    sys.exit(main())
