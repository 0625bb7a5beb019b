"""The colour that rain over several windows reaches by the critical rainfall of a place.

Source: county tables of flash-flood plans (four colours by windows of hours, any one window
suffices) as the plan of Jianghua county prints them; limits are those of the place, never ours.
Units and valid range: hours above zero, rising; mm.
Edge cases: equal reaches. Rain of a shorter window is in every longer one, so a window whose rain
is missing has at least the most of the shorter ones. A colour that a missing window leaves open
is named; nothing reached while something is missing: UNKNOWN.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Reason, SourceStatus, Verdict, pairs
from anlan.warning.rules.thresholds.scale import COLOURS, Reached, names

RULE: Final = "flash-flood-grade"
SOURCE: Final = "当地山洪灾害防御预案的临界雨量表"


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRain:
    """What fell in a window, None where it is not known, and its limits by colour."""

    window_h: Decimal
    rain_mm: Decimal | None
    limits_mm: Mapping[Reached, Decimal]


def flash_flood_grade(windows: Sequence[WindowRain]) -> Verdict[Reached]:
    """The highest colour of any window."""
    least, value, open_ = Decimal(0), Reached.NONE, set[Reached]()
    for each in sorted(windows, key=lambda window: window.window_h):
        least = max(least, each.rain_mm or Decimal(0))
        for colour, limit in each.limits_mm.items():
            if least >= limit:
                value = min(value, colour, key=Reached.rank)
            elif each.rain_mm is None:
                open_.add(colour)
    left = tuple(colour for colour in COLOURS if colour in open_ and colour.rank() < value.rank())
    return _verdict(windows, value, left)


def _verdict(
    windows: Sequence[WindowRain], value: Reached, open_: tuple[Reached, ...]
) -> Verdict[Reached]:
    note, details = None, pairs()
    if open_:
        said = gettext_noop("Not excluded, since a value or limit is missing: {levels}.")
        note = Message.of(said, levels=names(open_))
        details = pairs(not_excluded=tuple(each.value for each in open_))
    is_unknown = value is Reached.NONE and (bool(open_) or not windows)
    if not windows:
        note = Message.of(gettext_noop("No window is given."))
    if is_unknown:
        details = (*details, *pairs(at_least=value))
    reason = Reason(
        rule=RULE,
        source=SOURCE,
        status=SourceStatus.VERIFIED,
        inputs=pairs(
            window_h=tuple(each.window_h for each in windows),
            rain_mm=tuple(each.rain_mm for each in windows),
            **{
                f"{colour.value.lower()}_mm": tuple(each.limits_mm.get(colour) for each in windows)
                for colour in reversed(COLOURS)
            },
        ),
        note=note,
        details=details,
    )
    return Verdict.unknown(reason) if is_unknown else Verdict(value=value, reasons=(reason,))
