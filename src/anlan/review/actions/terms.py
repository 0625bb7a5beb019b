"""The terms of an improvement: to carry it out, to look a second time, to do it again.

House rule: five working days for a second look and for doing again what was returned.
"""

import datetime as dt
from typing import Final

from anlan.base.city_language import in_city_language
from anlan.base.due.applying import NewDue, apply_answer, apply_open, apply_withdraw
from anlan.base.journal.recording import Recording
from anlan.base.models import Due
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.due.ladder import HOUSE_POLICY
from anlan.base.rules.due.state import DueState
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import HOUSE_RULE
from anlan.registers.queries import plan_office
from anlan.review.models import Improvement

RULE: Final = "review-improvement"
LOOK_WORKING_DAYS: Final = 5
REDO_WORKING_DAYS: Final = 5
TITLE_CHARS: Final = 200
CARRY_OUT = gettext_noop("Carry out the improvement: {problem}")
LOOK = gettext_noop("Look whether the improvement was carried out: {problem}")
REDO = gettext_noop("Complete the improvement that was returned: {problem}")


def owner_term(rec: Recording, row: Improvement) -> Due:
    """Until the day that was set."""
    return _open(rec, row, CARRY_OUT, to=_owner(row), on=row.due_on)


def look_term(rec: Recording, row: Improvement) -> Due | None:
    """For the plan office; nobody to ask while no post keeps the plan."""
    office = plan_office()
    if office is None:
        return None
    to = Addressee(body=office.code, unit=office.unit.code)
    return _open(rec, row, LOOK, to=to, working_days=LOOK_WORKING_DAYS)


def redo_term(rec: Recording, row: Improvement) -> Due:
    return _open(rec, row, REDO, to=_owner(row), working_days=REDO_WORKING_DAYS)


def close_term(rec: Recording, row: Improvement, what: str, *, is_withdrawn: bool = False) -> None:
    """Close the term that runs, if one does."""
    due = row.due
    if due is None or not DueState(due.state).is_open:
        return
    if is_withdrawn:
        apply_withdraw(rec, due.pk, why=what[:300])
    else:
        apply_answer(rec, due.pk, what=what[:500])


def _owner(row: Improvement) -> Addressee:
    person = str(row.person_id) if row.person_id is not None else ""
    return Addressee(body=row.owner.code, unit=row.owner.unit.code, person=person)


def _open(
    rec: Recording,
    row: Improvement,
    title: str,
    *,
    to: Addressee,
    on: dt.date | None = None,
    working_days: int = 0,
) -> Due:
    said = in_city_language(title, problem=row.problem)
    return apply_open(
        rec,
        NewDue(
            subject_model=row._meta.label_lower,
            subject_key=str(row.pk),
            title=said[:TITLE_CHARS],
            rule=RULE,
            source=in_city_language(HOUSE_RULE),
            addressee=to,
            kind=ClockKind.FIXED_DAY if on is not None else ClockKind.WORKING_DAYS,
            start_at=rec.now,
            amount=working_days,
            fixed_on=on,
            policy=HOUSE_POLICY,
        ),
    )
