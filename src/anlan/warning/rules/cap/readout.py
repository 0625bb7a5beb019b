"""What a CAP message says in the words of an incoming warning: issuer, hazard, level, time, place.

`read_out` decides what can be said of a message; what cannot is left to a person, with the reason.
`change_said` decides the kind of change, once it is known what stands here.

Source: OASIS CAP 1.2 §3.2; severities and event codes `scales.py`; the words of the texts as
`reading/` reads them. House rules: an exercise, a test, a draft, a message to named addressees and
an answer to another message never become a warning; where the text names issuer and time in the
usual form they count, so that a message pasted before is found again; the level is that of the
severity, and where the text prints another colour a person decides; seconds are dropped.
Edge cases: several infos are read in Chinese, else in the language of the first; infos of one
language that say different hazards, severities or ends are several warnings and left to a person;
a cancellation may say nothing: what it refers to says it; a change whose references are broken
never lowers and never ends anything by itself.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import UNKNOWN
from anlan.warning.rules.cap.areas import Places, places_of
from anlan.warning.rules.cap.finding import Finding
from anlan.warning.rules.cap.labels import KIND_OF_MESSAGE_LABELS, STATUS_LABELS
from anlan.warning.rules.cap.scales import event_codes, level_of
from anlan.warning.rules.cap.values import Alert, Info, MessageType, Scope, Status
from anlan.warning.rules.reading.reading import Reading, read_warning
from anlan.warning.rules.reading.vocabulary import HAZARD_WORDS
from anlan.warning.rules.signal import RANK, Change, Hazard, Level

EVENT_CODE_NAMES: Final = frozenset({"GB/T 35561", "GB/T35561"})
CHINESE: Final = "zh"
ISSUER_CHARS: Final = 80
READ_CHARS: Final = 8_000
"""House rule: who issues what stands at the beginning; of a longer text only so much is read."""
NOT_ACTUAL = gettext_noop(
    "Its status is “{status}”: it is kept as a file and never becomes a warning."
)
AN_ANSWER = gettext_noop("It answers another message (“{kind}”) and warns of nothing.")
PRIVATE = gettext_noop(
    "It is addressed to {addresses} alone: it is kept as a file, seen by those who may receive "
    "warnings, and never becomes a warning."
)
NO_SENDER_NAME = gettext_noop(
    "The file does not name who issued it, or in more than 80 characters."
)
NO_HAZARD_CODE = gettext_noop(
    "No event code or word of the file is a hazard that the table knows."
)
HAZARDS_DIFFER = gettext_noop("The event code and the text name different hazards.")
NO_LEVEL_SAID = gettext_noop("The severity of the file is Unknown: it says no level.")
LEVELS_DIFFER = gettext_noop("The severity and the colour in the text differ.")
SEVERAL = gettext_noop(
    "The file holds several warnings at once: keep each as a message of its own."
)
NO_TEXT = gettext_noop("The file has no text; say in a sentence what it warns of.")
CHANGE_DIFFERS = gettext_noop("The kind of message and the text say different things.")
CALLED_REHEARSAL = gettext_noop(
    "Its status is actual, but its text calls itself a drill or a test (“{words}”). Ask the "
    "sender."
)
BROKEN_END = gettext_noop(
    "It ends or lowers a warning, but what it refers to is not known here: nothing is lowered "
    "or ended by itself. Look at what is in force, then decide."
)
STILL_HOLDS = gettext_noop(
    "It cancels an earlier message, but a later one of the same warning still holds. Ask the "
    "issuer which is meant."
)
_BROKEN: Final = frozenset({"cap-references-required", "cap-references-self"})
_BY_KIND: Final = {
    MessageType.ALERT: frozenset({Change.ISSUE, Change.RAISE, Change.LOWER, Change.RENEW}),
    MessageType.UPDATE: frozenset({Change.ISSUE, Change.RAISE, Change.LOWER, Change.RENEW}),
    MessageType.CANCEL: frozenset({Change.LIFT}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The warning that a message refers to, as it stands here."""

    issuer: str
    hazard: Hazard
    level: Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Readout:
    """Values to be kept; what is empty is named in `left` with its reason. `set_aside` says why
    the message never becomes a warning."""

    text: str
    issuer: str
    hazard: Hazard | None
    level: Level | None
    change: Change | None
    issued_at: dt.datetime
    expires_at: dt.datetime | None
    places: Places
    left: tuple[tuple[str, Message], ...]
    reading: Reading
    set_aside: Message | None = None

    @property
    def is_whole(self) -> bool:
        return not self.left and self.set_aside is None


def set_aside(alert: Alert) -> Message | None:
    """Why a message is no warning for this inbox; None: it is one."""
    if alert.status is not Status.ACTUAL:
        return Message.of(NOT_ACTUAL, status=Message.of(STATUS_LABELS[alert.status]))
    if alert.message_type in (MessageType.ACK, MessageType.ERROR):
        return Message.of(AN_ANSWER, kind=Message.of(KIND_OF_MESSAGE_LABELS[alert.message_type]))
    if alert.scope is Scope.PRIVATE:
        return Message.of(PRIVATE, addresses=alert.addresses or "?")
    return None


def read_out(
    alert: Alert,
    *,
    received_at: dt.datetime,
    known_places: Mapping[str, str],
    issuer: str = "",
    anchor: Anchor | None = None,
) -> Readout:
    """`issuer` is the name under which the register has the sender; see the module text."""
    infos, is_several = _chosen(alert)
    text = _text(alert, infos)
    reading = read_warning(
        text[:READ_CHARS], received_at=received_at, known_places=known_places.items()
    ).known()
    left: list[tuple[str, Message]] = []
    name = issuer or _read(reading.issuer.value) or _sender_name(infos)
    hazard, level = _hazard(infos, reading, left), _level(infos, reading, left)
    if anchor is not None:
        name, hazard, level = _anchored(alert, anchor, (name, hazard, level), left)
    if not name or len(name) > ISSUER_CHARS:
        name = name[:ISSUER_CHARS]
        left.append(("issuer", Message.of(NO_SENDER_NAME)))
    if is_several:
        left.append(("hazard", Message.of(SEVERAL)))
    if not text:
        left.append(("text", Message.of(NO_TEXT)))
    if reading.rehearsal.text:
        left.append(("text", Message.of(CALLED_REHEARSAL, words=reading.rehearsal.text)))
    places = places_of(tuple(area for info in infos for area in info.areas), known_places)
    is_end = alert.message_type is MessageType.CANCEL
    if not is_end and (places.left or not (places.codes or places.outlines)):
        left += [("regions", why) for why in places.left] or [("regions", _no_area())]
    printed = reading.issued_at.value
    return Readout(
        text=text,
        issuer=name,
        hazard=hazard,
        level=level,
        change=None,
        issued_at=alert.sent.replace(second=0) if printed is UNKNOWN else printed,
        expires_at=None if is_end else _expires(infos),
        places=places,
        left=tuple(left),
        reading=reading,
        set_aside=set_aside(alert),
    )


def _no_area() -> Message:
    return Message.of(gettext_noop("The file says no area; choose where it holds."))


def _chosen(alert: Alert) -> tuple[tuple[Info, ...], bool]:
    """The infos of one language, and whether they are several warnings."""
    if not alert.infos:
        return (), False
    chinese = [each for each in alert.infos if (each.language or "").lower().startswith(CHINESE)]
    first = (alert.infos[0].language or "").lower()
    same = [each for each in alert.infos if (each.language or "").lower() == first]
    infos = tuple(chinese or same)
    said = {(each.event, each.severity, each.event_codes, each.expires) for each in infos}
    return infos, len(said) > 1


def _text(alert: Alert, infos: tuple[Info, ...]) -> str:
    parts = [
        part.strip()
        for info in infos
        for part in (info.headline, info.description, info.instruction)
        if part and part.strip()
    ]
    if not parts and alert.note:
        parts = [alert.note.strip()]
    return "\n".join(dict.fromkeys(part for part in parts if part))


def _read(value: str | Literal[UNKNOWN]) -> str:  # type: ignore[valid-type]
    return "" if value is UNKNOWN else str(value)


def _sender_name(infos: tuple[Info, ...]) -> str:
    return next((info.sender_name.strip() for info in infos if info.sender_name), "")


def _hazard(
    infos: tuple[Info, ...], reading: Reading, left: list[tuple[str, Message]]
) -> Hazard | None:
    codes = [code.value for info in infos for code in info.event_codes if _is_event(code.name)]
    coded = [event_codes()[code].hazard for code in codes if code in event_codes()]
    worded = [HAZARD_WORDS[w] for info in infos for w in HAZARD_WORDS if info.event.strip() == w]
    printed = None if reading.hazard.value is UNKNOWN else reading.hazard.value
    found = set(coded or worded)
    if printed is not None and found and printed not in found:
        left.append(("hazard", Message.of(HAZARDS_DIFFER)))
        return None
    if len(found) == 1:
        return next(iter(found))
    if not found and printed is not None:
        return printed
    left.append(("hazard", Message.of(NO_HAZARD_CODE)))
    return None


def _is_event(name: str) -> bool:
    return name.strip() in EVENT_CODE_NAMES


def _level(
    infos: tuple[Info, ...], reading: Reading, left: list[tuple[str, Message]]
) -> Level | None:
    said = {level_of(info.severity) for info in infos} - {None}
    printed = None if reading.level.value is UNKNOWN else reading.level.value
    if len(said) > 1 or (said and printed is not None and printed not in said):
        left.append(("level", Message.of(LEVELS_DIFFER)))
        return None
    found = next(iter(said), None)
    if found is None:
        left.append(("level", Message.of(NO_LEVEL_SAID)))
    return found


def _anchored(
    alert: Alert,
    anchor: Anchor,
    said: tuple[str, Hazard | None, Level | None],
    left: list[tuple[str, Message]],
) -> tuple[str, Hazard | None, Level | None]:
    """What is referred to says what a cancellation leaves open, and the issuer of any change."""
    _name, hazard, level = said
    if alert.message_type is not MessageType.CANCEL:
        return anchor.issuer, hazard, level
    if hazard is not None and hazard is not anchor.hazard:
        left.append(("hazard", Message.of(HAZARDS_DIFFER)))
        return anchor.issuer, None, anchor.level
    if not _says(left, HAZARDS_DIFFER):
        left[:] = [each for each in left if each[0] not in ("hazard", "level")]
    return anchor.issuer, anchor.hazard, anchor.level


def _says(left: Iterable[tuple[str, Message]], said: str) -> bool:
    return any(why.msgid == said for _field, why in left)


def _expires(infos: tuple[Info, ...]) -> dt.datetime | None:
    """The last end; None where an info has none: it holds until lifted."""
    ends = [info.expires for info in infos]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def change_said(
    alert: Alert,
    readout: Readout,
    *,
    before: Level | None,
    is_anchored: bool,
    findings: tuple[Finding, ...],
    is_superseded: bool = False,
) -> Readout:
    """`before` is the level in force here; `is_anchored`: one of the references is known here;
    `is_superseded`: a later message replaced what is referred to, and is not referred to."""
    change, why = _change(alert, readout, before)
    rules = {finding.rule for finding in findings}
    is_broken = bool(rules & _BROKEN) or (bool(alert.references) and not is_anchored)
    lowers = change is Change.LIFT or (
        before is not None
        and readout.level is not None
        and RANK[readout.level] < RANK[before]
        and alert.message_type is not MessageType.ALERT
    )
    if change is not None and is_broken and lowers:
        change, why = None, Message.of(BROKEN_END)
    elif change is Change.LIFT and is_superseded:
        change, why = None, Message.of(STILL_HOLDS)
    if change is None and why is not None:
        return replace(readout, change=None, left=(*readout.left, ("change", why)))
    return replace(readout, change=change)


def _change(
    alert: Alert, readout: Readout, before: Level | None
) -> tuple[Change | None, Message | None]:
    allowed = _BY_KIND.get(alert.message_type, frozenset())
    printed = readout.reading.change.value
    if printed is not UNKNOWN:
        if printed in allowed:
            return printed, None
        return None, Message.of(CHANGE_DIFFERS)
    if alert.message_type is MessageType.CANCEL:
        return Change.LIFT, None
    if alert.message_type is MessageType.ALERT:
        return Change.ISSUE, None
    if before is None or readout.level is None:
        return Change.RENEW, None
    step = RANK[readout.level] - RANK[before]
    return (Change.RAISE if step > 0 else Change.LOWER if step < 0 else Change.RENEW), None
