"""Figures of an improvement: frozen when it is set, and once more on the day of the check."""

import datetime as dt
import uuid
from typing import Final

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.city_language import city_language
from anlan.base.clock import CITY_ZONE
from anlan.base.journal.recording import Recording, recording
from anlan.base.upkeep import validate
from anlan.registers.queries import whole_city
from anlan.review.actions.errors import AtItsBest, ReachedAlready, UnknownMeasure
from anlan.review.models import Improvement
from anlan.review.queries import day_of, figure_now, measure_named
from anlan.review.rules.effect import Reading, effect_of, is_at_best, is_reached
from anlan.review.rules.improvement import check_day

PROGRAM: Final = Actor.program("improvements")
MOST_A_RUN: Final = 100


def set_out(rec: Recording, row: Improvement) -> None:
    """What the program writes of a new improvement: its unit, who set it, direction and figure of
    the measure. Over the whole city, and narrowed to the item where the measure narrows."""
    measure = measure_named(row.measure)
    if measure is None:
        raise UnknownMeasure(field="measure", name=row.measure[:60])
    row.unit = row.owner.unit
    row.recorded_at, row.recorded_by = rec.now, rec.actor.account
    row.direction = measure.direction
    share = figure_now(measure, row.item_key, whole_city(), rec.now)
    row.before_part, row.before_whole = share.part, share.whole
    row.before_on = day_of(rec.now)


def refuse_reached(row: Improvement) -> None:
    """A wanted figure that is there already proves nothing, nor one that cannot get better."""
    before, is_up, percent = row.before(), row.wanted().is_up, row.wanted_percent
    ratio, figure = before.ratio, f"{row.before_part}/{row.before_whole}"
    if ratio is None:
        return
    if is_at_best(before, is_up=is_up):
        raise AtItsBest(field="measure", figure=figure)
    if percent is not None and is_reached(ratio, is_up, percent):
        raise ReachedAlready(field="wanted_percent", figure=figure, wanted=str(percent))


def check_effects(now: dt.datetime) -> int:
    """The sweep: the effect of each improvement whose day of the check came and that was taken as
    done. The verdict stands in the row, so it may be repeated and killed at any moment."""
    waiting = Improvement.objects.filter(
        effect="", taken_on__isnull=False, withdrawn_on__isnull=True, check_on__lte=day_of(now)
    )
    return sum(
        check_effect(row.pk, now=now, request_id=f"improvement-effect-{row.pk.hex}")
        for row in waiting.order_by("check_on", "pk")[:MOST_A_RUN]
    )


def check_effect(key: uuid.UUID, *, now: dt.datetime, request_id: str) -> int:
    """Read the figure once more and decide; nothing while the day has not come. The program."""
    with recording(
        action="review.improvement.check", actor=PROGRAM, now=now, request_id=request_id
    ) as rec:
        if rec.repeated:
            return 0
        row = rec.lock(Improvement, key)
        if not _is_due(row, now):
            return 0
        after = _reading(row, now)
        verdict = effect_of(row.before(), after, row.wanted())
        with city_language():
            row.effect, row.reasons = verdict.known().value, verdict.to_json(gettext)
        row.after_on = now.astimezone(CITY_ZONE).date()
        if after is not None:
            row.after_part, row.after_whole = after.part, after.whole
        validate(row)
        rec.save(row)
        rec.result = {"id": str(row.pk), "effect": row.effect}
    return 1


def _is_due(row: Improvement, now: dt.datetime) -> bool:
    if row.effect or row.withdrawn_on is not None or row.taken_on is None:
        return False
    return check_day(row.check_on, row.taken_on) <= day_of(now)


def _reading(row: Improvement, now: dt.datetime) -> Reading | None:
    measure = measure_named(row.measure)
    if measure is None:
        return None
    share = figure_now(measure, row.item_key, whole_city(), now)
    return Reading(part=share.part, whole=share.whole, silent=share.silent, day=day_of(now))
