"""The one sentence above a chart: how an indicator stands, in words.

Source: House rule; coverage.md ("one sentence in words above every chart").
Edge cases: what cannot be determined says what is missing; a wide interval is said as the two
bounds, never left out.
"""

from decimal import Decimal
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import UNKNOWN
from anlan.plan.rules.indicator_table import IndicatorKind, Operator
from anlan.plan.rules.indicators.standing import Standing, Status

SHOWN_DECIMALS: Final = 4

MET: Final = gettext_noop("{first}–{last}: {value}. The target, {target}, was met.")
NOT_MET: Final = gettext_noop("{first}–{last}: {value}. The target, {target}, was not met.")
NOT_DETERMINABLE: Final = gettext_noop(
    "Whether the target, {target}, was met in {first}–{last} cannot be determined. "
    "Missing: {missing}."
)
RUNNING: Final = gettext_noop("So far {value}; the target is {target} by the end of {last}.")
RUNNING_OUTLOOK: Final = gettext_noop(
    "So far {value}; the target is {target}. If the pace stays, {estimate} by the end of "
    "{last}; with 95 % certainty between {low} and {high}."
)
RUNNING_UNKNOWN: Final = gettext_noop(
    "No whole year is known yet; the target is {target} by the end of {last}. Missing: {missing}."
)
BELOW: Final = gettext_noop("below {limit}")
AT_LEAST: Final = gettext_noop("at least {limit}")
VALUE: Final = gettext_noop("{value} {unit}")
FELL: Final = gettext_noop("a fall of {value} %")
ROSE: Final = gettext_noop("a rise of {value} %")
FALL: Final = gettext_noop("a fall of at least {limit} %")


def plain(value: Decimal) -> str:
    """A number without exponent or trailing zeros, to four decimals at most; small ones keep two
    digits, so that what is not zero never reads as zero."""
    decimals = SHOWN_DECIMALS
    if value and abs(value) < Decimal("0.01"):
        decimals = 1 - value.adjusted()
    text = f"{round(value, decimals):f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def target_words(standing: Standing) -> Message:
    row = standing.indicator
    said = BELOW if row.operator is Operator.LESS else AT_LEAST
    if row.kind is IndicatorKind.FALL:
        said = FALL
    return Message.of(said, limit=plain(row.target))


def value_words(standing: Standing, value: Decimal) -> Message:
    """A value with its unit; a change against the base year as a fall or a rise."""
    if standing.indicator.kind is not IndicatorKind.FALL:
        unit = Message.of(standing.indicator.unit.label)
        return Message.of(VALUE, value=plain(value), unit=unit)
    return Message.of(ROSE if value < 0 else FELL, value=plain(abs(value)))


def sentence(standing: Standing) -> Message:
    """How it stands."""
    words: dict[str, object] = {
        "first": standing.period.first,
        "last": standing.period.last,
        "target": target_words(standing),
        "missing": standing.missing or (Message.of(gettext_noop("nothing")),),
    }
    if standing.value is UNKNOWN:
        is_running = standing.status is Status.RUNNING
        return Message.of(RUNNING_UNKNOWN if is_running else NOT_DETERMINABLE, **words)
    words["value"] = value_words(standing, standing.value)
    if standing.status is Status.RUNNING:
        outlook = standing.outlook
        if outlook is None:
            return Message.of(RUNNING, **words)
        bounds: dict[str, object] = {
            name: plain(getattr(outlook, name)) for name in ("low", "high")
        }
        bounds["estimate"] = value_words(standing, outlook.estimate)
        return Message.of(RUNNING_OUTLOOK, **words, **bounds)
    by_status = {Status.MET: MET, Status.NOT_MET: NOT_MET}
    return Message.of(by_status.get(standing.status, NOT_DETERMINABLE), **words)
