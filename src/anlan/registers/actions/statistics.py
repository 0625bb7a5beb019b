"""Figures of regions: a restated figure is a new edition, an old one is never overwritten.

EditionExists      this edition of the figure is entered already
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from anlan.base.actor import Actor
from anlan.base.errors import Invalid, NotFound
from anlan.base.journal.recording import recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.registers.access import require
from anlan.registers.models import Region, Statistic
from anlan.registers.rules.scope import Capability


class EditionExists(Invalid):
    code = "edition-exists"
    message = gettext_noop(
        "Edition “{edition}” of this figure is entered already and is never overwritten. "
        "Give the restated figure an edition of its own."
    )


class NegativeFigure(Invalid):
    code = "negative-figure"
    message = gettext_noop("This figure cannot be below zero.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewFigure:
    """One edition of a figure. `value` is None when it was looked for and not found."""

    region: str
    indicator: str
    year: int
    unit_of_measure: str
    state: str
    value: Decimal | None
    edition: str
    published_on: dt.date | None
    source: str
    mark: str


def add_figure(
    figure: NewFigure, *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> dict[str, Any]:
    """Enter a figure or a restatement as a new edition. Returns its id."""
    require(actor, Capability.KEEP_REGISTERS)
    names = NewFigure.__slots__
    with recording(
        action="registers.statistic.add",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={name: str(getattr(figure, name)) for name in names},
    ) as rec:
        if rec.repeated:
            return rec.result
        row = _row(figure)
        validate(row)
        rec.add(row)
        rec.result = {"id": str(row.pk)}
    return rec.result


def _row(figure: NewFigure) -> Statistic:
    region = Region.objects.filter(code=figure.region).first()
    if region is None:
        raise NotFound
    if figure.value is not None and figure.value < 0:
        raise NegativeFigure(field="value")
    same = Statistic.objects.filter(
        region=region, indicator=figure.indicator, year=figure.year, edition=figure.edition
    )
    if same.exists():
        raise EditionExists(field="edition", edition=figure.edition)
    return Statistic(
        region=region,
        indicator=figure.indicator,
        year=figure.year,
        value=figure.value,
        unit_of_measure=figure.unit_of_measure,
        state=figure.state,
        edition=figure.edition,
        published_on=figure.published_on,
        source=figure.source,
        mark=figure.mark,
    )
