"""Control figures: the table of an indicator and year, written as one paper."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from anlan.base.actor import Actor
from anlan.base.errors import Invalid
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import RuleRefused
from anlan.base.upkeep import validate
from anlan.plan.actions.loop.common import item_of
from anlan.plan.actions.loop.errors import LoopRefused
from anlan.plan.models import ControlFigure, ControlTable, PlanItem
from anlan.plan.rules.loop.control_figures import Nature, check_figure
from anlan.registers.access import require
from anlan.registers.queries import reporting_units
from anlan.registers.rules.scope import Capability

FIRST_YEAR, LAST_YEAR = 1949, 2100


class NotAnIndicator(Invalid):
    code = "not-an-indicator"
    message = gettext_noop("{item} is no indicator: control figures are given for indicators.")


class UnknownUnit(Invalid):
    code = "unknown-unit"
    message = gettext_noop("{code} is no county-level reporting unit of the register.")


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitFigure:
    value: Decimal
    paper_number: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTable:
    """The whole table; `figures` by the code of the unit. A unit left out has no figure."""

    item: uuid.UUID
    year: int
    nature: Nature
    city_value: Decimal | None
    figures: Mapping[str, UnitFigure]
    document_number: str = ""
    issued_on: dt.date | None = None

    def payload(self) -> dict[str, Any]:
        return {
            "item": str(self.item),
            "year": self.year,
            "nature": self.nature.value,
            "city": str(self.city_value),
            "figures": {c: [str(f.value), f.paper_number] for c, f in self.figures.items()},
            "number": self.document_number,
            "issued_on": str(self.issued_on),
        }


def set_control_table(
    new: NewTable,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Write the figures of an indicator and year as one entry; `expected_version` 0 for a new
    table. A sum that does not fit the city's is kept and said, never refused: it is a draft until
    the paper is issued."""
    scope = require(actor, Capability.STEER_PLAN)
    item = item_of(new.item, scope)
    _check(new, item)
    with recording(
        action="plan.control.set",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=new.payload(),
    ) as rec:
        if not rec.repeated:
            table = _table(rec, new, item, expected_version)
            _write(rec, table, new)
            rec.result = {"id": str(table.pk), "version": table.version}
    return rec.result


def _check(new: NewTable, item: PlanItem) -> None:
    if item.indicator_value is None:
        raise NotAnIndicator(field="item", item=str(item))
    if not FIRST_YEAR <= new.year <= LAST_YEAR:
        raise Invalid(
            gettext_noop("Give years as four digits from {first} to {last}."),
            field="year",
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )
    given = {f"unit_{code}": figure.value for code, figure in new.figures.items()}
    if new.city_value is not None:
        given["city_value"] = new.city_value
    for field, value in given.items():
        try:
            check_figure(value, new.nature)
        except RuleRefused as refusal:
            raise LoopRefused.of(refusal, field=field) from refusal


def _table(rec: Recording, new: NewTable, item: PlanItem, expected_version: int) -> ControlTable:
    known = ControlTable.objects.filter(item=item, year=new.year).values_list("pk", flat=True)
    key = known.first()
    if key is None:
        table = ControlTable(item=item, year=new.year)
    else:
        table = rec.lock(ControlTable, key, expected_version=expected_version)
    table.nature, table.city_value = new.nature.value, new.city_value
    table.document_number, table.issued_on = new.document_number.strip(), new.issued_on
    validate(table)
    if key is None:
        rec.add(table)
    else:
        rec.save(table, with_parts=True)
    return table


def _write(rec: Recording, table: ControlTable, new: NewTable) -> None:
    units = {unit.code: unit for unit in reporting_units()}
    for code in new.figures:
        if code not in units:
            raise UnknownUnit(field="figures", code=code)
    known = {
        code: key
        for key, code in ControlFigure.objects.filter(table=table).values_list("pk", "unit__code")
    }
    for code, key in known.items():
        if code not in new.figures:
            rec.remove(rec.lock(ControlFigure, key))
    for code, figure in new.figures.items():
        row = (
            rec.lock(ControlFigure, known[code])
            if code in known
            else ControlFigure(table=table, unit=units[code])
        )
        row.value, row.paper_number = figure.value, figure.paper_number.strip()
        validate(row)
        if code in known:
            rec.save(row)
        else:
            rec.add(row)
