"""The six core indicators of the notice as values: what each is made of, and its target.

Source: 运政办函〔2023〕9号 part 二（一）1（1）–（6）, edition 2023-02-03, held in
`data/indicators.toml`.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import SourceStatus


class IndicatorKind(Enum):
    FALL = "fall"
    RATIO = "ratio"


class Operator(Enum):
    LESS = "<"
    AT_LEAST = ">="


class IndicatorUnit(Enum):
    PERCENT = "percent"
    DEATHS_PER_100M_YUAN = "deaths_per_100m_yuan"
    DEATHS_PER_MILLION_TONNES = "deaths_per_million_tonnes"
    DEATHS_PER_MILLION_PEOPLE = "deaths_per_million_people"
    PERSON_TIMES_PER_100K_PEOPLE = "person_times_per_100k_people"
    PERCENT_OF_GDP = "percent_of_gdp"

    @property
    def label(self) -> str:
        return _UNIT_LABELS[self]


_UNIT_LABELS: Final[Mapping[IndicatorUnit, str]] = {
    IndicatorUnit.PERCENT: gettext_noop("%"),
    IndicatorUnit.DEATHS_PER_100M_YUAN: gettext_noop("deaths per 100 million yuan of GDP"),
    IndicatorUnit.DEATHS_PER_MILLION_TONNES: gettext_noop("deaths per million tonnes of coal"),
    IndicatorUnit.DEATHS_PER_MILLION_PEOPLE: gettext_noop("deaths per million people a year"),
    IndicatorUnit.PERSON_TIMES_PER_100K_PEOPLE: gettext_noop(
        "affected person-times per 100 000 people a year"
    ),
    IndicatorUnit.PERCENT_OF_GDP: gettext_noop("% of GDP a year"),
}


FIGURE_LABELS: Final[Mapping[str, str]] = {
    "deaths": gettext_noop("number of deaths"),
    "base_deaths": gettext_noop("deaths in the base year"),
    "gdp_100m_yuan": gettext_noop("GDP"),
    "coal_mt": gettext_noop("coal output"),
    "population": gettext_noop("population"),
    "affected_person_times": gettext_noop("affected person-times"),
    "loss_100m_yuan": gettext_noop("direct economic loss"),
}
"""Numerators and denominators by argument name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One row of the table; `numerator` and `denominator` name the figures it is made of."""

    id: str
    source: str
    article: str
    edition: str
    status: SourceStatus
    kind: IndicatorKind
    numerator: str
    denominator: str
    scale: int
    operator: Operator
    target: Decimal
    unit: IndicatorUnit
    yearly_mean: bool
    counted: bool

    def __post_init__(self) -> None:
        if not FIGURE_LABELS.keys() >= {self.numerator, self.denominator}:
            raise ValueError(f"{self.id}: a numerator or denominator without label")

    def is_met(self, value: Fraction) -> bool:
        """The inequality as printed, on the exact value."""
        limit = Fraction(self.target)
        return value < limit if self.operator is Operator.LESS else value >= limit

    def ratio(self, numerator: Fraction, denominator: Fraction) -> Fraction:
        part = numerator if self.kind is IndicatorKind.RATIO else denominator - numerator
        return part / denominator * self.scale


@lru_cache(maxsize=1)
def indicators() -> Mapping[str, Indicator]:
    """The indicators of the notice by id (`data/indicators.toml`)."""
    table = resources.files("anlan.plan.rules").joinpath("data", "indicators.toml")
    data = tomllib.loads(table.read_text(encoding="utf-8"), parse_float=Decimal)
    rows = (_indicator(row, data["notice"]) for row in data["indicators"])
    return MappingProxyType({row.id: row for row in rows})


def _indicator(row: Mapping[str, Any], notice: Mapping[str, str]) -> Indicator:
    typed = {
        "status": SourceStatus(notice["status"]),
        "kind": IndicatorKind(row["kind"]),
        "operator": Operator(row["operator"]),
        "target": Decimal(row["target"]),
        "unit": IndicatorUnit(row["unit"]),
    }
    return Indicator(**{**notice, **row, **typed})
