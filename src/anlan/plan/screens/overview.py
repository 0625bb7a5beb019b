"""The first screen: what the notice asks, of whom. By body, by county, as a tree of clauses."""

import dataclasses
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views import View

from anlan.base import clock
from anlan.base.instance_stamp import made_at
from anlan.base.screens.as_of import past_day
from anlan.base.screens.cells import Column as SheetColumn
from anlan.base.screens.list_state import WHOLE
from anlan.base.screens.register_list import EXPORTS
from anlan.base.screens.sheets import Sheet, demonstration_mark
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.plan.choices import KIND_CHOICES
from anlan.plan.models import NoticeEdition
from anlan.plan.queries.items import lead_names
from anlan.plan.queries.loop.bearers import day_made
from anlan.plan.queries.loop.progress import Board, UnitTasks, board, hour_of, tasks_by_unit
from anlan.plan.queries.memory import journal_state, remembered, remembered_piece
from anlan.plan.queries.overview import (
    Matrix,
    Row,
    SectionLine,
    by_unit,
    lead_ranking,
    matrix,
    sections,
    shape,
)
from anlan.plan.rules.loop.lamp import Lamp
from anlan.plan.screens.common import SIGNS, front_of, source_badge, with_query
from anlan.plan.screens.grid import Grid, behind, legend
from anlan.plan.screens.overview_sheets import TASK_HEADS, matrix_columns, unit_columns
from anlan.plan.screens.tree import tree_of
from anlan.registers import queries as registers
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import asked_day

VIEWS = ("bodies", "counties", "tree")
KINDS = dict(KIND_CHOICES)


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class KindHead:
    """Columns of one kind side by side."""

    kind: str
    label: str
    span: int


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class _Ranking:
    """The rows that a reader sees, in their order, and how many it does not see."""

    found: Matrix
    lamps: Board | None
    rows: list[Row]
    hidden: int


class Overview(SignedIn, View):
    template_name = "plan/overview.html"

    def get(self, request: HttpRequest) -> HttpResponse:
        edition = self._front()
        if edition is None:
            return self._nothing_yet()
        asked = request.GET.get("by", "")
        view = asked if asked in VIEWS else VIEWS[0]
        export = EXPORTS.get(request.GET.get("format", ""))
        sheet = getattr(self, f"_sheet_{view}", None)
        if export is not None and sheet is not None:
            return export(sheet(edition))
        return render(request, self.template_name, self._head(edition, view))

    def _front(self) -> NoticeEdition | None:
        key = ("front", scope_of(self.request), self.asked_notice)
        return remembered(key, lambda: front_of(self.request), state=self.state)

    def _nothing_yet(self) -> HttpResponse:
        may_import = scope_of(self.request).may(Capability.IMPORT_NOTICE)
        return render(self.request, "plan/no_notice.html", {"may_import": may_import})

    def _head(self, edition: NoticeEdition, view: str) -> dict[str, Any]:
        scope = scope_of(self.request)
        return {
            "edition": edition,
            "notice": edition.notice,
            "source": source_badge(edition),
            "view": view,
            "may_correct": scope.may(Capability.CORRECT_NOTICE),
            "may_import": scope.may(Capability.IMPORT_NOTICE),
            "plan": self._plan(edition, view),
        }

    def _plan(self, edition: NoticeEdition, view: str) -> SafeString:
        """Everything below the head. It is remembered for this reader: whatever is not read from
        records stands in the key, and the template knows neither the request nor a token."""
        known = (edition.pk, edition.version, edition.notice.version)
        turning = (edition.open_names, edition.live_from, made_at(self.request))  # type: ignore[attr-defined]
        seen_by = (scope_of(self.request), get_language(), past_day())
        clocked = (self.day, hour_of(clock.now()))
        key = ("overview", self.request.get_full_path(), *known, *turning, *seen_by, *clocked)

        def make() -> SafeString:
            more = getattr(self, f"_{view}")(edition)
            return render_to_string("plan/overview_plan.html", self._frame(edition, view) | more)

        return remembered_piece(key, make, state=self.state)

    def _frame(self, edition: NoticeEdition, view: str) -> dict[str, Any]:
        notice = edition.notice
        found = shape(notice, clauses=edition.clauses, state=self.state)
        items = with_query(reverse("plan-items"), notice=self.asked_notice)
        joint = "&" if "?" in items else "?"
        return {
            "edition": edition,
            "notice": notice,
            "asked_notice": self.asked_notice,
            "path": self.request.path,
            "view": view,
            "tabs": [(code, label, self.address(by=code)) for code, label in self._tabs()],
            "kinds": [
                (label, found.kinds[kind], f"{items}{joint}kind={kind}")
                for kind, label in KIND_CHOICES
                if found.kinds.get(kind)
            ],
            "total": found.total,
            "items_url": items,
            "no_lead": found.modes.get("joint", 0),
            "no_lead_url": f"{items}{joint}mode=joint",
            "open_url": f"{items}{joint}open=yes",
            "unread": edition.chars - edition.chars_read,
            "day": self.day,
            "is_past_day": self.day != clock.today(),
            "csv": self.address(by=view, format="csv"),
            "xlsx": self.address(by=view, format="xlsx"),
        }

    # state of the address

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().setup(request, *args, **kwargs)
        self._state: int | None = None

    @property
    def state(self) -> int:
        if self._state is None:
            self._state = journal_state()
        return self._state

    @property
    def day(self) -> Any:
        return asked_day(self.request)

    @property
    def asked_notice(self) -> str:
        return self.request.GET.get("notice", "").strip()

    def address(self, **change: str) -> str:
        kept = {name: self.request.GET.get(name, "") for name in ("notice", "on", "mine")}
        return with_query(reverse("plan-overview"), **(kept | change))

    @staticmethod
    def _tabs() -> Sequence[tuple[str, str]]:
        return (
            ("bodies", _("By body")),
            ("counties", _("By county")),
            ("tree", _("Clause tree")),
        )

    # by body

    def _ranking(self, edition: NoticeEdition) -> _Ranking:
        scope = scope_of(self.request)
        found = matrix(edition.notice, self.day, clauses=edition.clauses, state=self.state)
        lamps = self._lamps(edition, found)
        ranked = _ranked(found, lamps)
        rows = [row for row in ranked if registers.sees_body(scope, row.body)]
        if self.request.GET.get("mine") == "1":
            rows.sort(key=lambda row: row.body.code not in scope.bodies)
        return _Ranking(found=found, lamps=lamps, rows=rows, hidden=len(ranked) - len(rows))

    def _sheet_bodies(self, edition: NoticeEdition) -> Sheet:
        ranking = self._ranking(edition)
        columns = matrix_columns(ranking.found, ranking.lamps)
        return self._sheet(_("Bodies and items"), columns, ranking.rows)

    def _bodies(self, edition: NoticeEdition) -> dict[str, Any]:
        scope = scope_of(self.request)
        ranking = self._ranking(edition)
        found, lamps, rows = ranking.found, ranking.lamps, ranking.rows
        mine = self.request.GET.get("mine") == "1"
        on = self.request.GET.get("on", "")
        grid = Grid(notice=edition.notice, found=found, own=scope.bodies, day=on, lamps=lamps)
        return {
            "lamps": lamps,
            "lamp_tiles": self._lamp_tiles(edition, found, lamps),
            "heads": [(column, _head_lamp(lamps, column.key)) for column in found.columns],
            "corner_span": 8 if lamps else 5,
            "matrix": found,
            "rows": rows,
            "grid": grid.body(rows),
            "cards": [(row, _behind(lamps, edition, row)) for row in rows],
            "legend": legend(),
            "signs": SIGNS,
            "kind_heads": kind_heads(found),
            "hidden_rows": ranking.hidden,
            "groups": found.groups,
            "mine": mine,
            "has_own": any(row.body.code in scope.bodies for row in rows),
            "mine_url": self.address(by="bodies", mine="" if mine else "1"),
            "own": scope.bodies,
            "ranking": [row for row in rows if row.totals.lead][:8],
        }

    def _lamps(self, edition: NoticeEdition, found: Matrix) -> Board | None:
        """Progress is internal, and it is of today."""
        may = scope_of(self.request).may(Capability.READ_INTERNAL)
        if not may or self.day != clock.today():
            return None
        since = edition.live_from or day_made(made_at(self.request))  # type: ignore[attr-defined]
        return board(
            edition.notice, clock.now(), by_item=found.by_item, since=since, state=self.state
        )

    def _lamp_tiles(
        self, edition: NoticeEdition, found: Matrix, lamps: Board | None
    ) -> list[tuple[Lamp, int | None, str]]:
        """(lamp, how many items, address of their list). Where kinds are columns nobody counted
        the items; the list of those overdue counts them."""
        if lamps is None:
            return []
        kept = {"notice": self.asked_notice} | WHOLE
        items = reverse("plan-items")
        if not found.by_item:
            return [(Lamp.RED, None, with_query(items, **kept, lamp=Lamp.RED.value))]
        counts = Counter(lamps.lamp_of(column.key) for column in found.columns)
        return [
            (lamp, counts[lamp], with_query(items, **kept, lamp=lamp.value))
            for lamp in Lamp
            if counts[lamp]
        ]

    # by county

    def _kinds(self, edition: NoticeEdition) -> list[tuple[str, Any]]:
        found = shape(edition.notice, clauses=edition.clauses, state=self.state)
        return [(kind, label) for kind, label in KIND_CHOICES if found.kinds.get(kind)]

    def _sheet_counties(self, edition: NoticeEdition) -> Sheet:
        lines = by_unit(edition.notice, self.day, state=self.state)
        columns = unit_columns(self._kinds(edition), self._tasks(edition))
        return self._sheet(_("Counties and items"), columns, lines)

    def _counties(self, edition: NoticeEdition) -> dict[str, Any]:
        lines = by_unit(edition.notice, self.day, state=self.state)
        kinds = self._kinds(edition)
        tasks = self._tasks(edition)
        base = with_query(reverse("plan-items"), notice=self.asked_notice)
        joint = "&" if "?" in base else "?"
        own = scope_of(self.request).own_units
        return {
            "unit_kinds": [label for _, label in kinds],
            "unit_lines": [
                (
                    line,
                    line.unit.code in own,
                    [
                        (
                            label,
                            line.by_kind.get(kind, 0),
                            f"{base}{joint}unit={line.unit.code}&kind={kind}",
                        )
                        for kind, label in kinds
                    ],
                    f"{base}{joint}unit={line.unit.code}",
                    _task_cells(line.unit.code, tasks),
                )
                for line in lines
            ],
            "task_heads": [label for _code, label in TASK_HEADS] if tasks is not None else [],
        }

    def _tasks(self, edition: NoticeEdition) -> dict[str, UnitTasks] | None:
        """What the units in view were asked; None for who reads only what is published."""
        scope = scope_of(self.request)
        if not scope.may(Capability.READ_INTERNAL):
            return None
        found = tasks_by_unit(scope, edition.notice, clock.now())
        return {code: found.get(code, UnitTasks()) for code in scope.units}

    # the tree

    def _tree(self, edition: NoticeEdition) -> dict[str, Any]:
        lines: tuple[SectionLine, ...] = sections(
            edition.notice, clauses=edition.clauses, state=self.state
        )
        shown = any(line.items for line in lines)
        leads = lead_names(edition.notice_id) if shown else {}
        return {
            "tree": tree_of(lines, leads, self.request.GET.get("notice", "")),
            "expanded": self.request.GET.get("all") == "1",
            "expand_url": self.address(by="tree", all="1"),
            "fold_url": self.address(by="tree"),
        }

    def _sheet(self, title: str, columns: tuple[SheetColumn, ...], rows: Sequence[Any]) -> Sheet:
        return Sheet(
            title=title, columns=columns, rows=rows, now=clock.now(), mark=demonstration_mark()
        )


def kind_heads(found: Matrix) -> list[KindHead]:
    """Runs of columns of one kind; none when each column is a kind already."""
    if not found.by_item:
        return []
    return [
        KindHead(kind=kind, label=str(KINDS[kind]), span=len(list(run)))
        for kind, run in groupby(found.columns, key=lambda column: column.kind)
    ]


TASK_LISTS: dict[str, dict[str, str]] = {
    "asked": {},
    "unsigned": {"state": "proposed"},
    "late": {"state": "signed", "late": "yes"},
}


def _task_cells(
    unit: str, tasks: dict[str, UnitTasks] | None
) -> list[tuple[Any, int | None, str]]:
    """(label, how many, address of their list); None where the unit is not in view."""
    if tasks is None:
        return []
    base, found = reverse("plan-assignments"), tasks.get(unit)
    return [
        (
            label,
            getattr(found, code) if found else None,
            with_query(base, unit=unit, living="yes", **TASK_LISTS[code], **WHOLE),
        )
        for code, label in TASK_HEADS
    ]


def _ranked(found: Matrix, lamps: Board | None) -> list[Row]:
    """Who is most behind first; where nobody is, by what the body carries."""
    rows = list(lead_ranking(found))
    if lamps is None:
        return rows
    rows += [Row(body=body) for body in found.others if lamps.names(body.pk)]
    rows.sort(key=lambda row: lamps.weight(row.body.pk), reverse=True)
    return rows


def _behind(lamps: Board | None, edition: NoticeEdition, row: Row) -> list[tuple[str, int, str]]:
    """What a body is behind with, where it is; a telephone has no room for the matrix."""
    if lamps is None:
        return []
    return [part for part in behind(lamps, edition.notice, row.body) if part[1]]


def _head_lamp(lamps: Board | None, key: str) -> Lamp | None:
    return lamps.lamp_of(key) if lamps is not None else None
