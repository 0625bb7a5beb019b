"""From an indicator to the units, sectors, enterprises, items and bodies that stand behind it."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views import View

from anlan.base import clock
from anlan.base.errors import NotFound
from anlan.base.rules.verdict import UNKNOWN, Reason
from anlan.base.screens.cells import Column, Text
from anlan.base.screens.register_list import EXPORTS
from anlan.base.screens.sheets import Sheet, demonstration_mark
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.losses.queries.behind import GroupSum
from anlan.plan.queries.indicators.board import COUNTED_IN
from anlan.plan.queries.indicators.causes import (
    BodyPart,
    Causes,
    ServingItem,
    UnitPart,
    causes,
    years_of,
)
from anlan.plan.queries.indicators.standing_by import Late, Proven
from anlan.plan.rules.indicator_table import FIGURE_LABELS
from anlan.plan.rules.indicators.choices import Basis
from anlan.plan.rules.indicators.contribution import Part
from anlan.plan.rules.indicators.serving import Found, Link
from anlan.plan.screens.common import body_url, item_url, with_query
from anlan.plan.screens.indicators import common
from anlan.registers.queries import sees_body
from anlan.registers.rules.scope import Capability

MOST_LATE = 5
"""So many late matters of an item are listed; its page has all of them."""
MOST_ENTERPRISES = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table of units, sectors, hazards or enterprises."""

    name: str
    url: str = ""
    value: Decimal | None = None
    share: str = ""
    rank: int | None = None
    years: tuple[tuple[int, str, str], ...] = ()
    note: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRow:
    name: str
    url: str
    links: tuple[str, ...]
    late: tuple[tuple[str, str, str], ...]
    late_more: int
    proven: tuple[tuple[str, str], ...]
    silence: str


class IndicatorCauses(SignedIn, View):
    """`?year=` narrows to a year; `?format=csv|xlsx` exports every line of the page."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest, key: str) -> HttpResponse:
        if key not in COUNTED_IN:
            raise NotFound
        asked = request.GET.get("year", "").strip()
        notice, scope = common.notice_in_view(request), scope_of(request)
        year = int(asked) if asked.isdecimal() and len(asked) == 4 else None
        found = causes(notice, key, scope=scope, year=year)
        if found is None:
            raise NotFound
        if year is not None and year not in years_of(found.board):
            raise NotFound
        export = EXPORTS.get(request.GET.get("format", ""))
        if export is not None:
            return export(_sheet(found))
        return render(request, "plan/indicators/causes.html", self._context(found, year))

    def _context(self, found: Causes, year: int | None) -> dict[str, Any]:
        kept = common.notice_query(self.request)
        key, scope = found.line.item.key, scope_of(self.request)
        standing = found.line.verdict.known()
        ranking = found.ranking.known()
        asked = {"year": str(year)} if year is not None else {}
        enterprises = enterprise_rows(found)
        return {
            "item": found.line.item,
            "standing": standing,
            "sentence": common.words(standing),
            "badge": common.status_badge(standing.status),
            "year": year,
            "span": year or f"{found.years[0]}–{found.years[-1]}" if found.years else "",
            "year_links": year_links(found, kept),
            "top_label": top_label(found),
            "total": ranking.total,
            "is_whole": ranking.is_whole,
            "units": unit_rows(found, kept),
            "others": found.others,
            "is_accidents": found.basis is Basis.ACCIDENTS,
            "groups": group_rows(found, year),
            "enterprises": enterprises[:MOST_ENTERPRISES],
            "enterprises_more": max(0, len(enterprises) - MOST_ENTERPRISES),
            "records_url": reverse(
                "accident-list" if found.basis is Basis.ACCIDENTS else "disaster-list"
            ),
            "items": [item_row(each) for each in found.items],
            "late_total": sum(len(each.late) for each in found.items),
            "unproven": sum(not each.proven for each in found.items),
            "bodies": [body_row(each, scope) for each in found.bodies],
            "notes": [note_of(reason) for reason in found.reasons],
            "indicator_url": common.indicator_url(key, **kept, **asked),
            "list_url": common.list_url(**kept),
            "csv": common.causes_url(key, **kept, **asked, format="csv"),
            "xlsx": common.causes_url(key, **kept, **asked, format="xlsx"),
        }


AMOUNTS = {"loss_100m_yuan": gettext_lazy("{label} (100 million yuan)")}
"""Figures that are no counts say their unit."""


def top_label(found: Causes) -> str:
    figure = found.line.indicator.numerator
    label = _(FIGURE_LABELS[figure])
    return str(AMOUNTS[figure]).format(label=label) if figure in AMOUNTS else label


def year_links(found: Causes, kept: dict[str, str]) -> list[tuple[str, str, bool]]:
    """(label, address, whether shown) of the whole period and of each year."""
    key, years = found.line.item.key, years_of(found.board)
    is_whole = found.years == years
    links = [(_("whole period"), common.causes_url(key, **kept), is_whole)]
    for year in years:
        url = common.causes_url(key, **kept, year=str(year))
        links.append((str(year), url, not is_whole and found.years == (year,)))
    return links


def unit_rows(found: Causes, kept: dict[str, str]) -> list[Row]:
    """Units in view; ranks only for readers who see every unit."""
    return [_unit_row(found, each, kept) for each in found.units]


def _unit_row(found: Causes, each: UnitPart, kept: dict[str, str]) -> Row:
    row, unit = each.contribution, each.unit
    code = "" if unit is None else unit.code
    return Row(
        name=_("no county") if unit is None else unit.short_name,
        value=row.value,
        share=share_text(row.share),
        rank=row.rank if found.others is None else None,
        years=tuple(_year_of(found, part, code, kept) for part in row.parts),
        note=lacks_text(row.lacking, row.silent),
    )


def _year_of(found: Causes, part: Part, code: str, kept: dict[str, str]) -> tuple[int, str, str]:
    """(year, number or dash, address of its records)."""
    text = "—" if part.value is None else common.amount(part.value)
    url = common.records_url(found.line.item.key, part.year, code, **kept) if part.records else ""
    return part.year, text, url if code else ""


def lacks_text(years: tuple[int, ...], silent: int) -> str:
    """What is not known of a unit: never read as zero."""
    parts = []
    if years:
        said = "、".join(str(year) for year in years)
        parts.append(_("no figure for {years}: missing, not zero").format(years=said))
    if silent:
        parts.append(
            ngettext(
                "{count} record does not say its number",
                "{count} records do not say their number",
                silent,
            ).format(count=silent)
        )
    return "；".join(parts)


def share_text(share: Fraction | None) -> str:
    return "" if share is None else f"{float(share * 100):.1f}%"


def group_rows(found: Causes, year: int | None) -> list[Row]:
    """Sectors or hazards; each opens the register narrowed to it."""
    total = sum((row.value for row in found.groups if row.value is not None), Decimal(0))
    return [_group_row(found, row, total, year) for row in found.groups]


def _group_row(found: Causes, row: GroupSum, total: Decimal, year: int | None) -> Row:
    is_accidents = found.basis is Basis.ACCIDENTS
    name, field = ("accident-list", "sector") if is_accidents else ("disaster-list", "hazard")
    share = Fraction(row.value) / Fraction(total) if row.value is not None and total else None
    return Row(
        name=row.name,
        url=with_query(reverse(name), **{field: row.code}, year=year),
        value=row.value,
        share=share_text(share),
        note=lacks_text((), row.unknown),
        detail=records_text(row.records),
    )


def records_text(count: int) -> str:
    return ngettext("{count} record", "{count} records", count).format(count=count)


def enterprise_rows(found: Causes) -> list[Row]:
    """Enterprises of the accidents in view; those without one in one line a sector."""
    return [
        Row(
            name=row.name or _("no enterprise is recorded"),
            url=reverse("enterprise", args=[row.enterprise]) if row.enterprise else "",
            value=None if row.deaths is None else Decimal(row.deaths),
            note=lacks_text((), row.unknown),
            detail=f"{row.sector} · {records_text(row.records)}",
        )
        for row in found.enterprises
    ]


def item_row(each: ServingItem) -> ItemRow:
    return ItemRow(
        name=str(each.item),
        url=item_url(each.item),
        links=tuple(link_text(link) for link in each.verdict.known()),
        late=tuple((late_text(late), late.text, late.url) for late in each.late[:MOST_LATE]),
        late_more=max(0, len(each.late) - MOST_LATE),
        proven=tuple((proven_text(one), one.url) for one in each.proven),
        silence=silence_of(each),
    )


def silence_of(each: ServingItem) -> str:
    """What is said where no evidence is recorded: that nothing is stated."""
    verdict = each.evidence
    note = verdict.reasons[0].note
    return note.text(_) if verdict.value is UNKNOWN and note is not None else ""


def link_text(found: Found) -> str:
    if found.link is Link.WORD:
        return f"{_(found.link.label)}（{found.by}）"
    return _(found.link.label)


def late_text(late: Late) -> str:
    """“deliverable · 市水务局 · since 2026-03-01”."""
    since = "" if late.since is None else _("since {day}").format(day=late.since.isoformat())
    body = "" if late.body is None else str(late.body)
    return " · ".join(part for part in (_(late.kind.label), body, since) if part)


def proven_text(one: Proven) -> str:
    return _("{kind}: {count}").format(kind=_(one.kind.label), count=one.count)


def body_row(each: BodyPart, scope: Any) -> dict[str, Any]:
    is_open = each.body is not None and sees_body(scope, each.body)
    return {
        "name": each.name,
        "url": body_url(each.body.code) if is_open else "",
        "items": "、".join(each.items),
        "late": each.late,
    }


def note_of(reason: Reason) -> dict[str, Text]:
    return {
        "note": reason.note.text(_) if reason.note is not None else "",
        "source": _(reason.source),
        "status": _(reason.status.label),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """A line of the exported file: which part of the page, what, the number, what is said."""

    part: Text
    name: str
    value: Decimal | int | None = None
    share: str = ""
    said: str = ""


COLUMNS = (
    Column(name="part", label=gettext_lazy("part"), value=lambda r: r.part),
    Column(name="name", label=gettext_lazy("name"), value=lambda r: r.name, is_title=True),
    Column(name="value", label=gettext_lazy("number"), value=lambda r: r.value, align="end"),
    Column(name="share", label=gettext_lazy("share"), value=lambda r: r.share, align="end"),
    Column(name="said", label=gettext_lazy("what is recorded"), value=lambda r: r.said),
)


def exported(found: Causes) -> list[Exported]:
    groups = _("sector") if found.basis is Basis.ACCIDENTS else _("hazard")
    rows = [_exported(_("reporting unit"), row) for row in unit_rows(found, {})]
    if found.others is not None:
        name, value = _("other units together"), found.others.value
        rows.append(Exported(part=_("reporting unit"), name=name, value=value))
    rows += [_exported(groups, row) for row in group_rows(found, None)]
    rows += [_exported(_("enterprise"), row) for row in enterprise_rows(found)]
    return rows + exported_items(found.items, found.bodies)


def exported_items(items: Iterable[ServingItem], bodies: Iterable[BodyPart]) -> list[Exported]:
    rows = []
    for each in items:
        links = "；".join(link_text(link) for link in each.verdict.known())
        name = str(each.item)
        rows.append(Exported(part=_("item"), name=name, value=len(each.late), said=links))
        for late in each.late:
            said = f"{late_text(late)} · {late.text}"
            rows.append(Exported(part=_("late now"), name=name, said=said))
        for one in each.proven:
            said = _(one.kind.label)
            rows.append(Exported(part=_("evidence"), name=name, value=one.count, said=said))
        if silence := silence_of(each):
            rows.append(Exported(part=_("evidence"), name=name, said=silence))
    for body in bodies:
        said = "、".join(body.items)
        rows.append(Exported(part=_("body"), name=body.name, value=body.late, said=said))
    return rows


def _exported(part: Text, row: Row) -> Exported:
    said = "；".join(text for text in (row.detail, row.note) if text)
    return Exported(part=part, name=row.name, value=row.value, share=row.share, said=said)


def _sheet(found: Causes) -> Sheet:
    return Sheet(
        title=_("{name}: what stands behind it").format(
            name=found.line.item.indicator_name or found.line.item.heading
        ),
        columns=COLUMNS,
        rows=exported(found),
        now=clock.now(),
        mark=demonstration_mark(),
    )
