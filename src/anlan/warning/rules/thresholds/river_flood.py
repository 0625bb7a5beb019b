"""Which flood signal of the water authority a stage, a flow or a return period reaches.

Source: 水情预警发布管理办法 (水汛〔2013〕1号; the number is from memory, the table was checked):
yellow from the warning level, orange from the guarantee level, red from the highest on record,
or the flow of the same, or return periods of 5, 20 and 50 years; blue "close to" the warning
level. House rule: close is within 0.5 m below it, or from 90 % of its flow; for a return period
"close to 5 years" has no number and is not judged.
Units and valid range: m, m³/s, years; heights of one station in one datum.
Edge cases: any criterion suffices, the highest holds; equal reaches. A limit that is not known
leaves its colour open: it is named. When nothing is reached and a limit is missing: UNKNOWN.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Pairs, Reason, SourceStatus, Verdict, pairs
from anlan.warning.rules.thresholds.criterion import Standing
from anlan.warning.rules.thresholds.scale import COLOURS, Reached, names
from anlan.warning.rules.thresholds.source import Source, read_table

RULE: Final = "river-flood-signal"
TABLE: Final = "river_flood"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Of one quantity: its value now, and the limits of the station. None: not known."""

    value: Decimal | None = None
    warning: Decimal | None = None
    guarantee: Decimal | None = None
    record: Decimal | None = None

    def as_inputs(self, names_: tuple[str, str, str, str]) -> Pairs:
        values = (self.value, self.warning, self.guarantee, self.record)
        return tuple(zip(names_, values, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Close:
    """How far "close to" reaches; ours, and the city's to set."""

    below_m: Decimal
    flow_share: Decimal


def default_close() -> Close:
    row = read_table(TABLE)["close"]
    return Close(below_m=Decimal(row["below_m"]), flow_share=Decimal(row["flow_share"]))


STAGE_NAMES: Final = ("stage_m", "warning_m", "guarantee_m", "record_m")
FLOW_NAMES: Final = ("flow_m3s", "warning_m3s", "guarantee_m3s", "record_m3s")


def river_flood_signal(
    stage: Limits,
    flow: Limits,
    *,
    return_period_y: Decimal | None = None,
    close: Close | None = None,
) -> Verdict[Reached]:
    """The highest colour that any criterion gives."""
    near = close or default_close()
    near_m = None if stage.warning is None else stage.warning - near.below_m
    near_m3s = None if flow.warning is None else flow.warning * near.flow_share
    criteria = []
    if stage.value is not None or flow.value is None:
        criteria.append(_standings(stage, near_m))
    if flow.value is not None:
        criteria.append(_standings(flow, near_m3s))
    if return_period_y is not None:
        criteria.append(_by_return_period(return_period_y))
    value, open_, is_missing = _highest(criteria)
    inputs = (*stage.as_inputs(STAGE_NAMES), *flow.as_inputs(FLOW_NAMES))
    given = tuple((name, each) for name, each in inputs if each is not None)
    given += pairs(return_period_y=return_period_y) if return_period_y is not None else ()
    return _verdict(value, open_, is_missing=is_missing, inputs=given, close=near)


def _standings(limits: Limits, near: Decimal | None) -> Mapping[Reached, Standing]:
    least = (limits.record, limits.guarantee, limits.warning, near)
    return {
        colour: _standing(limits.value, limit)
        for colour, limit in zip(COLOURS, least, strict=True)
    }


def _standing(value: Decimal | None, least: Decimal | None) -> Standing:
    if value is None or least is None:
        return Standing.MISSING
    return Standing.MET if value >= least else Standing.NOT_MET


def _by_return_period(years: Decimal) -> Mapping[Reached, Standing]:
    rows = read_table(TABLE)["return_period_y"]
    return {Reached(name): _standing(years, Decimal(least)) for name, least in rows.items()}


def _highest(
    criteria: list[Mapping[Reached, Standing]],
) -> tuple[Reached, tuple[Reached, ...], bool]:
    """The highest colour met, the higher ones left open, and whether anything is missing."""
    met = [c for c in COLOURS if any(one.get(c) is Standing.MET for one in criteria)]
    value = met[0] if met else Reached.NONE
    open_ = tuple(
        c
        for c in COLOURS
        if c.rank() < value.rank() and any(one.get(c) is Standing.MISSING for one in criteria)
    )
    return value, open_, bool(open_)


def _verdict(
    value: Reached,
    open_: tuple[Reached, ...],
    *,
    is_missing: bool,
    inputs: Pairs,
    close: Close,
) -> Verdict[Reached]:
    source = Source.of(read_table(TABLE))
    details = pairs(not_excluded=tuple(each.value for each in open_)) if open_ else ()
    reasons = (_close_reason(close),) if value in (Reached.BLUE, Reached.NONE) else ()
    if value is Reached.NONE and is_missing:
        note = Message.of(
            gettext_noop(
                "No limit that was given is reached, but a value or limit is missing: {levels} "
                "cannot be excluded. Give it to decide."
            ),
            levels=names(open_),
        )
        first = source.reason(RULE, inputs, note=note, details=(*details, *pairs(at_least=value)))
        return Verdict.unknown(first, *reasons)
    note_open = Message.of(
        gettext_noop("Not excluded, since a value or limit is missing: {levels}."),
        levels=names(open_),
    )
    first = source.reason(RULE, inputs, note=note_open if open_ else None, details=details)
    return Verdict(value=value, reasons=(first, *reasons))


def _close_reason(close: Close) -> Reason:
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(close_m=close.below_m, close_flow_share=close.flow_share),
        note=Message.of(
            gettext_noop(
                "“Close to” has no number in the source: {metres} m below the warning level, or "
                "{share} of its flow. Close to a return period of 5 years is not judged."
            ),
            metres=close.below_m,
            share=close.flow_share,
        ),
    )
