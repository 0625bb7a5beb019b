"""The clocks of a round in its reporting units: one term for the answers, one for the alarm.

Of many thousand addressees each has its own next step; what people see in "my work" is one term a
unit, whose ladder is that of the round, and one alarm a unit when somebody stays silent.
"""

import uuid
from collections.abc import Iterable, Mapping
from typing import Final

from django.db.models import Q
from django.utils.translation import gettext

from anlan.base.city_language import in_city_language
from anlan.base.due.applying import NewDue, apply_answer, apply_open, apply_withdraw
from anlan.base.journal.recording import Recording
from anlan.base.models import IS_OPEN, Due
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.due.ladder import NO_LADDER, Level, Policy
from anlan.base.rules.verdict import HOUSE_RULE
from anlan.registers.choices import UnitKind
from anlan.registers.models import ReportingUnit
from anlan.warning.models import CallAddressee, CallRound, CallUnit
from anlan.warning.queries.calling import not_begun
from anlan.warning.rules.call_state import CLOSED, GIVEN_UP
from anlan.warning.rules.ladder import RULE, WAY_LABELS, WHO_LABELS, Ladder, Who

SUBJECT: Final = "warning.callround"
ALARM_MINUTES: Final = 5
"""House rule: an alarm asks for a look within five minutes."""
IS_CLOSED: Final = Q(state__in=[state.value for state in CLOSED])
IS_GIVEN_UP: Final = Q(state__in=[state.value for state in GIVEN_UP])


def policy_of(ladder: Ladder) -> Policy:
    """The steps of the ladder as levels of the term: each begins when the one before ran out."""
    levels, offset = [], 0
    for step in ladder.steps[1:]:
        label = WAY_LABELS[step.way] if step.who is Who.SELF else WHO_LABELS[step.who]
        levels.append(Level(label=label, kind=ClockKind.MINUTES, offset=offset))
        offset += step.minutes or 0
    return Policy(
        name=RULE, version=ladder.edition, source=source_of(ladder), levels=tuple(levels)
    )


def source_of(ladder: Ladder) -> str:
    """What the ladder rests on; stored text stands in the city's language."""
    return in_city_language(HOUSE_RULE) if ladder.source == HOUSE_RULE else ladder.source


def open_units(rec: Recording, round_: CallRound, counts: Mapping[uuid.UUID, int]) -> None:
    """One row a unit, with its term when the level asks for an answer."""
    units = {unit.pk: unit for unit in ReportingUnit.objects.filter(pk__in=list(counts))}
    minutes = round_.to_ladder().answer_within_minutes
    for key, number in sorted(counts.items(), key=lambda one: units[one[0]].position):
        row = CallUnit(round=round_, unit=units[key], called_count=number, moved_at=rec.now)
        if minutes is not None and number:
            said = gettext("Confirm the call: {warning}, {number} people")
            title = said.format(warning=round_.warning, number=number)
            policy = policy_of(round_.to_ladder())
            row.due = _open(rec, round_, units[key], title, minutes, policy)
        rec.add(row)


def raise_alarms(rec: Recording, round_: CallRound, units: Iterable[uuid.UUID]) -> None:
    """The first who stays silent in a unit alarms its duty, once."""
    for key in sorted(set(units)):
        row = rec.lock(CallUnit, CallUnit.objects.get(round=round_, unit=key).pk)
        if row.alarm is None or not _is_open(row.alarm):
            said = gettext("No answer: {warning}. Call or send somebody")
            title = said.format(warning=round_.warning)
            row.alarm = _open(rec, round_, row.unit, title, ALARM_MINUTES, NO_LADDER)
        row.moved_at = rec.now
        rec.save(row)


def settle_units(rec: Recording, round_: CallRound, units: Iterable[uuid.UUID]) -> None:
    """Close the terms of units in which nobody is waited for any more."""
    for key in sorted(set(units)):
        row = rec.lock(CallUnit, CallUnit.objects.get(round=round_, unit=key).pk)
        below = CallAddressee.objects.filter(round=round_, unit=key)
        silent = below.filter(IS_GIVEN_UP).exists()
        waited_for = below.exclude(IS_CLOSED).exclude(not_begun()).exists()
        if row.alarm is not None and not silent and _is_open(row.alarm):
            apply_answer(rec, row.alarm, what=gettext("Everybody who was silent has answered."))
        if row.due is not None and not waited_for and _is_open(row.due):
            apply_answer(rec, row.due, what=gettext("Everybody has answered."))
        row.moved_at = rec.now
        rec.save(row)


def end_units(rec: Recording, round_: CallRound, why: str) -> None:
    """The round is over: its terms are not waited for any more."""
    for row in CallUnit.objects.filter(round=round_).order_by("pk"):
        for due in (row.due, row.alarm):
            if due is not None and _is_open(due):
                apply_withdraw(rec, due, why=why)


def _open(
    rec: Recording,
    round_: CallRound,
    unit: ReportingUnit,
    title: str,
    minutes: int,
    policy: Policy,
) -> uuid.UUID:
    ladder = round_.to_ladder()
    due = apply_open(
        rec,
        NewDue(
            subject_model=SUBJECT,
            subject_key=str(round_.pk),
            title=title[:200],
            rule=RULE,
            source=source_of(ladder),
            addressee=_addressee(rec, unit),
            kind=ClockKind.MINUTES,
            start_at=rec.now,
            amount=minutes,
            policy=policy,
        ),
    )
    return due.pk


def _addressee(rec: Recording, unit: ReportingUnit) -> Addressee:
    """The unit; for the city the body that opened the round, which keeps its duty."""
    body = rec.actor.body
    return (
        Addressee(body=body) if unit.kind == UnitKind.CITY and body else Addressee(unit=unit.code)
    )


def _is_open(key: uuid.UUID) -> bool:
    return Due.objects.filter(IS_OPEN, pk=key).exists()
