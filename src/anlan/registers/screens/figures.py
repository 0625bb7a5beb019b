"""How figures of the statistics register are named and written."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.cells import plain_number
from anlan.registers.choices import UnitOfMeasure


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """What a figure measures; `unit` is the base unit it is kept in."""

    label: str
    unit: str


INDICATORS = {
    "gdp-yuan": Indicator(label=gettext_noop("Gross domestic product"), unit="yuan"),
    "population-persons": Indicator(label=gettext_noop("Population"), unit="persons"),
    "urban-population-persons": Indicator(label=gettext_noop("Urban population"), unit="persons"),
    "male-persons": Indicator(label=gettext_noop("Male population"), unit="persons"),
    "female-persons": Indicator(label=gettext_noop("Female population"), unit="persons"),
    "family-households": Indicator(label=gettext_noop("Family households"), unit="households"),
    "collective-households": Indicator(
        label=gettext_noop("Collective households"), unit="households"
    ),
    "age-0-14-share": Indicator(label=gettext_noop("Share aged 0 to 14"), unit="share"),
    "age-15-59-share": Indicator(label=gettext_noop("Share aged 15 to 59"), unit="share"),
    "age-60-plus-share": Indicator(label=gettext_noop("Share aged 60 and over"), unit="share"),
    "age-65-plus-share": Indicator(label=gettext_noop("Share aged 65 and over"), unit="share"),
    "area-km2": Indicator(label=gettext_noop("Area"), unit="km2"),
    "raw-coal-output-t": Indicator(label=gettext_noop("Raw coal output"), unit="t"),
    "geohazard-points": Indicator(label=gettext_noop("Geological hazard points"), unit="points"),
    "geohazard-threatened-persons": Indicator(
        label=gettext_noop("People threatened by geological hazards"), unit="persons"
    ),
    "work-safety-deaths": Indicator(
        label=gettext_noop("Deaths in work safety accidents"), unit="deaths"
    ),
    "coal-mine-deaths": Indicator(
        label=gettext_noop("Deaths in coal mine accidents"), unit="deaths"
    ),
    "disaster-deaths": Indicator(
        label=gettext_noop("Deaths attributed to disasters"), unit="deaths"
    ),
    "disaster-affected-person-times": Indicator(
        label=gettext_noop("Affected person-times"), unit="person-times"
    ),
    "disaster-direct-loss-yuan": Indicator(
        label=gettext_noop("Direct economic loss of disasters"), unit="yuan"
    ),
}
"""House rule: the figures that the city's indicators and its description need."""

UNITS = dict(UnitOfMeasure.choices)
YUAN_PER_YI = Decimal(100_000_000)
YUAN_PER_WAN = Decimal(10_000)


def indicator_label(code: str) -> str:
    """The name of an indicator; one that a city added itself is shown by its code."""
    known = INDICATORS.get(code)
    return _(known.label) if known else code


def unit_label(code: str) -> str:
    return _(UNITS.get(code, code))


def figure_text(value: Decimal | None, unit: str) -> str:
    """A figure with its unit, money in 亿元 or 万元, shares in per cent."""
    if value is None:
        return _("unknown")
    if unit == "share":
        return f"{plain_number(value * 100)}%"
    if unit == "yuan" and abs(value) >= YUAN_PER_YI:
        return _("{number} hundred million yuan").format(number=plain_number(value / YUAN_PER_YI))
    if unit == "yuan" and abs(value) >= YUAN_PER_WAN:
        return _("{number} ten thousand yuan").format(number=plain_number(value / YUAN_PER_WAN))
    return f"{plain_number(value)} {unit_label(unit)}"
