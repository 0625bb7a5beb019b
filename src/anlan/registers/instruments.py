"""Reads of the institutions: their state as a condition, who may see what used them, measures."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.clock import CITY_ZONE
from anlan.base.keeping.merging import merged_keys
from anlan.base.measures import Measure, Proof, counted
from anlan.base.parts import registry
from anlan.base.rules.labels import gettext_noop
from anlan.registers.choices import EnterpriseState
from anlan.registers.models import Citation, Enterprise, Instrument
from anlan.registers.rules.instrument import InstrumentState, instrument_state

USED_WITHIN_CALENDAR_DAYS = 365
"""House rule: "used in 12 months" is counted in days before today."""


def in_state(state: str, today: dt.date) -> Q:
    """`rules.instrument` as a condition over rows; a test holds both against each other."""
    ended = Q(in_force_until__isnull=False, in_force_until__lte=today)
    draft = Q(adopted_on__isnull=True) | Q(adopted_on__gt=today)
    waits = Q(in_force_from__isnull=True) | Q(in_force_from__gt=today)
    review = Q(review_on__isnull=False, review_on__lte=today)
    return {
        InstrumentState.REPEALED: ended,
        InstrumentState.DRAFTING: ~ended & draft,
        InstrumentState.ADOPTED: ~ended & ~draft & waits,
        InstrumentState.DUE_FOR_REVIEW: ~ended & ~draft & ~waits & review,
        InstrumentState.IN_FORCE: ~ended & ~draft & ~waits & ~review,
    }.get(state, Q(pk__in=()))  # type: ignore[call-overload, no-any-return]


def with_uses(rows: QuerySet[Any], today: dt.date) -> QuerySet[Any]:
    """Instruments with their uses of the last 12 months and the day of the last one."""
    since = today - dt.timedelta(days=USED_WITHIN_CALENDAR_DAYS)
    recent = Count("citations", filter=Q(citations__cited_on__gt=since))
    found: QuerySet[Any] = rows.annotate(uses=recent, last_used_on=Max("citations__cited_on"))
    return found


def citations_of(model: str, key: str, scope: Any) -> QuerySet[Citation]:
    """The instruments that a record used, as far as the reader sees them."""
    seen: QuerySet[Citation] = Citation.objects.visible_to(scope)
    return seen.filter(subject_model=model, subject_key=key).select_related("instrument")


def named_subjects(scope: Any, rows: Iterable[Citation]) -> dict[Any, tuple[str, str]]:
    """Citation → (name, address) of the records in view; those outside it have no name here."""
    listed = list(rows)
    by_model: dict[str, set[str]] = {}
    for row in listed:
        by_model.setdefault(row.subject_model, set()).add(row.subject_key)
    seen: set[tuple[str, str]] = set()
    for label, keys in by_model.items():
        try:
            model: Any = apps.get_model(label)
        except LookupError:  # a table that a later edition no longer has
            continue
        visible = model._default_manager.visible_to(scope).filter(pk__in=keys)
        seen |= {(label, str(pk)) for pk in visible.values_list("pk", flat=True)}
    return {
        row.pk: (row.subject_name, page_of_subject(row.subject_model, row.subject_key))
        for row in listed
        if (row.subject_model, row.subject_key) in seen
    }


def page_of_subject(model: str, key: str) -> str:
    """The page of a record that its stage declares as a subject; empty where there is none."""
    subject = registry.due_subject(model)
    return subject.url(key) if subject is not None else ""


def sector_officers(scope: Any, now: dt.datetime) -> list[Proof]:
    """Operating enterprises of the focus sectors, and whether each has a safety officer."""
    rows = Enterprise.objects.visible_to(scope).exclude(sector="")
    rows = rows.filter(state=EnterpriseState.OPERATING).order_by("sector", "initials", "pk")
    return [
        Proof(
            label=row.name,
            url=reverse("enterprise", args=[row.pk]),
            counts=row.safety_officer_id is not None,
            why=_("safety officer named")
            if row.safety_officer_id is not None
            else _("no safety officer named"),
            items=(row.sector,),
        )
        for row in rows
    ]


def instruments_used(scope: Any, now: dt.datetime) -> list[Proof]:
    """Instruments in force, and whether a record used each in the last 12 months."""
    today = now.astimezone(CITY_ZONE).date()
    found = []
    rows = Instrument.objects.visible_to(scope).exclude(pk__in=merged_keys(Instrument))
    for row in with_uses(rows, today).order_by("name", "pk"):
        if not instrument_state(row.to_domain(), today).known().is_in_force:
            continue
        found.append(
            Proof(
                label=str(row),
                url=reverse("instrument", args=[row.pk]),
                counts=row.uses > 0,
                why=used_text(row),
            )
        )
    return found


def used_text(row: Any) -> str:
    if row.last_used_on is None:
        return _("never used by a record")
    return _("used last on {day}").format(day=row.last_used_on.isoformat())


MEASURES = (
    Measure(
        name="sector-safety-officers",
        label=gettext_noop("Enterprises of the focus sectors with a safety officer"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the operating enterprises registered in a focus sector, those that named a safety "
            "officer. Narrowed to a sector on its item."
        ),
        serves=("S1", "S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9"),
        query=counted(sector_officers),
        evidence=sector_officers,
        narrows=True,
    ),
    Measure(
        name="instruments-used",
        label=gettext_noop("Institutions in force that were used in 12 months"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the institutions in force, those that a record of any stage cites within the last "
            "365 days (house default). An institution that nobody uses is paper."
        ),
        serves=(),
        query=counted(instruments_used),
        evidence=instruments_used,
    ),
)
