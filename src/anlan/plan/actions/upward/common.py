"""What the acts on a report to the level above share: who may, its state, its term."""

import datetime as dt
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.utils.translation import gettext

from anlan.base.city_language import in_city_language
from anlan.base.due.applying import NewDue, apply_open
from anlan.base.journal.recording import Recording, recording
from anlan.base.models import Due
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.due.ladder import HOUSE_POLICY
from anlan.base.rules.message import RuleRefused
from anlan.base.rules.verdict import HOUSE_RULE
from anlan.base.upkeep import validate
from anlan.plan.actions.loop.common import day_of, worker
from anlan.plan.actions.loop.errors import LoopRefused
from anlan.plan.actions.upward.errors import NotTheTurn
from anlan.plan.models import UpwardReport
from anlan.plan.queries.loop.bearers import acts_for
from anlan.plan.queries.upward import report_of, state_of
from anlan.plan.rules.upward import RULE, UpwardState
from anlan.registers.actions.keeping import Request
from anlan.registers.rules.scope import Scope

ANSWER_WORKING_DAYS: Final = 5
"""House rule: for getting the receipt, and for sending again what was returned."""
TITLE_CHARS: Final = 200


def may_send(scope: Scope, row: UpwardReport) -> bool:
    return acts_for(scope, row.reporter)


def may_settle(scope: Scope, row: UpwardReport) -> bool:
    """Whoever acts for the receiving body; for one outside, the reporting body."""
    return acts_for(scope, row.to_body if row.to_body is not None else row.reporter)


@contextmanager
def on_report(
    key: uuid.UUID, verb: str, said: dict[str, Any], asked: Request, version: int
) -> Iterator[tuple[Recording, UpwardReport | None]]:
    """An act on a report in view; None for a repeated request."""
    report_of(worker(asked.actor), key)
    payload = {"report": str(key), **said}
    with recording(**asked.opening(f"plan.upward.{verb}", payload)) as rec:
        locked = None if rec.repeated else rec.lock(UpwardReport, key, expected_version=version)
        yield rec, locked


def keep_report(rec: Recording, row: UpwardReport) -> None:
    validate(row)
    rec.save(row, with_parts=True)
    rec.result = {"id": str(row.pk), "version": row.version}


def require_state(row: UpwardReport, now: dt.datetime, *states: UpwardState) -> None:
    state = state_of(row, day_of(now))
    if state not in states:
        raise NotTheTurn(state=gettext(state.label))


@contextmanager
def refusing(field: str) -> Iterator[None]:
    try:
        yield
    except RuleRefused as refusal:
        raise LoopRefused.of(refusal, field=field) from refusal


def open_term(
    rec: Recording,
    row: UpwardReport,
    title: str,
    *,
    to: Addressee,
    on: dt.date | None = None,
) -> Due:
    """The day that was asked for, or the working days of the house."""
    said = in_city_language(title, to=row.to_name, title=row.title)
    return apply_open(
        rec,
        NewDue(
            subject_model=row._meta.label_lower,
            subject_key=str(row.pk),
            title=said[:TITLE_CHARS],
            rule=RULE,
            source=row.basis if on is not None else in_city_language(HOUSE_RULE),
            addressee=to,
            kind=ClockKind.FIXED_DAY if on is not None else ClockKind.WORKING_DAYS,
            start_at=rec.now,
            amount=0 if on is not None else ANSWER_WORKING_DAYS,
            fixed_on=on,
            policy=HOUSE_POLICY,
        ),
    )
