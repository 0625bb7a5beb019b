"""Threshold rules as others call them by name."""

from decimal import Decimal
from typing import Final

from anlan.base.rules.argument import Arguments, BadArgument, Kind, MissingArgument, Parameter
from anlan.base.rules.catalogue import Rule
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Verdict
from anlan.warning.rules.thresholds import (
    drought,
    effective_rainfall,
    gas_alarm,
    low_flow,
    methane,
    river_flood,
    slope_tangent,
)
from anlan.warning.rules.thresholds.drought import DroughtClass
from anlan.warning.rules.thresholds.low_flow import LowWater
from anlan.warning.rules.thresholds.methane import MethaneState
from anlan.warning.rules.thresholds.offered_weather import WEATHER_RULE
from anlan.warning.rules.thresholds.river_flood import Close, Limits
from anlan.warning.rules.thresholds.scale import Reached
from anlan.warning.rules.thresholds.source import read_table

MOST_HEIGHT_M: Final = 9000
MOST_FLOW_M3S: Final = 1_000_000
MOST_DAYS: Final = 366
HUNDRED: Final = 100


def _height(name: str, help_: str) -> Parameter:
    return Parameter(name=name, kind=Kind.NUMBER, minimum=-500, maximum=MOST_HEIGHT_M, help=help_)


def _optional(name: str, help_: str, *, most: int, least: Decimal | int = 0) -> Parameter:
    return Parameter(
        name=name, kind=Kind.NUMBER, required=False, minimum=least, maximum=most, help=help_
    )


def _flood(arguments: Arguments) -> Verdict[Reached]:
    values = {
        name: arguments.find(name, Decimal)
        for name in (*river_flood.STAGE_NAMES, *river_flood.FLOW_NAMES)
    }
    warning, guarantee = values["warning_m"], values["guarantee_m"]
    if warning is not None and guarantee is not None and guarantee < warning:
        higher = Message.of(gettext_noop("a height not below the warning level"))
        raise BadArgument("guarantee_m", str(guarantee), higher)
    default = river_flood.default_close()
    close_m = arguments.find("close_m", Decimal)
    share = arguments.find("close_flow_share", Decimal)
    return river_flood.river_flood_signal(
        Limits(
            value=values["stage_m"],
            warning=warning,
            guarantee=guarantee,
            record=values["record_m"],
        ),
        Limits(
            value=values["flow_m3s"],
            warning=values["warning_m3s"],
            guarantee=values["guarantee_m3s"],
            record=values["record_m3s"],
        ),
        return_period_y=arguments.find("return_period_y", Decimal),
        close=Close(
            below_m=default.below_m if close_m is None else close_m,
            flow_share=default.flow_share if share is None else share,
        ),
    )


def _low_flow(arguments: Arguments) -> Verdict[Reached]:
    values = {name: arguments.find(name, Decimal) for name in LowWater.__slots__}
    if values["inflow_deficit_pct"] is None and values["level_m"] is None:
        raise MissingArgument(
            "inflow_deficit_pct", Message.of(gettext_noop("a number such as 0.5 or 25"))
        )
    return low_flow.low_flow_signal(LowWater(**values))


def _drought(arguments: Arguments) -> Verdict[DroughtClass]:
    return drought.drought_class(arguments.need("mci", Decimal))


def _rainfall(arguments: Arguments) -> Verdict[Decimal]:
    daily = arguments.many("daily_mm", Decimal) or ()
    alpha = arguments.need("alpha", Decimal)
    if not alpha:
        above = Message.of(gettext_noop("a number above 0, at most 1"))
        raise BadArgument("alpha", str(alpha), above)
    return effective_rainfall.effective_rainfall(daily, alpha=alpha)


def _slope(arguments: Arguments) -> Verdict[Reached]:
    steady = arguments.need("steady_rate_mm_d", Decimal)
    try:
        return slope_tangent.slope_tangent_level(
            rate_mm_d=arguments.need("rate_mm_d", Decimal), steady_rate_mm_d=steady
        )
    except slope_tangent.NoSteadyRate:
        above = Message.of(gettext_noop("a rate above 0"))
        raise BadArgument("steady_rate_mm_d", str(steady), above) from None


def _methane(arguments: Arguments) -> Verdict[MethaneState]:
    return methane.methane_state(
        arguments.need("place", str),
        arguments.need("value_pct", Decimal),
        locked=arguments.need("locked", bool),
    )


GAS_ARGUMENTS: Final = {
    "combustible": ("reading_pct_lel",),
    "toxic": ("reading_ppm", "limit_ppm"),
}


def _gas(arguments: Arguments) -> Verdict[int]:
    kind = arguments.need("kind", str)
    for name in ("reading_pct_lel", "reading_ppm", "limit_ppm"):
        is_given = arguments.find(name, Decimal) is not None
        if is_given and name not in GAS_ARGUMENTS[kind]:
            takes = Message.of(
                gettext_noop("for this kind {choices}"), choices=", ".join(GAS_ARGUMENTS[kind])
            )
            raise BadArgument(name, str(arguments.find(name, Decimal)), takes)
        if not is_given and name in GAS_ARGUMENTS[kind]:
            raise MissingArgument(name, Message.of(gettext_noop("a number such as 0.5 or 25")))
    if kind == "combustible":
        return gas_alarm.combustible_level(arguments.need("reading_pct_lel", Decimal))
    limit = arguments.need("limit_ppm", Decimal)
    try:
        return gas_alarm.toxic_level(
            reading_ppm=arguments.need("reading_ppm", Decimal), limit_ppm=limit
        )
    except gas_alarm.NoLimit:
        above = Message.of(gettext_noop("a limit above 0"))
        raise BadArgument("limit_ppm", str(limit), above) from None


def _source(table: str) -> str:
    return str(read_table(table)["source"])


THRESHOLD_RULES: Final[tuple[Rule, ...]] = (
    WEATHER_RULE,
    Rule(
        name=river_flood.RULE,
        title=gettext_noop("Flood signal that a stage, flow or return period reaches"),
        stage="warning",
        source=_source(river_flood.TABLE),
        parameters=(
            _height("stage_m", gettext_noop("water level now, in metres")),
            _height("warning_m", gettext_noop("warning level of the station")),
            _height("guarantee_m", gettext_noop("guarantee level of the station")),
            _height("record_m", gettext_noop("highest level on record")),
            _optional("flow_m3s", gettext_noop("flow now, in m³/s"), most=MOST_FLOW_M3S),
            _optional(
                "warning_m3s", gettext_noop("flow of the warning level"), most=MOST_FLOW_M3S
            ),
            _optional(
                "guarantee_m3s", gettext_noop("flow of the guarantee level"), most=MOST_FLOW_M3S
            ),
            _optional("record_m3s", gettext_noop("highest flow on record"), most=MOST_FLOW_M3S),
            _optional(
                "return_period_y",
                gettext_noop("return period of the flood in years"),
                most=100_000,
            ),
            _optional(
                "close_m",
                gettext_noop("how far below the warning level is close, in metres"),
                most=50,
            ),
            _optional(
                "close_flow_share",
                gettext_noop("from which share of its flow is close"),
                most=1,
            ),
        ),
        evaluate=_flood,
    ),
    Rule(
        name=low_flow.RULE,
        title=gettext_noop("Low-flow signal that a level or a lack of inflow reaches"),
        stage="warning",
        source=_source(low_flow.TABLE),
        parameters=(
            _optional(
                "inflow_deficit_pct",
                gettext_noop("how much less the inflow of 30 days is than its mean, in percent"),
                most=HUNDRED,
                least=-10_000,
            ),
            _optional(
                "level_m",
                gettext_noop("water level now, in metres"),
                most=MOST_HEIGHT_M,
                least=-500,
            ),
            _optional(
                "drought_warning_m",
                gettext_noop("drought-warning level"),
                most=MOST_HEIGHT_M,
                least=-500,
            ),
            _optional(
                "period_lowest_m",
                gettext_noop("lowest level of the same period"),
                most=MOST_HEIGHT_M,
                least=-500,
            ),
            _optional(
                "record_lowest_m",
                gettext_noop("lowest level on record"),
                most=MOST_HEIGHT_M,
                least=-500,
            ),
        ),
        evaluate=_low_flow,
    ),
    Rule(
        name=drought.RULE,
        title=gettext_noop("Class of meteorological drought"),
        stage="warning",
        source=_source(drought.TABLE),
        parameters=(
            Parameter(
                name="mci",
                kind=Kind.NUMBER,
                minimum=-20,
                maximum=20,
                help=gettext_noop("drought index MCI"),
            ),
        ),
        evaluate=_drought,
    ),
    Rule(
        name=effective_rainfall.RULE,
        title=gettext_noop("Effective antecedent rainfall"),
        stage="warning",
        source=_source(effective_rainfall.TABLE),
        parameters=(
            Parameter(
                name="daily_mm",
                kind=Kind.NUMBER,
                many=True,
                gaps=True,
                most_items=MOST_DAYS,
                minimum=0,
                maximum=5000,
                help=gettext_noop(
                    "rain of today, yesterday, and so on; a missing day stays empty"
                ),
            ),
            Parameter(
                name="alpha",
                kind=Kind.NUMBER,
                required=False,
                default=effective_rainfall.default_alpha(),
                minimum=0,
                maximum=1,
                help=gettext_noop("weight of a day against the next, above 0"),
            ),
        ),
        evaluate=_rainfall,
    ),
    Rule(
        name=slope_tangent.RULE,
        title=gettext_noop("Level of a slope by its tangent angle"),
        stage="warning",
        source=_source(slope_tangent.TABLE),
        parameters=(
            Parameter(
                name="rate_mm_d",
                kind=Kind.NUMBER,
                minimum=0,
                maximum=10**7,
                help=gettext_noop("displacement now, in mm per day"),
            ),
            Parameter(
                name="steady_rate_mm_d",
                kind=Kind.NUMBER,
                minimum=0,
                maximum=10**7,
                help=gettext_noop("mean displacement of the steady stage, in mm per day"),
            ),
        ),
        evaluate=_slope,
    ),
    Rule(
        name=methane.RULE,
        title=gettext_noop("State of a methane sensor of a coal mine"),
        stage="warning",
        source=_source(methane.TABLE),
        parameters=(
            Parameter(
                name="place",
                kind=Kind.CHOICE,
                choices=tuple(methane.methane_places()),
                help=gettext_noop("place of the sensor by the code of its row"),
            ),
            Parameter(
                name="value_pct",
                kind=Kind.NUMBER,
                minimum=0,
                maximum=HUNDRED,
                help=gettext_noop("methane in volume percent"),
            ),
            Parameter(
                name="locked",
                kind=Kind.BOOLEAN,
                help=gettext_noop("power is off since an earlier cut"),
            ),
        ),
        evaluate=_methane,
        editions=(methane.edition(),),
    ),
    Rule(
        name=gas_alarm.RULE,
        title=gettext_noop("Alarm level of a gas detector"),
        stage="warning",
        source=_source(gas_alarm.TABLE),
        parameters=(
            Parameter(
                name="kind",
                kind=Kind.CHOICE,
                choices=tuple(GAS_ARGUMENTS),
                help=gettext_noop("kind of the gas"),
            ),
            _optional(
                "reading_pct_lel",
                gettext_noop("reading in percent of the lower explosive limit"),
                most=1000,
            ),
            _optional("reading_ppm", gettext_noop("reading in ppm"), most=1_000_000),
            _optional("limit_ppm", gettext_noop("exposure limit in ppm"), most=1_000_000),
        ),
        evaluate=_gas,
    ),
)
