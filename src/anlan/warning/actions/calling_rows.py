"""Rows of a round, many at a time: written past the guard of `Record` inside an open recording,
whose entry holds their number and digest."""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from anlan.base.dispatch import bulk
from anlan.base.dispatch.writing import Addressee, Draft, apply_dispatch
from anlan.base.identity import new_id
from anlan.base.journal.content import plain_digest
from anlan.base.journal.recording import Recording
from anlan.base.records import this_centre
from anlan.base.rules.dispatch import AddresseeKind, Channel, MessageMode
from anlan.registers.models import AreaContact
from anlan.warning.choices import CallEventKind
from anlan.warning.models import CallAddressee, CallEvent, CallRound
from anlan.warning.models.calling import PLACE_COLUMNS
from anlan.warning.queries.calling import Chosen, Reaches, numbers_of
from anlan.warning.rules.call_state import Move, Place
from anlan.warning.rules.call_words import Told, call_words
from anlan.warning.rules.ladder import SENT_BY_PROGRAM, Ladder, Way, Who

PURPOSE: Final = "warning.call"
ABOUT: Final = "warning.callround"
SUBJECT_CHARS, TEXT_CHARS = 120, 2000
_CHANNELS: Final = {
    Way.IN_APP: Channel.IN_APP,
    Way.SMS: Channel.SMS,
    Way.VOICE: Channel.VOICE,
}
HEAD: Final = (
    *("id", "owner_centre", "version", "round", "contact", "person", "deputy", "upper", "unit"),
    *("region", "kind", "found"),
)
ANSWER: Final = (
    *("answered_by", "answer_way", "said", "promised", "recorded_by", "after_release_at"),
    "is_carried",
)
EVENT: Final = (
    *("id", "owner_centre", "version", "addressee", "report", "kind", "step", "way", "person"),
    *("happened_at", "known_at", "by"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An addressee of a round that is being opened."""

    key: uuid.UUID
    chosen: Chosen
    place: Place
    calls: bool = False
    carried: CallAddressee | None = None


class Happened(NamedTuple):
    """A fact that is appended. `report` tells a repeat of it apart."""

    addressee: uuid.UUID
    report: str
    kind: str
    step: int
    way: str = ""
    person: uuid.UUID | None = None
    at: dt.datetime | None = None


class Entered(NamedTuple):
    """An addressee that came to a step."""

    key: uuid.UUID
    step: int
    person: uuid.UUID
    deputy: uuid.UUID | None
    upper: uuid.UUID | None


def insert_rows(round_: CallRound, rows: Sequence[Row]) -> None:
    bulk.append(
        CallAddressee,
        (*HEAD, "state", *PLACE_COLUMNS, *ANSWER),
        (_line(round_, row) for row in rows),
    )


def rows_digest(rows: Sequence[Row]) -> str:
    """Digest of who is on the list and why, for the image of the round."""
    lines = sorted(f"{row.chosen.contact.pk.hex}:{row.chosen.found.value}" for row in rows)
    return plain_digest("\n".join(lines).encode())


def _line(round_: CallRound, row: Row) -> tuple[Any, ...]:
    one, place, old = row.chosen.contact, row.place, row.carried
    key = bulk.key
    head = (key(row.key), this_centre(), 1, key(round_.pk), key(one.pk), key(one.person))
    head += (key(one.deputy), key(row.chosen.upper), key(one.unit), key(one.region))
    columns = tuple(_ready(getattr(place, name)) for name in PLACE_COLUMNS)
    said: tuple[Any, ...] = (None, "", "", "", "", None, False)
    if old is not None:
        by = key(old.answered_by_id)
        said = (by, old.answer_way, old.said, old.promised, old.recorded_by, None, True)
    return (*head, one.kind, row.chosen.found.value, place.state.value, *columns, *said)


def _ready(value: Any) -> Any:
    return bulk.instant(value) if isinstance(value, dt.datetime) else value


def update_places(moved: Sequence[tuple[CallAddressee, Place]]) -> None:
    """Write the places of rows that are locked here."""
    columns = ", ".join(f"{name} = %s" for name in ("state", *PLACE_COLUMNS))
    statement = (
        f"UPDATE warning_calladdressee SET {columns}, version = version + 1 "  # noqa: S608
        "WHERE id = %s AND version = %s"
    )
    values = [
        (
            place.state.value,
            *(_ready(getattr(place, name)) for name in PLACE_COLUMNS),
            bulk.key(row.pk),
            row.version,
        )
        for row, place in moved
    ]
    with bulk.here().cursor() as cursor:
        cursor.executemany(statement, values)


def append_events(rec: Recording, events: Iterable[Happened]) -> int:
    """Append what is not there yet."""
    now, centre = bulk.instant(rec.now), this_centre()
    lines = [
        (
            bulk.key(new_id()),
            centre,
            1,
            bulk.key(one.addressee),
            one.report[:80],
            one.kind,
            one.step,
            one.way,
            bulk.key(one.person),
            bulk.instant(one.at or rec.now),
            now,
            rec.actor.account,
        )
        for one in events
    ]
    bulk.append_missing(CallEvent, EVENT, lines)
    return len(lines)


def digest_of(moved: Iterable[tuple[Any, Place]]) -> str:
    """Digest of the places that a batch came to, for its entry."""
    lines = sorted(f"{row.pk.hex}:{place.state.value}:{place.step}" for row, place in moved)
    return plain_digest("\n".join(lines).encode())


def entered(row: Any, place: Place) -> Entered:
    return Entered(row.pk, place.step, row.person_id, row.deputy_id, row.upper_id)


def step_events(ladder: Ladder, entries: Sequence[Entered]) -> list[Happened]:
    """One fact a step that was begun."""
    uppers = _people_of({one.upper for one in entries if one.upper is not None})
    found = []
    for one in entries:
        step = ladder.steps[one.step]
        target = {Who.SELF: one.person, Who.DEPUTY: one.deputy, Who.UPPER: uppers.get(one.upper)}
        found.append(
            Happened(
                one.key,
                f"step-{one.step}",
                CallEventKind.CALL.value,
                one.step,
                step.way.value,
                target[step.who],
            )
        )
    return found


def send_messages(rec: Recording, round_: CallRound, entries: Sequence[Entered]) -> int:
    """One message a step for those whom the program calls by the way of the step, and a note to
    the level above when it is asked. Returns how many addressees."""
    ladder, sent = round_.to_ladder(), 0
    uppers = _people_of({one.upper for one in entries if one.upper is not None})
    by_step: dict[int, set[uuid.UUID]] = {}
    for one in entries:
        step = ladder.steps[one.step]
        if step.who is Who.UPPER:
            target = uppers.get(one.upper)
        elif step.way in SENT_BY_PROGRAM:
            target = one.person if step.who is Who.SELF else one.deputy
        else:
            continue
        if target is not None:
            by_step.setdefault(one.step, set()).add(target)
    for number, people in sorted(by_step.items()):
        step = ladder.steps[number]
        way = Way.IN_APP if step.who is Who.UPPER else step.way
        addressees = _addressees(way, people)
        if addressees:
            _send(rec, round_, number, way, addressees)
            sent += len(addressees)
    return sent


def _addressees(way: Way, people: set[uuid.UUID]) -> list[Addressee]:
    """Those of the people whom the way can reach; with a number where it needs one."""
    kind = AddresseeKind.PERSON
    if way is Way.IN_APP:
        readers = Reaches((person, None) for person in people)
        found = sorted(str(person) for person in people if readers.has_account(person))
        return [Addressee(kind, person) for person in found]
    numbers = numbers_of(people)
    return [
        Addressee(kind, str(person), person, numbers[person])
        for person in sorted(numbers, key=str)
    ]


def _send(
    rec: Recording,
    round_: CallRound,
    step: int,
    way: Way,
    addressees: Sequence[Addressee],
) -> None:
    warning, message = round_.warning, round_.message
    told = Told(
        text=message.text,
        issuer=warning.issuer,
        issued_at=message.issued_at,
        mode=MessageMode(round_.mode),
    )
    asks = round_.to_ladder().steps[step].minutes is not None
    draft = Draft(
        mode=round_.mode,
        channel=_CHANNELS[way],
        purpose=PURPOSE,
        subject=str(warning)[:SUBJECT_CHARS],
        text=call_words(told, way, asks=asks)[:TEXT_CHARS],
        about_model=ABOUT,
        about_key=f"{round_.pk.hex}-{step}",
        expires_at=message.expires_at,
    )
    apply_dispatch(rec, draft, addressees)


def _people_of(contacts: set[uuid.UUID]) -> dict[uuid.UUID | None, uuid.UUID]:
    if not contacts:
        return {}
    rows = AreaContact.objects.filter(pk__in=contacts).values_list("pk", "person")
    return dict(rows)


def new_row(chosen: Chosen, move: Move) -> Row:
    return Row(key=new_id(), chosen=chosen, place=move.place, calls=move.calls)
