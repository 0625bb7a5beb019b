"""Which body or group a printed name means.

Source: House rule: a notice prints short names, former names and phrases for groups; the register
knows the names of each body over time (fact sheet of the city §5, reading traps 1, 6 and 8).
Units and valid range: names are compared after width repair; a short form that several units use
counts only inside its own unit.
Edge cases: several bodies answer to one name, or none: nobody is chosen, the candidates are given
and a person decides. A person's decision comes before everything else.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from anlan.base.rules.labels import gettext_noop

_WIDTH = str.maketrans("（）()，,：:　 ", "（）（），，：：\x00\x00")
CITY_PREFIX = "市"


class MatchState(StrEnum):
    NAME = "name"
    FORMER = "former"
    GROUP = "group"
    PERSON = "person"
    OPEN = "open"


MATCH_LABELS = {
    MatchState.NAME: gettext_noop("Matched by name"),
    MatchState.FORMER: gettext_noop("Matched by a former or later name"),
    MatchState.GROUP: gettext_noop("Stands for a group"),
    MatchState.PERSON: gettext_noop("Matched by a person"),
    MatchState.OPEN: gettext_noop("Waiting for a person to match it"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownName:
    """A name of a body. `is_former` marks names before or after a reform."""

    name: str
    body: str
    unit: str
    only_in_unit: bool = False
    is_former: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """What a printed name means. `candidates` are body codes worth showing to a person."""

    printed: str
    state: MatchState
    body: str = ""
    group: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Everything a name can mean in notices of one unit."""

    unit: str
    names: Mapping[str, tuple[KnownName, ...]] = field(default_factory=dict)
    groups: Mapping[str, str] = field(default_factory=dict)
    decided_bodies: Mapping[str, str] = field(default_factory=dict)
    decided_groups: Mapping[str, str] = field(default_factory=dict)


def plain(name: str) -> str:
    """The form in which names are compared: full-width brackets, no white space."""
    return name.translate(_WIDTH).replace("\x00", "").strip()


def directory(
    *,
    unit: str,
    names: Iterable[KnownName],
    groups: Mapping[str, str],
    decided_bodies: Mapping[str, str],
    decided_groups: Mapping[str, str],
) -> Directory:
    """Index names for notices of `unit`; all keys in plain form."""
    index: dict[str, list[KnownName]] = defaultdict(list)
    for known in names:
        if known.unit == unit or not known.only_in_unit:
            index[plain(known.name)].append(known)
    return Directory(
        unit=unit,
        names={name: tuple(found) for name, found in index.items()},
        groups={plain(name): group for name, group in groups.items()},
        decided_bodies={plain(name): body for name, body in decided_bodies.items()},
        decided_groups={plain(name): group for name, group in decided_groups.items()},
    )


def match_name(printed: str, known: Directory) -> Match:
    """The one body or group, or OPEN with candidates. Never picks among several."""
    name = plain(printed)
    if name in known.decided_bodies:
        body = known.decided_bodies[name]
        return Match(printed=printed, state=MatchState.PERSON, body=body)
    if name in known.decided_groups:
        group = known.decided_groups[name]
        return Match(printed=printed, state=MatchState.PERSON, group=group)
    if name in known.groups:
        return Match(printed=printed, state=MatchState.GROUP, group=known.groups[name])
    found = known.names.get(name, ())
    bodies = _bodies(found, known.unit)
    if len(bodies) == 1:
        current = any(not entry.is_former for entry in found if entry.body == bodies[0])
        state = MatchState.NAME if current else MatchState.FORMER
        return Match(printed=printed, state=state, body=bodies[0])
    return Match(
        printed=printed, state=MatchState.OPEN, candidates=bodies or _suggestions(name, known)
    )


def _bodies(found: Iterable[KnownName], unit: str) -> tuple[str, ...]:
    """Distinct bodies of a name; those of the notice's own unit win over other units'."""
    found = tuple(found)
    own = tuple(dict.fromkeys(entry.body for entry in found if entry.unit == unit))
    return own or tuple(dict.fromkeys(entry.body for entry in found))


def _suggestions(name: str, known: Directory) -> tuple[str, ...]:
    """Bodies a person may have meant: the prefix of the city left out or put in."""
    tried = (CITY_PREFIX + name, name.removeprefix(CITY_PREFIX), known.unit + name)
    found = [entry for text in tried for entry in known.names.get(plain(text), ())]
    return _bodies(found, known.unit)
