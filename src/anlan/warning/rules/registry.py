"""Rules of `warning` that others may call by name."""

from typing import Any, Final

from anlan.base.rules.argument import Arguments, Kind, Parameter
from anlan.base.rules.catalogue import Rule
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import HOUSE_RULE, Verdict
from anlan.warning.rules import ladder
from anlan.warning.rules.signal import Level


def _call_ladder(arguments: Arguments) -> Verdict[tuple[dict[str, Any], ...]]:
    return ladder.call_ladder(Level(arguments.need("level", str).lower()))


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name=ladder.RULE,
        title=gettext_noop("Who is called at a warning level, and in what time"),
        stage="warning",
        source=HOUSE_RULE,
        parameters=(
            Parameter(
                name="level",
                kind=Kind.CHOICE,
                required=True,
                choices=tuple(level.name for level in Level),
                help=gettext_noop("level of the warning signal"),
            ),
        ),
        evaluate=_call_ladder,
    ),
)
