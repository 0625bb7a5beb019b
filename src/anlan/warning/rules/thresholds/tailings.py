"""The colour of a tailings pond from its points, and its class.

Source: GB 39496-2020, 5.5.4, checked on a standards page: within one monitoring item 4 blue points
make the item yellow, 3 yellow orange, 2 orange red; across items 4 blue items count as 1 yellow.
That 3 yellow items count as 1 orange and 2 orange as red is from memory (the page was cut off), so
a pond above yellow that only these steps give is marked so. Class by capacity and height of the
dam: from memory; one apart takes the higher, more than one apart the higher less one.
Units and valid range: numbers of points or items, whole, not negative; 10⁴ m³; m. Which value is
blue, yellow, orange, red at a point is the designer's, never ours.
Edge cases: within an item the steps do not add up (4 blue and 2 yellow points are yellow); across
items they do, as the text says "count as". No point said anything: UNKNOWN.
"""

from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import SourceStatus, Verdict, pairs
from anlan.warning.rules.thresholds.scale import COLOURS, Reached
from anlan.warning.rules.thresholds.source import Source, read_table

RULE: Final = "tailings-level"
CLASS_RULE: Final = "tailings-class"
TABLE: Final = "tailings"
RISING: Final = tuple(reversed(COLOURS))
Counts = Mapping[Reached, int]


def item_level(counts: Counts, *, silent: int = 0) -> Verdict[Reached]:
    """The colour of one monitoring item from the numbers of its points by colour."""
    makes = _makes()
    found = [colour for colour in RISING if counts.get(colour, 0)]
    found += [
        RISING[RISING.index(colour) + 1]
        for colour, least in makes.items()
        if counts.get(colour, 0) >= least
    ]
    value = min(found, key=Reached.rank, default=Reached.NONE)
    return _verdict("item", counts, silent, value, is_from_memory=False)


def pond_level(counts: Counts, *, silent: int = 0) -> Verdict[Reached]:
    """The colour of the pond from the numbers of its items by colour."""
    makes, held = _makes(), dict(counts)
    for colour, following in pairwise(RISING):
        held[following] = held.get(following, 0) + held.get(colour, 0) // makes[colour]
    found = [colour for colour in RISING if held.get(colour, 0)]
    value = min(found, key=Reached.rank, default=Reached.NONE)
    is_step = value in (Reached.ORANGE, Reached.RED) and not counts.get(value, 0)
    return _verdict("pond", counts, silent, value, is_from_memory=is_step)


def _makes() -> dict[Reached, int]:
    return {Reached(name): number for name, number in read_table(TABLE)["makes"].items()}


def _verdict(
    of: str, counts: Counts, silent: int, value: Reached, *, is_from_memory: bool
) -> Verdict[Reached]:
    status = SourceStatus.FROM_MEMORY.value if is_from_memory else ""
    source = Source.of(read_table(TABLE), status=status)
    numbers = {colour.value.lower(): counts.get(colour, 0) for colour in RISING}
    inputs = pairs(of=of, **numbers, silent=silent)
    if not silent:
        return Verdict(value=value, reasons=(source.reason(RULE, inputs),))
    note = Message.of(gettext_noop("Silent points are not sound ones: the colour may be higher."))
    if value is Reached.NONE:
        details = pairs(at_least=value)
        return Verdict.unknown(source.reason(RULE, inputs, note=note, details=details))
    return Verdict(value=value, reasons=(source.reason(RULE, inputs, note=note),))


def tailings_class(*, capacity_10k_m3: Decimal | None, height_m: Decimal | None) -> Verdict[int]:
    """1 (the largest) to 5."""
    table = read_table(TABLE)["class"]
    source = Source(source=table["source"], status=SourceStatus(table["status"]))
    inputs = pairs(capacity_10k_m3=capacity_10k_m3, height_m=height_m)
    if capacity_10k_m3 is None or height_m is None:
        note = Message.of(gettext_noop("Capacity and height are both needed."))
        return Verdict.unknown(source.reason(CLASS_RULE, inputs, note=note))
    by_capacity = _first(table["rows"], "capacity", capacity_10k_m3)
    by_height = _first(table["rows"], "height", height_m)
    higher, lower = sorted((by_capacity, by_height))
    value = higher if lower - higher <= 1 else higher + 1
    details = pairs(by_capacity=by_capacity, by_height=by_height)
    return Verdict(value=value, reasons=(source.reason(CLASS_RULE, inputs, details=details),))


def _first(rows: list[dict[str, int]], name: str, value: Decimal) -> int:
    return next(row["number"] for row in rows if value >= row[name])
