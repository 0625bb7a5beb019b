"""How many warnings: a table by level, and the list behind each number."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views import View

from anlan.base import clock
from anlan.base.screens.cells import Badge, Column
from anlan.base.screens.sheets import Sheet, as_csv, as_xlsx, demonstration_mark
from anlan.warning.choices import HAZARD_CHOICES
from anlan.warning.forms.scoring import TallyPeriod
from anlan.warning.queries.scoring_records import OF_LABELS, Of, places_in_view
from anlan.warning.queries.tallies import Line, Tallies
from anlan.warning.rules.scoring.tally import BY_LABELS, NOWHERE, By
from anlan.warning.rules.scoring.values import SEASON_LABELS, Season
from anlan.warning.rules.signal import LEVEL_LABELS, Level
from anlan.warning.screens.common import LEVEL_ICONS
from anlan.warning.screens.scoring import Scored, UnknownChoice
from anlan.warning.screens.scoring_words import places_text, share

PER_PAGE = 50
EXPORTS = {"csv": as_csv, "xlsx": as_xlsx}


class Counted(Scored):
    """Mixin: for whoever scores warnings."""

    def form(self, request: HttpRequest) -> TallyPeriod:  # type: ignore[override]
        places = places_in_view(self.scope(request))
        form = TallyPeriod(request.GET, today=clock.today(), places=places)
        usual, asked = form.usual(), request.GET.copy()
        asked.setdefault("first", usual.first.isoformat())
        asked.setdefault("last", usual.last.isoformat())
        form.data = asked
        return form


class WarningTallies(Counted, View):
    """`/warnings/statistics/`"""

    def get(self, request: HttpRequest) -> HttpResponse:
        scope, form = self.scope(request), self.form(request)
        found = Tallies(scope, form.asked())
        by = form.told_apart()
        rows = found.lines(by)
        if request.GET.get("format") in EXPORTS:
            return EXPORTS[request.GET["format"]](_sheet(found, by, rows))
        context = {
            "form": form,
            "found": found,
            "heads": _heads(found),
            "lines": [_shown(found, by, row) for row in rows],
            "whole": _shown(found, None, found.total),
            "cut_label": _(BY_LABELS[by]),
            "adds_up": by is not By.PLACE,
            "is_of_notices": found.asked.of is Of.NOTICES,
            "address": urlencode(_query(found) | {"by": by.value}),
        }
        return render(request, "warning/tallies.html", context)


class TallyList(Counted, View):
    """The warnings behind a number."""

    def get(self, request: HttpRequest) -> HttpResponse:
        scope, form = self.scope(request), self.form(request)
        level, code = request.GET.get("level", ""), request.GET.get("of", "")
        if level and level not in set(Level):
            raise UnknownChoice
        found = Tallies(scope, form.asked())
        by = form.told_apart() if code else None
        rows = found.rows(by, code, Level(level) if level else None)
        page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page", "1"))
        asked = request.GET.copy()
        asked.pop("page", None)
        back = _query(found) | ({"by": by.value} if by else {})
        context = {
            "page": page,
            "rows": [_record(found, row) for row in page.object_list],
            "title": _(LEVEL_LABELS[Level(level)]) if level else _("all levels"),
            "of": code_label(found, by, code) if by else "",
            "what": _(OF_LABELS[found.asked.of]),
            "period": found.asked.period,
            "back": f"{reverse('warning-tallies')}?{urlencode(back)}",
            "address": asked.urlencode(),
        }
        return render(request, "warning/tally_list.html", context)


def code_label(found: Tallies, by: By, code: str) -> str:
    """A line of the table in words."""
    match by:
        case By.HAZARD:
            return str(dict(HAZARD_CHOICES).get(code, code))
        case By.PLACE:
            return _("place not known") if code == NOWHERE else found.places.get(code, code)
        case By.SEASON:
            return _(SEASON_LABELS[Season(code)]) if code in set(Season) else code
        case _:
            return code


def _query(found: Tallies) -> dict[str, Any]:
    """What a link has to say so that the next page counts the same."""
    asked = found.asked
    said = {"first": asked.period.first, "last": asked.period.last, "whose": asked.of.value}
    narrowed = {"hazard": asked.hazard.value if asked.hazard else "", "place": asked.place}
    return said | {name: value for name, value in narrowed.items() if value}


def _heads(found: Tallies) -> list[str]:
    heads = [*(_(label) for label in LEVEL_LABELS.values()), _("together")]
    if found.asked.of is Of.WARNINGS:
        heads += [_("called on"), _("people called"), _("answered in the term")]
    return heads


def _cells(found: Tallies, line: Line) -> list[Any]:
    cells: list[Any] = [*line.tally.by_level.values(), line.tally.total]
    if found.asked.of is Of.WARNINGS:
        called = line.called
        cells += [called.warnings, called.people, share(called.answered)]
    return cells


def _shown(found: Tallies, by: By | None, line: Line) -> dict[str, Any]:
    """A line with the lists behind its numbers."""
    asked = _query(found) | ({"by": by.value, "of": line.code} if by else {})
    numbered = [*(level.value for level in Level), ""]
    urls = [f"{reverse('warning-tally-list')}?{urlencode(asked | {'level': x})}" for x in numbered]
    counts = [*line.tally.by_level.values(), line.tally.total]
    linked = [url if count else "" for url, count in zip(urls, counts, strict=True)]
    heads, cells = _heads(found), _cells(found, line)
    linked += [""] * (len(heads) - len(linked))
    return {
        "label": code_label(found, by, line.code) if by else _("together"),
        "cells": list(zip(heads, cells, linked, strict=True)),
    }


def _sheet(found: Tallies, by: By, lines: list[Line]) -> Sheet:
    """As on the page, the whole in the last row."""
    columns = [Column(name="of", label=_(BY_LABELS[by]), value=lambda row: row[0])]
    columns += [
        Column(name=f"c{number}", label=head, value=_at(number))
        for number, head in enumerate(_heads(found), start=1)
    ]
    rows = [[code_label(found, by, line.code), *_cells(found, line)] for line in lines]
    period = found.asked.period
    return Sheet(
        title=_("Statistics of warnings {first} to {last}").format(
            first=period.first, last=period.last
        ),
        columns=tuple(columns),
        rows=[*rows, [_("together"), *_cells(found, found.total)]],
        now=clock.now(),
        mark=demonstration_mark(),
    )


def _at(number: int) -> Any:
    return lambda row: row[number]


def _record(found: Tallies, row: Any) -> dict[str, Any]:
    level = row.level.value
    return {
        "page": found.pages[row.key],
        "badge": Badge(text=_(LEVEL_LABELS[row.level]), tone=level, icon=LEVEL_ICONS[level]),
        "begun": row.begun_at,
        "ended": row.ended_at,
        "places": places_text(found.places, row.places),
    }
