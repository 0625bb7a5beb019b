"""Monitoring notices: the list, and the words that its pages share."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.clock import CITY_ZONE
from anlan.base.screens.cells import Badge, Column, Text, shown
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.signed_in import scope_of
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import unit_choices
from anlan.sensing.screens.common import with_unit
from anlan.warning.choices import LEVEL_CHOICES, MONITORED_CHOICES
from anlan.warning.models import MonitoringNotice
from anlan.warning.queries.monitoring import (
    notice_url,
    notices,
    unacknowledged,
    window_words,
)
from anlan.warning.screens.common import LEVEL_ICONS, level_badge

OPEN, NEW, SILENT, OVER = "open", "new", "silent", "over"
TITLE = _("Monitoring notices")
SHOWN_DAYS = 31


def state_choices(scope: Any) -> list[tuple[str, Text]]:
    return [
        (OPEN, _("still open")),
        (NEW, _("open, to be acknowledged")),
        (SILENT, _("open, station silent")),
        (OVER, _("over")),
    ]


def in_state(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    if code == NEW:
        return unacknowledged(rows)
    if code == SILENT:
        return rows.filter(ended_at__isnull=True, silent_since__isnull=False)
    return rows.filter(ended_at__isnull=code != OVER) if code in (OPEN, OVER) else rows.none()


def day_choices(scope: Any) -> list[tuple[str, Text]]:
    today = clock.today()
    days = [(today - dt.timedelta(days=n)).isoformat() for n in range(SHOWN_DAYS)]
    return [(day, day) for day in days]


def on_day(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    start = dt.datetime.combine(dt.date.fromisoformat(code), dt.time(), tzinfo=CITY_ZONE)
    return rows.filter(known_at__gte=start, known_at__lt=start + dt.timedelta(days=1))


def is_seen(row: MonitoringNotice) -> bool:
    return row.acknowledged_level == row.highest


def state_of(row: MonitoringNotice) -> Badge:
    """Open, silent or over, in word, sign and colour."""
    if row.ended_at is not None:
        return Badge(text=gettext("over"), tone="green", icon="check")
    if row.silent_since is not None:
        return Badge(text=gettext("silent, level held"), tone="orange", icon="warn")
    return Badge(text=gettext("still open"), tone=row.level, icon=LEVEL_ICONS[row.level])


def whole_state(row: MonitoringNotice) -> Badge:
    """The same on its page, with the time since when nothing is heard."""
    if row.ended_at is not None or row.silent_since is None:
        return state_of(row)
    text = gettext("silent since {time}, level held").format(time=shown(row.silent_since))
    return Badge(text=text, tone="orange", icon="warn")


def place_text(row: MonitoringNotice) -> str:
    village = f" · {row.region.name}" if row.region is not None else ""
    return f"{row.datastream}{village}"


def plain_value(row: MonitoringNotice) -> str | None:
    return with_unit(row.datastream, row.value)


def value_text(row: MonitoringNotice) -> str | None:
    """The value of the window with its unit, and which window it is."""
    value = with_unit(row.datastream, row.value)
    words = window_words(row)
    return f"{value}（{words}）" if value and words else value


class NoticeList(RegisterList):
    model = MonitoringNotice
    capability = Capability.READ_INTERNAL
    title = TITLE
    lead = _("What our own rules found in the readings, open first. No warning signals.")
    empty = _(
        "No reading reached a limit yet. Rules watch every station in use: see which limits they "
        "watch, and whether all stations are heard, since a silent one raises nothing."
    )
    template_name = "warning/notices.html"
    columns = (
        Column(
            name="place",
            label=_("where"),
            value=place_text,
            link=lambda n: notice_url(n.pk),
            sort=("datastream__code", "-opened_at"),
            is_title=True,
        ),
        Column(name="rule", label=_("rule"), value=lambda n: n.rule.name, sort=("rule__code",)),
        Column(
            name="state",
            label=_("state"),
            value=state_of,
            sort=("is_over", "rank", "-opened_at"),
        ),
        Column(
            name="level", label=_("notice level"), value=level_badge, sort=("rank", "-opened_at")
        ),
        Column(name="value", label=_("value of the window"), value=plain_value, align="end"),
        Column(
            name="limit",
            label=_("limit reached"),
            value=lambda n: with_unit(n.datastream, n.limit),
            align="end",
            shown=False,
        ),
        Column(
            name="opened",
            label=_("limit reached at"),
            value=lambda n: n.opened_at,
            sort=("opened_at",),
        ),
        Column(
            name="acknowledged",
            label=_("acknowledged at"),
            value=lambda n: n.acknowledged_at if is_seen(n) else None,
            sort=("acknowledged_at",),
            missing=_("to be acknowledged"),
        ),
        Column(
            name="unit",
            label=_("reporting unit"),
            value=lambda n: n.datastream.station.unit.short_name,
            sort=("datastream__station__unit__position",),
            shown=False,
        ),
        Column(
            name="known",
            label=_("noticed at"),
            value=lambda n: n.known_at,
            sort=("known_at",),
            shown=False,
        ),
        Column(
            name="ended",
            label=_("ended at"),
            value=lambda n: n.ended_at,
            sort=("ended_at",),
            shown=False,
        ),
        Column(
            name="judged",
            label=_("judged"),
            value=lambda n: n.get_judged_display(),
            shown=False,
        ),
    )
    filters = (
        Filter(name="state", label=_("state"), choices=state_choices, narrow=in_state),
        Filter(
            name="hazard", label=_("hazard"), choices=lambda s: MONITORED_CHOICES, field="hazard"
        ),
        Filter(
            name="level", label=_("notice level"), choices=lambda s: LEVEL_CHOICES, field="level"
        ),
        Filter(
            name="unit",
            label=_("reporting unit"),
            choices=unit_choices,
            field="datastream__station__unit__code",
        ),
        Filter(name="day", label=_("noticed on"), choices=day_choices, narrow=on_day),
    )
    search_fields = (
        *("datastream__station__name__icontains", "datastream__station__code__icontains"),
        *("rule__name__icontains", "region__name__icontains"),
    )
    default_sort = "state"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return notices(scope_of(self.request)).filter(pk__in=rows.values("pk"))

    def figures(self) -> Sequence[tuple[Text, Any, str]]:
        rows = MonitoringNotice.objects.visible_to(scope_of(self.request))
        standing, here = rows.filter(ended_at__isnull=True), reverse("monitoring-notice-list")
        return (
            (_("still open"), standing.count(), f"{here}?state={OPEN}"),
            (
                _("of these red or orange"),
                standing.filter(level__in=("red", "orange")).count(),
                f"{here}?state={OPEN}&sort=state",
            ),
            (_("to be acknowledged"), unacknowledged(rows).count(), f"{here}?state={NEW}"),
            (_("held though silent"), in_state(rows, SILENT).count(), f"{here}?state={SILENT}"),
        )

    def actions(self) -> Sequence[Action]:
        return (
            Action(label=_("Monitoring rules"), url=reverse("monitoring-rule-list")),
            Action(label=_("Stations live"), url=reverse("station-live")),
        )
