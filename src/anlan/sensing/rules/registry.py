"""Rules of `sensing` that others may call by name."""

from datetime import datetime
from decimal import Decimal
from typing import Final

from anlan.base.rules.argument import Arguments, Kind, Parameter
from anlan.base.rules.catalogue import Rule
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import HOUSE_RULE, Verdict
from anlan.sensing.rules import judging, silence
from anlan.sensing.rules.observed_property import ObservedProperty
from anlan.sensing.rules.silence import Heard

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
)
