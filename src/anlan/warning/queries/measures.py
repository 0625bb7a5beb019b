"""Measures of received warnings: how soon they come."""

import datetime as dt
from statistics import median
from typing import Any, Final

from django.utils.translation import gettext as _

from anlan.base.clock import CITY_ZONE
from anlan.base.measures import Measure, Proof, counted
from anlan.base.rules.labels import gettext_noop
from anlan.warning.models import WarningMessage
from anlan.warning.queries.received import message_url, received_after
from anlan.warning.rules.signal import Level

IN_TIME_MIN: Final = {
    Level.RED.value: 5,
    Level.ORANGE.value: 15,
    Level.YELLOW.value: 30,
    Level.BLUE.value: 30,
}
"""House rule: received before the time within which its addressees would have to answer
(our default matrix of call-and-confirm; blue as yellow)."""
_A_MINUTE_S: Final = 60


def year_before(now: dt.datetime) -> dt.datetime:
    """The same moment a year ago; of 29 February the 28th."""
    here = now.astimezone(CITY_ZONE)
    day = 28 if (here.month, here.day) == (2, 29) else here.day
    return here.replace(year=here.year - 1, day=day)


def recent(scope: Any, now: dt.datetime) -> list[WarningMessage]:
    """Messages received in the last 12 months."""
    rows = WarningMessage.objects.visible_to(scope).filter(
        received_at__gt=year_before(now), received_at__lte=now
    )
    return list(rows.select_related("warning").order_by("-received_at", "pk"))


def minutes_of(row: WarningMessage) -> float:
    return round(received_after(row).total_seconds() / _A_MINUTE_S, 1)


def median_minutes(scope: Any, now: dt.datetime) -> tuple[int, float | None]:
    """How many messages came in 12 months, and the median of minutes from issue to receipt."""
    minutes = [minutes_of(row) for row in recent(scope, now)]
    return len(minutes), median(minutes) if minutes else None


def received_in_time(scope: Any, now: dt.datetime) -> list[Proof]:
    """Messages of 12 months; those received in time count."""
    return [
        Proof(
            label=f"{row.warning.issuer} {row.warning.get_hazard_display()}"
            f"{row.get_level_display()} {row.issued_at.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}",
            url=message_url(row.pk),
            counts=minutes_of(row) <= IN_TIME_MIN[row.level],
            why=_("received {minutes} minutes after its issue, within {most} wanted").format(
                minutes=f"{minutes_of(row):g}", most=IN_TIME_MIN[row.level]
            ),
        )
        for row in recent(scope, now)
    ]


MEASURES = (
    Measure(
        name="warnings-received-in-time",
        label=gettext_noop("Warnings received in time"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the messages of warnings received in 12 months, those received within 5 minutes "
            "of their issue when red, 15 when orange, 30 when yellow or blue (our default)."
        ),
        serves=("T13", "P6"),
        query=counted(received_in_time),
        evidence=received_in_time,
    ),
)
