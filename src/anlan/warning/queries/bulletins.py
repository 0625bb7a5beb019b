"""Reads of bulletins: their way, what is missing, who may do what, their words and their CAP."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from anlan.base.city_language import in_city_language
from anlan.base.instance_stamp import is_demonstration_now
from anlan.base.records import this_centre
from anlan.base.rules.dispatch import MessageMode
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Verdict
from anlan.base.worlds.current import current
from anlan.registers.choices import UnitKind
from anlan.registers.models import Body, Region
from anlan.registers.queries import tenures_on
from anlan.registers.rules.scope import ADMINISTRATORS, Capability, Role, Scope
from anlan.warning.models import Bulletin, PublishingRight
from anlan.warning.queries.calling import chosen_in, ladder_for
from anlan.warning.rules.bulletin import cap, words
from anlan.warning.rules.bulletin.approval import Approver, may_approve
from anlan.warning.rules.bulletin.content import Content, Part, change_gap, gaps_of
from anlan.warning.rules.bulletin.life import BulletinState, are_other_hands
from anlan.warning.rules.bulletin.route import BulletinWay, Route, route_of
from anlan.warning.rules.cap.values import Alert, Reference, Status
from anlan.warning.rules.cap.writing import write_cap
from anlan.warning.rules.reading.reading import INVENTED_PREFIX
from anlan.warning.rules.recipients import Area, Found
from anlan.warning.rules.short_text import MOST_CHARACTERS, HeadTooLong, units
from anlan.warning.rules.signal import HAZARD_LABELS, Change, Hazard, Level

MOST_CHAIN: Final = 500
EXERCISE_NOTE: Final = gettext_noop("An exercise of {unit}: no real warning.")
INVENTED_NOTE: Final = gettext_noop("Demonstration data: no real warning.")
PROPOSAL_NOTE: Final = gettext_noop("A proposal to the owner of the warning: not issued.")
Outlines = tuple[tuple[str, Mapping[str, Any]], ...]
Areas = tuple[list[Region], Outlines]
"""Divisions, and outlines with their names."""


def bulletin_url(key: Any) -> str:
    return reverse("bulletin", args=[key])


def may_write(scope: Any, body: Body) -> bool:
    """House rule: whoever keeps the rows of a body writes its warnings."""
    if not isinstance(scope, Scope) or not scope.may(Capability.RECEIVE_WARNINGS):
        return False
    return scope.may_keep_for(body.unit.code, body.code)


def bulletins(scope: Any) -> QuerySet[Any]:
    """Bulletins in view, with what a list shows."""
    rows: QuerySet[Any] = Bulletin.objects.visible_to(scope)
    return rows.select_related("body", "unit", "message__warning", "follows").prefetch_related(
        "areas__region"
    )


def bulletin_route(row: Bulletin, day: dt.date) -> Verdict[Route]:
    """Own warning or proposal, by the rights of the day."""
    return route_for(row.body, row.hazard, row.level, day)


def route_for(body: Body, hazard: str, level: str, day: dt.date) -> Verdict[Route]:
    rights = [each.to_domain() for each in PublishingRight.objects.select_related("body")]
    return route_of(body.code, Hazard(hazard), Level(level), rights, on=day)


def areas_of(row: Bulletin) -> Areas:
    """Divisions and drawn outlines of a bulletin, in the order of their codes."""
    areas = list(row.areas.all())
    regions = [area.region for area in areas if area.region is not None]
    drawn = [area for area in areas if area.outline is not None]
    drawn.sort(key=lambda area: area.pk)
    return sorted(regions, key=lambda r: r.code), tuple((a.name, a.outline) for a in drawn)


def content_of(row: Bulletin, areas: Areas | None = None) -> Content:
    regions, outlines = areas or areas_of(row)
    return Content(
        change=Change(row.change),
        level=Level(row.level),
        areas=len(regions) + len(outlines),
        headline=row.headline,
        text=row.text,
        instruction=row.instruction,
        effective_at=row.effective_at,
        expires_at=row.expires_at,
    )


def gaps(row: Bulletin, now: dt.datetime, areas: Areas | None = None) -> tuple[Part, ...]:
    return gaps_of(content_of(row, areas), now)


def change_gap_of(row: Bulletin) -> Message | None:
    before = Level(row.follows.level) if row.follows is not None else None
    return change_gap(Change(row.change), Level(row.level), BulletinWay(row.way), before)


def is_followable(row: Bulletin, now: dt.datetime) -> bool:
    """Whether it is in force, so that it can be updated or cancelled."""
    is_over = row.expires_at is not None and row.expires_at <= now
    return row.state == BulletinState.ISSUED and not is_over


def follower_of(row: Bulletin) -> Bulletin | None:
    """The bulletin that follows it, when one does."""
    rows = row.followed_by.exclude(state=BulletinState.DISCARDED.value)
    found: Bulletin | None = rows.first()
    return found


def chain_before(row: Bulletin) -> list[Bulletin]:
    """The bulletins before it, the newest first."""
    found: list[Bulletin] = []
    here = row.follows
    while here is not None and len(found) < MOST_CHAIN:
        found.append(here)
        here = here.follows
    return found


def approver_of(scope: Scope, account: str, row: Bulletin) -> Approver:
    is_program = scope.may(Capability.MANAGE_ACCOUNTS) and not scope.roles
    return Approver(
        keys=tuple(key for key in (account, scope.person) if key),
        keeps_unit=scope.may_keep_for(row.unit.code),
        keeps_body=scope.may_keep_for(row.unit.code, row.body.code),
        is_on_duty=is_program or bool(scope.roles - set(ADMINISTRATORS)),
    )


def colleague_may_approve(row: Bulletin, day: dt.date) -> bool:
    """Whether the body that wrote it has somebody with other hands who keeps its rows."""
    roles = (Role.DEPARTMENT.value, Role.COUNTY.value, Role.BUREAU.value)
    held = tenures_on(day).filter(post__body=row.body_id, post__role__in=roles)
    return _has_other_hands(held, row)


def county_may_approve(row: Bulletin, day: dt.date) -> bool:
    """Whether a county's unit has a contact with other hands."""
    if row.unit.kind == UnitKind.CITY:
        return False
    held = tenures_on(day).filter(post__body__unit=row.unit_id, post__role=Role.COUNTY.value)
    return _has_other_hands(held, row)


def _has_other_hands(held: QuerySet[Any], row: Bulletin) -> bool:
    """Among those who hold a post and can sign in."""
    able = held.filter(person__account__is_active=True)
    keys = able.values_list("person", "person__account__login")
    return any(are_other_hands(row.hands, (str(person), login)) for person, login in keys)


def approval_verdict(scope: Scope, account: str, row: Bulletin) -> Verdict[bool]:
    return may_approve(Level(row.level), row.hands, approver_of(scope, account, row))


def hazard_word(hazard: str) -> str:
    """The word of the field, whoever reads."""
    return in_city_language(HAZARD_LABELS[Hazard(hazard)])


def issuer_of(body: Body) -> str:
    """The name under which a body issues; a demonstration says that it is invented."""
    prefix = INVENTED_PREFIX if is_demonstration_now() else ""
    return f"{prefix}{body.full_name}"


def mode_of(row: Bulletin) -> MessageMode:
    return MessageMode(row.mode or current().mode)


def spoken_of(row: Bulletin, at: dt.datetime) -> words.Spoken:
    """`at` counts while it was not sent."""
    return words.Spoken(
        issuer=issuer_of(row.body),
        at=row.sent_at or at,
        change=Change(row.change),
        hazard=Hazard(row.hazard),
        hazard_word=hazard_word(row.hazard),
        level=Level(row.level),
        text=row.text,
        instruction="" if row.is_lift else row.instruction,
        way=BulletinWay(row.way),
        mode=mode_of(row),
    )


def sender_of(body: Body) -> str:
    """Unique among the centres: the code of the centre, then that of the body."""
    return f"{this_centre()}.{body.code}"


def identifier_of(row: Bulletin) -> str:
    return f"{sender_of(row.body)}-{row.pk.hex}"


def references_at(row: Bulletin, at: dt.datetime) -> list[dict[str, str]]:
    """What the message refers to when it is sent then, as it is kept."""
    chain = [each.to_sent() for each in chain_before(row) if each.sent_at is not None]
    return [
        {
            "sender": each.sender,
            "identifier": each.identifier,
            "sent": each.sent.isoformat(),
        }
        for each in cap.references_of(chain, at)
    ]


def alert_of(row: Bulletin, at: dt.datetime, areas: Areas | None = None) -> Alert:
    """The CAP message: as it left, or as it would leave at `at`. `areas` of a row that is not
    kept yet."""
    is_sent = bool(row.identifier)
    given = row.refers_to if is_sent else references_at(row, at)
    regions, outlines = areas or areas_of(row)
    return cap.to_alert(
        cap.Facts(
            identifier=row.identifier or identifier_of(row),
            sender=row.sender or sender_of(row.body),
            sender_name=issuer_of(row.body),
            sent=row.sent_at or at,
            status=_status(row),
            change=Change(row.change),
            hazard=Hazard(row.hazard),
            hazard_word=hazard_word(row.hazard),
            level=Level(row.level),
            headline=row.headline,
            text=row.text,
            instruction=row.instruction,
            effective=row.effective_at,
            expires=row.expires_at,
            divisions=tuple((region.name, region.code) for region in regions),
            outlines=tuple(
                (name or in_city_language("drawn area"), outline) for name, outline in outlines
            ),
            references=tuple(_reference(each) for each in given),
            note=_note(row),
        )
    )


def _reference(kept: Mapping[str, str]) -> Reference:
    sent = cap.cap_time(dt.datetime.fromisoformat(kept["sent"]))
    return Reference(sender=kept["sender"], identifier=kept["identifier"], sent=sent)


def _status(row: Bulletin) -> Status:
    """House rule: what has not left, and what is only proposed, is a draft; a demonstration is a
    test and never actual."""
    if row.way == BulletinWay.PROPOSE or not row.identifier:
        return Status.DRAFT
    if mode_of(row) is MessageMode.EXERCISE:
        return Status.EXERCISE
    return Status.TEST if is_demonstration_now() else Status.ACTUAL


def _note(row: Bulletin) -> str:
    if row.way == BulletinWay.PROPOSE:
        return in_city_language(PROPOSAL_NOTE)
    if mode_of(row) is MessageMode.EXERCISE:
        return in_city_language(EXERCISE_NOTE, unit=row.unit.name)
    return in_city_language(INVENTED_NOTE) if is_demonstration_now() else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How many would be called: inside, and those whose place is not known."""

    called: int
    unlocated: int


def reached_by(row: Bulletin, day: dt.date, areas: Areas | None = None) -> Reached:
    """Whom the calls of this bulletin would reach."""
    regions, outlines = areas or areas_of(row)
    area = Area(
        regions=tuple(region.code for region in regions),
        outlines=tuple(outline for _name, outline in outlines),
    )
    if area == Area():
        return Reached(called=0, unlocated=0)
    ladder = ladder_for(row.unit, row.level, row.hazard, day)
    chosen = chosen_in(area, ladder, day)
    unlocated = sum(one.found is Found.UNLOCATED for one in chosen)
    return Reached(called=len(chosen) - unlocated, unlocated=unlocated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """A bulletin as it is said: whole, as one short message, as CAP."""

    full: str
    short: str
    short_refused: str
    used: int
    most: int
    cap: str


def words_of(row: Bulletin, now: dt.datetime, areas: Areas | None = None) -> Words:
    spoken = spoken_of(row, now)
    short, refused = "", ""
    try:
        short = words.short_form(spoken)
    except HeadTooLong as error:
        refused = error.message.text(gettext)
    xml = write_cap(alert_of(row, now, areas)).decode()
    return Words(
        full=words.full_text(spoken),
        short=short,
        short_refused=refused,
        used=units(short),
        most=MOST_CHARACTERS,
        cap=xml,
    )


def bulletin_of(scope: Any, key: uuid.UUID) -> Bulletin | None:
    found: Bulletin | None = bulletins(scope).filter(pk=key).first()
    return found


Branch = tuple[Region, list[tuple[Region, list[Region]]]]


def region_tree() -> list[Branch]:
    """City, counties, townships: three levels, in one query."""
    rows = Region.objects.filter(level__in=("city", "county", "township")).order_by("code")
    below: dict[Any, list[Region]] = {}
    for region in rows:
        below.setdefault(region.parent_id, []).append(region)
    cities = [region for region in rows if region.level == "city"]
    known = {region.pk for region in cities}
    found: list[Branch] = []
    for city in cities:
        counties = [(county, below.get(county.pk, [])) for county in below.get(city.pk, [])]
        found.append((city, counties))
    loose = [row for row in rows if row.level == "county" and row.parent_id not in known]
    found += [
        (county, [(t, below.get(t.pk, [])) for t in below.get(county.pk, [])]) for county in loose
    ]
    return found
