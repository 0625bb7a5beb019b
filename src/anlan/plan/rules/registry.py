"""Rules of `plan` that others may call by name.

Reads the figures of `indicator-value`: one number, or one per year, comma-separated; an empty
item or UNKNOWN is a missing figure. `years` is a list of years, one year, or how many years one
total spans.
"""

from datetime import date
from decimal import Decimal
from typing import Final

from anlan.base.rules.argument import Arguments, BadArgument, Kind, Parameter
from anlan.base.rules.catalogue import Rule
from anlan.base.rules.edition import Edition
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Verdict
from anlan.plan.rules.carry_over.standing import RULE as STANDING_RULE
from anlan.plan.rules.carry_over.standing import ItemStanding, standing_at_end
from anlan.plan.rules.evaluation.progress import RULE as PROGRESS_RULE
from anlan.plan.rules.evaluation.progress import IndicatorProgress, Span, indicator_progress
from anlan.plan.rules.indicator import RULE, IndicatorValue, YearFigures, evaluate_indicator
from anlan.plan.rules.indicator_table import Indicator, indicators
from anlan.plan.rules.indicators.offered import RULES as INDICATOR_RULES
from anlan.plan.rules.instrument_requirement import RULE as INSTRUMENT_RULE
from anlan.plan.rules.instrument_requirement import kind_required
from anlan.plan.rules.loop.control_figures import RULE as CONTROL_RULE
from anlan.plan.rules.loop.control_figures import Nature, Sum, check_sum
from anlan.plan.rules.loop.handling import Handling
from anlan.plan.rules.loop.lamp import Lamp
from anlan.plan.rules.measure_lamp import RULE as LAMP_RULE
from anlan.plan.rules.measure_lamp import Bounds, MeasureLamp, measure_lamp
from anlan.plan.rules.workbook import cell

MOST_UNITS: Final = 100
FIRST_YEAR: Final = 1949
LAST_YEAR: Final = 2100
MOST_YEARS: Final = 100
FIGURES: Final[dict[str, str]] = {
    "deaths": gettext_noop("deaths: of accidents (I1, I2), in coal mines (I3), of disasters (I4)"),
    "base_deaths": gettext_noop("deaths in the base year (I1)"),
    "gdp_100m_yuan": gettext_noop("GDP in 100 million yuan, current prices (I2, I6)"),
    "coal_mt": gettext_noop("coal output in million tonnes (I3)"),
    "population": gettext_noop("population in persons (I4, I5)"),
    "affected_person_times": gettext_noop("affected person-times, repeats counted (I5)"),
    "loss_100m_yuan": gettext_noop("direct economic loss in 100 million yuan (I6)"),
}

Series = tuple[Decimal | None, ...]


def _indicator_value(arguments: Arguments) -> Verdict[IndicatorValue]:
    indicator = indicators()[arguments.need("id", str)]
    _refuse_others(arguments, indicator)
    numerators = _series(arguments, indicator.numerator)
    denominators = _series(arguments, indicator.denominator)
    length = max(len(numerators), len(denominators), 1)
    _refuse_uneven(indicator, numerators, denominators)
    _refuse_fractions(indicator, numerators, denominators)
    if length > 1 and not indicator.yearly_mean:
        name = indicator.numerator if len(numerators) > 1 else indicator.denominator
        raise _bad(arguments, name, gettext_noop("one number, without thousands separators"))
    labels, spans_years = _years(arguments, indicator, length)
    figures = tuple(
        YearFigures(numerator=top, denominator=bottom, year=year, spans_years=spans_years)
        for top, bottom, year in zip(
            numerators or (None,) * length,
            denominators or (None,) * length,
            labels,
            strict=True,
        )
    )
    return evaluate_indicator(indicator, figures)


def _series(arguments: Arguments, name: str) -> Series:
    """The figures given; one missing figure is the same as none given."""
    items = arguments.many(name, Decimal) or ()
    return () if items == (None,) else items


def _refuse_others(arguments: Arguments, indicator: Indicator) -> None:
    used = (indicator.numerator, indicator.denominator)
    for name in FIGURES:
        if name not in used and arguments.find(name, tuple) is not None:
            accepted = Message.of(
                gettext_noop("{numerator} and {denominator} for {id}, nothing else"),
                numerator=used[0],
                denominator=used[1],
                id=indicator.id,
            )
            raise BadArgument(name, _text(arguments, name), accepted)


def _refuse_uneven(indicator: Indicator, numerators: Series, denominators: Series) -> None:
    if numerators and denominators and len(numerators) != len(denominators):
        accepted = Message.of(
            gettext_noop(
                "as many values as {numerator} has ({count}), one per year, "
                "without thousands separators"
            ),
            numerator=indicator.numerator,
            count=len(numerators),
        )
        raise BadArgument(indicator.denominator, _joined(denominators), accepted)


def _refuse_fractions(indicator: Indicator, numerators: Series, denominators: Series) -> None:
    """Deaths of I1–I3 are counted; I4 and I5 may be given as a mean of several years."""
    if not indicator.counted:
        return
    checked = [(indicator.numerator, numerators)]
    if indicator.denominator == "base_deaths":
        checked.append((indicator.denominator, denominators))
    for name, numbers in checked:
        if any(not _is_whole(number) for number in numbers):
            raise BadArgument(
                name, _joined(numbers), Message.of(gettext_noop("a whole number of deaths"))
            )


def _is_whole(number: Decimal | None) -> bool:
    return number is None or number == number.to_integral_value()


def _years(
    arguments: Arguments, indicator: Indicator, length: int
) -> tuple[tuple[int | None, ...], int]:
    """The year of each figure, and how many years a single total spans."""
    given = tuple(year for year in arguments.many("years", int) or () if year is not None)
    labels: tuple[int | None, ...] = (None,) * length
    if not given:
        return labels, 1
    if len(given) == 1 and given[0] < FIRST_YEAR:
        count = given[0]
        if not 1 <= count <= MOST_YEARS:
            raise _bad(arguments, "years", gettext_noop("a list of years, or 1 to 100 years"))
    else:
        count, labels = len(given), given
        if len(set(given)) != count or not FIRST_YEAR <= min(given) <= max(given) <= LAST_YEAR:
            raise _bad(arguments, "years", gettext_noop("different years from 1949 to 2100"))
    if count == length:
        return labels, 1
    if length > 1:
        raise _bad(arguments, "years", gettext_noop("as many years as there are figures"))
    if not indicator.yearly_mean:
        raise _bad(arguments, "years", gettext_noop("one year: this indicator is of one year"))
    return (None,), count


def _bad(arguments: Arguments, name: str, accepted: str) -> BadArgument:
    return BadArgument(name, _text(arguments, name), Message.of(accepted))


def _text(arguments: Arguments, name: str) -> str:
    return _joined(arguments.find(name, tuple) or ())


def _joined(items: tuple[object, ...]) -> str:
    return ",".join("" if item is None else str(item) for item in items)


def _parameters() -> tuple[Parameter, ...]:
    figures = (
        Parameter(
            name=name,
            kind=Kind.NUMBER,
            required=False,
            many=True,
            gaps=True,
            most_items=MOST_YEARS,
            minimum=0,
            help=said,
        )
        for name, said in FIGURES.items()
    )
    return (
        Parameter(
            name="id",
            kind=Kind.CHOICE,
            choices=tuple(indicators()),
            help=gettext_noop("indicator of the notice"),
        ),
        *figures,
        Parameter(
            name="years",
            kind=Kind.INTEGER,
            required=False,
            many=True,
            most_items=MOST_YEARS,
            help=gettext_noop("the years of the figures, or how many years one total spans"),
        ),
    )


def _workbook_day(arguments: Arguments) -> Verdict[date]:
    is_1904 = bool(arguments.find("is_1904", bool))
    return cell.day_of_cell(arguments.need("text", str), is_1904=is_1904)


def _control_figures(arguments: Arguments) -> Verdict[Sum]:
    """Figures of units in a row; an empty item is a unit without a figure."""
    values = arguments.find("units", tuple) or ()
    units = {f"#{number}": value for number, value in enumerate(values, start=1)}
    nature = Nature(arguments.need("nature", str))
    return check_sum(arguments.find("city", Decimal), units, nature)


def _control_parameters() -> tuple[Parameter, ...]:
    return (
        Parameter(
            name="city",
            kind=Kind.NUMBER,
            required=False,
            minimum=0,
            help=gettext_noop("the city's figure"),
        ),
        Parameter(
            name="units",
            kind=Kind.NUMBER,
            many=True,
            gaps=True,
            most_items=MOST_UNITS,
            minimum=0,
            help=gettext_noop("the figures of the units, comma-separated; empty: none given"),
        ),
        Parameter(
            name="nature",
            kind=Kind.CHOICE,
            choices=tuple(nature.value for nature in Nature),
            help=gettext_noop("kind of number"),
        ),
    )


def _progress(arguments: Arguments) -> Verdict[IndicatorProgress]:
    years = [arguments.need(name, int) for name in ("base_year", "year", "end_year")]
    if not (years[0] < years[2] and years[0] <= years[1] <= years[2]):
        raise _bad(arguments, "year", gettext_noop("a year from the base year to the end year"))
    span = Span(base_year=years[0], year=years[1], end_year=years[2])
    base, actual = arguments.find("base", Decimal), arguments.find("actual", Decimal)
    return indicator_progress(base, arguments.need("target", Decimal), actual, span)


def _progress_parameters() -> tuple[Parameter, ...]:
    values = (
        ("base", gettext_noop("value in the base year")),
        ("target", gettext_noop("target at the end")),
        ("actual", gettext_noop("value in the year")),
    )
    years = (
        ("base_year", gettext_noop("base year")),
        ("year", gettext_noop("year of the value")),
        ("end_year", gettext_noop("last year of the plan")),
    )
    return (
        *(
            Parameter(name=name, kind=Kind.NUMBER, required=name == "target", help=said)
            for name, said in values
        ),
        *(
            Parameter(
                name=name, kind=Kind.INTEGER, minimum=FIRST_YEAR, maximum=LAST_YEAR, help=said
            )
            for name, said in years
        ),
    )


def _standing(arguments: Arguments) -> Verdict[ItemStanding]:
    handling = Handling(arguments.need("handling", str))
    lamp = Lamp(arguments.need("lamp", str))
    return standing_at_end(handling, lamp, int(arguments.need("running", Decimal)))


def _standing_parameters() -> tuple[Parameter, ...]:
    return (
        Parameter(
            name="handling",
            kind=Kind.CHOICE,
            choices=tuple(handling.value for handling in Handling),
            help=gettext_noop("how the item is dealt with"),
        ),
        Parameter(
            name="lamp",
            kind=Kind.CHOICE,
            choices=tuple(lamp.value for lamp in Lamp),
            help=gettext_noop("lamp of the item"),
        ),
        Parameter(
            name="running",
            kind=Kind.NUMBER,
            minimum=0,
            help=gettext_noop("open assignments, requests and reports under review"),
        ),
    )


def _instrument_required(arguments: Arguments) -> Verdict[str]:
    return kind_required(arguments.need("phrase", str))


def _measure_lamp(arguments: Arguments) -> Verdict[MeasureLamp]:
    direction = "down" if arguments.find("less_is_better", bool) else "up"
    part, whole = arguments.need("part", int), arguments.need("whole", int)
    return measure_lamp(part, whole, direction, Bounds())


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name=PROGRESS_RULE,
        title=gettext_noop("Progress of an indicator against its time"),
        stage="plan",
        source=HOUSE_RULE,
        parameters=_progress_parameters(),
        evaluate=_progress,
    ),
    Rule(
        name=STANDING_RULE,
        title=gettext_noop("What of an item is unfinished when a successor follows"),
        stage="plan",
        source=HOUSE_RULE,
        parameters=_standing_parameters(),
        evaluate=_standing,
    ),
    Rule(
        name=cell.RULE,
        title=gettext_noop("Day written in a returned workbook"),
        stage="plan",
        source=HOUSE_RULE,
        parameters=(
            Parameter(
                name="text",
                kind=Kind.TEXT,
                help=gettext_noop("what stands in the cell, e.g. 2024年3月5日 or 45356"),
            ),
            Parameter(
                name="is_1904",
                kind=Kind.BOOLEAN,
                required=False,
                help=gettext_noop("day numbers of the file count from 1904"),
            ),
        ),
        evaluate=_workbook_day,
    ),
    Rule(
        name=RULE,
        title=gettext_noop("Core indicator of the plan"),
        stage="plan",
        source="运政办函〔2023〕9号 二（一）1",
        parameters=_parameters(),
        evaluate=_indicator_value,
        editions=(Edition(name="2023"),),
    ),
    Rule(
        name=CONTROL_RULE,
        title=gettext_noop("Sum of control figures"),
        stage="plan",
        source=HOUSE_RULE,
        parameters=_control_parameters(),
        evaluate=_control_figures,
    ),
    Rule(
        name=INSTRUMENT_RULE,
        title=gettext_noop("Which institution a phrase of a clause asks for"),
        stage="plan",
        source=HOUSE_RULE,
        parameters=(
            Parameter(
                name="phrase",
                kind=Kind.TEXT,
                help=gettext_noop("the phrase of the clause, e.g. 部门普法责任清单"),
            ),
        ),
        evaluate=_instrument_required,
    ),
    Rule(
        name=LAMP_RULE,
        title=gettext_noop("Lamp of a measure"),
        stage="plan",
        source=HOUSE_RULE,
        parameters=(
            Parameter(
                name="part", kind=Kind.INTEGER, minimum=0, help=gettext_noop("how many count")
            ),
            Parameter(
                name="whole", kind=Kind.INTEGER, minimum=0, help=gettext_noop("of how many")
            ),
            Parameter(
                name="less_is_better",
                kind=Kind.BOOLEAN,
                required=False,
                help=gettext_noop("whether less is better; more is the default"),
            ),
        ),
        evaluate=_measure_lamp,
    ),
    *INDICATOR_RULES,
)
