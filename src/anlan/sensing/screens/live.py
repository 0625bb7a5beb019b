"""Stations live: the silent first, then what each sensor says, with its time and flags."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from anlan.base import clock
from anlan.base.screens.cells import Badge, Column, shown
from anlan.base.screens.sheets import Sheet, as_csv, as_xlsx, demonstration_mark
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import unit_choices
from anlan.sensing.choices import StationKind
from anlan.sensing.queries.live import Live, LiveStation, live_stations
from anlan.sensing.rules.quality import FLAG_LABELS
from anlan.sensing.rules.silence import HEARD_LABELS, Heard
from anlan.sensing.screens.common import datastream_url, station_url, with_unit

PAGE = 50
TONES = {
    Heard.SILENT: ("red", "warn"),
    Heard.NEVER: ("grey", "info"),
    Heard.LATE: ("yellow", "warn"),
    Heard.FRESH: ("green", "check"),
}
EXPORTS = {"csv": as_csv, "xlsx": as_xlsx}
SHOWN_FIRST = (Heard.SILENT, Heard.NEVER, Heard.LATE, Heard.FRESH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """The newest value of a sensor in words."""

    label: str
    url: str
    text: str
    time: str
    doubts: str
    badge: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A station of the list."""

    name: str
    url: str
    kind: str
    unit: str
    badge: Badge
    values: tuple[Value, ...]


def heard_badge(state: Heard) -> Badge:
    tone, icon = TONES[state]
    return Badge(text=_(HEARD_LABELS[state]), tone=tone, icon=icon)


def doubts_of(flags: int) -> str:
    """The flags of a value in words."""
    return "、".join(_(label) for flag, label in FLAG_LABELS.items() if flags & flag)


def value_of(live: Live) -> Value:
    row, last = live.stream, live.last
    number = f" {row.number}" if "." in row.key else ""
    return Value(
        label=f"{row.get_observed_display()}{number}",
        url=datastream_url(row),
        text=with_unit(row, last.value) or "" if last else "",
        time=shown(last.at) if last else "",
        doubts=doubts_of(last.flags) if last else "",
        badge=heard_badge(live.heard),
    )


def line_of(row: LiveStation) -> Line:
    return Line(
        name=row.station.name,
        url=station_url(row.station),
        kind=str(row.station.get_kind_display()),
        unit=row.station.unit.short_name,
        badge=heard_badge(row.heard),
        values=tuple(value_of(live) for live in row.streams),
    )


class LiveList(SignedIn, View):
    """Stations in use of the units in view. `?state=` `?unit=` `?kind=` narrow it; `?format=`
    gives what was narrowed as a file, a line for each sensor."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest) -> HttpResponse:
        scope = scope_of(request)
        chosen = {name: request.GET.get(name, "") for name in ("state", "unit", "kind")}
        now = clock.now()
        rows = [
            row
            for row in live_stations(scope, now)
            if chosen["unit"] in ("", row.station.unit.code)
            and chosen["kind"] in ("", row.station.kind)
        ]
        counts = {state: sum(row.heard is state for row in rows) for state in SHOWN_FIRST}
        listed = [row for row in rows if chosen["state"] in ("", row.heard.value)]
        if request.GET.get("format") in EXPORTS:
            return EXPORTS[request.GET["format"]](_sheet(listed, now))
        page = Paginator(listed, PAGE).get_page(request.GET.get("page"))
        context = {
            "page": page,
            "lines": [line_of(row) for row in page.object_list],
            "figures": self._figures(counts, chosen),
            "total": len(rows),
            "chosen": chosen,
            "is_narrowed": any(chosen.values()),
            "boxes": self._boxes(scope, chosen),
            "links": _links(page, chosen),
            "exports": [
                (label, _address({**chosen, "format": name}))
                for name, label in (("csv", "CSV"), ("xlsx", "Excel"))
            ],
        }
        return render(request, "sensing/live.html", context)

    def _figures(
        self, counts: dict[Heard, int], chosen: dict[str, str]
    ) -> list[tuple[str, int, str]]:
        return [
            (_(HEARD_LABELS[state]), count, _address({**chosen, "state": state.value}))
            for state, count in counts.items()
        ]

    def _boxes(self, scope: Any, chosen: dict[str, str]) -> list[dict[str, Any]]:
        states = [(state.value, _(HEARD_LABELS[state])) for state in SHOWN_FIRST]
        offered = (
            ("state", _("state"), states),
            ("unit", _("reporting unit"), unit_choices(scope)),
            ("kind", _("kind"), list(StationKind.choices)),
        )
        return [
            {"name": name, "label": label, "choices": choices, "chosen": chosen[name]}
            for name, label, choices in offered
        ]


def _sheet(listed: list[LiveStation], now: dt.datetime) -> Sheet:
    """A line for each sensor; a station without one has a line of its own."""
    lines = (line_of(row) for row in listed)
    pairs = [(line, value) for line in lines for value in line.values or (None,)]

    def of_value(name: str) -> Callable[[Any], str]:
        return lambda pair: getattr(pair[1], name) if pair[1] is not None else ""

    columns = (
        Column(name="station", label=_("station"), value=lambda pair: pair[0].name),
        Column(name="kind", label=_("kind"), value=lambda pair: pair[0].kind),
        Column(name="unit", label=_("reporting unit"), value=lambda pair: pair[0].unit),
        Column(name="state", label=_("state"), value=lambda pair: pair[0].badge.text),
        Column(name="sensor", label=_("datastream"), value=of_value("label")),
        Column(name="value", label=_("newest value"), value=of_value("text")),
        Column(name="time", label=_("observed at"), value=of_value("time")),
        Column(
            name="heard",
            label=_("state of the sensor"),
            value=lambda pair: pair[1].badge.text if pair[1] is not None else "",
        ),
        Column(name="doubts", label=_("doubts"), value=of_value("doubts")),
    )
    return Sheet(
        title=_("Stations live"), columns=columns, rows=pairs, now=now, mark=demonstration_mark()
    )


def _links(page: Any, chosen: dict[str, str]) -> dict[str, str]:
    return {
        "previous": _address(chosen, page.previous_page_number()) if page.has_previous() else "",
        "next": _address(chosen, page.next_page_number()) if page.has_next() else "",
    }


def _address(chosen: dict[str, str], page: int = 1) -> str:
    pairs = [(name, value) for name, value in chosen.items() if value]
    pairs += [("page", str(page))] if page > 1 else []
    return "?" + "&".join(f"{name}={value}" for name, value in pairs)
