"""Receiving what owners of warnings say: kept as it came, placed by the rule of stations."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.clock import CITY_ZONE
from anlan.base.documents.secrecy import refuse_secret
from anlan.base.errors import NotAllowed, NotFound
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Verdict
from anlan.base.upkeep import validate
from anlan.base.worlds.current import ACTUAL, current
from anlan.registers.models import Region, ReportingUnit
from anlan.warning.actions.errors import (
    AreaMissing,
    CalledRehearsal,
    FieldMissing,
    OutlineUnusable,
    ReceivedInFuture,
    TextMissing,
    TextTooLong,
    TimesOutOfOrder,
    TooManyOutlines,
)
from anlan.warning.choices import Intake
from anlan.warning.models import IssuedWarning, WarningArea, WarningMessage
from anlan.warning.queries.received import Identity, body_named, known_warnings, may_receive
from anlan.warning.rules.drawn import MOST_OUTLINES, OutlineRefused, kept_outline
from anlan.warning.rules.episode import Placed, Said, State, place_message
from anlan.warning.rules.reading.moment import CLOCK_TOLERANCE
from anlan.warning.rules.reading.plain import plain
from anlan.warning.rules.reading.rehearsal import rehearsal_in
from anlan.warning.rules.signal import Change, Level

MOST_CHARS: Final = 4000
MOST_REGIONS: Final = 200
MOST_NAME_CHARS: Final = 80
_LONG_NAME: Final = gettext_noop("The name of an outline has at most {most} characters.")
_SAID_BY_PEOPLE: Final = frozenset({Intake.PASTED.value, Intake.API.value})
"""Of a file its own status says what it is, and a person looks at what is in doubt."""
FIELD_LABELS: Final = {
    "issuer": gettext_noop("issuer of the warning"),
    "hazard": gettext_noop("hazard"),
    "level": gettext_noop("warning level"),
    "change": gettext_noop("kind of change"),
    "issued_at": gettext_noop("issued at"),
}
"""Names of what must be said, as the columns have them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """A drawn area: GeoJSON Polygon or MultiPolygon, longitude and latitude in CGCS2000."""

    outline: Mapping[str, Any]
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a message says, read or chosen. An empty `level` of a lift is that of what it ends.
    It holds in its `regions` and inside its `outlines`: at least one of either."""

    issuer: str
    hazard: str
    level: str
    change: str
    issued_at: dt.datetime | None
    expires_at: dt.datetime | None = None
    regions: tuple[uuid.UUID, ...] = ()
    outlines: tuple[Drawn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Areas:
    """Where a message holds, checked."""

    regions: tuple[Region, ...] = ()
    outlines: tuple[Drawn, ...] = ()

    def rows(self, message: WarningMessage) -> list[WarningArea]:
        drawn = [
            WarningArea(message=message, name=each.name, outline=dict(each.outline))
            for each in self.outlines
        ]
        return [WarningArea(message=message, region=region) for region in self.regions] + drawn


@dataclass(frozen=True, slots=True, kw_only=True)
class NewMessage:
    """A message as it came, for a reporting unit. `is_meant`: a person says that it is a real
    warning although its text calls itself a drill or a test."""

    text: str
    told: Told
    unit: uuid.UUID
    received_at: dt.datetime
    identifier: str = ""
    intake: str = Intake.PASTED
    is_meant: bool = False


def receive_message(
    new: NewMessage, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """Keep a message and bring its warning up to date. One that is there already writes nothing
    and gives the first result. Returns ids, and in `notes` what was odd."""
    with recording(
        action="warning.message.receive",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=_payload(new),
        valid_at=new.told.issued_at,
    ) as rec:
        if not rec.repeated:
            rec.result = keep_message(rec, new)
    return rec.result


def keep_message(rec: Recording, new: NewMessage) -> dict[str, Any]:
    """The message inside an open entry, as `receive_message` keeps it."""
    unit = unit_for_change(rec, new.unit)
    told, text = checked(new, unit, rec.now)
    first = same_message(told, unit)
    if first is not None:
        return result_of(first, repeated=True)
    areas = areas_for(told, unit)
    verdict, warning = place(rec, told, unit)
    row = WarningMessage(
        warning=warning,
        change=told.change,
        level=told.level,
        issued_at=told.issued_at,
        received_at=new.received_at,
        expires_at=told.expires_at,
        text=text,
        identifier=new.identifier.strip(),
        intake=new.intake,
        recorded_by=rec.actor.account,
    )
    validate(row)
    rec.add(row)
    rec.add_many(areas.rows(row))
    return result_of(row, notes=notes_of(verdict))


def checked(new: NewMessage, unit: ReportingUnit, now: dt.datetime) -> tuple[Told, str]:
    """What is told, complete, and the text; refused where anything is missing or impossible."""
    text = new.text.strip()
    if not text:
        raise TextMissing(field="text")
    if len(text) > MOST_CHARS:
        raise TextTooLong(field="text", chars=MOST_CHARS)
    refuse_secret(text)
    _refuse_rehearsal(new, text)
    if new.received_at > now + CLOCK_TOLERANCE:
        raise ReceivedInFuture(field="received_at")
    told = complete(new.told, unit)
    refuse_times(told, new.received_at)
    return told, text


def _refuse_rehearsal(new: NewMessage, text: str) -> None:
    """A drill must not call anybody in earnest: in the live world it is no message."""
    is_read = new.intake in _SAID_BY_PEOPLE and current().mode == ACTUAL and not new.is_meant
    found = rehearsal_in(plain(text)) if is_read else None
    if found is not None and found.text:
        raise CalledRehearsal(field="is_meant", words=found.text)


def unit_for_change(rec: Recording, key: uuid.UUID) -> ReportingUnit:
    """The unit, held so that messages for it are placed one after the other."""
    if not ReportingUnit.objects.visible_to(rec.actor.scope).filter(pk=key).exists():
        raise NotFound
    unit = rec.lock(ReportingUnit, key)
    if not may_receive(rec.actor.scope, unit.code):
        raise NotAllowed
    return unit


def identity_of(told: Told, unit: ReportingUnit) -> Identity:
    return Identity(issuer=told.issuer, unit=unit.pk, hazard=told.hazard)


def complete(told: Told, unit: ReportingUnit) -> Told:
    """What was said, complete; refused where something is left open."""
    issuer, level = "".join(told.issuer.split()), told.level
    if not level and told.change == Change.LIFT:
        known = known_warnings(Identity(issuer=issuer, unit=unit.pk, hazard=told.hazard))
        level = known[-1][0].level if known else ""
    whole = Told(
        issuer=issuer,
        hazard=told.hazard,
        level=level,
        change=told.change,
        issued_at=told.issued_at,
        expires_at=None if told.change == Change.LIFT else told.expires_at,
        regions=told.regions,
        outlines=told.outlines,
    )
    for name in FIELD_LABELS:
        if not getattr(whole, name):
            raise missing(name)
    return whole


def missing(name: str) -> FieldMissing:
    return FieldMissing(field=name, name=gettext(FIELD_LABELS[name]))


def refuse_times(told: Told, received_at: dt.datetime) -> None:
    if told.issued_at is None:
        raise missing("issued_at")
    if told.issued_at > received_at + CLOCK_TOLERANCE:
        raise TimesOutOfOrder(
            field="received_at",
            later=f"{gettext('received at')} {shown(received_at)}",
            earlier=f"{gettext('issued at')} {shown(told.issued_at)}",
        )
    if told.expires_at is not None and told.expires_at <= told.issued_at:
        raise TimesOutOfOrder(
            field="expires_at",
            later=f"{gettext('expires at')} {shown(told.expires_at)}",
            earlier=f"{gettext('issued at')} {shown(told.issued_at)}",
        )


def shown(moment: dt.datetime) -> str:
    return moment.astimezone(CITY_ZONE).strftime("%Y-%m-%d %H:%M")


def same_message(told: Told, unit: ReportingUnit) -> WarningMessage | None:
    """The message that says the same, when it is there already."""
    rows = WarningMessage.objects.filter(
        warning__issuer=told.issuer,
        warning__unit=unit,
        warning__hazard=told.hazard,
        change=told.change,
        level=told.level,
        issued_at=told.issued_at,
    )
    return rows.select_related("warning").first()


def areas_for(told: Told, unit: ReportingUnit) -> Areas:
    """What was chosen and drawn; that of the warning that a lift ends where neither was."""
    rows = list(Region.objects.filter(pk__in=told.regions).order_by("code"))
    if len(rows) != len(set(told.regions)) or len(rows) > MOST_REGIONS:
        raise NotFound
    areas = Areas(regions=tuple(rows), outlines=drawn_of(told.outlines))
    if areas == Areas() and told.change == Change.LIFT:
        known = known_warnings(identity_of(told, unit))
        areas = _areas_of(known[-1][0]) if known else areas
    if areas == Areas():
        raise AreaMissing(field="regions")
    return areas


def drawn_of(given: tuple[Drawn, ...]) -> tuple[Drawn, ...]:
    """The outlines as they are kept, each once."""
    if len(given) > MOST_OUTLINES:
        raise TooManyOutlines(field="outlines", most=MOST_OUTLINES)
    kept: list[Drawn] = []
    for each in given:
        try:
            drawn = Drawn(outline=kept_outline(each.outline), name=each.name.strip())
        except OutlineRefused as refused:
            message = refused.message
            raise OutlineUnusable(
                message.msgid, field="outlines", **dict(message.params)
            ) from refused
        if len(drawn.name) > MOST_NAME_CHARS:
            raise OutlineUnusable(_LONG_NAME, field="outlines", most=MOST_NAME_CHARS)
        if drawn.outline not in [other.outline for other in kept]:
            kept.append(drawn)
    return tuple(kept)


def _areas_of(warning: IssuedWarning) -> Areas:
    newest = warning.messages.order_by("-issued_at", "-id").first()
    if newest is None:
        return Areas()
    regions = Region.objects.filter(pk__in=newest.areas.values("region")).order_by("code")
    return Areas(regions=tuple(regions), outlines=drawn_in(newest))


def drawn_in(message: WarningMessage) -> tuple[Drawn, ...]:
    """The outlines that are kept of a message."""
    rows = message.areas.filter(outline__isnull=False).order_by("id")
    return tuple(Drawn(outline=row.outline, name=row.name) for row in rows)


def said(told: Told) -> Said:
    if told.issued_at is None:
        raise missing("issued_at")
    return Said(
        change=Change(told.change),
        level=Level(told.level),
        issued_at=told.issued_at,
        expires_at=told.expires_at,
    )


def place(
    rec: Recording, told: Told, unit: ReportingUnit
) -> tuple[Verdict[Placed], IssuedWarning]:
    """The warning that a message belongs to, brought up to date."""
    known = known_warnings(identity_of(told, unit))
    verdict = place_message(said(told), [episode for _row, episode in known], rec.now)
    placed = verdict.known()
    if placed.position is None:
        warning = IssuedWarning(
            issuer=told.issuer, issuer_body=body_named(told.issuer), unit=unit, hazard=told.hazard
        )
        set_state(warning, placed.state)
        validate(warning)
        rec.add(warning)
        return verdict, warning
    warning = rec.lock(IssuedWarning, known[placed.position][0].pk)
    set_state(warning, placed.state)
    validate(warning)
    rec.save(warning)
    return verdict, warning


def set_state(warning: IssuedWarning, state: State | None) -> None:
    if state is None:
        return
    warning.level = state.level.value
    warning.issued_at = state.issued_at
    warning.expires_at = state.expires_at
    warning.ended_at = state.ended_at


def notes_of(verdict: Verdict[Any]) -> list[dict[str, str]]:
    """What the rule said: a text for translation, and its parameters as such texts."""
    return [
        {"said": note.msgid, **{name: _key(value) for name, value in note.params}}
        for note in (reason.note for reason in verdict.reasons)
        if note is not None
    ]


def _key(value: object) -> str:
    return value.msgid if isinstance(value, Message) else str(value)


def spoken(note: dict[str, str]) -> str:
    """A note in the reader's language."""
    params = {name: gettext(value) for name, value in note.items() if name != "said"}
    msgid = note["said"]
    return gettext(msgid).format(**params)


def result_of(
    row: WarningMessage, *, repeated: bool = False, notes: Iterable[dict[str, str]] = ()
) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "warning": str(row.warning_id),
        "version": row.version,
        "is_repeated": repeated,
        "notes": list(notes),
    }


def _payload(new: NewMessage) -> dict[str, Any]:
    told = new.told
    return {
        "text": new.text.strip(),
        "unit": str(new.unit),
        "received_at": str(new.received_at),
        "identifier": new.identifier,
        "intake": str(new.intake),
        **({"is_meant": True} if new.is_meant else {}),
        **told_payload(told),
    }


def told_payload(told: Told) -> dict[str, Any]:
    return {
        "issuer": told.issuer,
        "hazard": str(told.hazard),
        "level": str(told.level),
        "change": str(told.change),
        "issued_at": str(told.issued_at or ""),
        "expires_at": str(told.expires_at or ""),
        "regions": sorted(str(key) for key in told.regions),
        "outlines": [{"name": each.name, "outline": each.outline} for each in told.outlines],
    }
