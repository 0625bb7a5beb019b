"""The alarm level of a gas detector of a chemical plant.

Source: GB/T 50493-2019 as vendors quote it: combustible gas level 1 set at most at 25 % of the
lower explosive limit, level 2 at most at 50 %; toxic gas at most at 100 % and 200 % of the
occupational exposure limit.
Units and valid range: percent of LEL; ppm for the reading and its limit, above zero.
Edge cases: the highest settings that are allowed; equal reaches. A detector that is set lower
warns earlier. A reading missing: UNKNOWN.
"""

from decimal import Decimal
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Pairs, Verdict, pairs
from anlan.warning.rules.thresholds.source import Source, read_table

RULE: Final = "gas-alarm-level"
TABLE: Final = "gas_alarm"
HUNDRED: Final = Decimal(100)


class NoLimit(ValueError):
    """The limit of a toxic gas is zero or below."""


def combustible_level(reading_pct_lel: Decimal | None) -> Verdict[int]:
    """0, 1 or 2 by the share of the lower explosive limit."""
    row = read_table(TABLE)["combustible"]
    inputs = pairs(kind="combustible", reading_pct_lel=reading_pct_lel)
    limits = tuple(Decimal(limit) for limit in row["pct_lel"])
    return _level(reading_pct_lel, limits, article=row["article"], inputs=inputs)


def toxic_level(*, reading_ppm: Decimal | None, limit_ppm: Decimal | None) -> Verdict[int]:
    """0, 1 or 2 by the share of the exposure limit; compared without dividing."""
    row = read_table(TABLE)["toxic"]
    inputs = pairs(kind="toxic", reading_ppm=reading_ppm, limit_ppm=limit_ppm)
    if limit_ppm is not None and limit_ppm <= 0:
        raise NoLimit(limit_ppm)
    known = None if limit_ppm is None else reading_ppm
    limits = tuple(Decimal(pct) * (limit_ppm or 0) / HUNDRED for pct in row["pct_of_limit"])
    return _level(known, limits, article=row["article"], inputs=inputs)


def _level(
    reading: Decimal | None, limits: tuple[Decimal, ...], *, article: str, inputs: Pairs
) -> Verdict[int]:
    source = Source.of(read_table(TABLE), article=article)
    if reading is None:
        note = Message.of(
            gettext_noop("A reading or its limit is missing: a silent detector is not clean air.")
        )
        return Verdict.unknown(source.reason(RULE, inputs, note=note))
    note = Message.of(
        gettext_noop("Highest settings allowed; a detector that is set lower warns earlier.")
    )
    level = sum(reading >= limit for limit in limits)
    return Verdict(value=level, reasons=(source.reason(RULE, inputs, note=note),))
