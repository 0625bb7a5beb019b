"""The rule catalogue: every rule others may call, by its contract name.

    RuleRefused
    ├── UnknownRule            no such rule; names near ones
    └── RuleNotBuilt           promised in the contract, not built yet; names its stage

Each stage offers `RULES: tuple[Rule, ...]` in `<stage>/rules/registry.py`.
Two conventions hold for every rule: `on=` is the day whose law applies (default today), and
`edition=` chooses an edition where a rule holds any; the default is the one in force on that day.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from anlan.base.rules.argument import (
    Arguments,
    BadArgument,
    Kind,
    MissingArgument,
    Parameter,
    UnknownArgument,
)
from anlan.base.rules.edition import Edition, edition_in_force, superseded_reason
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message, RuleRefused, untranslated
from anlan.base.rules.verdict import Verdict, json_safe

RESERVED: Final = frozenset({"on", "edition"})


class UnknownRule(RuleRefused):
    def __init__(self, name: str, near: Iterable[str]) -> None:
        self.name = name
        self.near = tuple(near)
        said = gettext_noop('There is no rule "{rule}". See the list of rules.')
        if self.near:
            said = gettext_noop('There is no rule "{rule}". Did you mean {near}?')
        super().__init__(Message.of(said, rule=name[:60], near=", ".join(self.near)))


class RuleNotBuilt(RuleRefused):
    def __init__(self, name: str, stage: str) -> None:
        self.name = name
        self.stage = stage
        said = gettext_noop(
            'Rule "{rule}" is not built yet. It is planned in stage "{stage}"; '
            "until then decide by the source itself."
        )
        super().__init__(Message.of(said, rule=name, stage=stage))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """`title` and the parameters' `help` are translatable; `source` is quoted as published."""

    name: str
    title: str
    stage: str
    source: str
    parameters: tuple[Parameter, ...]
    evaluate: Callable[[Arguments], Verdict[Any]]
    editions: tuple[Edition, ...] = ()

    def __post_init__(self) -> None:
        names = [parameter.name for parameter in self.parameters]
        if len(set(names)) != len(names) or RESERVED.intersection(names):
            raise ValueError(f"{self.name}: argument names repeat or are reserved")

    def all_parameters(self) -> tuple[Parameter, ...]:
        """Its own parameters, then `edition` (where it holds any) and `on`."""
        on = Parameter(
            name="on",
            kind=Kind.DATE,
            required=False,
            help=gettext_noop("day whose law applies; default today"),
        )
        if not self.editions:
            return (*self.parameters, on)
        edition = Parameter(
            name="edition",
            kind=Kind.CHOICE,
            required=False,
            choices=tuple(each.name for each in self.editions),
            help=gettext_noop("edition of the source; default the one in force on that day"),
        )
        return (*self.parameters, edition, on)


class Catalogue:
    """The rules that are built, beside the names promised by the contract."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._promised = contract_stages()
        self._rules: dict[str, Rule] = {}
        for rule in rules:
            if rule.name in self._rules:
                raise ValueError(f"rule {rule.name} is offered twice")
            if self._promised.get(rule.name, rule.stage) != rule.stage:
                raise ValueError(f"rule {rule.name} belongs to {self._promised[rule.name]}")
            self._rules[rule.name] = rule

    def rule(self, name: str) -> Rule:
        """The rule of that name; refuses with `RuleNotBuilt` or `UnknownRule`."""
        if name in self._rules:
            return self._rules[name]
        if name in self._promised:
            raise RuleNotBuilt(name, self._promised[name])
        known = sorted({*self._rules, *self._promised})
        raise UnknownRule(name, get_close_matches(name[:60].lower(), known))

    def evaluate(self, name: str, raw: Mapping[str, str], *, today: date) -> Verdict[Any]:
        """What the rule decides on arguments given as text."""
        rule = self.rule(name)
        arguments, chosen_by_day = read_arguments(rule, raw, today=today)
        verdict = rule.evaluate(arguments)
        if arguments.edition is None or not chosen_by_day:
            return verdict
        stale = superseded_reason(rule.name, rule.source, arguments.edition, arguments.on)
        return verdict.because(stale) if stale else verdict

    def listing(self, translate: Callable[[str], str] = untranslated) -> list[dict[str, Any]]:
        """The built rules by name, in JSON's own types; titles and help through `translate`."""
        return [_row(self._rules[name], translate) for name in sorted(self._rules)]


@lru_cache(maxsize=1)
def contract_stages() -> Mapping[str, str]:
    """Contract name → stage that owns it (`data/contract.toml`)."""
    table = resources.files("anlan.base.rules").joinpath("data", "contract.toml")
    return MappingProxyType(tomllib.loads(table.read_text(encoding="utf-8"))["stages"])


def read_arguments(rule: Rule, raw: Mapping[str, str], *, today: date) -> tuple[Arguments, bool]:
    """The arguments as values, and whether the edition was chosen by the day."""
    parameters = {parameter.name: parameter for parameter in rule.all_parameters()}
    for name in raw:
        if name not in parameters:
            raise UnknownArgument(name[:60], raw[name], parameters)
    values: dict[str, object] = {}
    for name, parameter in parameters.items():
        if name in raw:
            values[name] = parameter.read(raw[name])
        elif parameter.required:
            raise MissingArgument(name, parameter.accepted)
        else:
            values[name] = parameter.default
    given_on = values.pop("on")
    on = given_on if isinstance(given_on, date) else today
    wanted = values.pop("edition", None)
    edition = _edition(rule, wanted, on)
    return Arguments(values=values, on=on, edition=edition), wanted is None


def _edition(rule: Rule, wanted: object, on: date) -> Edition | None:
    if not rule.editions:
        return None
    if wanted is not None:
        return next(each for each in rule.editions if each.name == wanted)
    edition = edition_in_force(rule.editions, on)
    if edition is None:
        accepted = Message.of(
            gettext_noop("a later day, or choose with edition= one of {choices}"),
            choices=", ".join(each.name for each in rule.editions),
        )
        raise BadArgument("on", on.isoformat(), accepted)
    return edition


def _row(rule: Rule, translate: Callable[[str], str]) -> dict[str, Any]:
    return {
        "name": rule.name,
        "title": translate(rule.title),
        "stage": rule.stage,
        "source": rule.source,
        "parameters": [_parameter_row(each, translate) for each in rule.all_parameters()],
        "editions": [json_safe(each) for each in rule.editions],
    }


def _parameter_row(parameter: Parameter, translate: Callable[[str], str]) -> dict[str, Any]:
    return {
        "name": parameter.name,
        "kind": parameter.kind.value,
        "many": parameter.many,
        "required": parameter.required,
        "default": json_safe(parameter.default),
        "choices": list(parameter.choices),
        "help": translate(parameter.help) if parameter.help else "",
        "accepted": parameter.accepted.text(translate),
    }
