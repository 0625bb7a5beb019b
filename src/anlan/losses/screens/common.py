"""What the screens of losses share: badges, verdicts in words, links."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.rules.verdict import UNKNOWN, Reason, Verdict
from anlan.base.screens.cells import Badge, shown
from anlan.losses.choices import Counting
from anlan.losses.models import Accident, Disaster
from anlan.losses.models.fen import wan_text
from anlan.losses.rules.accident_grade import grade_so_far
from anlan.losses.rules.grades import GRADE_LABELS, IncidentGrade

GRADE_TONES = {
    IncidentGrade.ESPECIALLY_SERIOUS: "red",
    IncidentGrade.SERIOUS: "orange",
    IncidentGrade.RELATIVELY_SERIOUS: "yellow",
    IncidentGrade.ORDINARY: "blue",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Basis:
    """One decision for the page: what was asked, what was decided, on which grounds."""

    label: str
    value: str
    reasons: Sequence[tuple[str, str, str]]


def accident_url(row: Accident) -> str:
    return reverse("accident", args=[row.pk])


def disaster_url(row: Disaster) -> str:
    return reverse("disaster", args=[row.pk])


def wan(fen: int | None) -> str | None:
    return None if fen is None else wan_text(fen)


def grade_text(verdict: Verdict[IncidentGrade]) -> str:
    """The grade, or "at least" where a figure is missing."""
    label = _(GRADE_LABELS[grade_so_far(verdict)])
    if verdict.value is UNKNOWN:
        return _("at least {grade}").format(grade=label)
    return label


def grade_badge(verdict: Verdict[IncidentGrade]) -> Badge:
    return Badge(
        text=grade_text(verdict),
        tone=GRADE_TONES[grade_so_far(verdict)],
        icon="warn" if verdict.value is UNKNOWN else "info",
    )


def counting_badge(row: Any) -> Badge:
    is_counted = row.counting == Counting.COUNTED
    return Badge(
        text=row.get_counting_display(),
        tone="green" if is_counted else "grey",
        icon="check" if is_counted else "close",
    )


def basis_of(label: str, value: str, verdict: Verdict[Any]) -> Basis:
    return Basis(label=label, value=value, reasons=[_spoken(each) for each in verdict.reasons])


def _spoken(reason: Reason) -> tuple[str, str, str]:
    """(source with article and edition, how far it was checked, what it says)."""
    parts = [_(reason.source), reason.article, reason.edition]
    source = " ".join(part for part in dict.fromkeys(parts) if part)
    note = reason.note.text(_) if reason.note else ""
    return source, _(reason.status.label), note


def plus_minus(before: Any, after: Any) -> str:
    """A figure with what changed against the statement before."""
    if after is None:
        return "—"
    text = shown(after)
    if before is None or before == after:
        return text
    return f"{text}（{after - before:+,}）"
