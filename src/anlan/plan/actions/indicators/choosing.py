"""Choices of the indicators: made with a paper, never overwritten, withdrawn with a reason.

NoPaper          a choice names the document that decides it
YearsNeeded      the years of this choice
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from anlan.base.actor import Actor
from anlan.base.errors import Invalid, NotFound
from anlan.base.journal.recording import recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.plan.models import IndicatorChoice, Notice
from anlan.plan.rules.indicators.choices import (
    FIRST_YEAR,
    LAST_YEAR,
    Basis,
    ChoiceKind,
    Reading,
)
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability


class NoPaper(Invalid):
    code = "no-paper"
    message = gettext_noop("Name the document that decides this: title or number, and date.")


class YearsNeeded(Invalid):
    code = "years-needed"
    message = gettext_noop("Give the year as four digits from {first} to {last}.")


class WrongOrder(Invalid):
    code = "wrong-order"
    message = gettext_noop("The last year lies before the first one.")


class LastYearNeeded(Invalid):
    code = "last-year-needed"
    message = gettext_noop("A window of years needs its last year.")


class PickNeeded(Invalid):
    code = "pick-needed"
    message = gettext_noop("Choose one of the list.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChoice:
    """`basis` is asked for a coverage, `reading` for a reading, years for the others. A choice
    with `holds` False takes the matter back: it is missing again."""

    notice: uuid.UUID
    kind: ChoiceKind
    source: str
    basis: str = ""
    first_year: int | None = None
    last_year: int | None = None
    reading: str = ""
    holds: bool = True

    def payload(self) -> dict[str, Any]:
        return {name: str(getattr(self, name)) for name in self.__slots__}


def choose(
    new: NewChoice, *, actor: Actor, now: dt.datetime, request_id: str, reason: str
) -> dict[str, Any]:
    """Set or take back one choice. The plan office."""
    scope = require(actor, Capability.STEER_PLAN)
    notice = Notice.objects.visible_to(scope).filter(pk=new.notice).first()
    if notice is None:
        raise NotFound
    _check(new)
    with recording(
        action="plan.indicator.choose",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload=new.payload(),
    ) as rec:
        if not rec.repeated:
            row = IndicatorChoice(
                notice=notice,
                kind=new.kind.value,
                basis=new.basis if new.kind is ChoiceKind.COVERAGE else "",
                first_year=None if new.kind is ChoiceKind.READING else new.first_year,
                last_year=new.last_year if new.kind in _WITH_LAST else None,
                reading=new.reading if new.kind is ChoiceKind.READING else "",
                source=new.source.strip(),
                holds=new.holds,
                set_at=now,
                set_by=actor.account,
            )
            validate(row)
            rec.add(row)
            rec.result = {"id": str(row.pk), "version": row.version}
    return rec.result


_WITH_LAST = (ChoiceKind.WINDOW, ChoiceKind.COVERAGE)


def _check(new: NewChoice) -> None:
    if not new.source.strip():
        raise NoPaper(field="source")
    if new.kind is ChoiceKind.COVERAGE and new.basis not in {each.value for each in Basis}:
        raise PickNeeded(field="basis")
    if new.kind is ChoiceKind.READING:
        if new.holds and new.reading not in {each.value for each in Reading}:
            raise PickNeeded(field="reading")
        return
    if new.holds:
        _check_years(new)


def _check_years(new: NewChoice) -> None:
    given = [("first_year", new.first_year)]
    if new.kind is ChoiceKind.WINDOW and new.last_year is None:
        raise LastYearNeeded(field="last_year")
    if new.kind in _WITH_LAST and new.last_year is not None:
        given.append(("last_year", new.last_year))
    for field, year in given:
        if year is None or not FIRST_YEAR <= year <= LAST_YEAR:
            raise YearsNeeded(field=field, first=FIRST_YEAR, last=LAST_YEAR)
    if len(given) > 1 and (new.last_year or 0) < (new.first_year or 0):
        raise WrongOrder(field="last_year")
