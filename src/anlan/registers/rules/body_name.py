"""Which body of the register a name typed by a person means.

Source: House rule: a short form that several units share (县应急局) names a body only together
with its unit; nobody is chosen among several.
Units and valid range: names are compared after width repair and without blanks.
Edge cases: a unit may stand in a column of its own or in front of the name (新绛县 县应急局);
without a unit, names that are valid only inside a unit do not count, and the candidates are given.
"""

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

NEAREST = 3
LIKENESS = 0.5
"""House rule: the likeness (difflib ratio) from which a name is worth suggesting."""

_WIDTH = str.maketrans("（）()，,：:　 \t\n", "（）（），，：：\x00\x00\x00\x00")


class Found(StrEnum):
    ONE = "one"
    SEVERAL = "several"
    NONE = "none"
    NO_SUCH_UNIT = "no-such-unit"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedBody:
    """One name of a body, inside its unit."""

    name: str
    body: str
    unit: str
    only_in_unit: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """`body` when exactly one is meant; otherwise `candidates`: codes worth showing."""

    found: Found
    body: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NameIndex:
    """`names`: plain name → entries; `units`: plain name of a unit → its code."""

    names: Mapping[str, tuple[NamedBody, ...]] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)


def plain(name: str) -> str:
    """The form in which names are compared: full-width brackets, no white space."""
    return name.translate(_WIDTH).replace("\x00", "")


def index_names(names: Iterable[NamedBody], units: Mapping[str, str]) -> NameIndex:
    """Index names; `units` maps every spelling of a unit to its code."""
    index: dict[str, list[NamedBody]] = defaultdict(list)
    for entry in names:
        index[plain(entry.name)].append(entry)
    return NameIndex(
        names={name: tuple(entries) for name, entries in index.items()},
        units={plain(name): code for name, code in units.items()},
    )


def find_body(printed: str, unit: str, known: NameIndex) -> Answer:
    """The body that `printed` means, inside `unit` when one is given."""
    name = plain(printed)
    if plain(unit):
        code = known.units.get(plain(unit))
        if code is None:
            return Answer(found=Found.NO_SUCH_UNIT)
        return _inside(name, code, known)
    entries = known.names.get(name, ())
    free = _bodies(entry for entry in entries if not entry.only_in_unit)
    if len(free) == 1:
        return Answer(found=Found.ONE, body=free[0])
    if entries:
        return Answer(found=Found.SEVERAL, candidates=free or _bodies(entries))
    for prefix, code in known.units.items():
        if name.startswith(prefix):
            answer = _inside(name.removeprefix(prefix), code, known)
            if answer.found is Found.ONE:
                return answer
    return Answer(found=Found.NONE, candidates=_nearest(name, known, unit=""))


def _inside(name: str, unit: str, known: NameIndex) -> Answer:
    entries = [entry for entry in known.names.get(name, ()) if entry.unit == unit]
    bodies = _bodies(entries)
    if len(bodies) == 1:
        return Answer(found=Found.ONE, body=bodies[0])
    if bodies:
        return Answer(found=Found.SEVERAL, candidates=bodies)
    return Answer(found=Found.NONE, candidates=_nearest(name, known, unit=unit))


def _bodies(entries: Iterable[NamedBody]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(entry.body for entry in entries))


def _nearest(name: str, known: NameIndex, *, unit: str) -> tuple[str, ...]:
    """Bodies with a name like this one, nearest first."""
    near = difflib.get_close_matches(name, list(known.names), n=NEAREST * 3, cutoff=LIKENESS)
    entries = [entry for text in near for entry in known.names[text]]
    inside = [entry for entry in entries if not unit or entry.unit == unit]
    return _bodies(inside)[:NEAREST]
