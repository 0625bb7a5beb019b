"""The term of a bulletin that waits for approval: in the work of those who may approve it.

House rule: it is asked of the contact of the county, or of a colleague of the body that wrote it,
as the rule of the level says, where one of them has other hands than those that wrote it; else of
the plan office. It ends with the approval, with sending back, and when it is taken back.
"""

from typing import Final

from anlan.base.city_language import in_city_language
from anlan.base.due.applying import NewDue, apply_answer, apply_open, apply_withdraw
from anlan.base.journal.recording import Recording
from anlan.base.models import IS_OPEN, Due
from anlan.base.rules.due.addressee import Addressee
from anlan.base.rules.due.clock import ClockKind
from anlan.base.rules.due.ladder import NO_LADDER
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.verdict import HOUSE_RULE
from anlan.registers.queries import plan_office
from anlan.warning.models import Bulletin
from anlan.warning.queries.bulletins import colleague_may_approve, county_may_approve
from anlan.warning.queries.calling import today_of
from anlan.warning.rules.bulletin.approval import RULE, RecordedBy, approval_of
from anlan.warning.rules.signal import Level

SUBJECT: Final = "warning.bulletin"
ASKED = gettext_noop("Approve or send back: {bulletin}")
APPROVED = gettext_noop("Approved.")
SENT_BACK = gettext_noop("Sent back: {reason}")
TAKEN_BACK = gettext_noop("Taken back by its writers: no approval is asked for.")


def open_term(rec: Recording, row: Bulletin) -> None:
    """Ask for the approval. One that is still open from before is no longer asked for."""
    withdraw_term(rec, row)
    approval = approval_of(Level(row.level)).known()
    said = in_city_language(ASKED, bulletin=str(row))
    row.due = apply_open(
        rec,
        NewDue(
            subject_model=SUBJECT,
            subject_key=str(row.pk),
            title=said[:200],
            rule=RULE,
            source=in_city_language(HOUSE_RULE),
            addressee=_asked_of(rec, row, approval.recorded_by),
            kind=ClockKind.MINUTES,
            start_at=rec.now,
            amount=approval.within_minutes,
            issuer=row.body.code,
            policy=NO_LADDER,
        ),
    ).pk


def approved(rec: Recording, row: Bulletin) -> None:
    if _is_open(row):
        apply_answer(rec, row.due, what=in_city_language(APPROVED))


def sent_back(rec: Recording, row: Bulletin, reason: str) -> None:
    if _is_open(row):
        apply_answer(rec, row.due, what=in_city_language(SENT_BACK, reason=reason)[:500])


def withdraw_term(rec: Recording, row: Bulletin) -> None:
    if _is_open(row):
        apply_withdraw(rec, row.due, why=in_city_language(TAKEN_BACK))


def _is_open(row: Bulletin) -> bool:
    return row.due is not None and Due.objects.filter(IS_OPEN, pk=row.due).exists()


def _asked_of(rec: Recording, row: Bulletin, recorded_by: RecordedBy) -> Addressee:
    day = today_of(rec.now)
    if recorded_by is RecordedBy.BODY and colleague_may_approve(row, day):
        return Addressee(body=row.body.code, unit=row.unit.code)
    if county_may_approve(row, day):
        return Addressee(unit=row.unit.code)
    office = plan_office() or row.body
    return Addressee(body=office.code, unit=office.unit.code)
