"""What a reviewer does after reading: set a field right, take that back, match a name."""

import dataclasses
import datetime as dt
import math
import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from anlan.base.actor import Actor
from anlan.base.errors import Invalid
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.plan.actions.importing import write_duties
from anlan.plan.models import Correction, Duty, NameMatch, PlanItem
from anlan.plan.queries.directory import targets_for
from anlan.plan.queries.items import clause_of
from anlan.plan.rules.corrections import Field, with_value
from anlan.plan.rules.matching import MatchState
from anlan.plan.rules.notice.values import Clause, IndicatorTarget, Mode
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability

OPERATORS = ("<", "<=", ">", ">=", "=", "up", "down")
FIRST_YEAR, LAST_YEAR = 1949, 2100
MAX_NAME_CHARS = 200


class ReasonMissing(Invalid):
    code = "reason-missing"
    message = gettext_noop("Say why: a correction without a reason is not kept.")


class CorrectionRefused(Invalid):
    code = "correction-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCorrection:
    """A field of an item set right. `value` in the JSON form of the field."""

    item: uuid.UUID
    field: Field
    value: Any
    reason: str


def correct_item(
    new: NewCorrection,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> PlanItem:
    """Set one field of an item right. It stays right when the notice is imported again."""
    require(actor, Capability.CORRECT_NOTICE)
    if not new.reason.strip():
        raise ReasonMissing(field="reason")
    value = checked_value(new.field, new.value)
    with recording(
        action="plan.item.correct",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=new.reason,
        payload={"item": str(new.item), "field": new.field.value, "value": value},
    ) as rec:
        if rec.repeated:
            return PlanItem.objects.get(pk=new.item)
        item = rec.lock(PlanItem, new.item, expected_version=expected_version)
        clause = clause_of(item)
        found = Correction.objects.filter(
            notice=item.notice_id, item_key=item.key, field=new.field.value
        ).first()
        if found is None:
            correction = Correction(
                notice_id=item.notice_id,
                item_key=item.key,
                field=new.field.value,
                read_as=item.as_read[new.field.value],
            )
            _fill(correction, value, new.reason, actor, now)
            rec.add(correction)
        else:
            correction = rec.lock(Correction, found.id)
            _fill(correction, value, new.reason, actor, now)
            rec.save(correction)
        _apply(rec, item, with_value(clause, new.field, value))
        rec.result = {"item": str(item.id), "version": item.version}
    return item


def withdraw_correction(
    correction_id: uuid.UUID,
    *,
    expected_version: int,
    reason: str,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
) -> None:
    """Take a correction back: the field is again what was read."""
    require(actor, Capability.CORRECT_NOTICE)
    with recording(
        action="plan.correction.withdraw",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"correction": str(correction_id)},
    ) as rec:
        if rec.repeated:
            return
        correction = rec.lock(Correction, correction_id, expected_version=expected_version)
        found = PlanItem.objects.filter(
            notice=correction.notice_id, key=correction.item_key
        ).first()
        if found is not None:
            item = rec.lock(PlanItem, found.id)
            read = item.as_read[correction.field]
            _apply(rec, item, with_value(clause_of(item), Field(correction.field), read))
        rec.remove(correction)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameDecision:
    """A printed name means this body, or this group."""

    unit: uuid.UUID
    printed_name: str
    body: uuid.UUID | None = None
    group: uuid.UUID | None = None
    reason: str = ""


def decide_name(
    decision: NameDecision, *, actor: Actor, now: dt.datetime, request_id: str
) -> dict[str, Any]:
    """Match a printed name for all notices of a unit, now and in later imports."""
    require(actor, Capability.CORRECT_NOTICE)
    if (decision.body is None) == (decision.group is None):
        raise CorrectionRefused(
            gettext_noop("Choose one body or one group for {name}."),
            field="body",
            name=decision.printed_name,
        )
    with recording(
        action="plan.name.decide",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=decision.reason,
        payload={
            "name": decision.printed_name,
            "body": str(decision.body),
            "group": str(decision.group),
        },
    ) as rec:
        if rec.repeated:
            return rec.result
        _keep_decision(rec, decision)
        touched = _rematch(rec, decision)
        rec.result = {"duties": touched}
    return rec.result


def _keep_decision(rec: Recording, decision: NameDecision) -> None:
    found = NameMatch.objects.filter(
        unit=decision.unit, printed_name=decision.printed_name
    ).first()
    match = rec.lock(NameMatch, found.id) if found else NameMatch(unit_id=decision.unit)
    match.printed_name = decision.printed_name
    match.body_id = decision.body
    match.group_id = decision.group
    match.reason = decision.reason[:300]
    if found:
        rec.save(match)
    else:
        rec.add(match)


def _rematch(rec: Recording, decision: NameDecision) -> int:
    duties = Duty.objects.filter(
        notice__unit=decision.unit, printed_name=decision.printed_name
    ).values_list("id", flat=True)
    count = 0
    for key in duties:
        duty = rec.lock(Duty, key)
        duty.body_id = decision.body
        duty.group_id = decision.group
        duty.match = MatchState.PERSON.value
        rec.save(duty)
        count += 1
    return count


def checked_value(field: Field, value: Any) -> Any:
    """The value in JSON form, or CorrectionRefused saying what is accepted."""
    match field:
        case Field.HEADING:
            text = str(value).strip()
            if not 1 <= len(text) <= 300:
                raise CorrectionRefused(
                    gettext_noop("A heading has 1 to 300 characters."), field=field.value
                )
            return text
        case Field.DEADLINE_YEARS:
            return _years(value)
        case Field.MODE:
            if value not in list(Mode):
                raise CorrectionRefused(
                    gettext_noop("Choose one of the kinds of division."), field=field.value
                )
            return str(value)
        case Field.LEAD_UNITS | Field.SUPPORT_UNITS:
            return _names(field, value)
        case Field.OPEN_ENDED:
            return bool(value)
        case Field.INDICATOR:
            return _indicator(value)


def _years(value: Any) -> list[int]:
    try:
        years = [int(year) for year in value]
    except (TypeError, ValueError):
        years = [0]
    if any(not FIRST_YEAR <= year <= LAST_YEAR for year in years):
        raise CorrectionRefused(
            gettext_noop("Give years as four digits from {first} to {last}."),
            field=Field.DEADLINE_YEARS.value,
            first=FIRST_YEAR,
            last=LAST_YEAR,
        )
    return sorted(set(years))


def _names(field: Field, value: Any) -> list[str]:
    names = [str(name).strip() for name in value]
    names = list(dict.fromkeys(name for name in names if name))
    if any(len(name) > MAX_NAME_CHARS for name in names):
        raise CorrectionRefused(
            gettext_noop("A name has at most {limit} characters."),
            field=field.value,
            limit=MAX_NAME_CHARS,
        )
    return names


def _indicator(value: Any) -> dict[str, Any] | None:
    if value is None:
        return None
    try:
        target = IndicatorTarget(
            name=str(value["name"]),
            operator=str(value["operator"]),
            value=float(Decimal(str(value["value"]))),
            unit=str(value.get("unit", "")),
        )
    except (ArithmeticError, AttributeError, KeyError, TypeError) as error:
        raise CorrectionRefused(
            gettext_noop("An indicator needs a name, a comparison and a number."),
            field=Field.INDICATOR.value,
        ) from error
    if not math.isfinite(target.value):
        raise CorrectionRefused(
            gettext_noop("An indicator needs a name, a comparison and a number."),
            field=Field.INDICATOR.value,
        )
    if target.operator not in OPERATORS:
        raise CorrectionRefused(
            gettext_noop("Use one of these comparisons: {operators}."),
            field=Field.INDICATOR.value,
            operators=" ".join(OPERATORS),
        )
    return dataclasses.asdict(target)


def _fill(correction: Correction, value: Any, reason: str, actor: Actor, now: dt.datetime) -> None:
    correction.corrected_to = value
    correction.reason = reason.strip()[:300]
    correction.corrected_at = now
    correction.corrected_by = actor.account


def _apply(rec: Recording, item: PlanItem, clause: Clause) -> None:
    """Write the corrected clause into the item and bring its duties in line."""
    target = clause.indicator
    item.heading = clause.heading[:300]
    item.deadline_years = list(clause.deadline_years)
    item.mode = clause.mode.value
    item.open_ended = clause.open_ended
    item.indicator_name = target.name[:200] if target else ""
    item.indicator_operator = target.operator if target else ""
    item.indicator_value = Decimal(str(target.value)) if target else None
    item.indicator_unit = target.unit[:30] if target else ""
    rec.save(item, with_parts=True)
    known = {duty.printed_name: duty for duty in Duty.objects.filter(item=item)}
    new = write_duties(
        rec,
        item=(item.notice_id, item.id, clause),
        known=known,
        targets=targets_for(item.notice.unit.code),
    )
    rec.add_many(new)
