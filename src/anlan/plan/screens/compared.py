"""Differences between two readings of a notice, in words for the screen."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from anlan.plan.rules.corrections import FIELD_LABELS, Field, as_read
from anlan.plan.rules.notice.compare import ClauseChange, Comparison, Duty
from anlan.plan.rules.notice.values import Clause, ParsedNotice
from anlan.plan.screens.common import SIGN_OF
from anlan.plan.screens.corrected import value_text

SHOWN_AT_MOST = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyLine:
    """A duty that came or went: item, heading, body, role."""

    key: str
    heading: str
    unit: str
    sign: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """A clause in both readings and its fields that differ."""

    old: Clause
    new: Clause
    fields: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """A comparison ready to be shown; lists are cut at SHOWN_AT_MOST, counts are not."""

    found: Comparison
    appeared: Sequence[DutyLine]
    vanished: Sequence[DutyLine]
    changed: Sequence[ChangeLine]
    counts: Sequence[tuple[str, int, str, str]]

    @property
    def is_same(self) -> bool:
        return not any(count for _label, count, _anchor, _tone in self.counts)


def differences(old: ParsedNotice, new: ParsedNotice, found: Comparison) -> Differences:
    before = {clause.id: clause for clause in old.clauses}
    after = {clause.id: clause for clause in new.clauses}
    return Differences(
        found=found,
        appeared=_lines(found.duties_appeared, after),
        vanished=_lines(found.duties_vanished, before),
        changed=[_change(change) for change in found.changed[:SHOWN_AT_MOST]],
        counts=(
            (_("Lost their owner"), len(found.orphaned), "orphaned", "red"),
            (_("Changed owner"), len(found.owner_changed), "owner", "orange"),
            (_("Clauses vanished"), len(found.vanished), "clauses-gone", "orange"),
            (_("Clauses appeared"), len(found.appeared), "clauses-new", "blue"),
            (_("Duties vanished"), len(found.duties_vanished), "duties-gone", "orange"),
            (_("Duties appeared"), len(found.duties_appeared), "duties-new", "blue"),
            (_("Clauses changed"), len(found.changed), "changed", "blue"),
        ),
    )


def _lines(duties: Sequence[Duty], clauses: dict[str, Clause]) -> list[DutyLine]:
    lines = []
    for duty in duties[:SHOWN_AT_MOST]:
        clause = clauses[duty.clause_id]
        joint = duty.role == "support" and clause.mode.value != "lead_support"
        sign = SIGN_OF["joint" if joint else duty.role.value]
        lines.append(
            DutyLine(
                key=clause.id,
                heading=clause.heading,
                unit=duty.unit,
                sign=sign.sign,
                role=str(sign.label),
            )
        )
    return lines


def _change(change: ClauseChange) -> ChangeLine:
    fields = []
    for name in change.fields:
        field = Field(name)
        fields.append(
            FieldChange(
                label=_(FIELD_LABELS[field]),
                before=value_text(field, as_read(change.old, field)),
                after=value_text(field, as_read(change.new, field)),
            )
        )
    return ChangeLine(old=change.old, new=change.new, fields=tuple(fields))
