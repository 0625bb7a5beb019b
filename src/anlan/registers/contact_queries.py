"""Reads of contacts: who was last reached when, and whose number is not proven any more."""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db.models import F, Max, OuterRef, Q, QuerySet, Subquery

from anlan.base.clock import CITY_ZONE
from anlan.registers.choices import ContactOutcome, NumberKind
from anlan.registers.models import (
    ContactProof,
    ContactThreshold,
)
from anlan.registers.queries import tenures_on
from anlan.registers.rules.contact_proof import Threshold


def thresholds_on(day: dt.date) -> dict[str, Threshold]:
    """Unit code → threshold of the units that set one of their own."""
    rows = ContactThreshold.objects.filter(valid_from__lte=day).order_by("valid_from")
    return {
        unit: Threshold(calendar_days=days, is_default=False)
        for unit, days in rows.values_list("unit__code", "stale_after_calendar_days")
    }


def with_answers(people: QuerySet[Any], kind: str = NumberKind.MOBILE) -> QuerySet[Any]:
    """People with `answered_at` and `wrong_at` of the number they have now."""
    column = "mobile" if kind == NumberKind.MOBILE else "landline"
    tried = ContactProof.objects.filter(person=OuterRef("pk"), kind=kind, number=OuterRef(column))
    return _answered(people, tried, "person")


def with_post_answers(numbers: QuerySet[Any]) -> QuerySet[Any]:
    """Numbers of posts with `answered_at` and `wrong_at`."""
    return _answered(
        numbers, ContactProof.objects.filter(post_number=OuterRef("pk")), "post_number"
    )


def with_area_answers(rows: QuerySet[Any], prefix: str = "") -> QuerySet[Any]:
    """Rows with a `person`, with `answered_at` and `wrong_at` of the mobile number that the person
    has now; `prefix` stands before these names where a row has such columns of its own."""
    tried = ContactProof.objects.filter(
        person=OuterRef("person"), kind=NumberKind.MOBILE, number=OuterRef("person__mobile")
    )
    return _answered(rows, tried, "person", prefix)


def _answered(
    rows: QuerySet[Any], tried: QuerySet[Any], group: str, prefix: str = ""
) -> QuerySet[Any]:
    def latest(outcome: str) -> Subquery:
        found = tried.filter(outcome=outcome).order_by().values(group)
        return Subquery(found.annotate(latest=Max("tried_at")).values("latest"))

    return rows.annotate(
        **{
            f"{prefix}answered_at": latest(ContactOutcome.ANSWERED),
            f"{prefix}wrong_at": latest(ContactOutcome.WRONG_NUMBER),
        }
    )


def alive_before(now: dt.datetime, threshold: Threshold) -> dt.datetime:
    """An answer before this instant is too old."""
    day = now.astimezone(CITY_ZONE).date() - dt.timedelta(days=threshold.calendar_days)
    return dt.datetime.combine(day, dt.time(), CITY_ZONE)


def threshold_of(units: Iterable[str], thresholds: Mapping[str, Threshold]) -> Threshold:
    """The shortest threshold that the units set themselves; the default when none did."""
    own = [thresholds[unit] for unit in units if unit in thresholds]
    return min(own, key=lambda threshold: threshold.calendar_days, default=Threshold())


def unproven(
    now: dt.datetime,
    thresholds: Mapping[str, Threshold],
    in_units: Callable[[list[str]], Q],
) -> Q:
    """Rows whose number is stale, wrong or was never answered: `threshold_of` and the rule
    `contact-proof` in SQL. `in_units(codes)` are the rows of these units."""
    never = Q(answered_at__isnull=True)
    wrong = Q(wrong_at__isnull=False, wrong_at__gt=F("answered_at"))
    stale = Q(answered_at__lt=alive_before(now, Threshold())) & ~in_units(list(thresholds))
    for unit, threshold in thresholds.items():
        stale |= Q(answered_at__lt=alive_before(now, threshold)) & in_units([unit])
    return never | wrong | stale


def of_units_today(today: dt.date) -> Callable[[list[str]], Q]:
    """People by the units in which they hold a post."""
    held = tenures_on(today)
    return lambda codes: Q(pk__in=held.filter(post__body__unit__code__in=codes).values("person"))
