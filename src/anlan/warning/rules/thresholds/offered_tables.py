"""Rules over tables of limits and classes, as others call them by name."""

from decimal import Decimal
from itertools import pairwise
from typing import Final

from anlan.base.rules.argument import Arguments, BadArgument, Kind, MissingArgument, Parameter
from anlan.base.rules.catalogue import Rule
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Verdict
from anlan.warning.rules.thresholds import bands, flash_flood, haze_2013, safety_limit, tailings
from anlan.warning.rules.thresholds.flash_flood import WindowRain
from anlan.warning.rules.thresholds.safety_limit import LimitState
from anlan.warning.rules.thresholds.scale import COLOURS, Reached
from anlan.warning.rules.thresholds.source import read_table

MOST_WINDOWS: Final = 12
MOST_POINTS: Final = 100_000
LIMITS: Final = {colour: f"{colour.value.lower()}_mm" for colour in reversed(COLOURS)}


def _number(name: str, help_: str, *, least: int | None = 0, most: int = 10**9) -> Parameter:
    return Parameter(
        name=name, kind=Kind.NUMBER, required=False, minimum=least, maximum=most, help=help_
    )


def _class(arguments: Arguments) -> Verdict[str]:
    code, value = arguments.need("scale", str), arguments.need("value", Decimal)
    try:
        return bands.threshold_class(code, value)
    except bands.OutsideScale as error:
        lowest, highest = error.args
        raise BadArgument("value", str(value), _of_scale(code, lowest, highest)) from None


def _of_scale(code: str, lowest: Decimal, highest: Decimal | None) -> Message:
    """What figures a scale has."""
    if bands.scales()[code].is_whole:
        said = gettext_noop("a whole number from {low} to {high}")
    elif highest is not None:
        said = gettext_noop("a number from {low} to {high}")
    else:
        return Message.of(gettext_noop("a number not below {low}"), low=lowest)
    return Message.of(said, low=lowest, high=highest)


def _limit(arguments: Arguments) -> Verdict[LimitState]:
    return safety_limit.safety_limit(
        arguments.need("limit", str), arguments.need("value", Decimal)
    )


def _flash_flood(arguments: Arguments) -> Verdict[Reached]:
    windows = arguments.many("window_h", Decimal) or ()
    known = [each for each in windows if each is not None]
    if not all(known) or any(later <= earlier for earlier, later in pairwise(known)):
        rising = Message.of(gettext_noop("windows longer than 0 hours, the shortest first"))
        raise BadArgument("window_h", ",".join(str(each) for each in known), rising)
    rains = _as_many(arguments, "rain_mm", len(known))
    limits = {colour: _as_many(arguments, name, len(known)) for colour, name in LIMITS.items()}
    if not any(any(each is not None for each in row) for row in limits.values()):
        raise MissingArgument(
            LIMITS[Reached.YELLOW], Message.of(gettext_noop("limits of a place"))
        )
    _refuse_falling(rains)
    return flash_flood.flash_flood_grade(
        [
            WindowRain(
                window_h=window,
                rain_mm=rains[place],
                limits_mm={
                    colour: limit
                    for colour, row in limits.items()
                    if (limit := row[place]) is not None
                },
            )
            for place, window in enumerate(known)
        ]
    )


def _as_many(arguments: Arguments, name: str, count: int) -> tuple[Decimal | None, ...]:
    found = arguments.many(name, Decimal)
    if found is None:
        return (None,) * count
    if len(found) != count:
        as_many = Message.of(
            gettext_noop("as many values as windows, which are {count}"), count=count
        )
        raise BadArgument(name, ",".join(str(each) for each in found), as_many)
    return found


def _refuse_falling(rains: tuple[Decimal | None, ...]) -> None:
    known = [each for each in rains if each is not None]
    if any(later < earlier for earlier, later in pairwise(known)):
        growing = Message.of(
            gettext_noop("values that do not fall as the window grows: it holds the shorter one")
        )
        raise BadArgument("rain_mm", ",".join(str(each) for each in known), growing)


def _tailings(arguments: Arguments) -> Verdict[Reached]:
    counts: dict[Reached, int] = {
        colour: arguments.need(colour.value.lower(), int) for colour in COLOURS
    }
    of, silent = arguments.need("of", str), arguments.need("silent", int)
    decide = tailings.item_level if of == "item" else tailings.pond_level
    return decide(counts, silent=silent)


def _tailings_class(arguments: Arguments) -> Verdict[int]:
    return tailings.tailings_class(
        capacity_10k_m3=arguments.need("capacity_10k_m3", Decimal),
        height_m=arguments.need("height_m", Decimal),
    )


def _haze(arguments: Arguments) -> Verdict[Reached]:
    names = ("visibility_m", "humidity_pct", "pm25_ug_m3")
    given = {name: arguments.find(name, Decimal) for name in names}
    if given["visibility_m"] is None:
        raise MissingArgument("visibility_m", Message.of(gettext_noop("visibility in metres")))
    return haze_2013.haze_signal_2013(**given)


def _counted(name: str, help_: str) -> Parameter:
    return Parameter(
        name=name,
        kind=Kind.INTEGER,
        required=False,
        default=0,
        minimum=0,
        maximum=MOST_POINTS,
        help=help_,
    )


def _windowed(name: str, help_: str, *, required: bool = False, gaps: bool = True) -> Parameter:
    return Parameter(
        name=name,
        kind=Kind.NUMBER,
        required=required,
        many=True,
        gaps=gaps,
        most_items=MOST_WINDOWS,
        minimum=0,
        maximum=5000,
        help=help_,
    )


TABLE_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name=bands.RULE,
        title=gettext_noop(
            "Class of one figure: rain, flood, soil moisture, fire danger and others"
        ),
        stage="warning",
        source="GB/T 28592-2012、GB/T 22482-2008、SL 424-2008 等（各分级所引）",
        parameters=(
            Parameter(
                name="scale",
                kind=Kind.CHOICE,
                choices=tuple(bands.scales()),
                help=gettext_noop("code of the scale"),
            ),
            Parameter(
                name="value",
                kind=Kind.NUMBER,
                minimum=-(10**9),
                maximum=10**9,
                help=gettext_noop("the figure, in the unit of the scale"),
            ),
        ),
        evaluate=_class,
    ),
    Rule(
        name=safety_limit.RULE,
        title=gettext_noop(
            "Whether a figure of a mine, plant, permit or tailings pond keeps its limit"
        ),
        stage="warning",
        source="煤矿安全规程（2016）、GB 16423-2020、GB/T 50493-2019 等（各行所引）",
        parameters=(
            Parameter(
                name="limit",
                kind=Kind.CHOICE,
                choices=tuple(safety_limit.safety_limits()),
                help=gettext_noop("code of the row"),
            ),
            Parameter(
                name="value",
                kind=Kind.NUMBER,
                minimum=-(10**9),
                maximum=10**9,
                help=gettext_noop("the figure, in the unit of the row"),
            ),
        ),
        evaluate=_limit,
    ),
    Rule(
        name=flash_flood.RULE,
        title=gettext_noop("Colour that rain reaches by the critical rainfall of a place"),
        stage="warning",
        source=flash_flood.SOURCE,
        parameters=(
            _windowed(
                "window_h",
                gettext_noop("hours of the windows, the shortest first"),
                required=True,
                gaps=False,
            ),
            _windowed(
                "rain_mm",
                gettext_noop("rain in each window; what is missing stays empty"),
                required=True,
            ),
            *(
                _windowed(name, gettext_noop("limits of the colour in each window, in mm"))
                for name in LIMITS.values()
            ),
        ),
        evaluate=_flash_flood,
    ),
    Rule(
        name=tailings.RULE,
        title=gettext_noop("Colour of a tailings pond from its points or items"),
        stage="warning",
        source=str(read_table(tailings.TABLE)["source"]),
        parameters=(
            Parameter(
                name="of",
                kind=Kind.CHOICE,
                choices=("item", "pond"),
                help=gettext_noop("an item by its points, or the pond by its items"),
            ),
            *(
                _counted(colour.value.lower(), gettext_noop("how many have that colour"))
                for colour in reversed(COLOURS)
            ),
            _counted("silent", gettext_noop("how many say nothing")),
        ),
        evaluate=_tailings,
    ),
    Rule(
        name=tailings.CLASS_RULE,
        title=gettext_noop("Class of a tailings pond by capacity and height"),
        stage="warning",
        source=str(read_table(tailings.TABLE)["class"]["source"]),
        parameters=(
            Parameter(
                name="capacity_10k_m3",
                kind=Kind.NUMBER,
                minimum=0,
                maximum=10**9,
                help=gettext_noop("whole capacity in ten thousand m³"),
            ),
            Parameter(
                name="height_m",
                kind=Kind.NUMBER,
                minimum=0,
                maximum=1000,
                help=gettext_noop("height of the dam in metres"),
            ),
        ),
        evaluate=_tailings_class,
    ),
    Rule(
        name=haze_2013.RULE,
        title=gettext_noop("Haze signal with fine dust, by the revision of 2013 (from memory)"),
        stage="warning",
        source=str(read_table(haze_2013.TABLE)["source"]),
        parameters=(
            _number("visibility_m", gettext_noop("visibility in metres"), most=100_000),
            _number("humidity_pct", gettext_noop("relative humidity in percent"), most=100),
            _number("pm25_ug_m3", gettext_noop("fine dust PM2.5 in µg/m³"), most=10_000),
        ),
        evaluate=_haze,
    ),
)
