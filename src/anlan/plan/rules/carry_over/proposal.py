"""Which item of the successor may take up an item of the predecessor: a proposal, no decision.

Source: House rule; uses the comparison of editions (`rules.notice.compare`): first the same
heading, then the same id with headings that are alike, then the clause of the same kind whose
heading and text have most in common.
Units and valid range: likeness is the share of characters in common, 0 to 1; LEAST_ALIKE of the
comparison is the least that is proposed. Edge cases: exactly LEAST_ALIKE is proposed; several old
items may be proposed the same new one (successors gather items), a heading match is proposed once;
of equally alike ones the first in the text; above MOST_PAIRS nothing is compared by text and the
reason says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.plan.rules.notice.compare import LEAST_ALIKE, HasClauses, compare
from anlan.plan.rules.notice.values import Clause, Mode

MOST_PAIRS: Final = 40_000
COMPARED_CHARS: Final = 160


class Likeness(StrEnum):
    """Why a counterpart is proposed."""

    HEADING = "heading"
    ID = "id"
    TEXT = "text"
    NONE = "none"
    TOO_MANY = "too-many"

    @property
    def label(self) -> str:
        return LIKENESS_LABELS[self]


LIKENESS_LABELS: Final = {
    Likeness.HEADING: gettext_noop("the same heading"),
    Likeness.ID: gettext_noop("the same number, and a heading that is alike"),
    Likeness.TEXT: gettext_noop("{percent} % of heading and text in common"),
    Likeness.NONE: gettext_noop("nothing alike was found: choose by yourself"),
    Likeness.TOO_MANY: gettext_noop("too many items to compare by text: choose by yourself"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`new` is the id of the proposed item, empty for none; `percent` how alike it is."""

    old: str
    new: str = ""
    likeness: Likeness = Likeness.NONE
    percent: int = 0

    def why(self) -> Message:
        return Message.of(self.likeness.label, percent=self.percent)


def propose(old: HasClauses, new: HasClauses) -> tuple[Proposal, ...]:
    """A proposal for every clause of `old`, in its order."""
    befores = {clause.id: clause for clause in old.clauses}
    afters = {clause.id: clause for clause in new.clauses}
    matched = dict(compare(old, new).matched)
    rest = [clause for clause in old.clauses if clause.id not in matched]
    takers = [clause for clause in new.clauses if clause.mode is not Mode.NONE]
    is_too_many = len(rest) * len(takers) > MOST_PAIRS
    found = []
    for clause in old.clauses:
        if clause.id in matched:
            found.append(_matched(befores[clause.id], afters[matched[clause.id]]))
        elif is_too_many:
            found.append(Proposal(old=clause.id, likeness=Likeness.TOO_MANY))
        else:
            found.append(_most_alike(clause, takers))
    return tuple(found)


def _matched(old: Clause, new: Clause) -> Proposal:
    likeness = Likeness.HEADING if _heading(old) == _heading(new) else Likeness.ID
    percent = 100 if likeness is Likeness.HEADING else round(100 * _ratio(old, new))
    return Proposal(old=old.id, new=new.id, likeness=likeness, percent=percent)


def _most_alike(clause: Clause, takers: Iterable[Clause]) -> Proposal:
    best, at = 0.0, ""
    matcher = SequenceMatcher(None, autojunk=False)
    matcher.set_seq2(_words(clause))
    for taker in takers:
        if taker.kind is not clause.kind:
            continue
        matcher.set_seq1(_words(taker))
        least = max(best, LEAST_ALIKE)
        if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
            continue
        ratio = matcher.ratio()
        if ratio >= LEAST_ALIKE and ratio > best:
            best, at = ratio, taker.id
    if not at:
        return Proposal(old=clause.id)
    return Proposal(old=clause.id, new=at, likeness=Likeness.TEXT, percent=round(100 * best))


def _ratio(old: Clause, new: Clause) -> float:
    return SequenceMatcher(None, _heading(new), _heading(old), autojunk=False).ratio()


def _heading(clause: Clause) -> str:
    return clause.indicator.name if clause.indicator is not None else clause.heading


def _words(clause: Clause) -> str:
    return f"{_heading(clause)}{clause.text}"[:COMPARED_CHARS]
