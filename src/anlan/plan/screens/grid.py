"""The matrix as HTML: thousands of cells, so the rows are joined here and not in a template."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from anlan.base.screens.list_state import WHOLE
from anlan.plan.models import Notice
from anlan.plan.queries.loop.progress import Board
from anlan.plan.queries.overview import Cell, Column, Matrix, Row
from anlan.plan.rules.loop.lamp import Lamp
from anlan.plan.screens.common import SIGN_OF, SIGNS, body_url, item_address, with_query
from anlan.registers.models import Body

EMPTY = "<td></td>"


def behind(lamps: Board, notice: Notice, body: Body) -> list[tuple[str, int, str]]:
    """(what, how many, address of their whole list): overdue deliverables, overdue tasks, unsigned
    tasks of a body. Of none there is no address: most bodies are behind with nothing."""
    key = body.pk
    tasks, kept = "plan-assignments", {"body": body.code} | WHOLE
    of_notice = {"state": "overdue", "notice": notice.pk}
    lines: tuple[tuple[str, int, str, dict[str, object]], ...] = (
        (_("overdue deliverables"), lamps.overdue.get(key, 0), "plan-deliverables", of_notice),
        (_("overdue tasks"), lamps.late.get(key, 0), tasks, {"state": "signed", "late": "yes"}),
        (_("unsigned"), lamps.unsigned.get(key, 0), tasks, {"state": "proposed"}),
    )
    return [
        (label, count, with_query(reverse(name), **kept, **more) if count else "")
        for label, count, name, more in lines
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The body of the matrix: one table row a body."""

    notice: Notice
    found: Matrix
    own: frozenset[str]
    day: str
    lamps: Board | None = None

    def body(self, rows: Iterable[Row]) -> SafeString:
        addresses = self._addresses()
        labels: dict[str, str] = {sign.code: escape(sign.label) for sign in SIGNS}
        lines = [self._row(row, addresses, labels) for row in rows]
        return mark_safe("\n".join(lines))  # noqa: S308  every part is escaped where it is made

    def _addresses(self) -> dict[str, str]:
        """Where a cell of each column leads, as an escaped address."""
        if self.found.by_item:
            return {
                column.key: escape(item_address(self.notice.pk, column.key))
                for column in self.found.columns
            }
        base = reverse("plan-items")
        return {
            column.key: escape(with_query(base, notice=self.notice.pk, kind=column.key))
            for column in self.found.columns
        }

    def _row(self, row: Row, addresses: dict[str, str], labels: dict[str, str]) -> str:
        code = row.body.code
        name = escape(row.body.short_name)
        mine = ' class="is-mine"' if code in self.own else ""
        head = f'<th scope="row"><a href="{escape(self._body(code))}">{name}</a></th>'
        totals = self._behind(row) + "".join(
            self._total(code, row.totals, sign.code) for sign in SIGNS
        )
        cells = "".join(
            self._cell(row, column, name, addresses[column.key], labels)
            for column in self.found.columns
        )
        return f"<tr{mine}>{head}{totals}{cells}</tr>"

    def _body(self, code: str, role: str = "") -> str:
        return body_url(code, notice=str(self.notice.pk), role=role, on=self.day)

    def _behind(self, row: Row) -> str:
        """Overdue deliverables, overdue tasks, unsigned tasks: each opens its list."""
        if self.lamps is None:
            return ""
        return "".join(
            f'<td class="sum is-behind"><a href="{escape(url)}">{count}</a></td>'
            if count
            else '<td class="sum"></td>'
            for _label, count, url in behind(self.lamps, self.notice, row.body)
        )

    def _lamp(self, row: Row, key: str) -> str:
        """The lamp of what a body owes in a column: sign, colour and word."""
        lamp = self.lamps.lamp_in(row.body.pk, key) if self.lamps is not None else None
        if lamp is None or lamp is Lamp.GREY:  # the head of the column says that already
            return ""
        word = escape(_(lamp.label))
        return f'<i class="lamp is-{lamp.value}" title="{word}">{lamp.sign}</i>'

    def _total(self, code: str, totals: Cell, role: str) -> str:
        count = getattr(totals, role)
        if not count:
            return '<td class="sum"></td>'
        link = escape(self._body(code, role))
        return f'<td class="sum"><a href="{link}">{count}</a></td>'

    def _cell(
        self, row: Row, column: Column, name: str, address: str, labels: dict[str, str]
    ) -> str:
        cell = row.cells.get(column.key)
        lamp = self._lamp(row, column.key)
        if cell is None:
            return f'<td><a href="{address}">{lamp}</a></td>' if lamp else EMPTY
        parts = [(code, getattr(cell, code)) for code in SIGN_OF if getattr(cell, code)]
        if not self.found.by_item:
            return self._counted(row, parts, address, labels, lamp)
        code = parts[0][0]
        title = escape(f"{column.label} {column.title}")
        return (
            f'<td class="is-{code}"><a href="{address}" title="{title} · {name} {labels[code]}" '
            f'aria-label="{labels[code]}">{SIGN_OF[code].sign}{lamp}</a></td>'
        )

    def _counted(
        self,
        row: Row,
        parts: list[tuple[str, int]],
        address: str,
        labels: dict[str, str],
        lamp: str,
    ) -> str:
        body = escape(row.body.code)
        links = " ".join(
            f'<a class="is-{code}" href="{address}&amp;body={body}&amp;role={code}" '
            f'title="{labels[code]}">{SIGN_OF[code].sign}{count}</a>'
            for code, count in parts
        )
        return f'<td class="counts">{links}{lamp}</td>'


def legend() -> SafeString:
    """The signs and their words."""
    return mark_safe(  # noqa: S308  made by format_html
        "".join(
            format_html('<span class="is-{}"><b>{}</b> {}</span>', s.code, s.sign, s.label)
            for s in SIGNS
        )
    )
