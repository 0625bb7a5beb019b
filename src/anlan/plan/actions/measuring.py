"""Measures mapped to items, the bounds of their lamps, and the figures of each day."""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.errors import Invalid, NotFound
from anlan.base.journal.recording import recording
from anlan.base.parts import Progress, registry
from anlan.base.profile import Profile
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.plan.actions.facts import LOADER
from anlan.plan.models import ItemMeasure, MeasureSnapshot, Notice, PlanItem
from anlan.plan.queries.item_measures import Figures, day_of
from anlan.plan.rules.measure_lamp import GREEN_FROM_PERCENT, RED_BELOW_PERCENT
from anlan.registers.access import require
from anlan.registers.queries import whole_city
from anlan.registers.rules.scope import Capability

FILE: Final = "measures.toml"
PROGRAM: Final = Actor.program("measures")


class BoundsCrossed(Invalid):
    code = "bounds-crossed"
    message = gettext_noop(
        "Where more is better, green begins at or above the bound of red; where less is better, "
        "at or below it. Exchange the two."
    )


class BoundsWithoutSource(Invalid):
    code = "bounds-without-source"
    message = gettext_noop("Say which document or decision sets these bounds.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewBounds:
    green_from_percent: Decimal
    red_below_percent: Decimal
    source: str


def request_of(profile: Profile) -> str:
    """The request id under which the profile's rows are entered, once an edition."""
    number = profile.table(FILE)["notice"]
    return f"profile-measures-{number}-{profile.edition}"[:64]


def load_measures(profile: Profile, progress: Progress) -> None:
    """Which measures the profile maps to the items of its notice; what a person set stays."""
    if not (profile.folder / FILE).exists():
        return
    table = profile.table(FILE)
    notice = Notice.objects.filter(number=table["notice"]).first()
    if notice is None:
        progress(f"{table['notice']}: not imported yet")
        return
    with recording(
        action="plan.measure.map",
        actor=LOADER,
        now=clock.now(),
        request_id=request_of(profile),
        reason=f"城市档案 {profile.edition}",
    ) as rec:
        if rec.repeated:
            progress(f"{FILE}: already here")
            return
        items = {item.key: item for item in PlanItem.objects.filter(notice=notice)}
        known = set(
            ItemMeasure.objects.filter(item__notice=notice).values_list("item__key", "measure")
        )
        rows = [
            _mapped(items[row["key"]], name, position, row)
            for row in table["item"]
            if row["key"] in items
            for position, name in enumerate(row["measures"])
            if (row["key"], name) not in known
        ]
        rec.add_many(rows)
        rec.note(measures=len(rows))
        rec.result = {"measures": len(rows)}
    progress(f"{FILE}: {len(rows)} measures of items")


def _mapped(item: PlanItem, name: str, position: int, row: dict[str, Any]) -> ItemMeasure:
    return ItemMeasure(
        item=item,
        measure=name,
        position=position,
        green_from_percent=Decimal(str(row.get("green_from_percent", GREEN_FROM_PERCENT))),
        red_below_percent=Decimal(str(row.get("red_below_percent", RED_BELOW_PERCENT))),
        lamp_source=row.get("lamp_source", ""),
    )


def set_bounds(
    key: uuid.UUID,
    bounds: NewBounds,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """The bounds of a lamp as a document of the city sets them."""
    scope = require(actor, Capability.STEER_PLAN)
    if not ItemMeasure.objects.visible_to(scope).filter(pk=key).exists():
        raise NotFound
    if not bounds.source.strip():
        raise BoundsWithoutSource(field="source")
    with recording(
        action="plan.measure.bounds",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={
            "row": str(key),
            "green": str(bounds.green_from_percent),
            "red": str(bounds.red_below_percent),
            "source": bounds.source,
        },
    ) as rec:
        if not rec.repeated:
            row = rec.lock(ItemMeasure, key, expected_version=expected_version)
            _refuse_crossed(row.measure, bounds)
            row.green_from_percent = bounds.green_from_percent
            row.red_below_percent = bounds.red_below_percent
            row.lamp_source = bounds.source.strip()
            validate(row)
            rec.save(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


def _refuse_crossed(name: str, bounds: NewBounds) -> None:
    measure = next((m for m in registry.measures() if m.name == name), None)
    is_down = measure is not None and measure.direction == "down"
    green, red = bounds.green_from_percent, bounds.red_below_percent
    if (green > red) if is_down else (green < red):
        raise BoundsCrossed(field="red_below_percent")


def take_snapshots(now: dt.datetime) -> int:
    """The sweep: the figures of today, one row a measure and one an item that has it. A second
    run of the day writes only what was mapped since."""
    day = day_of(now)
    known = set(MeasureSnapshot.objects.filter(day=day).values_list("measure", "item"))
    wanted = [pair for pair in _wanted() if (pair[0], pair[1] and pair[1].pk) not in known]
    if not wanted:
        return 0
    with recording(
        action="plan.measure.snapshot",
        actor=PROGRAM,
        now=now,
        request_id=f"measures-{day.isoformat()}-{len(known)}",
    ) as rec:
        if rec.repeated:
            return 0
        figures = Figures(whole_city(), now)
        rows = [_snapshot(figures, name, item, day) for name, item in wanted]
        rec.add_many(rows)
        rec.note(day=day.isoformat(), figures=len(rows))
        rec.result = {"figures": len(rows)}
    return len(rows)


def _wanted() -> list[tuple[str, PlanItem | None]]:
    """Every live measure, and those that narrow once more for each item that has them."""
    live = {measure.name: measure for measure in registry.measures()}
    found: list[tuple[str, PlanItem | None]] = [(name, None) for name in live]
    narrow = [name for name, measure in live.items() if measure.narrows]
    rows = ItemMeasure.objects.filter(measure__in=narrow, item__is_dropped=False)
    return found + [(row.measure, row.item) for row in rows.select_related("item")]


def _snapshot(figures: Figures, name: str, item: PlanItem | None, day: dt.date) -> MeasureSnapshot:
    share = figures.share(figures.known[name], item.key if item is not None else "")
    return MeasureSnapshot(
        measure=name, item=item, day=day, part=share.part, whole=share.whole, made_at=figures.now
    )
