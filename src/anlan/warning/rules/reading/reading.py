"""A warning text read into issuer, hazard, level, kind of change, time and regions.

`read_warning` decides what a pasted text says; what it does not say plainly is `UNKNOWN` with the
reason, and is left to a person. Nothing is guessed.

Source: House rule `warning-reading`; the words are those of CMA Order 16 (2007) and of the
Emergency Response Law 2024 Art.63 (grade words). Times: `moment.py`.
Edge cases: a platform's title says "发布" of every kind of act, so it gives way to the sentence
with the time, except that one of both says 解除; two hazards or two levels are left to a person;
"变更" without the earlier level says neither up nor down; a verb that contradicts its levels
(升级 from orange to yellow) is left to a person.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Generic, Literal, TypeVar

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import (
    HOUSE_RULE,
    UNKNOWN,
    Reason,
    SourceStatus,
    Unknown,
    Verdict,
    pairs,
)
from anlan.warning.rules.reading.acts import Act, acts_of
from anlan.warning.rules.reading.heads import Piece, piece
from anlan.warning.rules.reading.labelled import labelled_act
from anlan.warning.rules.reading.moment import (
    NO_DAY,
    NO_HOUR,
    NO_TIME,
    PRINTED,
    STATED,
    Printed,
    expiry_moment,
    issued_moment,
    printed_of,
)
from anlan.warning.rules.reading.plain import NOWHERE, Plain, Span, plain
from anlan.warning.rules.reading.rehearsal import rehearsal_in
from anlan.warning.rules.reading.vocabulary import AREA_OF_ISSUER, CHANGE_OF, Verb
from anlan.warning.rules.signal import LEVEL_LABELS, RANK, Change, Hazard, Level

T = TypeVar("T")
RULE: Final = "warning-reading"
INVENTED_PREFIX: Final = "演示·"
_PLACE = re.compile(r"^(.{1,30}[省市县区旗州盟镇乡])(?=.)")
_VALID_UNTIL = re.compile(rf"有效(?:期|时间|时段)?(?:截?至|到|截止到?)(?P<t>{PRINTED.pattern})")
_LONGEST_AREA = 20

NO_ISSUER = gettext_noop("No body is named that issued it.")
NO_HAZARD = gettext_noop("No kind of hazard is named that a warning is issued for.")
UNKNOWN_HAZARD = gettext_noop("“{word}” is no hazard that the table knows.")
SEVERAL_HAZARDS = gettext_noop(
    "Several hazards are named. Paste each as a message of its own, or choose the one meant."
)
NO_LEVEL = gettext_noop("No colour is printed beside the hazard.")
SEVERAL_LEVELS = gettext_noop("The text names several levels: {levels}.")
NO_CHANGE = gettext_noop("The text does not say whether it is issued, changed or lifted.")
SEVERAL_CHANGES = gettext_noop("The text both lifts and issues. Paste each as a message.")
WHICH_WAY = gettext_noop("The text says that it changed, not from which level.")
WRONG_WAY = gettext_noop("The word “{word}” contradicts the levels it stands between.")
SEVERAL_TIMES = gettext_noop("The text names several times of issue.")
SEVERAL_ISSUERS = gettext_noop("The text names several issuers that are not the same.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Generic[T]):
    """What was read, from which characters; or why it was not."""

    value: T | Literal[Unknown.UNKNOWN]
    text: str = ""
    span: Span = NOWHERE
    why: Message | None = None

    @property
    def is_read(self) -> bool:
        return self.value is not UNKNOWN


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place of the register whose name the text has."""

    code: str
    name: str
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a text says. `regions` are printed areas in words, `places` those of the register;
    `rehearsal` are the words by which it calls itself a drill or a test."""

    issuer: Field[str]
    hazard: Field[Hazard]
    level: Field[Level]
    change: Field[Change]
    issued_at: Field[dt.datetime]
    issuers: tuple[str, ...] = ()
    from_level: Level | None = None
    expires_at: dt.datetime | None = None
    regions: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    rehearsal: Piece = field(default_factory=Piece)

    @property
    def unread(self) -> tuple[str, ...]:
        """Fields that are left to a person."""
        return tuple(name for name in FIELDS if not getattr(self, name).is_read)


FIELDS: Final = ("issuer", "hazard", "level", "change", "issued_at")


def read_warning(
    text: str,
    *,
    received_at: dt.datetime,
    known_places: Iterable[tuple[str, str]] = (),
) -> Verdict[Reading]:
    """Read a text as it came. `known_places` are (code, name) of the register; see the module
    text for the rest."""
    read = plain(text)
    acts = acts_of(read)
    if not any(act.verb is not None for act in acts):
        in_lines = labelled_act(read)
        acts = (in_lines,) if in_lines is not None else acts
    said = [act for act in acts if act.verb is not None]
    main = [act for act in said if act.head.printed is not None] or said or list(acts)
    every = said or list(acts)
    issued = _issued_at(main, _stated(read), received_at)
    reading = Reading(
        issuer=_issuer(main),
        hazard=_hazard(every),
        level=_level(every),
        change=_change(main, said),
        issued_at=issued,
        issuers=next((act.head.issuers for act in main if act.head.issuers), ()),
        from_level=next((act.from_level for act in main if act.from_level), None),
        expires_at=_expires_at(read, issued),
        regions=_regions(every),
        places=tuple(_places(read, known_places)),
        rehearsal=rehearsal_in(read),
    )
    return Verdict(value=reading, reasons=_reasons(reading, received_at))


def _agreed(
    found: Sequence[tuple[T, Piece]],
    nothing: Message,
    several: Callable[[list[T]], Message],
) -> Field[T]:
    """The one value that all say; else why it is left to a person."""
    values = list(dict.fromkeys(value for value, _piece in found))
    if not values:
        return Field(value=UNKNOWN, why=nothing)
    if len(values) > 1:
        return Field(value=UNKNOWN, why=several(values))
    piece = found[0][1]
    return Field(value=values[0], text=piece.text, span=piece.span)


def _issuer(main: Sequence[Act]) -> Field[str]:
    found = [(act.head.issuer.text, act.head.issuer) for act in main if act.head.issuers]
    longest = max(found, key=lambda each: len(each[0]), default=None)
    if longest is not None and all(longest[0].endswith(text) for text, _piece in found):
        found = [longest]
    return _agreed(found, Message.of(NO_ISSUER), lambda values: Message.of(SEVERAL_ISSUERS))


def _hazard(every: Sequence[Act]) -> Field[Hazard]:
    found = [(hazard, act.hazard_piece) for act in every for hazard in act.hazards]
    unknown = next((act for act in every if act.unknown_hazard), None)
    if unknown is not None and found:
        return Field(value=UNKNOWN, why=Message.of(SEVERAL_HAZARDS))
    if unknown is not None:
        why = Message.of(UNKNOWN_HAZARD, word=unknown.unknown_hazard)
        piece = unknown.hazard_piece
        return Field(value=UNKNOWN, text=piece.text, span=piece.span, why=why)
    return _agreed(found, Message.of(NO_HAZARD), lambda values: Message.of(SEVERAL_HAZARDS))


def _level(every: Sequence[Act]) -> Field[Level]:
    def several(levels: list[Level]) -> Message:
        return Message.of(
            SEVERAL_LEVELS, levels=tuple(Message.of(LEVEL_LABELS[each]) for each in levels)
        )

    found = [(act.level, act.level_piece) for act in every if act.level is not None]
    if any(act.is_level_doubtful for act in every):
        return Field(value=UNKNOWN, why=several([level for level, _piece in found]))
    return _agreed(found, Message.of(NO_LEVEL), several)


def _change(main: Sequence[Act], said: Sequence[Act]) -> Field[Change]:
    if not said:
        return Field(value=UNKNOWN, why=Message.of(NO_CHANGE))
    lifts = {act.verb is Verb.LIFTED for act in said}
    if len(lifts) > 1:
        return Field(value=UNKNOWN, why=Message.of(SEVERAL_CHANGES))
    decided = [_way(act) for act in main]
    plainly = [each for each in decided if each.is_read]
    if not plainly:
        return decided[0]
    found = [
        (each.value, Piece(text=each.text, span=each.span))
        for each in plainly
        if each.value is not UNKNOWN
    ]
    return _agreed(found, Message.of(NO_CHANGE), lambda values: Message.of(SEVERAL_CHANGES))


def _way(act: Act) -> Field[Change]:
    """The kind of change of one act: its verb, checked against the levels it stands between."""
    piece, verb = act.verb_piece, act.verb
    if act.from_level is None or act.level is None:
        if verb is Verb.CHANGED or verb is None:
            why = Message.of(WHICH_WAY)
            return Field(value=UNKNOWN, text=piece.text, span=piece.span, why=why)
        return Field(value=CHANGE_OF[verb], text=piece.text, span=piece.span)
    step = RANK[act.level] - RANK[act.from_level]
    change = Change.RAISE if step > 0 else Change.LOWER
    claimed = CHANGE_OF.get(verb) if verb in (Verb.RAISED, Verb.LOWERED) else change
    if step == 0 or claimed is not change:
        why = Message.of(WRONG_WAY, word=piece.text)
        return Field(value=UNKNOWN, text=piece.text, span=piece.span, why=why)
    return Field(value=change, text=piece.text, span=piece.span)


def _issued_at(
    main: Sequence[Act], stated: Sequence[tuple[Printed, Piece]], received_at: dt.datetime
) -> Field[dt.datetime]:
    """By the acts; else by what the text calls its time of issue (`stated`)."""
    heads = [act.head for act in main]
    dated = [(each.printed, each.time) for each in heads if each.printed is not None] or stated
    if not dated:
        why = NO_DAY if any(each.has_time_only for each in heads) else NO_TIME
        why = NO_HOUR if any(each.has_day_only for each in heads) else why
        return Field(value=UNKNOWN, why=Message.of(why))
    found: list[tuple[dt.datetime, Piece]] = []
    for printed, at in dated:
        moment, wrong = issued_moment(printed, received_at)
        if moment is None:
            return Field(value=UNKNOWN, text=at.text, span=at.span, why=wrong)
        found.append((moment, at))
    return _agreed(found, Message.of(NO_TIME), lambda values: Message.of(SEVERAL_TIMES))


def _stated(read: Plain) -> list[tuple[Printed, Piece]]:
    found = []
    for each in STATED.finditer(read.text):
        printed = PRINTED.match(read.text, each.start("t"))
        if printed is not None:
            found.append((printed_of(printed), piece(read, *printed.span())))
    return found


def _expires_at(read: Plain, issued: Field[dt.datetime]) -> dt.datetime | None:
    found = _VALID_UNTIL.search(read.text)
    if found is None or issued.value is UNKNOWN:
        return None
    printed = PRINTED.search(read.text, found.start("t"))
    return expiry_moment(printed_of(printed), issued.value) if printed else None


def _regions(every: Sequence[Act]) -> tuple[str, ...]:
    """The areas in words: of the issuers, and before the hazard (天津地区)."""
    found: list[str] = []
    for act in every:
        for issuer in act.head.issuers:
            place = _PLACE.match(issuer.removeprefix(INVENTED_PREFIX))
            if place:
                found.append(place[1])
        area = act.head.area.text.strip("、,，的")
        is_name = 1 < len(area) <= _LONGEST_AREA and area not in AREA_OF_ISSUER
        if is_name and len(act.hazards) == 1 and not PRINTED.search(area):
            found.append(area)
    return tuple(dict.fromkeys(found))


def _places(read: Plain, known: Iterable[tuple[str, str]]) -> Iterable[Place]:
    """Names of the register in the text, the longest first where names lie in each other."""
    taken: list[tuple[int, int]] = []
    found: list[tuple[int, Place]] = []
    for code, name in sorted(set(known), key=lambda each: (-len(each[1]), each)):
        for match in re.finditer(re.escape(name), read.text) if name else ():
            start, end = match.span()
            if any(s < end and start < e for s, e in taken):
                continue
            taken.append((start, end))
            if code not in {place.code for _at, place in found}:
                place = Place(code=code, name=name, span=read.span(start, end))
                found.append((start, place))
    return [place for _at, place in sorted(found, key=lambda each: each[0])]


def _reasons(reading: Reading, received_at: dt.datetime) -> tuple[Reason, ...]:
    reasons = []
    for name in FIELDS:
        field = getattr(reading, name)
        value = None if field.value is UNKNOWN else field.value
        reasons.append(
            Reason(
                rule=RULE,
                source=HOUSE_RULE,
                status=SourceStatus.HOUSE_DEFAULT,
                inputs=pairs(
                    field=name,
                    text=field.text,
                    start=field.span.start,
                    end=field.span.end,
                    received_at=received_at,
                ),
                note=field.why,
                details=pairs(read=value),
            )
        )
    return tuple(reasons)
