"""The indicators of a notice: value, target, state, one sentence, what lacks; exports."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View

from anlan.base import clock
from anlan.base.screens.cells import Badge, Column
from anlan.base.screens.register_list import EXPORTS
from anlan.base.screens.sheets import Sheet, demonstration_mark
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.base.worlds.current import current
from anlan.plan.choices import BASIS_OF_FACTS_CHOICES, CHOICE_KIND_CHOICES
from anlan.plan.models import IndicatorChoice, IndicatorEdition, Notice
from anlan.plan.queries.indicators.board import Board, board
from anlan.plan.queries.indicators.choices import Chosen
from anlan.plan.queries.indicators.subgoal import KEY, SubGoal, sub_goal
from anlan.plan.rules.indicators.choices import Basis, ChoiceKind, Reading
from anlan.plan.rules.indicators.sentence import target_words
from anlan.plan.rules.indicators.standing import Status
from anlan.plan.rules.indicators.subgoal import STATEMENTS
from anlan.plan.screens.indicators import common
from anlan.plan.screens.indicators.exports import sdmx_file, sendai_file
from anlan.registers.rules.scope import Capability

OWN_EXPORTS = {"sendai": sendai_file, "sdmx": sdmx_file}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """An indicator as the list shows and exports it."""

    key: str
    name: str
    url: str
    badge: Badge
    value: str
    unit: str
    target: str
    sentence: str
    missing: str
    behind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceRow:
    """What the notice leaves open: the choice and its paper, or that it is missing."""

    label: str
    text: str
    source: str
    url: str
    is_missing: bool


COLUMNS = (
    Column(name="key", label=gettext_lazy("item"), value=lambda r: r.key),
    Column(name="name", label=gettext_lazy("indicator"), value=lambda r: r.name, is_title=True),
    Column(name="value", label=gettext_lazy("value"), value=lambda r: r.value, align="end"),
    Column(name="unit", label=gettext_lazy("unit of measure"), value=lambda r: r.unit),
    Column(name="target", label=gettext_lazy("target"), value=lambda r: r.target),
    Column(name="state", label=gettext_lazy("state"), value=lambda r: r.badge),
    Column(name="sentence", label=gettext_lazy("in words"), value=lambda r: r.sentence),
    Column(name="missing", label=gettext_lazy("missing"), value=lambda r: r.missing),
)


class Indicators(SignedIn, View):
    """`?format=csv|xlsx|sendai|sdmx` gives files; `?as_of=` a past day."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest) -> HttpResponse:
        notice = common.notice_in_view(request)
        found = board(notice, with_units=request.GET.get("format", "") in OWN_EXPORTS)
        rows = rows_of(found)
        goal = sub_goal(notice, clock.now())
        if goal is not None:
            rows.append(goal_row(goal))
        asked = request.GET.get("format", "")
        if asked in OWN_EXPORTS:
            return OWN_EXPORTS[asked](found, scope_of(request).units)
        if asked in EXPORTS:
            return EXPORTS[asked](_sheet(rows))
        return render(request, "plan/indicators/list.html", self._context(found, rows))

    def _context(self, found: Board, rows: list[Row]) -> dict[str, Any]:
        kept = common.notice_query(self.request)
        scope = scope_of(self.request)
        may_steer = scope.may(Capability.STEER_PLAN) and current().as_of is None
        editions = IndicatorEdition.objects.visible_to(scope).filter(notice=found.notice)
        states = Counter(line.verdict.known().status for line in found.lines)
        return {
            "notice": found.notice,
            "period": found.period,
            "rows": rows,
            "states": [(common.status_badge(each), states[each]) for each in Status],
            "choices": choice_rows(found.notice, found.chosen),
            "may_steer": may_steer,
            "editions": editions.order_by("-number")[:5],
            "publish_url": reverse("plan-indicator-publish", args=[found.notice.pk]),
            "exports": [
                (label, common.list_url(**kept, format=code)) for code, label in EXPORT_LABELS
            ],
            "goal_url": common.indicator_url(KEY, **kept),
            "tables_url": reverse("plan-control-tables"),
        }


EXPORT_LABELS = (
    ("csv", "CSV"),
    ("xlsx", "Excel"),
    ("sendai", gettext_lazy("Sendai A-1, B-1, C-1")),
    ("sdmx", gettext_lazy("series for exchange (SDMX)")),
)


def rows_of(found: Board) -> list[Row]:
    rows = []
    for line in found.lines:
        standing = line.verdict.known()
        rows.append(
            Row(
                key=line.item.key,
                name=line.item.indicator_name or line.item.heading,
                url=common.indicator_url(line.item.key),
                badge=common.status_badge(standing.status),
                value=common.number_text(standing.value),
                unit=_(line.indicator.unit.label),
                target=target_words(standing).text(_),
                sentence=common.words(standing),
                missing="；".join(lack.text(_) for lack in standing.missing),
                behind=common.causes_url(line.item.key),
            )
        )
    return rows


def goal_row(goal: SubGoal) -> Row:
    """I7 beside the six: how many statements are determined, never a number while one lacks."""
    badge = Badge(text=_("cannot be determined"), tone="grey", icon="info")
    value = _("not determinable")
    if goal.improved is not None:
        value = f"{goal.improved}/{STATEMENTS}"
        tone = "green" if goal.improved == STATEMENTS else "yellow"
        badge = Badge(text=_("statements improved: {text}").format(text=value), tone=tone)
    said = "；".join(f"{each.text}：{_(each.verdict.known().label)}" for each in goal.statements)
    return Row(
        key=KEY,
        name=goal.item.heading,
        url=common.indicator_url(KEY),
        badge=badge,
        value=value,
        unit=_("statements improved of {all}").format(all=STATEMENTS),
        target=_("four statements, no number"),
        sentence=said,
        missing="" if goal.improved is not None else _missing_of(goal),
        behind=common.causes_url(KEY),
    )


def _missing_of(goal: SubGoal) -> str:
    if goal.composition is None:
        return _("a signed composition")
    notes = [reason.note for each in goal.statements for reason in each.verdict.reasons[1:]]
    return "；".join(dict.fromkeys(note.text(_) for note in notes if note is not None))


def choice_rows(notice: Notice, chosen: Chosen) -> list[ChoiceRow]:
    """Every matter that needs a paper, whether it has one or not."""
    labels, bases = dict(CHOICE_KIND_CHOICES), dict(BASIS_OF_FACTS_CHOICES)
    matters: list[tuple[ChoiceKind, str]] = [
        (ChoiceKind.BASE_YEAR, ""),
        (ChoiceKind.WINDOW, ""),
        (ChoiceKind.READING, ""),
        *((ChoiceKind.COVERAGE, basis.value) for basis in Basis),
    ]
    rows = []
    for kind, basis in matters:
        row = chosen.rows.get((kind.value, basis))
        name = str(labels[kind.value])
        url = reverse("plan-indicator-choose", args=[notice.pk, kind.value])
        rows.append(
            ChoiceRow(
                label=f"{name}：{bases[basis]}" if basis else name,
                text=_("missing") if row is None else choice_text(row),
                source="" if row is None else row.source,
                url=f"{url}?basis={basis}" if basis else url,
                is_missing=row is None,
            )
        )
    return rows


def choice_text(row: IndicatorChoice) -> str:
    match ChoiceKind(row.kind):
        case ChoiceKind.READING:
            return _(Reading(row.reading).label)
        case ChoiceKind.BASE_YEAR:
            return str(row.first_year)
        case ChoiceKind.COVERAGE if row.last_year is None:
            return _("since {year}").format(year=row.first_year)
        case _:
            return f"{row.first_year}–{row.last_year}"


def _sheet(rows: list[Row]) -> Sheet:
    return Sheet(
        title=_("Indicators"),
        columns=COLUMNS,
        rows=rows,
        now=clock.now(),
        mark=demonstration_mark(),
    )
