"""What the page of a project lists: milestones, places, payments, photographs, acceptances."""

from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.screens.cells import Badge, Column, plain_number
from anlan.base.screens.register_list import Action
from anlan.base.screens.register_object import Relation
from anlan.preparedness.choices import QuantityUnit
from anlan.preparedness.models import (
    Acceptance,
    Delay,
    Milestone,
    Payment,
    Photograph,
    Project,
    ProjectPlace,
)
from anlan.preparedness.money import yuan
from anlan.preparedness.queries import METRES_A_KM
from anlan.preparedness.rules.photo_time import TimeProof


def relations_of(row: Any, scope: Any) -> list[Relation]:
    may = scope.may_keep_for(row.unit.code, row.lead.code)
    is_open = may and row.accepted_on is None
    return [
        _milestones(row, scope, is_open),
        _places(row, scope, may),
        _payments(row, scope, may),
        _photographs(row, scope, may),
        _acceptances(row, scope),
        _delays(row, scope, is_open),
    ]


def _add(may: bool, label: Any, name: str, row: Project) -> tuple[Action, ...]:
    if not may:
        return ()
    return (Action(label=label, url=reverse(name, args=[row.pk]), icon="plus"),)


def milestone_badge(step: Milestone) -> Badge:
    if step.done_on is not None:
        is_late = step.done_on > step.due_on
        text = gettext("done after its day") if is_late else gettext("done in time")
        return Badge(text=text, tone="yellow" if is_late else "green", icon="check")
    if step.due_on < clock.today():
        return Badge(text=gettext("overdue (milestone)"), tone="red", icon="warn")
    return Badge(text=gettext("open (milestone)"), tone="grey")


def _milestones(row: Any, scope: Any, may: bool) -> Relation:
    rows = list(Milestone.objects.visible_to(scope).filter(project=row))
    return Relation(
        label=_("Milestones"),
        columns=(
            Column(
                name="name",
                label=_("milestone"),
                value=lambda m: m.name,
                link=lambda m: (
                    reverse("milestone-tick", args=[m.pk]) if may and m.done_on is None else None
                ),
                is_title=True,
            ),
            Column(name="due", label=_("wanted by"), value=lambda m: m.due_on),
            Column(name="state", label=_("state"), value=milestone_badge),
            Column(name="done", label=_("done on"), value=lambda m: m.done_on),
            Column(name="proof", label=_("what proves it"), value=lambda m: m.proof),
            Column(
                name="move",
                label=_("day"),
                value=lambda m: gettext("Move") if may and m.done_on is None else "",
                link=lambda m: (
                    reverse("milestone-move", args=[m.pk]) if may and m.done_on is None else None
                ),
                missing="",
            ),
        ),
        rows=rows,
        count=len(rows),
        empty=_("No milestone yet: progress cannot be counted. Add the first one."),
        actions=_add(may, _("Add a milestone"), "milestone-add", row),
        anchor="milestones",
    )


def amount_text(value: Decimal | None, unit: str) -> str:
    """An amount as people say it: kilometres where metres are kept."""
    if value is None:
        return ""
    if unit == QuantityUnit.METRE:
        return gettext("{number} km").format(number=plain_number(value / METRES_A_KM))
    names = {
        QuantityUnit.SQUARE_METRE.value: gettext("{number} m²"),
        QuantityUnit.HOUSEHOLD.value: gettext("{number} households"),
        QuantityUnit.PIECE.value: gettext("{number} pieces"),
    }
    return names.get(unit, "{number}").format(number=plain_number(value))


def point_text(place: ProjectPlace) -> str:
    if place.longitude_deg is None or place.latitude_deg is None:
        return ""
    return f"{place.longitude_deg:.5f}°E, {place.latitude_deg:.5f}°N"


def _places(row: Any, scope: Any, may: bool) -> Relation:
    rows = list(
        ProjectPlace.objects.visible_to(scope).filter(project=row).select_related("region")
    )
    return Relation(
        label=_("Places"),
        columns=(
            Column(
                name="name",
                label=_("name of the place"),
                value=lambda p: p.name,
                link=lambda p: reverse("project-place-change", args=[p.pk]) if may else None,
                is_title=True,
            ),
            Column(name="region", label=_("region"), value=lambda p: p.region.name),
            Column(name="point", label=_("point (CGCS2000)"), value=point_text),
            Column(name="what", label=_("work that is counted"), value=lambda p: p.what),
            Column(
                name="planned",
                label=_("planned amount"),
                value=lambda p: amount_text(p.planned, p.unit_of_work),
                align="end",
            ),
            Column(
                name="done",
                label=_("amount done"),
                value=lambda p: amount_text(p.done, p.unit_of_work),
                align="end",
                missing=_("unknown"),
            ),
        ),
        rows=rows,
        count=len(rows),
        empty=_("No place is entered."),
        actions=_add(may, _("Add a place of the project"), "project-place-add", row),
    )


def over_badge(payment: Payment) -> Badge | str:
    if not payment.is_over_budget:
        return ""
    return Badge(text=gettext("above the budget"), tone="orange", icon="warn")


def _payments(row: Any, scope: Any, may: bool) -> Relation:
    rows = list(Payment.objects.visible_to(scope).filter(project=row))
    return Relation(
        label=_("Payments"),
        columns=(
            Column(name="on", label=_("paid on"), value=lambda p: p.paid_on),
            Column(
                name="amount",
                label=_("amount (yuan)"),
                value=lambda p: yuan(p.amount_fen),
                align="end",
            ),
            Column(
                name="document",
                label=_("document number"),
                value=lambda p: p.document,
                is_title=True,
            ),
            Column(name="over", label=_("budget"), value=over_badge, missing=""),
            Column(name="note", label=_("note"), value=lambda p: p.note),
        ),
        rows=rows,
        count=len(rows),
        empty=_("Nothing is entered as paid."),
        actions=_add(may, _("Enter a payment"), "payment-add", row),
    )


def taken_badge(photo: Photograph) -> Badge:
    """When it was taken, and how far that is proven."""
    proof = TimeProof(photo.time_proof)
    if photo.taken_at is None:
        return Badge(text=gettext(proof.label), tone="orange", icon="warn")
    tone = "green" if proof is TimeProof.WITH_ZONE else "yellow"
    return Badge(text=gettext(proof.label), tone=tone, icon="info")


def _photographs(row: Any, scope: Any, may: bool) -> Relation:
    seen = Photograph.objects.visible_to(scope).filter(project=row)
    rows = list(seen.select_related("attachment", "milestone"))
    return Relation(
        label=_("Photographs"),
        columns=(
            Column(
                name="what",
                label=_("what it shows"),
                value=lambda p: str(p),
                link=lambda p: photo_url(p),
                is_title=True,
            ),
            Column(
                name="taken",
                label=_("taken at"),
                value=lambda p: p.taken_at,
                missing=_("not known"),
            ),
            Column(name="proof", label=_("proof of the time"), value=taken_badge),
            Column(
                name="milestone",
                label=_("milestone"),
                value=lambda p: p.milestone and p.milestone.name,
            ),
            Column(name="received", label=_("received at"), value=lambda p: p.received_at),
        ),
        rows=rows,
        count=len(rows),
        empty=_("No photograph yet. On the telephone it takes one touch."),
        actions=_add(may, _("Add a photograph"), "photograph-add", row),
    )


def photo_url(photo: Photograph) -> str | None:
    """The file; none when it was removed from the attachments."""
    if photo.attachment.removed_at is not None:
        return None
    return reverse("attachment", args=[photo.attachment_id])


def _acceptances(row: Any, scope: Any) -> Relation:
    rows = list(Acceptance.objects.visible_to(scope).filter(project=row))
    return Relation(
        label=_("Acceptances"),
        columns=(
            Column(name="on", label=_("day of the acceptance"), value=lambda a: a.accepted_on),
            Column(name="result", label=_("result"), value=lambda a: a.get_result_display()),
            Column(name="by", label=_("accepted by"), value=lambda a: a.by),
            Column(
                name="document",
                label=_("document number"),
                value=lambda a: a.document,
                is_title=True,
            ),
            Column(name="note", label=_("note"), value=lambda a: a.note),
        ),
        rows=rows,
        count=len(rows),
        empty=_("Not accepted yet. Built without acceptance is not finished."),
    )


def _delays(row: Any, scope: Any, may: bool) -> Relation:
    rows = list(Delay.objects.visible_to(scope).filter(project=row))
    return Relation(
        label=_("Reasons for delay"),
        columns=(
            Column(name="on", label=_("said on"), value=lambda d: d.said_on),
            Column(
                name="cause",
                label=_("reason for the delay"),
                value=lambda d: d.cause,
                is_title=True,
            ),
            Column(name="was", label=_("was planned to finish"), value=lambda d: d.was_planned_on),
            Column(name="new", label=_("new planned finish"), value=lambda d: d.new_finish_on),
        ),
        rows=rows,
        count=len(rows),
        empty=_("No delay is recorded."),
        actions=_add(may, _("Give a reason for delay"), "delay-add", row),
    )
