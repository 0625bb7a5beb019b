"""Rules of the registers that others may call by name."""

from datetime import date, datetime
from typing import Final

from anlan.base.rules.argument import Arguments, BadArgument, Kind, Parameter
from anlan.base.rules.catalogue import Rule
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Verdict
from anlan.registers.rules import contact_proof, credit_code, instrument, post_vacant
from anlan.registers.rules.contact_proof import ContactState, Threshold, contact_state
from anlan.registers.rules.credit_code import check_credit_code
from anlan.registers.rules.instrument import (
    InstrumentDates,
    InstrumentState,
    instrument_state,
)
from anlan.registers.rules.post_vacant import Span

MOST_DAYS: Final = 3660


def _credit_code(arguments: Arguments) -> Verdict[bool]:
    return check_credit_code(arguments.need("code", str))


def _post_vacant(arguments: Arguments) -> Verdict[bool]:
    held_from = arguments.find("held_from", date)
    held_until = arguments.find("held_until", date)
    if held_from is None and held_until is not None:
        raise BadArgument("held_until", held_until.isoformat(), Message.of(_WITH_START))
    if held_from is not None and held_until is not None and held_until <= held_from:
        raise BadArgument("held_until", held_until.isoformat(), Message.of(_LATER))
    spans = [] if held_from is None else [Span(held_from=held_from, held_until=held_until)]
    return post_vacant.post_vacant(spans, arguments.on)


_WITH_START: Final = gettext_noop("the beginning in held_from as well")
_LATER: Final = gettext_noop("a day after held_from")


def _contact_proof(arguments: Arguments) -> Verdict[ContactState]:
    days = arguments.find("stale_after_calendar_days", int)
    return contact_state(
        has_number=True,
        answered_at=arguments.find("answered_at", datetime),
        wrong_at=arguments.find("wrong_at", datetime),
        now=arguments.need("now", datetime),
        threshold=Threshold() if days is None else Threshold(calendar_days=days, is_default=False),
    )


def _instrument_state(arguments: Arguments) -> Verdict[InstrumentState]:
    dates = InstrumentDates(
        adopted_on=arguments.find("adopted_on", date),
        in_force_from=arguments.find("in_force_from", date),
        in_force_until=arguments.find("in_force_until", date),
        review_on=arguments.find("review_on", date),
    )
    return instrument_state(dates, arguments.on)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        name=credit_code.RULE,
        title=gettext_noop("Check of a unified social credit code"),
        stage="registers",
        source=credit_code.SOURCE,
        parameters=(
            Parameter(
                name="code",
                kind=Kind.TEXT,
                help=gettext_noop("the code as it stands on the licence; empty is unknown"),
            ),
        ),
        evaluate=_credit_code,
    ),
    Rule(
        name=post_vacant.RULE,
        title=gettext_noop("Whether a post is vacant"),
        stage="registers",
        source=HOUSE_RULE,
        parameters=(
            Parameter(
                name="held_from",
                kind=Kind.DATE,
                required=False,
                help=gettext_noop("first day of a tenure; absent: nobody ever held the post"),
            ),
            Parameter(
                name="held_until",
                kind=Kind.DATE,
                required=False,
                help=gettext_noop("first day after the tenure; absent: it is open"),
            ),
        ),
        evaluate=_post_vacant,
    ),
    Rule(
        name=contact_proof.RULE,
        title=gettext_noop("Whether a telephone number is alive"),
        stage="registers",
        source=HOUSE_RULE,
        parameters=(
            Parameter(
                name="now", kind=Kind.DATETIME, help=gettext_noop("the time that is asked about")
            ),
            Parameter(
                name="answered_at",
                kind=Kind.DATETIME,
                required=False,
                help=gettext_noop("when the number was last answered; absent: never"),
            ),
            Parameter(
                name="wrong_at",
                kind=Kind.DATETIME,
                required=False,
                help=gettext_noop("when the number was last found to be wrong"),
            ),
            Parameter(
                name="stale_after_calendar_days",
                kind=Kind.INTEGER,
                required=False,
                minimum=1,
                maximum=MOST_DAYS,
                help=gettext_noop("calendar days after which a number is stale; default 90"),
            ),
        ),
        evaluate=_contact_proof,
    ),
    Rule(
        name=instrument.RULE,
        title=gettext_noop("How an institution stands on a day"),
        stage="registers",
        source=HOUSE_RULE,
        parameters=(
            Parameter(
                name="adopted_on",
                kind=Kind.DATE,
                required=False,
                help=gettext_noop("day of adoption; absent: a draft"),
            ),
            Parameter(
                name="in_force_from",
                kind=Kind.DATE,
                required=False,
                help=gettext_noop("first day in force"),
            ),
            Parameter(
                name="in_force_until",
                kind=Kind.DATE,
                required=False,
                help=gettext_noop("first day after the last in force; absent: no end"),
            ),
            Parameter(
                name="review_on",
                kind=Kind.DATE,
                required=False,
                help=gettext_noop("day of the next review; absent: none set"),
            ),
        ),
        evaluate=_instrument_state,
    ),
)
