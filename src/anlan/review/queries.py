"""Reads of improvements: their state, the figures of measures, what may be chosen, measures."""

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from anlan.base.clock import CITY_ZONE
from anlan.base.measures import Measure, Proof, Share, counted, of_item, share_of
from anlan.base.models import Attachment, Due
from anlan.base.parts import registry
from anlan.base.records import Record
from anlan.base.rules.labels import gettext_noop
from anlan.registers.instruments import page_of_subject
from anlan.registers.models import Body
from anlan.review.models import Improvement
from anlan.review.rules.effect import Effect
from anlan.review.rules.improvement import ImprovementState, improvement_state


def day_of(now: dt.datetime) -> dt.date:
    return now.astimezone(CITY_ZONE).date()


def improvement_url(key: Any) -> str:
    return reverse("improvement", args=[key])


def state_of(row: Improvement, today: dt.date) -> ImprovementState:
    return improvement_state(row.to_course(), today).known()


def in_state(state: str, today: dt.date) -> Q:
    """`rules.improvement` as a condition over rows; a test holds both against each other."""
    living = Q(withdrawn_on__isnull=True)
    unchecked = living & Q(effect="")
    undone = unchecked & Q(taken_on__isnull=True, done_on__isnull=True)
    checked = {
        ImprovementState(effect.value): living & Q(effect=effect.value) for effect in Effect
    }
    return {
        ImprovementState.WITHDRAWN: ~living,
        ImprovementState.WAITING: unchecked & Q(taken_on__isnull=False),
        ImprovementState.DONE: unchecked & Q(taken_on__isnull=True, done_on__isnull=False),
        ImprovementState.OVERDUE: undone & Q(due_on__lt=today),
        ImprovementState.OPEN: undone & Q(due_on__gte=today),
        **checked,
    }.get(state, Q(pk__in=()))  # type: ignore[call-overload, no-any-return]


def with_names(rows: QuerySet[Any]) -> QuerySet[Any]:
    found: QuerySet[Any] = rows.select_related("unit", "owner__unit", "person", "due", "follows")
    return found


def measures_offered() -> list[Measure]:
    """Measures against which an effect can be checked: those where better has a direction. Those
    that count improvements themselves prove no effect."""
    own = {measure.name for measure in MEASURES}
    return [m for m in registry.measures() if m.has_lamp and m.name not in own]


def measure_named(name: str) -> Measure | None:
    return next((m for m in measures_offered() if m.name == name), None)


def figure_now(measure: Measure, item_key: str, scope: Any, now: dt.datetime) -> Share:
    """The figure over a scope, narrowed to the item where the measure narrows."""
    proofs = measure.evidence(scope, now)
    if item_key and measure.narrows:
        return share_of(of_item(proofs, item_key))
    return share_of(proofs)


def files_of(row: Improvement) -> QuerySet[Attachment]:
    """The files that prove what was done."""
    found: QuerySet[Attachment] = Attachment.objects.filter(
        subject_model=row._meta.label_lower, subject_key=row.pk, removed_at__isnull=True
    )
    return found


def about_record(scope: Any, model: str, key: Any) -> QuerySet[Any]:
    """Improvements whose problem came to light in a record."""
    seen = Improvement.objects.visible_to(scope).filter(subject_model=model, subject_key=str(key))
    return with_names(seen)


def subject_seen(scope: Any, row: Improvement) -> tuple[str, str]:
    """Name and address of the record in which the problem came to light, when it is in view."""
    if not row.subject_model:
        return "", ""
    try:
        model: Any = apps.get_model(row.subject_model)
    except LookupError:  # a table that a later edition no longer has
        return row.subject_name, ""
    if not model._default_manager.visible_to(scope).filter(pk=row.subject_key).exists():
        return "", ""
    return row.subject_name, page_of_subject(row.subject_model, row.subject_key)


def asked_body(row: Record) -> Any:
    """The key of the body that a term about a record was put to: it knows the matter."""
    label, key = row._meta.label_lower, str(row.pk)
    codes = Due.objects.filter(subject_model=label, subject_key=key).exclude(body="")
    code = codes.order_by("start_at", "pk").values_list("body", flat=True).first()
    return Body.objects.filter(code=code).values_list("pk", flat=True).first() if code else None


def stand_of_subjects(
    model: str, keys: Iterable[Any], today: dt.date
) -> dict[str, ImprovementState]:
    """Key of a record → how its improvements stand together: the state of the newest one that was
    not withdrawn, an improvement that follows another counting for the record of the first.
    Records without improvements are absent."""
    asked = [str(key) for key in keys]
    found: dict[str, ImprovementState] = {}
    living = Improvement.objects.filter(withdrawn_on__isnull=True)
    rows = living.filter(subject_model=model, subject_key__in=asked)
    for row in rows.order_by("recorded_at", "pk"):
        found[row.subject_key] = state_of(row, today)
    return found


def _proof(row: Improvement, *, counts: bool, why: str) -> Proof:
    return Proof(
        label=f"{row.owner} · {row}",
        url=improvement_url(row.pk),
        counts=counts,
        why=why,
        items=(row.item_key,) if row.item_key else (),
    )


def checked_effects(scope: Any, now: dt.datetime) -> list[Proof]:
    """Improvements whose effect was checked; those found effective count."""
    seen = Improvement.objects.visible_to(scope).exclude(effect="").filter(withdrawn_on=None)
    return [
        _proof(row, counts=row.effect == Effect.EFFECTIVE, why=str(row.get_effect_display()))
        for row in with_names(seen).order_by("after_on", "pk")
    ]


def done_in_time(scope: Any, now: dt.datetime) -> list[Proof]:
    """Improvements that were done, or whose term is over."""
    today = day_of(now)
    seen = Improvement.objects.visible_to(scope).filter(withdrawn_on__isnull=True)
    ended = seen.filter(Q(done_on__isnull=False) | Q(due_on__lt=today))
    found = []
    for row in with_names(ended).order_by("due_on", "pk"):
        in_time = row.done_on is not None and row.done_on <= row.due_on
        late = _("done after its day") if row.done_on is not None else _("not done yet")
        found.append(_proof(row, counts=in_time, why=_("done in time") if in_time else late))
    return found


MEASURES = (
    Measure(
        name="improvements-effective",
        label=gettext_noop("Improvements that were effective"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the improvements whose effect was checked against their measure, those found "
            "effective. Withdrawn ones and those that wait for their check are left out."
        ),
        serves=("W3",),
        query=counted(checked_effects),
        evidence=checked_effects,
        narrows=True,
    ),
    Measure(
        name="improvements-done-in-time",
        label=gettext_noop("Improvements done in time"),
        unit="%",
        direction="up",
        rule=gettext_noop(
            "Of the improvements that were done or whose last day is over, those done by that "
            "day. Withdrawn ones and running terms are left out."
        ),
        serves=("W3",),
        query=counted(done_in_time),
        evidence=done_in_time,
        narrows=True,
    ),
)
