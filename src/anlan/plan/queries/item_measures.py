"""The measures of the items: what the profile maps, the figure of each today, its lamp."""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from anlan.base.clock import CITY_ZONE
from anlan.base.measures import Measure, Proof, Share, of_item, share_of
from anlan.base.parts import registry
from anlan.base.rules.verdict import Verdict
from anlan.plan.models import ItemMeasure, MeasureSnapshot, PlanItem
from anlan.plan.rules.measure_lamp import MeasureLamp, combined_lamp, measure_lamp


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFigure:
    """A measure of an item as it is today. `measure` is None while no stage declares it."""

    row: ItemMeasure
    measure: Measure | None
    share: Share | None
    lamp: MeasureLamp
    verdict: Verdict[MeasureLamp] | None = None


class Figures:
    """Computes each measure once, however many items have it."""

    def __init__(self, scope: Any, now: dt.datetime) -> None:
        self.scope, self.now = scope, now
        self.known = {measure.name: measure for measure in registry.measures()}
        self._proofs: dict[str, Sequence[Proof]] = {}

    def proofs(self, measure: Measure, item: str = "") -> Sequence[Proof]:
        """The records behind a measure, narrowed to an item where the measure narrows."""
        if measure.name not in self._proofs:
            self._proofs[measure.name] = measure.evidence(self.scope, self.now)
        found = self._proofs[measure.name]
        return of_item(found, item) if item and measure.narrows else found

    def share(self, measure: Measure, item: str = "") -> Share:
        return share_of(self.proofs(measure, item))

    def of(self, row: ItemMeasure) -> ItemFigure:
        measure = self.known.get(row.measure)
        if measure is None:
            return ItemFigure(row=row, measure=None, share=None, lamp=MeasureLamp.NOT_MEASURED)
        share = self.share(measure, row.item.key)
        if not measure.has_lamp:
            return ItemFigure(row=row, measure=measure, share=share, lamp=MeasureLamp.INFORMATION)
        verdict = measure_lamp(
            share.part,
            share.whole,
            measure.direction,
            row.bounds(),
            silent=share.silent,
        )
        return ItemFigure(
            row=row, measure=measure, share=share, lamp=verdict.known(), verdict=verdict
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLine:
    """An item with its figures; one without a live measure is not yet measured."""

    item: PlanItem
    figures: tuple[ItemFigure, ...]

    @property
    def lamp(self) -> MeasureLamp:
        return combined_lamp(figure.lamp for figure in self.figures)


def item_lines(items: Iterable[PlanItem], scope: Any, now: dt.datetime) -> list[ItemLine]:
    """Items with the figures of today, each measure computed once."""
    listed = list(items)
    rows = ItemMeasure.objects.visible_to(scope).filter(item__in=[item.pk for item in listed])
    by_item: dict[Any, list[ItemMeasure]] = {}
    for row in rows.select_related("item").order_by("position", "id"):
        by_item.setdefault(row.item_id, []).append(row)
    figures = Figures(scope, now)
    return [
        ItemLine(item=item, figures=tuple(figures.of(row) for row in by_item.get(item.pk, ())))
        for item in listed
    ]


def snapshots(measure: str, item: Any = None, most: int = 400) -> list[MeasureSnapshot]:
    """The figures of the last days over the whole city, oldest first."""
    rows = MeasureSnapshot.objects.filter(measure=measure, item=item).order_by("-day")[:most]
    return list(reversed(rows))


def day_of(now: dt.datetime) -> dt.date:
    return now.astimezone(CITY_ZONE).date()
