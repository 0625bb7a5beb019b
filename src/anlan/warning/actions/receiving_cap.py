"""Receiving CAP files: kept as they came; what they say becomes a message, or waits for a person.

House rules: a file that breaks a rule, one of the national network (its mapping is a draft) and
one that leaves anything open waits for a person; a file that was here before writes nothing; an
exercise, a test, a private message or an answer is kept as a file alone; of a sender whose
certificate is entered only a file with its signature becomes a message by itself; of a sender
that was ended each file waits.
"""

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext

from anlan.base.actor import Actor
from anlan.base.documents.secrecy import refuse_secret
from anlan.base.errors import Invalid, NotAllowed, NotFound, Refused
from anlan.base.file_store import CAP_FILES
from anlan.base.journal.content import plain_digest
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.upkeep import validate
from anlan.registers.models import Region, ReportingUnit
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.actions.errors import MessageRefused
from anlan.warning.actions.receiving import (
    Drawn,
    NewMessage,
    Told,
    areas_for,
    checked,
    keep_message,
    told_payload,
    unit_for_change,
)
from anlan.warning.choices import CapForm, CapState, Intake, Signature
from anlan.warning.models import CapDocument, WarningMessage
from anlan.warning.queries.cap import (
    Considered,
    certificate_of,
    consider,
    is_ended,
    says_the_same,
    twins_of,
)
from anlan.warning.rules.cap.readout import Readout
from anlan.warning.rules.cap.signing import Proof, Signed, verify_signature
from anlan.warning.rules.cap.validating import CapValidation, MessageFormat, validate_cap
from anlan.warning.rules.cap.values import Alert

IDENTIFIER_CHARS: Final = 120
"""Of the column of a message; a longer one stays with the file."""
REUSED: Final = "cap-identifier-reused"
UNPROVEN: Final = "cap-signature-expected"
ENDED: Final = "cap-sender-ended"


class CapUnreadable(Invalid):
    code = "cap-unreadable"
    message = gettext_noop("The file was not read as a warning ({rules}): {said}")


class SignatureBroken(Invalid):
    code = "cap-signature-broken"
    message = gettext_noop(
        "The signature of the file does not hold: {why} Nothing was kept; ask the sender by "
        "telephone for the message."
    )


class NotWaiting(Refused):
    code = "cap-not-waiting"
    status = 409
    message = gettext_noop(
        "This file does not wait for anybody any more. Open its page to see what became of it."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CapFile:
    """A file as it came. Without `unit` the one that the issuer names carries it on."""

    name: str
    data: bytes
    received_at: dt.datetime
    unit: uuid.UUID | None = None


def import_cap(
    file: CapFile, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """Keep a file, and its message where everything in it could be read. Returns ids, the state,
    what was left open, which rules it breaks, and what was odd."""
    validation = readable(file.data)
    signed = signature_of(file.data, validation, now)
    digest = plain_digest(file.data)
    with recording(
        action="warning.cap.import",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"digest": digest, "unit": str(file.unit or ""), "name": file.name},
    ) as rec:
        if not rec.repeated:
            _import(rec, file, validation, signed)
    return rec.result


def signature_of(data: bytes, validation: CapValidation, now: dt.datetime) -> Signed:
    """Whose signature it is; one that does not hold refuses the file."""
    sender = validation.alert.sender if validation.alert is not None else ""
    signed = verify_signature(data, certificate_of(sender), at=now)
    if signed.proof is Proof.BROKEN:
        why = signed.why.text(gettext) if signed.why is not None else ""
        raise SignatureBroken(field="file", why=why)
    return signed


def readable(data: bytes) -> CapValidation:
    """What is in the file; refused where no warning could be read from it."""
    validation = validate_cap(data)
    if validation.alert is None:
        errors = [finding for finding in validation.findings if finding.is_error]
        rules = "、".join(dict.fromkeys(finding.rule for finding in errors))
        said = errors[0].note.text(gettext) if errors else ""
        raise CapUnreadable(field="file", rules=rules, said=said)
    refuse_secret(data.decode("utf-8", errors="ignore"))
    return validation


def _import(rec: Recording, file: CapFile, validation: CapValidation, signed: Signed) -> None:
    alert = validation.alert
    if alert is None:
        raise NotFound
    scope = _permitted(rec.actor)
    there = _there_already(file, alert)
    if there is not None:
        if not CapDocument.objects.visible_to(scope).filter(pk=there.pk).exists():
            raise NotFound
        rec.result = result_of(there, is_repeated=True)
        return
    given = ReportingUnit.objects.filter(pk=file.unit).first() if file.unit else None
    seen = consider(alert, received_at=file.received_at, scope=scope, unit=given)
    if seen.unit is None:
        raise NotAllowed
    unit = unit_for_change(rec, seen.unit.pk)
    faster = CapDocument.objects.filter(digest=plain_digest(file.data)).first()
    if faster is not None:
        rec.result = result_of(faster, is_repeated=True)
        return
    row = _document(rec, file, validation, unit)
    row.signature, row.signer = Signature(signed.proof.value), signed.signer
    CAP_FILES.keep(file.data)
    _enter(rec, row, validation, seen, _doubts(alert, signed))


def _enter(
    rec: Recording,
    row: CapDocument,
    validation: CapValidation,
    seen: Considered,
    doubts: list[str],
) -> None:
    """The file, and its message where nothing is open and nothing is doubtful."""
    new = _message(row, seen)
    open_field = _refused(new, row.unit, rec.now) if seen.readout.is_whole else ""
    notes: list[dict[str, str]] = []
    if seen.readout.set_aside is not None:
        row.state = CapState.SET_ASIDE
    elif _is_certain(validation, seen.readout) and not doubts and not open_field:
        kept = keep_message(rec, new)
        row.message_id, row.state = uuid.UUID(kept["id"]), CapState.KEPT
        notes = kept["notes"]
    validate(row)
    rec.add(row)
    found = [finding.rule for finding in (*validation.findings, *seen.findings)]
    left = [*(name for name, _why in seen.readout.left), *([open_field] if open_field else [])]
    rec.result = result_of(
        row,
        rules=list(dict.fromkeys([*found, *doubts])),
        left=list(dict.fromkeys(left)),
        notes=[*notes, *_later_notes(seen)],
    )


def _there_already(file: CapFile, alert: Alert) -> CapDocument | None:
    """The same bytes, or the same message otherwise written."""
    there = CapDocument.objects.filter(digest=plain_digest(file.data)).first()
    return there or next((row for row in twins_of(alert) if says_the_same(row, alert)), None)


def _doubts(alert: Alert, signed: Signed) -> list[str]:
    """Rules by which a file that is whole waits for a person all the same."""
    is_unproven = signed.proof is not Proof.KNOWN and bool(certificate_of(alert.sender))
    reused = [REUSED] if twins_of(alert) else []
    ended = [ENDED] if is_ended(alert.sender) else []
    return [*reused, *([UNPROVEN] if is_unproven else []), *ended]


def _refused(new: NewMessage, unit: ReportingUnit, now: dt.datetime) -> str:
    """The field for which the inbox would refuse it: a person looks then, nothing is lost."""
    try:
        told, _text = checked(new, unit, now)
        areas_for(told, unit)
    except MessageRefused as refused:
        return refused.field
    return ""


def _permitted(actor: Actor) -> Scope:
    scope = actor.scope
    if not isinstance(scope, Scope) or not scope.may(Capability.RECEIVE_WARNINGS):
        raise NotAllowed
    return scope


def _is_certain(validation: CapValidation, readout: Readout) -> bool:
    """Nothing is broken and nothing is open: no person is needed."""
    is_cap = validation.format is MessageFormat.CAP and validation.verdict.value is True
    return is_cap and readout.is_whole


def _document(
    rec: Recording, file: CapFile, validation: CapValidation, unit: ReportingUnit
) -> CapDocument:
    alert = validation.alert
    if alert is None:
        raise NotFound
    is_national = validation.format is MessageFormat.NATIONAL_DRAFT
    ends = [info.expires for info in alert.infos]
    known = [end for end in ends if end is not None]
    return CapDocument(
        digest=plain_digest(file.data),
        file_name="".join(each for each in file.name if each.isprintable())[:200],
        size_bytes=len(file.data),
        form=CapForm.NATIONAL if is_national else CapForm.CAP,
        identifier=alert.identifier,
        sender=alert.sender,
        sent=alert.sent,
        status=alert.status.value,
        kind=alert.message_type.value,
        scope=alert.scope.value,
        restriction=alert.restriction or alert.addresses or "",
        references=[
            [each.sender, each.identifier, each.sent.isoformat()] for each in alert.references
        ],
        expires_at=max(known) if known and len(known) == len(ends) else None,
        unit=unit,
        state=CapState.WAITING,
        signature=Signature.UNSIGNED,
        received_at=file.received_at,
        recorded_by=rec.actor.account,
    )


def _message(row: CapDocument, seen: Considered) -> NewMessage:
    readout = seen.readout
    return NewMessage(
        text=readout.text,
        told=told_of(readout),
        unit=row.unit_id,
        received_at=row.received_at,
        identifier=row.identifier[:IDENTIFIER_CHARS],
        intake=Intake.CAP,
    )


def told_of(readout: Readout) -> Told:
    """What was read, as it is told to the inbox."""
    keys = Region.objects.filter(code__in=readout.places.codes).values_list("pk", flat=True)
    return Told(
        issuer=readout.issuer,
        hazard=readout.hazard or "",
        level=readout.level or "",
        change=readout.change or "",
        issued_at=readout.issued_at,
        expires_at=readout.expires_at,
        regions=tuple(keys),
        outlines=drawn_of(readout),
    )


def drawn_of(readout: Readout) -> tuple[Drawn, ...]:
    return tuple(Drawn(outline=each.geometry, name=each.name) for each in readout.places.outlines)


def _later_notes(seen: Considered) -> list[dict[str, str]]:
    said = gettext_noop("A later file that changes this one waits for a person: {identifier}.")
    return [{"said": said, "identifier": row.identifier} for row in seen.later]


def keep_cap(
    document_id: uuid.UUID,
    new: NewMessage,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str = "",
) -> dict[str, Any]:
    """What a person read from a waiting file becomes its message."""
    with recording(
        action="warning.cap.keep",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={
            "document": str(document_id),
            "version": expected_version,
            "text": new.text.strip(),
            "unit": str(new.unit),
            **told_payload(new.told),
        },
        valid_at=new.told.issued_at,
    ) as rec:
        if not rec.repeated:
            row = _waiting(rec, document_id, expected_version)
            kept = keep_message(rec, new)
            row.message = WarningMessage.objects.get(pk=kept["id"])
            row.unit, row.state = row.message.warning.unit, CapState.KEPT
            rec.save(row)
            rec.result = result_of(row, notes=kept["notes"]) | {"is_repeated": kept["is_repeated"]}
    return rec.result


def dismiss_cap(
    document_id: uuid.UUID,
    *,
    expected_version: int,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, Any]:
    """A person decides that a waiting file is no warning for this inbox; it stays as a file."""
    with recording(
        action="warning.cap.dismiss",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"document": str(document_id), "version": expected_version},
    ) as rec:
        if not rec.repeated:
            row = _waiting(rec, document_id, expected_version)
            row.state, row.why = CapState.DISMISSED, reason.strip()
            validate(row)
            rec.save(row)
            rec.result = result_of(row)
    return rec.result


def _waiting(rec: Recording, key: uuid.UUID, version: int) -> CapDocument:
    found = CapDocument.objects.visible_to(rec.actor.scope).filter(pk=key).first()
    if found is None:
        raise NotFound
    unit_for_change(rec, found.unit_id)
    row = rec.lock(CapDocument, key, expected_version=version)
    if row.state != CapState.WAITING:
        raise NotWaiting
    return row


def result_of(row: CapDocument, *, is_repeated: bool = False, **more: Any) -> dict[str, Any]:
    warning = row.message.warning_id if row.message is not None else None
    return {
        "id": str(row.pk),
        "state": str(row.state),
        "message": str(row.message_id) if row.message_id else None,
        "warning": str(warning) if warning else None,
        "is_repeated": is_repeated,
        "rules": [],
        "left": [],
        "notes": [],
        **more,
    }
