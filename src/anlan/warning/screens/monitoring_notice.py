"""The page of a monitoring notice with its grounds and history; its box at a station."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.rules.verdict import Reason
from anlan.base.screens.cells import Badge, Column, Text, shown
from anlan.base.screens.register_list import Action
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers.rules.scope import Capability
from anlan.sensing.choices import ThresholdKind
from anlan.sensing.models import Datastream, Station
from anlan.sensing.screens.common import datastream_url, station_url, with_unit
from anlan.warning.choices import GAS, Method
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
    window_words,
)
from anlan.warning.queries.received import may_receive
from anlan.warning.screens.common import level_badge
from anlan.warning.screens.monitoring import (
    TITLE,
    NoticeList,
    is_seen,
    plain_value,
    value_text,
    whole_state,
)

SHOWN_ON_STATION = 5


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
            *_limit_facts(row),
            fact(_("value now"), now_text, missing=_("nothing newer is known")),
            fact(_("predicted since") if is_ahead(row) else _("limit reached at"), row.opened_at),
            fact(_("noticed at"), row.known_at),
            fact(_("ended at"), row.ended_at, missing=_("still open")),
            fact(_("silent since"), row.silent_since, missing=_("online")),
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


def is_ahead(row: MonitoringNotice) -> bool:
    """Whether it says what lies ahead, not what is reached."""
    return bool(row.rule.method == Method.RISE)


def _limit_facts(row: MonitoringNotice) -> Sequence[Fact]:
    """The limit that is reached; or the level that would be passed, and what says so."""
    stream, missing = row.datastream, _("see the grounds")
    limit = with_unit(stream, row.limit)
    if not is_ahead(row):
        return (fact(_("limit reached"), limit, missing=missing),)
    rate = row.grounds.get("rate_m_h")
    return (
        fact(_("level that would be passed"), limit, missing=missing),
        fact(_("which level it is"), passed_name(row)),
        fact(_("rise in an hour"), with_unit(stream, rate), missing=missing),
        fact(
            _("predicted in 6 hours"),
            with_unit(stream, row.grounds.get("predicted_m")),
            missing=missing,
        ),
    )


def passed_name(row: MonitoringNotice) -> str:
    """Which of the levels of the reservoir would be passed."""
    kinds = dict(ThresholdKind.choices)
    return str(kinds.get(row.grounds.get("passes", ""), ""))


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
    if is_ahead(row):
        return _numbers_ahead(row, limit)
    said = gettext("{window}: {value}; limit {limit}; {comparison}.")
    comparison = row.rule.get_comparison_display()
    words = window_words(row)
    return said.format(window=words, value=value, limit=limit, comparison=comparison)


def _numbers_ahead(row: MonitoringNotice, limit: str) -> str:
    """The same of what is predicted: from where, how fast, how far, and which level it passes."""
    names = {"value": "value_m", "rise": "rate_m_h", "predicted": "predicted_m"}
    given = {to: with_unit(row.datastream, row.grounds.get(name)) for to, name in names.items()}
    said = gettext("{value}, rising {rise} in an hour: {predicted} in 6 hours; {level}: {limit}.")
    return said.format(**given, level=passed_name(row), limit=limit)


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
