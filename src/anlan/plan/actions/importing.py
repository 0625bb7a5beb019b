"""Import of a notice: one transaction, one entry; a repeated import updates the same items.

ImportRefused
├── TooManyClauses       more clauses than one notice can have
└── NothingAssigned      the text divides no work (see rules.notice.values.NotANotice)
"""

import datetime as dt
import uuid
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from anlan.base.actor import Actor
from anlan.base.errors import Refused
from anlan.base.journal.content import plain_digest
from anlan.base.journal.recording import Recording, recording
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import RuleRefused
from anlan.plan.choices import DutyRole, NoticeSource
from anlan.plan.models import Correction, Duty, Notice, NoticeEdition, PlanItem
from anlan.plan.queries.directory import Targets, targets_for
from anlan.plan.rules.corrections import Corrected, Field, everything_read, lay_over
from anlan.plan.rules.matching import match_name
from anlan.plan.rules.notice.values import Clause, Mode, ParsedNotice, require_notice
from anlan.registers import queries as registers
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability

MAX_CLAUSES = 60_000
"""House rule: no division-of-work notice comes near this; more is another kind of file."""


class ImportRefused(Refused):
    code = "import-refused"


class TooManyClauses(ImportRefused):
    code = "too-many-clauses"
    message = gettext_noop(
        "The file has {found} clauses; at most {limit} can be one notice. "
        "Split it into its notices and import each."
    )


class NothingAssigned(ImportRefused):
    code = "not-a-notice"


class NoDraftOfOneInForce(ImportRefused):
    code = "no-draft-of-one-in-force"
    message = gettext_noop(
        "{number} is in force already: a new edition of it is no draft. Import it without the "
        "mark, or make the notice a draft on its page first."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeText:
    """What is imported: the parsed notice, its text and where it came from.

    `deliverables` maps item ids to short phrases (profile facts); a file brings none. A new
    notice may come as a draft, which no figure counts; a later edition leaves that as it is.
    """

    parsed: ParsedNotice
    text: str
    source_kind: NoticeSource
    file_name: str = ""
    file_digest: str = ""
    deliverables: dict[str, list[str]] | None = None
    is_draft: bool = False


def check_importable(parsed: ParsedNotice) -> None:
    """Refuse what is no notice, or too large to be one."""
    if len(parsed.clauses) > MAX_CLAUSES:
        raise TooManyClauses(found=len(parsed.clauses), limit=MAX_CLAUSES)
    try:
        require_notice(parsed)
    except RuleRefused as refusal:
        raise NothingAssigned(refusal.message.msgid, **dict(refusal.message.params)) from refusal


def import_notice(
    notice_text: NoticeText, *, actor: Actor, now: dt.datetime, request_id: str, reason: str = ""
) -> dict[str, Any]:
    """Import or re-import. Items keep their identity by notice number and item id; corrections
    and matches made by people are laid over what was read. Returns ids and counts."""
    require(actor, Capability.IMPORT_NOTICE)
    parsed = notice_text.parsed
    check_importable(parsed)
    digest = plain_digest(notice_text.text.encode())
    with recording(
        action="plan.notice.import",
        actor=actor,
        now=now,
        request_id=request_id,
        reason=reason,
        payload={"text": digest, "number": parsed.document.number}
        | ({"draft": True} if notice_text.is_draft else {}),
    ) as rec:
        if rec.repeated:
            return rec.result
        notice = _notice(rec, notice_text)
        corrections = list(Correction.objects.filter(notice=notice))
        clauses = lay_over(parsed.clauses, [_corrected(c) for c in corrections])
        targets = targets_for(notice.unit.code)
        writer = _ItemWriter(rec=rec, notice=notice, targets=targets, text=notice_text)
        writer.write(clauses)
        rec.add(_edition(notice, notice_text, actor=actor, now=now))
        rec.result = {
            "notice": str(notice.id),
            "edition": notice.current_edition,
            "clauses": len(clauses),
            "unread_chars": parsed.coverage.chars - parsed.coverage.read,
            "unmatched": sorted(writer.unmatched),
        }
    return rec.result


def _notice(rec: Recording, notice_text: NoticeText) -> Notice:
    head = notice_text.parsed.document
    unit = registers.city_unit()
    if unit is None:
        raise ImportRefused(
            gettext_noop("There is no reporting unit yet. Load the registers of the city first.")
        )
    found = Notice.objects.filter(unit=unit, number=head.number).first() if head.number else None
    if found is None:
        notice = Notice(
            title=head.title[:300] or notice_text.file_name[:300] or "—",
            number=head.number[:60],
            issuer=head.issuer[:120],
            issued_on=head.date,
            unit=unit,
            is_draft=notice_text.is_draft,
        )
        rec.add(notice)
        return notice
    if notice_text.is_draft and not found.is_draft:
        raise NoDraftOfOneInForce(field="is_draft", number=found.number)
    notice = rec.lock(Notice, found.id)
    notice.title = head.title[:300] or notice.title
    notice.issuer = head.issuer[:120] or notice.issuer
    notice.issued_on = head.date or notice.issued_on
    notice.current_edition += 1
    rec.save(notice)
    return notice


def _edition(
    notice: Notice, notice_text: NoticeText, *, actor: Actor, now: dt.datetime
) -> NoticeEdition:
    coverage = notice_text.parsed.coverage
    return NoticeEdition(
        notice=notice,
        edition=notice.current_edition,
        source_kind=notice_text.source_kind,
        file_name=notice_text.file_name[:200],
        file_digest=notice_text.file_digest,
        text=notice_text.text,
        clauses=len(notice_text.parsed.clauses),
        chars=coverage.chars,
        chars_read=coverage.read,
        unread=[[span.start, span.end, span.text] for span in coverage.unread],
        imported_at=now,
        imported_by=actor.account,
    )


def _corrected(correction: Correction) -> Corrected:
    return Corrected(
        item=correction.item_key,
        field=Field(correction.field),
        value=correction.corrected_to,
    )


@dataclass(slots=True, kw_only=True)
class _ItemWriter:
    """Writes items and duties of one notice, in the order of the text."""

    rec: Recording
    notice: Notice
    targets: Targets
    text: NoticeText
    unmatched: set[str] = field(default_factory=set)
    as_read: dict[str, dict[str, Any]] = field(default_factory=dict)

    def write(self, clauses: tuple[Clause, ...]) -> None:
        self.as_read = {clause.id: everything_read(clause) for clause in self.text.parsed.clauses}
        known = {item.key: item for item in PlanItem.objects.filter(notice=self.notice)}
        ids = {clause.id: known[clause.id].id for clause in clauses if clause.id in known}
        new: list[PlanItem] = []
        for position, clause in enumerate(clauses, start=1):
            values = self._values(clause, position, ids)
            if clause.id in known:
                self._change(known[clause.id].id, values)
            else:
                item = PlanItem(notice=self.notice, key=clause.id, **values)
                ids[clause.id] = item.id
                new.append(item)
        self.rec.add_many(new)
        kept = {clause.id for clause in clauses}
        for key, item in known.items():
            if key not in kept:
                self._change(item.id, {"is_dropped": True})
        self._write_duties(clauses, ids)

    def _values(self, clause: Clause, position: int, ids: dict[str, uuid.UUID]) -> dict[str, Any]:
        target = clause.indicator
        values: dict[str, Any] = {
            "kind": clause.kind.value,
            "number": clause.number[:20],
            "position": position,
            "section": clause.section[:300],
            "heading": clause.heading[:300],
            "text": clause.text,
            "deadline_years": list(clause.deadline_years),
            "mode": clause.mode.value,
            "open_ended": clause.open_ended,
            "indicator_name": target.name[:200] if target else "",
            "indicator_operator": target.operator if target else "",
            "indicator_value": Decimal(str(target.value)) if target else None,
            "indicator_unit": target.unit[:30] if target else "",
            "parent_id": ids.get(clause.parent or ""),
            "as_read": self.as_read[clause.id],
            "text_start": clause.start,
            "text_end": clause.end,
            "edition": self.notice.current_edition,
            "is_dropped": False,
        }
        if self.text.deliverables is not None:
            values["deliverables"] = self.text.deliverables.get(clause.id, [])
        return values

    def _change(self, key: uuid.UUID, values: dict[str, Any]) -> None:
        item = self.rec.lock(PlanItem, key)
        for name, value in values.items():
            setattr(item, name, value)
        self.rec.save(item)

    def _write_duties(self, clauses: tuple[Clause, ...], ids: dict[str, uuid.UUID]) -> None:
        known: dict[uuid.UUID, dict[str, Duty]] = {}
        for duty in Duty.objects.filter(notice=self.notice):
            known.setdefault(duty.item_id, {})[duty.printed_name] = duty
        new: list[Duty] = []
        for clause in clauses:
            item_id = ids[clause.id]
            new += write_duties(
                self.rec,
                item=(self.notice.id, item_id, clause),
                known=known.pop(item_id, {}),
                targets=self.targets,
            )
        self.rec.add_many(new)
        self.unmatched = {duty.printed_name for duty in new if duty.match == "open"}
        for duties in known.values():
            for duty in duties.values():
                self.rec.remove(self.rec.lock(Duty, duty.id))


def write_duties(
    rec: Recording,
    *,
    item: tuple[uuid.UUID, uuid.UUID, Clause],
    known: dict[str, Duty],
    targets: Targets,
) -> list[Duty]:
    """Bring the duties of one item in line with its clause. Returns the new ones, not yet added;
    changed and vanished ones are written at once."""
    notice_id, item_id, clause = item
    new: list[Duty] = []
    remaining = dict(known)
    for role, position, printed in assigned(clause):
        values = {
            "item_kind": clause.kind.value,
            "role": role,
            "position": position,
            **_target(printed, targets),
        }
        old = remaining.pop(printed, None)
        if old is None:
            new.append(Duty(notice_id=notice_id, item_id=item_id, printed_name=printed, **values))
        elif any(getattr(old, name) != value for name, value in values.items()):
            duty = rec.lock(Duty, old.id)
            for name, value in values.items():
                setattr(duty, name, value)
            rec.save(duty)
    for duty in remaining.values():
        rec.remove(rec.lock(Duty, duty.id))
    return new


def assigned(clause: Clause) -> list[tuple[str, int, str]]:
    """(role, order, printed name) of a clause. Without a lead in the text nobody leads."""
    together = DutyRole.SUPPORT if clause.mode is Mode.LEAD_SUPPORT else DutyRole.JOINT
    rows = [(DutyRole.LEAD.value, n, name) for n, name in enumerate(clause.lead_units, 1)]
    leads = set(clause.lead_units)
    others = [name for name in clause.support_units if name not in leads]
    return rows + [(together.value, n, name) for n, name in enumerate(others, 1)]


def _target(printed: str, targets: Targets) -> dict[str, Any]:
    found = match_name(printed, targets.known)
    return {
        "body_id": targets.bodies.get(found.body) if found.body else None,
        "group_id": targets.groups.get(found.group) if found.group else None,
        "match": found.state.value,
    }
