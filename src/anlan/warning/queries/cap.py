"""Reads of CAP files: what one says here, what it refers to, what is in force before it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse

from anlan.base.file_store import CAP_FILES
from anlan.registers.models import Region, ReportingUnit
from anlan.registers.rules.scope import Scope
from anlan.warning.choices import CapState
from anlan.warning.models import CapDocument, CapSender, IssuedWarning
from anlan.warning.queries.received import (
    Identity,
    known_places,
    known_warnings,
    suggest_unit,
)
from anlan.warning.rules.cap.chain import CHANGES, change_findings
from anlan.warning.rules.cap.finding import Finding
from anlan.warning.rules.cap.readout import Anchor, Readout, change_said, read_out
from anlan.warning.rules.cap.validating import CapValidation, validate_cap
from anlan.warning.rules.cap.values import (
    Alert,
    Category,
    Certainty,
    Info,
    MessageType,
    Reference,
    Severity,
    Status,
    Urgency,
)
from anlan.warning.rules.cap.values import Scope as Distribution
from anlan.warning.rules.signal import Hazard, Level

MOST_CHAIN: Final = 200
"""House rule: so many earlier files of a sender are looked at for the references of a new one."""


MOST_CODES: Final = 2_000


def document_url(key: Any) -> str:
    return reverse("cap-document", args=[key])


def documents(scope: Any) -> QuerySet[Any]:
    rows: QuerySet[Any] = CapDocument.objects.visible_to(scope)
    return rows.select_related("unit", "message__warning")


def content_of(row: CapDocument) -> bytes:
    return CAP_FILES.content(row.digest, name=row.file_name)


def validation_of(row: CapDocument) -> CapValidation:
    return validate_cap(content_of(row))


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """A CAP message seen from what stands here. `findings` are those of its references."""

    readout: Readout
    findings: tuple[Finding, ...]
    unit: ReportingUnit | None
    anchor: IssuedWarning | None
    later: tuple[CapDocument, ...]


def consider(
    alert: Alert, *, received_at: dt.datetime, scope: Scope, unit: ReportingUnit | None = None
) -> Considered:
    """What the message says here, with the kind of change and the unit that carries it on."""
    known = {(row.sender, row.identifier): row for row in _chain(alert)}
    anchor = _anchor(alert, known)
    readout = read_out(
        alert,
        received_at=received_at,
        known_places=_places(alert),
        issuer=issuer_of(alert.sender),
        anchor=_anchored(anchor),
    )
    found = unit or (anchor.unit if anchor is not None else None)
    found = found or suggest_unit(readout.reading, scope)
    history = tuple(_light(row) for row in known.values())
    findings = change_findings(alert, history)
    readout = change_said(
        alert,
        readout,
        before=_before(readout, found),
        is_anchored=anchor is not None,
        findings=findings,
        is_superseded=_is_superseded(alert),
    )
    return Considered(
        readout=readout,
        findings=findings,
        unit=found,
        anchor=anchor,
        later=_later(alert),
    )


def considered(row: CapDocument, scope: Scope) -> Considered | None:
    """The same of a file that is there; None where it can no longer be read."""
    alert = validation_of(row).alert
    if alert is None:
        return None
    return consider(alert, received_at=row.received_at, scope=scope, unit=row.unit)


def issuer_of(sender: str) -> str:
    """The name under which warnings of a sender stand here; empty where nobody entered one."""
    found = _in_use(sender).values_list("issuer", flat=True).first()
    return str(found or "")


def certificate_of(sender: str) -> str:
    """The certificate that the register has for a sender; empty where it has none."""
    return str(_in_use(sender).values_list("certificate", flat=True).first() or "")


def is_ended(sender: str) -> bool:
    """Whether a sender was in the register and is no more."""
    return not _in_use(sender).exists() and CapSender.objects.filter(sender=sender).exists()


def _in_use(sender: str) -> QuerySet[Any]:
    rows: QuerySet[Any] = CapSender.objects.filter(sender=sender, ended_at__isnull=True)
    return rows


def _places(alert: Alert) -> dict[str, str]:
    """Places that texts may mention, and every division whose code the file gives."""
    codes = {
        code.value.strip()[:digits]
        for info in alert.infos
        for area in info.areas
        for code in area.geocodes
        for digits in (12, 9, 6)
    }
    looked_at = sorted(codes)[:MOST_CODES]
    named = dict(Region.objects.filter(code__in=looked_at).values_list("code", "name"))
    return dict(known_places()) | named


def _chain(alert: Alert) -> list[CapDocument]:
    """Files that the message refers to, and what those go back to."""
    found: dict[tuple[str, str], CapDocument] = {}
    waiting = [(each.sender, each.identifier) for each in alert.references[:MOST_CHAIN]]
    asked: set[tuple[str, str]] = set()
    while waiting and len(asked) < 2 * MOST_CHAIN:
        sender, identifier = waiting.pop()
        if (sender, identifier) in asked:
            continue
        asked.add((sender, identifier))
        row = (
            CapDocument.objects.filter(sender=sender, identifier=identifier)
            .select_related("message__warning__unit")
            .order_by("-message__issued_at", "id")
            .first()
        )
        if row is not None:
            found[(sender, identifier)] = row
            waiting += [(each[0], each[1]) for each in row.references]
    return list(found.values())


def _anchor(alert: Alert, known: dict[tuple[str, str], CapDocument]) -> IssuedWarning | None:
    """The warning of the newest message that is referred to by name."""
    named = [known.get((each.sender, each.identifier)) for each in alert.references]
    kept = [row.message for row in named if row is not None and row.message is not None]
    newest = max(kept, key=lambda message: (message.issued_at, message.pk), default=None)
    return newest.warning if newest is not None else None


def _anchored(warning: IssuedWarning | None) -> Anchor | None:
    if warning is None:
        return None
    return Anchor(issuer=warning.issuer, hazard=Hazard(warning.hazard), level=Level(warning.level))


def _before(readout: Readout, unit: ReportingUnit | None) -> Level | None:
    """The level in force of the same issuer and hazard."""
    if unit is None or readout.hazard is None or not readout.issuer:
        return None
    issuer = "".join(readout.issuer.split())
    known = known_warnings(Identity(issuer=issuer, unit=unit.pk, hazard=readout.hazard))
    standing = [Level(row.level) for row, _episode in known if row.ended_at is None]
    return standing[0] if standing else None


def _later(alert: Alert) -> tuple[CapDocument, ...]:
    """Files that came before this one and change it: they still wait for a person."""
    rows = CapDocument.objects.filter(
        state=CapState.WAITING, kind__in=[each.value for each in CHANGES], sender=alert.sender
    )
    key = [alert.sender, alert.identifier]
    return tuple(row for row in rows if key in [each[:2] for each in row.references])


def _is_superseded(alert: Alert) -> bool:
    """Whether a kept update replaced what is named here, without being named itself."""
    named = [[each.sender, each.identifier] for each in alert.references[:MOST_CHAIN]]
    rows = CapDocument.objects.filter(
        state=CapState.KEPT, kind=MessageType.UPDATE.value, sent__lte=alert.sent
    ).filter(sender__in={sender for sender, _identifier in named})
    return any(
        [row.sender, row.identifier] not in named
        and any(each[:2] in named for each in row.references)
        for row in rows.order_by("-sent")[:MOST_CHAIN]
    )


def twins_of(alert: Alert) -> list[CapDocument]:
    rows = CapDocument.objects.filter(sender=alert.sender, identifier=alert.identifier)
    return list(rows.order_by("id"))


def says_the_same(row: CapDocument, alert: Alert) -> bool:
    """Whether a file that is there says what this one says, whatever its blanks or signature."""
    known = validation_of(row).alert
    return known is not None and replace(known, is_signed=False) == replace(alert, is_signed=False)


def _light(row: CapDocument) -> Alert:
    """A file that is there, as far as the rule of chains asks for it."""
    return Alert(
        identifier=row.identifier,
        sender=row.sender,
        sent=row.sent,
        status=Status(row.status),
        message_type=MessageType(row.kind),
        scope=Distribution(row.scope),
        references=tuple(references_of(row.references)),
        infos=(_ending(row.expires_at),),
    )


def _ending(expires_at: dt.datetime | None) -> Info:
    return Info(
        categories=(Category.OTHER,),
        event="",
        urgency=Urgency.UNKNOWN,
        severity=Severity.UNKNOWN,
        certainty=Certainty.UNKNOWN,
        expires=expires_at,
    )


def references_of(rows: Iterable[list[str]]) -> Iterable[Reference]:
    for sender, identifier, sent in rows:
        yield Reference(sender=sender, identifier=identifier, sent=dt.datetime.fromisoformat(sent))
