"""What stands beside a linked item: kinds of late matters, kinds of evidence, and its silence.

Source: House rule; coverage.md ("missing is not normal").
Units and valid range: counts of records, at least 1 of each kind that is given.
Edge cases: no evidence of any kind → UNKNOWN, with the sentence that nothing is stated: neither
that the item was done nor that it was not. A report that waits for acceptance is evidence that
exists and is named apart; one that was returned is none.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "indicator-evidence"


class LateKind(StrEnum):
    DELIVERABLE = "deliverable"
    ASSIGNMENT = "assignment"
    OBSTACLE = "obstacle"
    ORDER = "supervision-order"
    PROBLEM = "problem"

    @property
    def label(self) -> str:
        return LATE_LABELS[self]


LATE_LABELS: Final = {
    LateKind.DELIVERABLE: gettext_noop("deliverable"),
    LateKind.ASSIGNMENT: gettext_noop("assignment"),
    LateKind.OBSTACLE: gettext_noop("request for coordination"),
    LateKind.ORDER: gettext_noop("supervision order"),
    LateKind.PROBLEM: gettext_noop("problem found on the spot"),
}


class ProofKind(StrEnum):
    ACCEPTED = "reports-accepted"
    IN_REVIEW = "reports-in-review"
    DELIVERABLES = "deliverables"
    INSTITUTIONS = "institutions"
    PROJECTS = "projects"

    @property
    def label(self) -> str:
        return PROOF_LABELS[self]


PROOF_LABELS: Final = {
    ProofKind.ACCEPTED: gettext_noop("accepted reports with evidence"),
    ProofKind.IN_REVIEW: gettext_noop("reports with evidence, not accepted yet"),
    ProofKind.DELIVERABLES: gettext_noop("deliverables with evidence"),
    ProofKind.INSTITUTIONS: gettext_noop("institutions in force"),
    ProofKind.PROJECTS: gettext_noop("project sheets"),
}


def evidence_of(counts: Mapping[ProofKind, int]) -> Verdict[int]:
    """How many records prove something of an item. Edge cases: see the module."""
    if any(count < 1 for count in counts.values()):
        raise ValueError("a kind of evidence that is given has at least one record")
    inputs = pairs(**{kind.value: count for kind, count in counts.items()})
    if not counts:
        note = gettext_noop("No evidence is recorded; this page makes no statement.")
        return Verdict.unknown(_reason(note, inputs))
    note = gettext_noop("Evidence is recorded; what it proves is said by its review.")
    return Verdict(value=sum(counts.values()), reasons=(_reason(note, inputs),))


def _reason(note: str, inputs: tuple[tuple[str, object], ...]) -> Reason:
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=inputs,
        note=Message.of(note),
    )
