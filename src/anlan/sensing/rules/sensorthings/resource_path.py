"""The path of an address: `Things('…')/Datastreams`, `Observations('…')/result/$value`.

Source: OGC 18-088, clause 9.2 (from memory). Units and valid range: at most `MOST_STEPS` steps;
ids with or without quotes. Edge cases: an empty path is the service root; `$ref` and `$value`
end a path; a set in the middle needs its id.
"""

import re
from dataclasses import dataclass
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.sensing.rules.sensorthings.refusals import BadQuery, NoSuchEntity, NotOffered
from anlan.sensing.rules.sensorthings.vocabulary import (
    ID,
    KINDS,
    NOT_BUILT,
    NOT_HELD,
    Kind,
    kind_named,
    plain_name,
    way_named,
)

MOST_STEPS: Final = 8
_STEP: Final = re.compile(r"(?P<name>[@$]?[\w.]+)(?:\((?P<id>'(?:[^']|'')*'|[^'()]+)\))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step: an entity set or a navigation property, with the id that is asked for."""

    name: str
    id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """`steps` lead to a set or an entity of `kind`; then a property, or what form is asked."""

    steps: tuple[Step, ...] = ()
    kind: Kind | None = None
    is_set: bool = False
    property: str = ""
    is_value: bool = False
    is_ref: bool = False


def address_of(path: str) -> Address:
    """What a path below the service root means."""
    texts = [text for text in path.strip("/").split("/") if text]
    if len(texts) > MOST_STEPS:
        raise BadQuery(gettext_noop("A path has at most {most} steps."), most=MOST_STEPS)
    if not texts:
        return Address()
    ends = {"$value": False, "$ref": False}
    while texts and texts[-1] in ends and not any(ends.values()):
        ends[texts.pop()] = True
    return _followed([_step(text) for text in texts], ends["$value"], ends["$ref"])


def _step(text: str) -> Step:
    match = _STEP.fullmatch(text)
    if match is None:
        raise NoSuchEntity(gettext_noop("Nothing stands at {text}."), text=text)
    key = match["id"]
    if key is not None and key.startswith("'"):
        key = key[1:-1].replace("''", "'")
    return Step(name=match["name"], id=key)


def _followed(steps: list[Step], is_value: bool, is_ref: bool) -> Address:
    if not steps:
        raise NoSuchEntity(gettext_noop("Nothing stands at {text}."), text="$value")
    if steps[0].name in NOT_HELD:
        raise NotOffered(NOT_BUILT, name=steps[0].name)
    if steps[0].name not in KINDS:
        raise NoSuchEntity(gettext_noop("Nothing stands at {text}."), text=steps[0].name)
    kind, is_set = kind_named(steps[0].name), steps[0].id is None
    taken = [steps[0]]
    for place, step in enumerate(steps[1:], start=1):
        if is_set:
            raise NoSuchEntity(
                gettext_noop("{name} are many: name one, as {name}('id')."), name=taken[-1].name
            )
        name = plain_name(step.name)
        if step.id is None and (name in kind.properties or name == ID):
            return _property(taken, kind, name, steps[place + 1 :], is_value, is_ref)
        if name not in kind.ways and name not in NOT_HELD:
            raise NoSuchEntity(gettext_noop("Nothing stands at {text}."), text=step.name)
        way = way_named(kind, name)
        if step.id is not None and not way.is_many:
            raise NoSuchEntity(gettext_noop("{name} is one and takes no id."), name=name)
        kind, is_set = KINDS[way.kind], way.is_many and step.id is None
        taken.append(step)
    if is_value:
        raise NoSuchEntity(gettext_noop("$value is for a property, as …/result/$value."))
    return Address(steps=tuple(taken), kind=kind, is_set=is_set, is_ref=is_ref)


def _property(
    taken: list[Step], kind: Kind, name: str, rest: list[Step], is_value: bool, is_ref: bool
) -> Address:
    if rest or is_ref:
        raise NoSuchEntity(gettext_noop("Nothing stands at {text}."), text=f"{name}/…")
    return Address(steps=tuple(taken), kind=kind, property=name, is_value=is_value)
