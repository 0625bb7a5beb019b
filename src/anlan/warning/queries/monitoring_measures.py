"""Measures of monitoring notices: acknowledged in time, and what they ask of the duty in a day."""

import datetime as dt
from typing import Any, Final

from django.db.models import Min
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.clock import CITY_ZONE
from anlan.base.measures import Measure, Proof, counted
from anlan.base.rules.labels import gettext_noop
from anlan.warning.choices import NoticeEventKind
from anlan.warning.models import MonitoringNotice, NoticeEvent
from anlan.warning.queries.measures import IN_TIME_MIN, year_before
from anlan.warning.queries.monitoring import notice_url

SERVES: Final = ("T13", "P6")
BUDGET_A_DAY: Final = 20
"""House rule: what one duty officer can look into with care beside everything else."""
DAYS: Final = 30


def acknowledged_in_time(scope: Any, now: dt.datetime) -> list[Proof]:
    """Notices of 12 months; one whose first acknowledgement came in its term counts."""
    rows = MonitoringNotice.objects.visible_to(scope).filter(
        known_at__gt=year_before(now), known_at__lte=now
    )
    first = dict(
        NoticeEvent.objects.filter(notice__in=rows, kind=NoticeEventKind.ACKNOWLEDGED)
        .order_by()
        .values("notice")
        .annotate(at=Min("known_at"))
        .values_list("notice", "at")
    )
    joined = rows.select_related("rule", "datastream__station").order_by("-known_at", "pk")
    return [_proof(row, first.get(row.pk), now) for row in joined]


def _proof(row: MonitoringNotice, at: dt.datetime | None, now: dt.datetime) -> Proof:
    by = row.known_at + dt.timedelta(minutes=IN_TIME_MIN[row.highest])
    is_running = at is None and row.ended_at is None and now <= by
    is_over = at is None and row.ended_at is not None and row.ended_at <= by
    if at is None:
        why = _("not acknowledged")
        if is_running:
            why = _("the term still runs")
        elif is_over:
            why = _("it ended before its term")
    else:
        minutes = int((at - row.known_at).total_seconds() // 60)
        why = _("acknowledged after {minutes} minutes, within {most} wanted").format(
            minutes=minutes, most=IN_TIME_MIN[row.highest]
        )
    return Proof(
        label=f"{row} {row.known_at.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}",
        url=notice_url(row.pk),
        counts=at is not None and at <= by,
        why=why,
        left_out=is_running or is_over,
    )


def days_within_budget(scope: Any, now: dt.datetime) -> list[Proof]:
    """The last 30 whole days; one with no more new notices than the budget counts."""
    today = now.astimezone(CITY_ZONE).date()
    first = dt.datetime.combine(today - dt.timedelta(days=DAYS), dt.time(), tzinfo=CITY_ZONE)
    rows = MonitoringNotice.objects.visible_to(scope).filter(known_at__gte=first)
    numbers: dict[dt.date, int] = {}
    for known_at in rows.values_list("known_at", flat=True):
        day = known_at.astimezone(CITY_ZONE).date()
        numbers[day] = numbers.get(day, 0) + 1
    if not MonitoringNotice.objects.visible_to(scope).exists():
        return []
    return [
        _day(today - dt.timedelta(days=n), numbers.get(today - dt.timedelta(days=n), 0))
        for n in range(1, DAYS + 1)
    ]


def _day(day: dt.date, number: int) -> Proof:
    return Proof(
        label=day.isoformat(),
        url=f"{reverse('monitoring-notice-list')}?day={day.isoformat()}",
        counts=number <= BUDGET_A_DAY,
        why=_("{number} new notices, at most {most} wanted").format(
            number=number, most=BUDGET_A_DAY
        ),
    )


MEASURES: Final = (
    Measure(
        name="notices-acknowledged-in-time",
        label=gettext_noop("Monitoring notices acknowledged in time"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the monitoring notices of 12 months, those acknowledged within 5 minutes when "
            "red, 15 when orange, 30 when yellow or blue (our default). What ended before its "
            "term is left out."
        ),
        serves=SERVES,
        query=counted(acknowledged_in_time),
        evidence=acknowledged_in_time,
    ),
    Measure(
        name="monitoring-days-within-budget",
        label=gettext_noop("Days with no more notices than the duty can look into"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the last 30 days, those with at most 20 new monitoring notices in view (our "
            "default): more than can be looked into are noise, and the limits need a look."
        ),
        serves=SERVES,
        query=counted(days_within_budget),
        evidence=days_within_budget,
    ),
)
