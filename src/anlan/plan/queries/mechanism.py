"""Reads of the implementation mechanism: who still waits, how each body stands, the measure."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.clock import CITY_ZONE
from anlan.base.measures import Measure, Proof, Share, share_of
from anlan.base.rules.labels import gettext_noop
from anlan.plan.models import Duty, MechanismQuarter
from anlan.plan.queries.in_force import awaited_notices
from anlan.plan.rules.mechanism import (
    Presence,
    Quarter,
    Standing,
    presence_of,
    quarter_of,
    standing_of,
)
from anlan.registers import queries as registers
from anlan.registers.models import Body, Person, Tenure


def bodies_of_the_plan(day: dt.date) -> list[Body]:
    """Living bodies with a duty in a notice, by name or through a group. A draft, or a successor
    that is not in force yet, asks nobody."""
    duties = Duty.objects.filter(item__is_dropped=False).exclude(notice__in=awaited_notices())
    duties = duties.order_by()
    groups = set(duties.filter(group__isnull=False).values_list("group", flat=True).distinct())
    members = [body for group, body in registers.memberships_on(day) if group in groups]
    named = duties.filter(body__isnull=False).values_list("body", flat=True).distinct()
    living = Q(valid_until__isnull=True) | Q(valid_until__gt=day)
    begun = Q(valid_from__isnull=True) | Q(valid_from__lte=day)
    rows = Body.objects.filter(living, begun, pk__in={*named, *members}).select_related("unit")
    return list(rows.order_by("unit__position", "position", "code"))


def without_row(quarter: Quarter, day: dt.date) -> list[Body]:
    """Bodies of the plan whose quarter is not opened yet."""
    rows = MechanismQuarter.objects.filter(year=quarter.year, number=quarter.number)
    opened = set(rows.values_list("body", flat=True))
    return [body for body in bodies_of_the_plan(day) if body.pk not in opened]


def last_confirmed(bodies: Iterable[uuid.UUID]) -> dict[uuid.UUID, MechanismQuarter]:
    """The newest confirmed quarter of each body."""
    rows = MechanismQuarter.objects.filter(body__in=list(bodies), confirmed_at__isnull=False)
    found: dict[uuid.UUID, MechanismQuarter] = {}
    for row in rows.order_by("year", "number"):
        found[row.body_id] = row
    return found


def people_of(body: uuid.UUID, day: dt.date) -> list[Person]:
    """Who holds a post in a body on a day."""
    held = Tenure.objects.filter(_on(day), post__body=body)
    return list(Person.objects.filter(pk__in=held.values("person")).order_by("initials", "pk"))


def held_on(rows: Iterable[MechanismQuarter], day: dt.date) -> set[tuple[uuid.UUID, uuid.UUID]]:
    """(body, person) of the named who still hold a post there. One query."""
    people = {row.person_id for row in rows if row.person_id is not None}
    held = Tenure.objects.filter(_on(day), person__in=people)
    return set(held.values_list("post__body", "person"))


def with_held(rows: QuerySet[Any], day: dt.date) -> QuerySet[Any]:
    """Rows annotated with `is_held`: the named person holds a post in the body. For lists."""
    held = Tenure.objects.filter(_on(day), post__body=OuterRef("body"), person=OuterRef("person"))
    found: QuerySet[Any] = rows.annotate(is_held=Exists(held))
    return found


def standing_in_list(row: Any, today: dt.date) -> Standing:
    """`standing` for a row of `with_held`."""
    held = {(row.body_id, row.person_id)} if row.is_held else set()
    return standing(row, held, today)


def standing(
    row: MechanismQuarter, held: set[tuple[uuid.UUID, uuid.UUID]], today: dt.date
) -> Standing:
    """The rule over a row. Who was in charge of a body that has ended is not asked any more."""
    confirmed, ended = row.confirmed_at, row.body.valid_until
    knows = row.person_id is not None and (ended is None or ended > today)
    return standing_of(
        confirmed_on=confirmed.astimezone(CITY_ZONE).date() if confirmed is not None else None,
        is_held=(row.body_id, row.person_id) in held if knows else None,
        confirm_by=_term_of(row),
        today=today,
        presence=presence(row),
    ).known()


def presence(row: MechanismQuarter) -> Presence:
    """Whether the body of a row existed in its quarter."""
    return presence_of(
        row.quarter,
        confirm_by=_term_of(row),
        begins_on=row.body.valid_from,
        ended_on=row.body.valid_until,
        is_confirmed=row.confirmed_at is not None,
    ).known()


def _term_of(row: MechanismQuarter) -> dt.date:
    """A body that was opened late has until the day it was opened."""
    return max(row.quarter.confirm_by, row.opened_at.astimezone(CITY_ZONE).date())


def confirmed_this_quarter(scope: Any, now: dt.datetime) -> list[Proof]:
    """Bodies of this quarter; those that confirmed and whose named person is there count. Who did
    not exist then is left out, and it is said why."""
    today = now.astimezone(CITY_ZONE).date()
    quarter = quarter_of(today)
    seen = MechanismQuarter.objects.visible_to(scope)
    rows = list(seen.filter(year=quarter.year, number=quarter.number).select_related("body"))
    held = held_on(rows, today)
    found = []
    for row in rows:
        stands, there = standing(row, held, today), presence(row)
        found.append(
            Proof(
                label=str(row),
                url=reverse("plan-mechanism-body", args=[row.pk]),
                counts=stands is Standing.CONFIRMED,
                why=_(stands.label if there.counts else there.label),
                left_out=not there.counts,
            )
        )
    return found


def _share(scope: Any, now: dt.datetime) -> Share:
    return share_of(confirmed_this_quarter(scope, now))


def _on(day: dt.date) -> Q:
    return Q(held_from__lte=day) & (Q(held_until__isnull=True) | Q(held_until__gt=day))


MEASURES = (
    Measure(
        name="mechanism-confirmed",
        label=gettext_noop("Bodies that confirmed office and person this quarter"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the bodies with a duty in a notice, those that confirmed their office and named "
            "person for the plan this quarter, and whose named person still holds a post there. "
            "Bodies that did not exist on the last day of their term are left out."
        ),
        serves=("R3",),
        query=_share,
        evidence=confirmed_this_quarter,
    ),
)
