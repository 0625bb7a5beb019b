"""Rules of `warning` that others may call by name."""

from datetime import datetime
from typing import Any, Final

from anlan.base.rules.argument import Arguments, Kind, Parameter
from anlan.base.rules.catalogue import Rule
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import HOUSE_RULE, Verdict
from anlan.warning.rules import ladder, publishing, reply
from anlan.warning.rules.bulletin import approval
from anlan.warning.rules.reading import reading
from anlan.warning.rules.scoring import offered as offered_score
from anlan.warning.rules.signal import Level
from anlan.warning.rules.thresholds.offered import THRESHOLD_RULES
from anlan.warning.rules.thresholds.offered_tables import TABLE_RULES


def _read(arguments: Arguments) -> Verdict[reading.Reading]:
    return reading.read_warning(
        arguments.need("text", str), received_at=arguments.need("received_at", datetime)
    )


def _may_publish(arguments: Arguments) -> Verdict[bool]:
    level = arguments.find("level", str)
    return publishing.may_publish(
        "",
        publishing.Kind(arguments.need("kind", str)),
        Level(level) if level else None,
        publishing.rights_of_law(),
        on=arguments.on,
    )


def _call_ladder(arguments: Arguments) -> Verdict[tuple[dict[str, Any], ...]]:
    return ladder.call_ladder(Level(arguments.need("level", str).lower()))


def _score(arguments: Arguments) -> Verdict[dict[str, Any]]:
    counts = {name: arguments.need(name, int) for name in offered_score.COUNTS}
    return offered_score.warning_score(**counts)


def _reply(arguments: Arguments) -> Verdict[bool]:
    return reply.confirms(arguments.need("text", str), arguments.need("rounds", int))


RECEIVED_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name=reading.RULE,
        title=gettext_noop("What an incoming warning text says"),
        stage="warning",
        source=HOUSE_RULE,
        parameters=(
            Parameter(
                name="text", kind=Kind.TEXT, help=gettext_noop("the text as it was received")
            ),
            Parameter(
                name="received_at",
                kind=Kind.DATETIME,
                help=gettext_noop("when it was received; fills a missing month or year"),
            ),
        ),
        evaluate=_read,
    ),
    Rule(
        name=publishing.RULE,
        title=gettext_noop("Whether this program may publish a kind of warning"),
        stage="warning",
        source="气象灾害防御条例",
        parameters=(
            Parameter(
                name="kind",
                kind=Kind.CHOICE,
                choices=tuple(kind.value for kind in publishing.Kind),
                help=gettext_noop("kind of warning"),
            ),
            Parameter(
                name="level",
                kind=Kind.CHOICE,
                choices=tuple(level.value for level in Level),
                required=False,
                help=gettext_noop("warning level; absent: any"),
            ),
        ),
        evaluate=_may_publish,
    ),
)
CALLING_RULES: Final[tuple[Rule, ...]] = (
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
    Rule(
        name=reply.RULE,
        title=gettext_noop("Whether an SMS reply confirms a call by itself"),
        stage="warning",
        source=HOUSE_RULE,
        parameters=(
            Parameter(name="text", kind=Kind.TEXT, help=gettext_noop("the text as it came")),
            Parameter(
                name="rounds",
                kind=Kind.INTEGER,
                help=gettext_noop("rounds of which an open call was sent to the number by SMS"),
            ),
        ),
        evaluate=_reply,
    ),
)
SCORING_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name=offered_score.RULE,
        title=gettext_noop("Detection, false alarms and success of warnings, from their counts"),
        stage="warning",
        source=HOUSE_RULE,
        parameters=tuple(
            Parameter(name=name, kind=Kind.INTEGER, help=help_text)
            for name, help_text in offered_score.COUNTS.items()
        ),
        evaluate=_score,
    ),
)


def _approval(arguments: Arguments) -> Verdict[approval.Approval]:
    return approval.approval_of(Level(arguments.need("level", str).lower()))


BULLETIN_RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name=approval.RULE,
        title=gettext_noop("Who signs a bulletin of a level, and who records the approval"),
        stage="warning",
        source="地级市预警签发通行做法",
        parameters=(
            Parameter(
                name="level",
                kind=Kind.CHOICE,
                required=True,
                choices=tuple(level.name for level in Level),
                help=gettext_noop("warning level"),
            ),
        ),
        evaluate=_approval,
    ),
)
RULES: Final[tuple[Rule, ...]] = (
    *RECEIVED_RULES,
    *THRESHOLD_RULES,
    *TABLE_RULES,
    *CALLING_RULES,
    *SCORING_RULES,
    *BULLETIN_RULES,
)
