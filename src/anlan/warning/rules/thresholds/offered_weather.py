"""`weather-signal` as others call it: text arguments into quantities."""

from decimal import Decimal
from itertools import pairwise
from typing import Final

from anlan.base.rules.argument import Arguments, BadArgument, Kind, MissingArgument, Parameter
from anlan.base.rules.catalogue import Rule
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Verdict
from anlan.warning.rules.signal import Hazard
from anlan.warning.rules.thresholds.criterion import Known
from anlan.warning.rules.thresholds.drought import DroughtClass
from anlan.warning.rules.thresholds.scale import Reached
from anlan.warning.rules.thresholds.source import read_table
from anlan.warning.rules.thresholds.weather import (
    RULE,
    TABLE,
    WINDOW,
    SignalTable,
    signal_tables,
    weather_signal,
)

MOST_WINDOW_H: Final = 240
MOST_WINDOWS: Final = 12
BY_WINDOW: Final = frozenset({"amount_mm", "drop_c"})
DROUGHT_CLASS: Final = "drought_class"
DROUGHT_RANK: Final = "drought_rank"


def _number(name: str, help_: str, *, least: int | None, most: int) -> Parameter:
    return Parameter(
        name=name, kind=Kind.NUMBER, required=False, minimum=least, maximum=most, help=help_
    )


def _by_window(name: str, help_: str, *, most: int) -> Parameter:
    return Parameter(
        name=name,
        kind=Kind.NUMBER,
        required=False,
        many=True,
        most_items=MOST_WINDOWS,
        minimum=0,
        maximum=most,
        help=help_,
    )


PARAMETERS: Final = (
    Parameter(
        name="hazard",
        kind=Kind.CHOICE,
        choices=tuple(hazard.value for hazard in signal_tables()),
        help=gettext_noop("hazard of the signal"),
    ),
    _by_window(
        WINDOW,
        gettext_noop(
            "hours of the window; several with as many amounts or drops, comma-separated"
        ),
        most=MOST_WINDOW_H,
    ),
    _by_window("amount_mm", gettext_noop("rain, or water of the snow, in that window"), most=5000),
    _by_window("drop_c", gettext_noop("drop of the minimum temperature in that window"), most=90),
    _number("temp_min_c", gettext_noop("minimum temperature reached"), least=-90, most=70),
    _number("temp_max_c", gettext_noop("daily maximum temperature"), least=-90, most=70),
    Parameter(
        name="days_ge_35",
        kind=Kind.INTEGER,
        required=False,
        minimum=0,
        maximum=366,
        help=gettext_noop("days running with a maximum of at least 35 °C"),
    ),
    _number("ground_min_c", gettext_noop("minimum temperature of the ground"), least=-90, most=90),
    _number("wind_mean_ms", gettext_noop("mean wind in metres per second"), least=0, most=150),
    _number("gust_ms", gettext_noop("gusts in metres per second"), least=0, most=200),
    _number("visibility_m", gettext_noop("visibility in metres"), least=0, most=100_000),
    _number(
        "crops_hit_pct",
        gettext_noop("percent of a county's crops hit by drought"),
        least=0,
        most=100,
    ),
    Parameter(
        name=DROUGHT_CLASS,
        kind=Kind.CHOICE,
        required=False,
        choices=tuple(each.value for each in DroughtClass),
        help=gettext_noop("class that the drought index reaches"),
    ),
)
_BY_NAME: Final = {parameter.name: parameter for parameter in PARAMETERS}


def _evaluate(arguments: Arguments) -> Verdict[Reached]:
    hazard = Hazard(arguments.need("hazard", str))
    table = signal_tables()[hazard]
    given = _given(arguments)
    _refuse_foreign(table, given)
    _refuse_missing(table, given)
    windows = given.pop(WINDOW, ())
    quantities: dict[str, tuple[Known, ...]] = {}
    for name, values in given.items():
        each_window = windows if name in BY_WINDOW else _one_window(windows, table)
        quantities[name] = _paired(name, values, each_window)
    return weather_signal(hazard, quantities)


def _given(arguments: Arguments) -> dict[str, tuple[Decimal, ...]]:
    """Every argument that was given, as numbers; a class of drought as its rank."""
    given: dict[str, tuple[Decimal, ...]] = {}
    for name in _BY_NAME:
        value = arguments.find(name, object)
        if name == DROUGHT_CLASS and isinstance(value, str):
            given[DROUGHT_RANK] = (Decimal(DroughtClass(value).rank()),)
        elif isinstance(value, tuple):
            given[name] = tuple(value)
        elif isinstance(value, int | Decimal):
            given[name] = (Decimal(value),)
    return given


def _refuse_foreign(table: SignalTable, given: dict[str, tuple[Decimal, ...]]) -> None:
    foreign = [name for name in given if name not in table.arguments]
    if foreign:
        takes = Message.of(
            gettext_noop("for this hazard one of {choices}"),
            choices=", ".join(_shown(name) for name in table.arguments),
        )
        raise BadArgument(_shown(foreign[0]), str(given[foreign[0]][0]), takes)


def _refuse_missing(table: SignalTable, given: dict[str, tuple[Decimal, ...]]) -> None:
    for name in table.needs:
        if name not in given:
            raise MissingArgument(name, _BY_NAME[name].accepted)
    if table.needs_one_of and not any(name in given for name in table.needs_one_of):
        name = _shown(table.needs_one_of[0])
        raise MissingArgument(name, _BY_NAME[name].accepted)


def _shown(name: str) -> str:
    return DROUGHT_CLASS if name == DROUGHT_RANK else name


def _one_window(windows: tuple[Decimal, ...], table: SignalTable) -> tuple[Decimal, ...]:
    """The window of a value that has one; where amounts have windows, the others have none."""
    if BY_WINDOW.intersection(table.needs):
        return ()
    if len(windows) > 1:
        one = Message.of(gettext_noop("one window for this hazard"))
        raise BadArgument(WINDOW, ",".join(str(each) for each in windows), one)
    return windows


def _paired(
    name: str, values: tuple[Decimal, ...], windows: tuple[Decimal, ...]
) -> tuple[Known, ...]:
    if not windows:
        return tuple(Known(value=value) for value in values)
    shown = ",".join(str(each) for each in values)
    if len(windows) != len(values):
        as_many = Message.of(
            gettext_noop("as many values as windows, which are {count}"), count=len(windows)
        )
        raise BadArgument(name, shown, as_many)
    if not all(windows):
        raise BadArgument(WINDOW, "0", Message.of(gettext_noop("windows longer than 0 hours")))
    pairs = sorted(zip(windows, values, strict=True))
    if any(later[1] < earlier[1] for earlier, later in pairwise(pairs)):
        growing = Message.of(
            gettext_noop("values that do not fall as the window grows: it holds the shorter one")
        )
        raise BadArgument(name, shown, growing)
    return tuple(Known(value=value, window_h=window) for window, value in pairs)


WEATHER_RULE: Final = Rule(
    name=RULE,
    title=gettext_noop("Weather warning signal that the figures would reach"),
    stage="warning",
    source=read_table(TABLE)["source"],
    parameters=PARAMETERS,
    evaluate=_evaluate,
)
