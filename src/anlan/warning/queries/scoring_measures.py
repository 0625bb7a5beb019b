"""Measures of the score: events warned of, warnings of which something came, load of the duty."""

import datetime as dt
from typing import Any, Final

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.clock import CITY_ZONE
from anlan.base.measures import Measure, Proof, counted
from anlan.base.rules.labels import gettext_noop
from anlan.warning.models import WarningMessage
from anlan.warning.queries.measures import year_before
from anlan.warning.queries.scoring import Board
from anlan.warning.queries.scoring_records import Period, may_score
from anlan.warning.rules.scoring.matching import (
    ALARM_LABELS,
    EVENT_LABELS,
    WHY_LABELS,
    AlarmFate,
    EventFate,
    JudgedEvent,
)
from anlan.warning.rules.scoring.values import house_terms

SERVES: Final = ("T13", "P6")


def _board(scope: Any, now: dt.datetime) -> Board | None:
    """The last twelve months; nothing for whoever does not see all events of an area."""
    if not may_score(scope):
        return None
    here = now.astimezone(CITY_ZONE).date()
    first = year_before(now).date() + dt.timedelta(days=1)
    return Board(scope, Period(first=first, last=here), now)


def events_warned(scope: Any, now: dt.datetime) -> list[Proof]:
    """Events of 12 months; those warned of before their onset count."""
    board = _board(scope, now)
    if board is None:
        return []
    return [
        Proof(
            label=f"{board.pages[one.event.key].label} {one.event.onset_from:%Y-%m-%d}",
            url=board.pages[one.event.key].url,
            counts=one.fate is EventFate.HIT,
            why=_(EVENT_LABELS[one.fate]) + (f": {_(WHY_LABELS[one.why])}" if one.why else ""),
            left_out=one.fate is EventFate.UNDECIDABLE,
        )
        for one in reversed(board.judged.events)
    ]


def events_with_lead(scope: Any, now: dt.datetime) -> list[Proof]:
    """Events of 12 months whose hour is known; those warned of long enough before count."""
    board = _board(scope, now)
    if board is None:
        return []
    found = []
    for one in reversed(board.judged.events):
        is_hit, lead = one.fate is EventFate.HIT, one.lead_min
        page = board.pages[one.event.key]
        found.append(
            Proof(
                label=f"{page.label} {one.event.onset_from:%Y-%m-%d}",
                url=page.url,
                counts=is_hit and lead is not None and lead >= board.terms.lead_min,
                why=_lead_text(one, board.terms.lead_min),
                left_out=one.fate is EventFate.UNDECIDABLE or (is_hit and lead is None),
            )
        )
    return found


def _lead_text(one: JudgedEvent, wanted: int) -> str:
    if one.fate is not EventFate.HIT:
        return _(EVENT_LABELS[one.fate])
    if one.lead_min is None:
        return _("warned of, but only the day of the onset is known")
    said = _("warned of {minutes} minutes before, {wanted} are enough (our default)")
    return said.format(minutes=round(one.lead_min), wanted=wanted)


def alarms_with_event(scope: Any, now: dt.datetime) -> list[Proof]:
    """Warnings of 12 months; those of which something came count."""
    board = _board(scope, now)
    if board is None:
        return []
    aside = (AlarmFate.UNDECIDABLE, AlarmFate.LATE)
    return [
        Proof(
            label=f"{board.pages[one.alarm.key].label} {one.alarm.begun_at:%Y-%m-%d %H:%M}",
            url=board.pages[one.alarm.key].url,
            counts=one.fate is AlarmFate.HIT,
            why=_(ALARM_LABELS[one.fate]) + (f": {_(WHY_LABELS[one.why])}" if one.why else ""),
            left_out=one.fate in aside,
        )
        for one in reversed(board.judged.alarms)
    ]


def days_within_budget(scope: Any, now: dt.datetime) -> list[Proof]:
    """Days of 12 months on which a message came; those within the budget of the duty count."""
    rows = WarningMessage.objects.visible_to(scope).filter(
        received_at__gt=year_before(now), received_at__lte=now
    )
    days: dict[dt.date, int] = {}
    for at in rows.values_list("received_at", flat=True):
        day = at.astimezone(CITY_ZONE).date()
        days[day] = days.get(day, 0) + 1
    budget = house_terms().budget_a_day
    return [
        Proof(
            label=f"{day:%Y-%m-%d}",
            url=f"{reverse('warning-score-day')}?day={day:%Y-%m-%d}",
            counts=amount <= budget,
            why=_("{amount} messages, budget {budget}").format(amount=amount, budget=budget),
        )
        for day, amount in sorted(days.items(), reverse=True)
    ]


MEASURES: Final = (
    Measure(
        name="warning-events-warned",
        label=gettext_noop("Events warned of before their onset"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the disasters and observed exceedances of 12 months, those for which a warning of "
            "their hazard held in one of their counties at the onset. What cannot be said is left "
            "out (our default of matching)."
        ),
        serves=SERVES,
        query=counted(events_warned),
        evidence=events_warned,
    ),
    Measure(
        name="warning-lead-enough",
        label=gettext_noop("Events warned of early enough"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the disasters and observed exceedances of 12 months whose hour is known, those "
            "warned of at least an hour before their onset; missed and late ones count against "
            "it. What cannot be said is left out (an hour and the matching are our defaults)."
        ),
        serves=SERVES,
        query=counted(events_with_lead),
        evidence=events_with_lead,
    ),
    Measure(
        name="warning-with-event",
        label=gettext_noop("Warnings of which something came"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the warnings of 12 months, those in whose time and area an event of their hazard "
            "began; the others are false alarms. Late ones, open ones and those for whose hazard "
            "nothing is on record are left out (our default of matching)."
        ),
        serves=SERVES,
        query=counted(alarms_with_event),
        evidence=alarms_with_event,
    ),
    Measure(
        name="warning-days-within-budget",
        label=gettext_noop("Days on which the duty could take in what came"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the days of 12 months on which messages of warnings came, those with no more than "
            "the budget of the duty (our default)."
        ),
        serves=SERVES,
        query=counted(days_within_budget),
        evidence=days_within_budget,
    ),
)
