"""Rules of `sensing` that others may call by name."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from anlan.base.rules.argument import Arguments, Kind, Parameter
from anlan.base.rules.catalogue import Rule
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import HOUSE_RULE, Verdict
from anlan.sensing.rules import judging, silence, station_state
from anlan.sensing.rules.observed_property import ObservedProperty
from anlan.sensing.rules.silence import Heard
from anlan.sensing.rules.station_state import Shown

MOST_SECONDS: Final = 86_400 * 31
MOST: Final = 10**9
INTERVAL: Final = Parameter(
    name="interval_s",
    kind=Kind.INTEGER,
    minimum=1,
    maximum=MOST_SECONDS,
    help=gettext_noop("sampling interval in seconds"),
)


def _heard(arguments: Arguments) -> Verdict[Heard]:
    return silence.datastream_heard(
        arguments.find("last_at", datetime),
        arguments.need("now", datetime),
        arguments.need("interval_s", int),
    )


def _quality(arguments: Arguments) -> Verdict[tuple[str, ...]]:
    before = arguments.find("before", Decimal)
    return judging.reading_quality(
        ObservedProperty(arguments.need("observed", str)),
        float(arguments.need("value", Decimal)),
        None if before is None else float(before),
        arguments.need("interval_s", int),
    )


def _state(arguments: Arguments) -> Verdict[Shown]:
    return station_state.station_state(
        Heard(arguments.need("heard", str)),
        has_limit_reached=arguments.need("has_limit_reached", bool),
        has_calibration_overdue=arguments.need("has_calibration_overdue", bool),
    )


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name=silence.RULE,
        title=gettext_noop("Whether a datastream is heard"),
        stage="sensing",
        source=HOUSE_RULE,
        parameters=(
            Parameter(
                name="last_at",
                kind=Kind.DATETIME,
                required=False,
                help=gettext_noop("newest reading; absent: never heard"),
            ),
            Parameter(name="now", kind=Kind.DATETIME, help=gettext_noop("when it is asked")),
            INTERVAL,
        ),
        evaluate=_heard,
    ),
    Rule(
        name=judging.RULE,
        title=gettext_noop("What the tests of quality doubt about a reading"),
        stage="sensing",
        source=HOUSE_RULE,
        parameters=(
            Parameter(
                name="observed",
                kind=Kind.CHOICE,
                choices=tuple(code.value for code in ObservedProperty),
                help=gettext_noop("observed property"),
            ),
            Parameter(
                name="value",
                kind=Kind.NUMBER,
                minimum=-MOST,
                maximum=MOST,
                help=gettext_noop("the reading, in the unit in which it is kept"),
            ),
            Parameter(
                name="before",
                kind=Kind.NUMBER,
                required=False,
                minimum=-MOST,
                maximum=MOST,
                help=gettext_noop("the reading one interval before; absent: none"),
            ),
            INTERVAL,
        ),
        evaluate=_quality,
    ),
    Rule(
        name=station_state.RULE,
        title=gettext_noop("What state a station is shown in"),
        stage="sensing",
        source=HOUSE_RULE,
        parameters=(
            Parameter(
                name="heard",
                kind=Kind.CHOICE,
                choices=tuple(state.value for state in Heard),
                help=gettext_noop("how the datastream is heard"),
            ),
            Parameter(
                name="has_limit_reached",
                kind=Kind.BOOLEAN,
                help=gettext_noop("a limit of the station is reached"),
            ),
            Parameter(
                name="has_calibration_overdue",
                kind=Kind.BOOLEAN,
                help=gettext_noop("a calibration is overdue"),
            ),
        ),
        evaluate=_state,
    ),
)
