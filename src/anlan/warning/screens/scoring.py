"""The score of warnings: figures in words, a table by one cut, the lists behind the numbers."""

import datetime as dt
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views import View

from anlan.base import clock
from anlan.base.errors import Invalid, NotAllowed
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.cells import Badge, Column
from anlan.base.screens.sheets import Sheet, as_csv, as_xlsx, demonstration_mark
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.forms.scoring import YEARS_KEPT, ScorePeriod, usual_period
from anlan.warning.models import WarningMessage
from anlan.warning.queries.received import message_url
from anlan.warning.queries.scoring import (
    CUT_LABELS,
    OF_ALARMS,
    OF_EVENTS,
    Board,
    Cut,
    base_year,
    of_fate,
)
from anlan.warning.queries.scoring_records import OF_LABELS, Of, may_score
from anlan.warning.rules.scoring.matching import (
    ALARM_LABELS,
    EVENT_LABELS,
    WHY_LABELS,
    AlarmFate,
    EventFate,
    JudgedEvent,
)
from anlan.warning.screens.scoring_words import (
    Line,
    code_label,
    figures,
    line,
    places_text,
    query_of,
    span,
)

PER_PAGE = 50
EXPORTS = {"csv": as_csv, "xlsx": as_xlsx}
TONES = {
    "hit": ("green", "check"),
    "late": ("orange", "warn"),
    "miss": ("red", "warn"),
    "false": ("orange", "warn"),
    "undecidable": ("grey", "info"),
}


class UnknownChoice(Invalid):
    code = "unknown-choice"
    message = gettext_noop("This list does not exist. Go back to the score and open it there.")


class Scored(SignedIn):
    """Mixin: for whoever sees all events of an area."""

    capability = Capability.READ_INTERNAL

    def scope(self, request: HttpRequest) -> Scope:
        scope: Scope = scope_of(request)
        if not may_score(scope):
            raise NotAllowed
        return scope

    def form(self, request: HttpRequest) -> ScorePeriod:
        asked, today = request.GET.copy(), clock.today()
        usual = usual_period(today)
        asked.setdefault("first", usual.first.isoformat())
        asked.setdefault("last", usual.last.isoformat())
        return ScorePeriod(asked, today=today)


class WarningScores(Scored, View):
    """`/warnings/scores/`"""

    def get(self, request: HttpRequest) -> HttpResponse:
        scope, form, now = self.scope(request), self.form(request), clock.now()
        period = form.period()
        cut = Cut(form.cleaned_data.get("by") or Cut.HAZARD)
        board = Board(scope, period, now, form.asked_of())
        lines = lines_of(board, cut)
        if request.GET.get("format") in EXPORTS:
            return EXPORTS[request.GET["format"]](sheet_of(board, cut, lines, now))
        base = base_year(scope, now, board.of)
        has_base = bool(base.total.events or base.total.alarms)
        context = {
            "form": form,
            "board": board,
            "period": period,
            "figures": figures(board, base.total if has_base else None),
            "grace_h": int(board.terms.grace.total_seconds() // 3600),
            "base_year": base.terms.base_year,
            "lines": lines,
            "cut_label": _(CUT_LABELS[cut]),
            "load": board.load,
            "over": board.load.over[:10],
            "missed": board_missed(board),
            "is_empty": not board.total.events and not board.total.alarms,
            "address": _query(board, cut),
            "is_of_notices": board.of is Of.NOTICES,
        }
        return render(request, "warning/scores.html", context)


class ScoreList(Scored, View):
    """The events or warnings behind a number."""

    def get(self, request: HttpRequest) -> HttpResponse:
        scope, form, now = self.scope(request), self.form(request), clock.now()
        side, fate = request.GET.get("side", "event"), request.GET.get("fate", "")
        fates = {"event": EventFate, "alarm": AlarmFate}
        if side not in fates or (fate and fate not in {one.value for one in fates[side]}):
            raise UnknownChoice
        board = Board(scope, form.period(), now, form.asked_of())
        by, code = form.cleaned_data.get("by") or "", request.GET.get("of", "")
        cut = Cut(by) if by and code else None
        found = list(reversed(of_fate(board.part(cut, code), side, fate)))
        page = Paginator(found, PER_PAGE).get_page(request.GET.get("page", "1"))
        asked = request.GET.copy()
        asked.pop("page", None)
        context = {
            "page": page,
            "rows": [_shown(board, one) for one in page.object_list],
            "is_events": side == "event",
            "title": _title(board, side, fate),
            "of": code_label(board, cut, code) if cut is not None else "",
            "period": board.period,
            "back": f"{reverse('warning-scores')}?{_query(board, cut or Cut.HAZARD)}",
            "address": asked.urlencode(),
        }
        return render(request, "warning/score_list.html", context)


class ScoreDay(Scored, View):
    """What came on one day."""

    def get(self, request: HttpRequest) -> HttpResponse:
        self.scope(request)
        day = _day(request.GET.get("day", ""))
        if day is None:
            raise UnknownChoice
        begins = dt.datetime.combine(day, dt.time(), clock.CITY_ZONE)
        rows = WarningMessage.objects.visible_to(scope_of(request)).filter(
            received_at__gte=begins, received_at__lt=begins + dt.timedelta(days=1)
        )
        lines = [
            (row, message_url(row.pk))
            for row in rows.select_related("warning").order_by("received_at", "pk")
        ]
        return render(request, "warning/score_day.html", {"day": day, "lines": lines})


def lines_of(board: Board, cut: Cut) -> list[Line]:
    """The table of a cut."""
    shown = {"alarms": cut not in OF_EVENTS, "events": cut not in OF_ALARMS}
    return [line(board, cut, row, **shown) for row in board.rows(cut)]


def sheet_of(board: Board, cut: Cut, lines: list[Line], now: dt.datetime) -> Sheet:
    heads = [label for label, _value, _url in lines[0].cells] if lines else []
    columns = [Column(name="of", label=_(CUT_LABELS[cut]), value=lambda one: one.label)]
    columns += [
        Column(name=f"c{number}", label=head, value=_cell(number))
        for number, head in enumerate(heads)
    ]
    return Sheet(
        title=_("Score of warnings {first} to {last}").format(
            first=board.period.first, last=board.period.last
        ),
        columns=tuple(columns),
        rows=lines,
        now=now,
        mark=demonstration_mark(),
    )


def _cell(number: int) -> Any:
    return lambda one: one.cells[number][1]


def board_missed(board: Board) -> list[dict[str, Any]]:
    """Events that nobody warned of, by name; the newest first."""
    found = [one for one in board.judged.events if one.fate is EventFate.MISS]
    return [_shown(board, one) for one in reversed(found)]


def _shown(board: Board, one: Any) -> dict[str, Any]:
    """A judged record as the lists show it."""
    is_event = isinstance(one, JudgedEvent)
    record = one.event if is_event else one.alarm
    labels: Any = EVENT_LABELS if is_event else ALARM_LABELS
    tone, icon = TONES[one.fate.value]
    others = one.alarms if is_event else one.events
    begun = record.onset_from if is_event else record.begun_at
    return {
        "page": board.pages[record.key],
        "begun": begun,
        "by_day": is_event and not record.is_timed,
        "ended": record.ended_at,
        "places": places_text(board.places, record.places),
        "badge": Badge(text=_(labels[one.fate]), tone=tone, icon=icon),
        "why": _(WHY_LABELS[one.why]) if one.why else "",
        "lead": span(one.lead_min) if is_event and one.lead_min is not None else "",
        "others": [board.pages[key] for key in others],
    }


def _title(board: Board, side: str, fate: str) -> str:
    if side == "event":
        return _(EVENT_LABELS[EventFate(fate)]) if fate else _("all events")
    return _(ALARM_LABELS[AlarmFate(fate)]) if fate else _(OF_LABELS[board.of])


def _query(board: Board, cut: Cut) -> str:
    return urlencode(query_of(board) | {"by": cut.value})


def _day(text: str) -> dt.date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day is not None and day.year in YEARS_KEPT else None
