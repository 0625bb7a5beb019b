"""Reads of the institutions required: how each stands, and the measures that count them."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.clock import CITY_ZONE
from anlan.base.keeping.pointing import pages
from anlan.base.measures import Measure, Proof, counted
from anlan.base.rules.labels import gettext_noop
from anlan.plan.models import Deliverable, InstrumentRequirement
from anlan.plan.queries.loop.bearers import live_from
from anlan.plan.queries.loop.progress import with_state
from anlan.plan.rules.instrument_requirement import RequirementStanding, requirement_standing
from anlan.plan.rules.loop.deliverable import DELIVERABLE_LABELS, DeliverableState
from anlan.registers.instruments import USED_WITHIN_CALENDAR_DAYS, used_text
from anlan.registers.rules.instrument import instrument_state


def required(scope: Any) -> QuerySet[Any]:
    """What live items still ask for."""
    rows = InstrumentRequirement.objects.visible_to(scope)
    found: QuerySet[Any] = rows.filter(item__is_dropped=False, withdrawn_at__isnull=True)
    return found.select_related("item__notice", "instrument__issuer__unit")


def standing(row: InstrumentRequirement, day: dt.date) -> RequirementStanding:
    """How a requirement stands; `instrument` is joined."""
    instrument = row.instrument
    state = None
    if instrument is not None:
        state = instrument_state(instrument.to_domain(), day).known()
    return requirement_standing(state).known()


def with_last_use(rows: QuerySet[Any], day: dt.date) -> QuerySet[Any]:
    """Requirements with the uses of their instrument in 12 months and the day of the last."""
    since = day - dt.timedelta(days=USED_WITHIN_CALENDAR_DAYS)
    recent = Count("instrument__citations", filter=Q(instrument__citations__cited_on__gt=since))
    return rows.annotate(uses=recent, last_used_on=Max("instrument__citations__cited_on"))


def in_force(scope: Any, now: dt.datetime) -> list[Proof]:
    """What the clauses ask for; what is in force counts."""
    day = now.astimezone(CITY_ZONE).date()
    return [_proof(row, standing(row, day)) for row in required(scope)]


def used(scope: Any, now: dt.datetime) -> list[Proof]:
    """Required institutions that are in force; those that a record used in 12 months count."""
    day = now.astimezone(CITY_ZONE).date()
    return [
        Proof(
            label=str(row),
            url=requirement_url(row),
            counts=row.uses > 0,
            why=used_text(row),
            items=(row.item.key,),
        )
        for row in with_last_use(required(scope), day)
        if standing(row, day).is_met
    ]


def finished(scope: Any, now: dt.datetime) -> list[Proof]:
    """Deliverables that are asked for; those finished with a proof count."""
    rows = Deliverable.objects.visible_to(scope).filter(
        item__is_dropped=False, withdrawn_at__isnull=True
    )
    stated = with_state(rows, now, live_from()).order_by("item__position", "position", "id")
    address = pages("plan-deliverable")  # there are thousands
    labels = {state.value: _(label) for state, label in DELIVERABLE_LABELS.items()}
    return [
        _of_deliverable(item, text, DeliverableState(code), address(key), labels[code])
        for key, item, text, code in stated.values_list("pk", "item__key", "text", "state")
    ]


def requirement_url(row: InstrumentRequirement) -> str:
    return reverse("plan-requirement", args=[row.pk])


def grouped(rows: Iterable[Any]) -> list[tuple[Any, list[Any]]]:
    """Rows by item, in the order of the rows."""
    found: dict[Any, list[Any]] = {}
    for row in rows:
        found.setdefault(row.item, []).append(row)
    return list(found.items())


def _proof(row: InstrumentRequirement, stands: RequirementStanding) -> Proof:
    return Proof(
        label=str(row),
        url=requirement_url(row),
        counts=stands.is_met,
        why=_(stands.label),
        items=(row.item.key,),
    )


def _of_deliverable(item: str, text: str, state: DeliverableState, url: str, why: str) -> Proof:
    silent = {"part": 0, "whole": 0} if state is DeliverableState.TO_BACK_FILL else {}
    return Proof(
        label=f"{item} {text}",
        url=url,
        counts=state.is_done,
        why=why,
        items=(item,),
        **silent,
    )


MEASURES = (
    Measure(
        name="instruments-in-force",
        label=gettext_noop("Institutions in force / required"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the institutions that the clauses ask for, those with a linked document that is "
            "in force today. A draft does not count; one due for review does."
        ),
        serves=(),
        query=counted(in_force),
        evidence=in_force,
        narrows=True,
    ),
    Measure(
        name="instruments-required-used",
        label=gettext_noop("Required institutions used in 12 months"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the required institutions in force, those that a record of any stage cites within "
            "the last 365 days (house default)."
        ),
        serves=(),
        query=counted(used),
        evidence=used,
        narrows=True,
    ),
    Measure(
        name="deliverables-finished",
        label=gettext_noop("Deliverables finished with proof"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the deliverables that are asked for, those finished by an accepted report or "
            "back-filled with evidence. Those to be back-filled are listed and not counted."
        ),
        serves=(),
        query=counted(finished),
        evidence=finished,
        narrows=True,
    ),
)
