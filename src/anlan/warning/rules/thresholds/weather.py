"""Which 气象灾害预警信号 the figures would reach.

Source: 气象灾害预警信号发布与传播办法 (CMA Order 16, 2007), annex, by hazard; wind forces by
GB/T 28591-2012. Only a meteorological station issues a signal (气象灾害防御条例 Art. 30): what is
decided here is a monitoring notice 监测提示, or a check of what was received.
Units and valid range: mm (snow: of water), °C, m/s, m; windows in hours. "Predicted" and
"observed and likely to go on" have the same thresholds.
Edge cases: from red to blue the first that holds. A value equal to a limit reaches it, but for
visibility and frost, where it does not. A value in a shorter window holds for every longer one. A
higher colour that what was given cannot exclude is named. When nothing is reached and a quantity
is missing, it is UNKNOWN, never "none".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Pairs, Reason, SourceStatus, Verdict, pairs
from anlan.warning.rules.signal import Hazard
from anlan.warning.rules.thresholds import wind_force
from anlan.warning.rules.thresholds.criterion import (
    Criterion,
    Known,
    Quantities,
    Standing,
    any_of,
)
from anlan.warning.rules.thresholds.scale import COLOURS, Reached, names
from anlan.warning.rules.thresholds.source import Source, read_table

RULE: Final = "weather-signal"
TABLE: Final = "weather_signals"
HOT_DAY_C: Final = Decimal(35)
WINDOW: Final = "window_h"
WIND: Final = frozenset({"wind_mean_ms", "gust_ms"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalTable:
    """Of one hazard: `colours` from red to blue, each any of its lists. `needs` must be given,
    of `needs_one_of` at least one; `takes` may be."""

    source: Source
    colours: tuple[tuple[Reached, tuple[tuple[Criterion, ...], ...]], ...]
    needs: tuple[str, ...]
    needs_one_of: tuple[str, ...]
    takes: tuple[str, ...]
    house_reading: bool

    @property
    def arguments(self) -> tuple[str, ...]:
        return (*self.needs, *self.needs_one_of, *self.takes)


@lru_cache(maxsize=1)
def signal_tables() -> Mapping[Hazard, SignalTable]:
    """Every hazard that has thresholds."""
    data = read_table(TABLE)
    return MappingProxyType(
        {Hazard(name): _table(data, row) for name, row in data["hazards"].items()}
    )


def _table(data: MappingProxyType[str, Any], row: Mapping[str, Any]) -> SignalTable:
    colours = tuple(
        (colour, tuple(tuple(Criterion.read(each) for each in one) for one in row[colour.value]))
        for colour in COLOURS
        if colour.value in row
    )
    return SignalTable(
        source=Source.of(data, article=row["article"]),
        colours=colours,
        needs=tuple(row.get("needs", ())),
        needs_one_of=tuple(row.get("needs_one_of", ())),
        takes=tuple(row.get("takes", ())),
        house_reading=row.get("house_reading", False),
    )


def weather_signal(hazard: Hazard, quantities: Quantities) -> Verdict[Reached]:
    """The highest colour whose thresholds hold; see the module text."""
    table = signal_tables()[hazard]
    known = _with_hot_days(quantities) if hazard is Hazard.HEAT else quantities
    standings = {colour: any_of(lists, known) for colour, lists in table.colours}
    met = [colour for colour, standing in standings.items() if standing is Standing.MET]
    value = met[0] if met else Reached.NONE
    open_ = _not_excluded(standings, value)
    inputs = _inputs(hazard, quantities)
    details = pairs(not_excluded=tuple(each.value for each in open_)) if open_ else ()
    if not met and Standing.MISSING in standings.values() and not _has_all_needed(table, known):
        missing = pairs(at_least=value)
        said = _missing_note(open_)
        reason = table.source.reason(RULE, inputs, note=said, details=(*details, *missing))
        return Verdict.unknown(reason, *_more(table, quantities))
    note = _open_note(open_) if open_ else None
    first = table.source.reason(RULE, inputs, note=note, details=details)
    return Verdict(value=value, reasons=(first, *_more(table, quantities)))


def _with_hot_days(quantities: Quantities) -> Quantities:
    """A coming day that stays below 35 °C breaks every run of hot days; a run is otherwise only
    known when it is given."""
    hottest = quantities.get("temp_max_c", ())
    if "days_ge_35" in quantities or not hottest:
        return quantities
    if any(each.value >= HOT_DAY_C for each in hottest):
        return quantities
    return {**quantities, "days_ge_35": (Known(value=Decimal(0)),)}


def _has_all_needed(table: SignalTable, quantities: Quantities) -> bool:
    """Then what is missing may be left out (a run of hot days): it only leaves a colour open."""
    needed = tuple(name for name in table.needs if name != WINDOW)
    return bool(needed) and all(name in quantities for name in needed)


def _not_excluded(standings: Mapping[Reached, Standing], value: Reached) -> tuple[Reached, ...]:
    return tuple(
        colour
        for colour, standing in standings.items()
        if colour.rank() < value.rank() and standing in (Standing.OPEN, Standing.MISSING)
    )


def _open_note(open_: tuple[Reached, ...]) -> Message:
    return Message.of(
        gettext_noop(
            "Not excluded by what was given: {levels}. Give the other windows or quantities to "
            "decide them."
        ),
        levels=names(open_),
    )


def _missing_note(open_: tuple[Reached, ...]) -> Message:
    return Message.of(
        gettext_noop(
            "No threshold is reached by what was given, but a quantity is missing: {levels} "
            "cannot be excluded. Give it to decide."
        ),
        levels=names(open_),
    )


def _inputs(hazard: Hazard, quantities: Quantities) -> Pairs:
    given: dict[str, object] = {"hazard": hazard.value}
    for name, known in quantities.items():
        values = tuple(each.value for each in known)
        given[name] = values[0] if len(values) == 1 else values
        windows = tuple(each.window_h for each in known)
        if any(window is not None for window in windows):
            given[f"{name}_window_h"] = windows[0] if len(windows) == 1 else windows
    return tuple(given.items())


def _more(table: SignalTable, quantities: Quantities) -> tuple[Reason, ...]:
    """What else was used: the wind scale, and our reading of a word."""
    reasons = []
    winds = {name: quantities[name][0].value for name in sorted(WIND & set(quantities))}
    of_winds = any(
        criterion.of in WIND for _, lists in table.colours for one in lists for criterion in one
    )
    if of_winds and winds:
        forces = {f"{name}_force": wind_force.wind_force(speed) for name, speed in winds.items()}
        reasons.append(
            wind_force.source().reason(RULE, tuple(winds.items()), details=tuple(forces.items()))
        )
    if table.house_reading:
        reasons.append(
            Reason(
                rule=RULE,
                source=HOUSE_RULE,
                status=SourceStatus.HOUSE_DEFAULT,
                note=Message.of(
                    gettext_noop("“以下” is read as below the number, the number itself excluded.")
                ),
            )
        )
    return tuple(reasons)
