"""Monitoring notices: list, page of one with its grounds and history, box on a station's page."""

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.clock import CITY_ZONE
from anlan.base.rules.verdict import Reason
from anlan.base.screens.cells import Badge, Column, Text, shown
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import unit_choices
from anlan.sensing.models import Datastream, Station
from anlan.sensing.screens.common import datastream_url, station_url, with_unit
from anlan.warning.choices import GAS, LEVEL_CHOICES, MONITORED_CHOICES
from anlan.warning.models import MonitoringNotice, NoticeEvent
from anlan.warning.queries.monitoring import (
    NOT_A_SIGNAL,
    events_of,
    is_watched,
    notice_url,
    notices,
    present_of,
    reasons_of,
    rule_url,
    station_notices,
    unacknowledged,
    window_words,
)
from anlan.warning.queries.received import may_receive
from anlan.warning.screens.common import LEVEL_ICONS, level_badge

OPEN, NEW, SILENT, OVER = "open", "new", "silent", "over"
TITLE = _("Monitoring notices")
SHOWN_DAYS = 31
SHOWN_ON_STATION = 5


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


def _compose_url(row: MonitoringNotice) -> str:
    """The form of a bulletin with what the notice knows; a person decides all the rest."""
    station = row.datastream.station
    words = (gettext("Monitoring notice"), row.rule.name, station.name, value_text(row) or "")
    asked = {
        "hazard": row.hazard,
        "level": row.level,
        "region": (row.region or station.region).code,
        "note": " ".join(words).strip(),
    }
    return f"{reverse('bulletin-compose')}?{urlencode(asked)}"


class NoticeObject(RegisterObject):
    """`Panel`s of "warning.notice" are the place for what may follow from a notice."""

    model = MonitoringNotice
    capability = Capability.READ_INTERNAL
    url_name = "monitoring-notice"
    subject = "warning.notice"
    template_name = "warning/notice.html"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related(
            "rule", "datastream__station__unit", "datastream__station__region", "region"
        )

    def heading(self, row: MonitoringNotice) -> Text:
        return f"{row.rule.name} · {row.datastream.station.name}"

    def lead(self, row: MonitoringNotice) -> Text:
        return gettext(NOT_A_SIGNAL)

    def badges(self, row: MonitoringNotice) -> Sequence[Badge]:
        return (level_badge(row), whole_state(row))

    def crumbs(self, row: MonitoringNotice) -> Sequence[tuple[str, Text]]:
        return ((reverse("monitoring-notice-list"), TITLE),)

    def api_url(self, row: MonitoringNotice) -> str:
        return f"/api/v1/monitoring/notices/{row.pk}"

    def actions(self, row: MonitoringNotice) -> Sequence[Action]:
        scope = scope_of(self.request)
        found = []
        if may_receive(scope, row.datastream.station.unit.code):
            found += self._of_keeper(row)
        if row.ended_at is None and row.hazard != GAS and scope.may(Capability.RECEIVE_WARNINGS):
            found.append(Action(label=_("Compose a bulletin"), url=_compose_url(row)))
        return found

    def _of_keeper(self, row: MonitoringNotice) -> list[Action]:
        """What those do who watch over the station's unit."""
        found = [
            Action(
                label=_("Acknowledge") if not is_seen(row) else _("Add a note"),
                url=reverse("monitoring-notice-acknowledge", args=[row.pk]),
                icon="check",
                is_primary=not is_seen(row),
            ),
            Action(
                label=_("Judge: was there an event"),
                url=reverse("monitoring-notice-judge", args=[row.pk]),
                icon="edit",
            ),
        ]
        if row.ended_at is None and not is_watched(row, clock.now()):
            url = reverse("monitoring-notice-end", args=[row.pk])
            found.append(Action(label=_("End it: watched no more"), url=url))
        return found

    def facts(self, row: MonitoringNotice) -> Sequence[Fact]:
        stream, present = row.datastream, present_of(row, clock.now())
        now_text = None
        if present is not None:
            value = with_unit(stream, present.value)
            now_text = f"{value}（{shown(present.at)}）" if value else None
        return (
            fact(_("station"), stream.station.name, url=station_url(stream.station)),
            fact(_("readings and picture"), str(stream), url=datastream_url(stream)),
            fact(
                _("village"),
                row.region.name if row.region else "",
                missing=_("not of one village"),
            ),
            fact(_("hazard"), row.get_hazard_display()),
            fact(_("rule"), row.rule.name, url=rule_url(row.rule_id)),
            fact(_("notice level"), level_badge(row)),
            fact(_("highest notice level"), row.get_highest_display()),
            fact(_("value of the window"), value_text(row), missing=_("two notices together")),
            fact(_("value of"), row.value_at),
            fact(_("limit reached"), with_unit(stream, row.limit), missing=_("see the grounds")),
            fact(_("value now"), now_text, missing=_("nothing newer is known")),
            fact(_("limit reached at"), row.opened_at),
            fact(_("noticed at"), row.known_at),
            fact(_("ended at"), row.ended_at, missing=_("still open")),
            fact(_("silent since"), row.silent_since, missing=_("heard")),
            fact(_("acknowledged at"), row.acknowledged_at, missing=_("to be acknowledged")),
            fact(_("acknowledged by"), row.acknowledged_by),
            fact(_("note"), row.acknowledged_note),
            fact(_("judged"), row.get_judged_display()),
            fact(_("reason of the judgement"), row.judged_reason),
        )

    def relations(self, row: MonitoringNotice) -> Sequence[Relation]:
        found = events_of(row)
        return (
            Relation(
                label=_("What happened, the newest first"),
                columns=(
                    Column(
                        name="kind",
                        label=_("what happened"),
                        value=lambda e: e.get_kind_display(),
                        is_title=True,
                    ),
                    Column(name="at", label=_("happened at"), value=lambda e: e.at),
                    Column(name="known", label=_("known at"), value=lambda e: e.known_at),
                    Column(name="levels", label=_("notice level"), value=_levels),
                    Column(
                        name="value",
                        label=_("value"),
                        value=lambda e: with_unit(row.datastream, e.value),
                        align="end",
                    ),
                    Column(name="by", label=_("by whom"), value=_by),
                    Column(name="note", label=_("note"), value=lambda e: e.note),
                ),
                rows=found,
                count=len(found),
                empty=_("Nothing happened yet."),
            ),
            *_parts_of(row, scope_of(self.request)),
        )

    def more_context(self, row: MonitoringNotice) -> dict[str, Any]:
        return {"grounds": [_ground(each) for each in reasons_of(row)], "numbers": numbers(row)}


def _ground(reason: Reason) -> tuple[str, str, str]:
    """(source with its article, how far it was checked, what it says)."""
    source = " ".join(text for text in (gettext(reason.source), reason.article) if text)
    note = reason.note.text(gettext) if reason.note else ""
    return source, gettext(reason.status.label), note


def numbers(row: MonitoringNotice) -> str:
    """The value against the limit, in one sentence."""
    value, limit = plain_value(row), with_unit(row.datastream, row.limit)
    if value is None or limit is None:
        return ""
    said = gettext("{window}: {value}; limit {limit}; {comparison}.")
    comparison = row.rule.get_comparison_display()
    words = window_words(row)
    return said.format(window=words, value=value, limit=limit, comparison=comparison)


def _levels(event: NoticeEvent) -> str:
    pair = [event.get_before_display(), event.get_after_display()]
    return " → ".join(text for text in pair if text)


def _by(event: NoticeEvent) -> str:
    return gettext("the watch") if event.by.startswith("program:") else event.by


def _parts_of(row: MonitoringNotice, scope: Any) -> tuple[Relation, ...]:
    """The two notices of a combination."""
    keys = [row.grounds[name] for name in ("first", "second") if row.grounds.get(name)]
    if not keys:
        return ()
    rows = list(notices(scope).filter(pk__in=keys))
    return (
        Relation(
            label=_("The two notices that are combined"),
            columns=NoticeList.columns[:5],
            rows=rows,
            count=len(rows),
            empty=_("None in your view."),
        ),
    )


def station_panel(request: Any, row: Station) -> str | None:
    """Open notices of a station, and the last ones that are over."""
    return _panel(request, station_notices(scope_of(request), row.pk))


def datastream_panel(request: Any, row: Datastream) -> str | None:
    found = station_notices(scope_of(request), row.station_id).filter(datastream=row)
    return _panel(request, found)


def _panel(request: Any, rows: QuerySet[Any]) -> str | None:
    found = list(rows[:SHOWN_ON_STATION])
    if not found:
        return None
    lines = [
        (notice_url(row.pk), row.rule.name, level_badge(row), whole_state(row), row.opened_at)
        for row in found
    ]
    return render_to_string("warning/notice_panel.html", {"lines": lines}, request=request)
