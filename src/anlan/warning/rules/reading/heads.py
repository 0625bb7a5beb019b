"""What stands before the warning in a clause: issuer, time, verb, area."""

import re
from dataclasses import dataclass
from typing import Final

from anlan.warning.rules.reading.moment import (
    DAY_ALONE,
    PRINTED,
    WITHOUT_DAY,
    Printed,
    printed_of,
)
from anlan.warning.rules.reading.plain import NOWHERE, Plain, Span
from anlan.warning.rules.reading.vocabulary import BODY_END, HAZARD_WORDS, HAZARDS, VERBS
from anlan.warning.rules.signal import Hazard

LONGEST_ISSUER: Final = 60
"""House rule: what is longer before the verb is no name of a body."""
_VERB: Final = re.compile(rf"(?P<v>{VERBS})(?P<of>的)?")
_BODY: Final = re.compile(rf"[^,:;。\[\]()【】]+?(?:{BODY_END})(?=$|[、与和及暨,])")
_NOT_IN_A_NAME: Final = re.compile(rf"{HAZARDS}|预警信号|预计")
_FILLER: Final = ",、。:;·于在已现"
_PASSED_ON: Final = re.compile(r"(?:现|特|紧急)?(?:转发|根据|据|经(?!济)|由|接到|收到)")
"""Words before a body that say where a text comes from, and are no part of its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Printed characters."""

    text: str = ""
    span: Span = NOWHERE


@dataclass(frozen=True, slots=True, kw_only=True)
class VerbAt:
    """A verb with its place in the prefix. `is_attribute`: 发布的…."""

    word: str
    start: int
    end: int
    is_attribute: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """What is printed before the warning."""

    issuers: tuple[str, ...] = ()
    issuer: Piece = Piece()
    printed: Printed | None = None
    time: Piece = Piece()
    has_time_only: bool = False
    has_day_only: bool = False
    area: Piece = Piece()
    more_hazards: tuple[Hazard, ...] = ()


def piece(plain: Plain, start: int, end: int) -> Piece:
    return Piece(text=plain.text[start:end], span=plain.span(start, end))


def main_verb(prefix: str) -> VerbAt | None:
    """The first verb that is no attribute, else the first attribute."""
    verbs = [
        VerbAt(
            word=each["v"], start=each.start("v"), end=each.end("v"), is_attribute=bool(each["of"])
        )
        for each in _VERB.finditer(prefix)
    ]
    plainly = [each for each in verbs if not each.is_attribute]
    return next(iter(plainly or verbs), None)


def head_of(
    plain: Plain, begin: int, prefix: str, verb: VerbAt | None, later_time: int | None
) -> Head:
    """Issuer, time and area in `prefix`, which begins at `begin`. `later_time` is where a time
    stands that is printed behind the warning (…预警信号于21日8时解除)."""
    stop = verb.start if verb else len(prefix)
    stop = min(stop, prefix.find("将")) if "将" in prefix else stop
    times = [each for each in PRINTED.finditer(prefix) if each.end() <= stop]
    bare = None if times else WITHOUT_DAY.search(prefix[:stop])
    day = None if times or bare else DAY_ALONE.search(prefix[:stop])
    cut = times[0] if times else bare or day
    found = _issuer(plain, begin, begin + (cut.start() if cut else stop))
    if found is None and cut is not None:
        found = _issuer(plain, begin + (times[-1] if times else cut).end(), begin + stop)
    time, shift = (times[-1], begin) if times else (None, 0)
    if later_time is not None:
        time, shift = PRINTED.search(plain.text, later_time), 0
    area = _area(plain, begin, prefix, verb)
    return Head(
        issuers=found[0] if found else (),
        issuer=found[1] if found else Piece(),
        printed=printed_of(time) if time else None,
        time=piece(plain, shift + time.start(), shift + time.end()) if time else Piece(),
        has_time_only=bare is not None and time is None,
        has_day_only=day is not None and time is None,
        area=area,
        more_hazards=tuple(HAZARD_WORDS[each[0]] for each in re.finditer(HAZARDS, area.text)),
    )


def _area(plain: Plain, begin: int, prefix: str, verb: VerbAt | None) -> Piece:
    if verb is None:
        return Piece()
    return piece(plain, begin + verb.end + len("的") * verb.is_attribute, begin + len(prefix))


def _issuer(plain: Plain, start: int, end: int) -> tuple[tuple[str, ...], Piece] | None:
    """The bodies that the characters name, or None when they name none. A name may begin after a
    line break, or run over it, or follow what is said before a comma (因降水减弱，…台)."""
    lines = sorted(each for each in plain.breaks if start < each < end)
    commas = [at + 1 for at in range(start, end) if plain.text[at] == ","]
    for begin in (*reversed(lines), start, *commas):
        left, right = begin, end
        while left < right and plain.text[left] in _FILLER:
            left += 1
        while right > left and plain.text[right - 1] in _FILLER:
            right -= 1
        passed = _PASSED_ON.match(plain.text, left, right)
        left = passed.end() if passed else left
        said = plain.text[left:right]
        if not said or len(said) > LONGEST_ISSUER or _NOT_IN_A_NAME.search(said):
            continue
        bodies = bodies_of(said)
        if bodies:
            return bodies, piece(plain, left, right)
    return None


def bodies_of(said: str) -> tuple[str, ...]:
    """The bodies of "甲局与乙局"; empty when a part of it is no body."""
    found: list[str] = []
    at = 0
    while at < len(said):
        each = _BODY.match(said, at)
        if each is None:
            return ()
        found.append(each[0])
        at = each.end() + 1  # the word between two bodies
    return tuple(found)
