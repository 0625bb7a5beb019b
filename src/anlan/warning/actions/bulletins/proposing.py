"""Proposals: a message to the owner of the warning, and what the owner answered."""

import datetime as dt
import uuid
from typing import Any, Final

from anlan.base.actor import Actor
from anlan.base.city_language import in_city_language
from anlan.base.dispatch.writing import Addressee, apply_dispatch
from anlan.base.dispatch.writing import Draft as OutgoingDraft
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.dispatch import AddresseeKind, Channel
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.warning.actions.bulletins.drafting import check_whole, result_of, step, writable
from anlan.warning.actions.bulletins.errors import ReasonMissing
from anlan.warning.actions.bulletins.issuing import require_way, sent_of, stamp
from anlan.warning.models import Bulletin
from anlan.warning.queries.bulletins import spoken_of
from anlan.warning.rules.bulletin import words
from anlan.warning.rules.bulletin.life import BulletinAct
from anlan.warning.rules.bulletin.route import BulletinWay

PURPOSE: Final = "bulletin-proposal"
SUBJECT: Final = gettext_noop("Proposal of a warning: {warning}")
MOST_SUBJECT_CHARS: Final = 120
MOST_TEXT_CHARS: Final = 2000


def propose_bulletin(
    key: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """Send an approved proposal to its owner. `is_told`: the owner is a body of the register and
    reads it in the program; else the text is carried to it by people."""
    with recording(
        action="warning.bulletin.propose",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"bulletin": str(key), "version": expected_version},
    ) as rec:
        if not rec.repeated:
            row = writable(rec, key, expected_version)
            require_way(row, BulletinWay.PROPOSE, rec.now)
            step(row, BulletinAct.PROPOSE)
            check_whole(row, rec.now)
            stamp(rec, row)
            validate(row)
            rec.save(row)
            is_told = _tell_owner(rec, row)
            rec.result = result_of(row) | {"is_told": is_told}
    return rec.result


def record_answer(
    key: uuid.UUID,
    *,
    is_adopted: bool,
    answer: str,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """What the owner answered. What it then issues comes in as every warning of an owner."""
    with recording(
        action="warning.bulletin.answer",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={
            "bulletin": str(key),
            "version": expected_version,
            "is_adopted": is_adopted,
            "answer": answer.strip(),
        },
    ) as rec:
        if not rec.repeated:
            row = writable(rec, key, expected_version)
            step(row, BulletinAct.ADOPT if is_adopted else BulletinAct.DECLINE)
            if not answer.strip():
                raise ReasonMissing(field="answer")
            row.answered_at, row.answer = rec.now, answer.strip()
            validate(row)
            rec.save(row)
            rec.result = result_of(row)
    return rec.result


def _tell_owner(rec: Recording, row: Bulletin) -> bool:
    if row.owner_body is None:
        return False
    text = words.full_text(spoken_of(row, sent_of(row)))
    draft = OutgoingDraft(
        mode=row.mode,
        channel=Channel.IN_APP,
        purpose=PURPOSE,
        subject=in_city_language(SUBJECT, warning=row.headline)[:MOST_SUBJECT_CHARS],
        text=text[:MOST_TEXT_CHARS],
        about_model="warning.bulletin",
        about_key=str(row.pk),
    )
    apply_dispatch(rec, draft, [Addressee(AddresseeKind.BODY, row.owner_body.code)])
    return True
