"""Measure of own warnings: how soon a draft is issued."""

import datetime as dt
from typing import Any, Final

from django.utils.translation import gettext as _

from anlan.base.clock import CITY_ZONE
from anlan.base.measures import Measure, Proof, counted
from anlan.base.rules.labels import gettext_noop
from anlan.base.worlds.current import ACTUAL
from anlan.warning.choices import hazard_and_level
from anlan.warning.models import Bulletin
from anlan.warning.queries.bulletins import bulletin_url
from anlan.warning.queries.measures import year_before
from anlan.warning.rules.bulletin.route import BulletinWay
from anlan.warning.rules.signal import Level

IN_TIME_MIN: Final = {
    Level.RED.value: 10,
    Level.ORANGE.value: 20,
    Level.YELLOW.value: 60,
    Level.BLUE.value: 60,
}
"""House rule: minutes from the first word to the issue; no source fixes them."""
_A_MINUTE_S: Final = 60


def minutes_of(row: Bulletin) -> float:
    sent = row.sent_at or row.drafted_at
    return round((sent - row.drafted_at).total_seconds() / _A_MINUTE_S, 1)


def issued_in_time(scope: Any, now: dt.datetime) -> list[Proof]:
    """Own warnings issued in 12 months; those issued in time count. Every one of them was approved
    by other hands, so that share would say nothing."""
    rows = Bulletin.objects.visible_to(scope).filter(
        way=BulletinWay.PUBLISH.value,
        mode=ACTUAL,
        message__isnull=False,
        sent_at__gt=year_before(now),
        sent_at__lte=now,
    )
    return [
        Proof(
            label=f"{row.body.short_name} "
            f"{hazard_and_level(row.get_hazard_display(), row.get_level_display())} "
            f"{row.get_change_display()} {row.sent_at.astimezone(CITY_ZONE):%Y-%m-%d %H:%M}",
            url=bulletin_url(row.pk),
            counts=minutes_of(row) <= IN_TIME_MIN[row.level],
            why=_("{minutes} minutes from the draft to the issue, within {most} wanted").format(
                minutes=f"{minutes_of(row):g}", most=IN_TIME_MIN[row.level]
            ),
        )
        for row in rows.select_related("body").order_by("-sent_at", "pk")
    ]


MEASURES = (
    Measure(
        name="bulletins-issued-in-time",
        label=gettext_noop("Own warnings issued in time"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the warnings that our bodies issued in 12 months, those issued within 10 minutes "
            "of the first draft when red, 20 when orange, 60 when yellow or blue (our default)."
        ),
        serves=("T13", "P6"),
        query=counted(issued_in_time),
        evidence=issued_in_time,
    ),
)
