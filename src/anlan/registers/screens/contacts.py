"""Contacts with proof of life: which number was answered when, and what is unproven."""

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.rules.verdict import Verdict
from anlan.base.screens.cells import Badge, Column, Text
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers import contact_queries
from anlan.registers.choices import NumberKind
from anlan.registers.models import ContactProof, Person, PostNumber, Tenure
from anlan.registers.rules.contact_proof import (
    ContactState,
    Threshold,
    age_calendar_days,
    contact_state,
)
from anlan.registers.rules.scope import Capability, Scope
from anlan.registers.screens.bodies import body_url
from anlan.registers.screens.common import MARK_COLUMN, unit_choices
from anlan.registers.screens.people import (
    held_on,
    person_url,
    posts_text,
    shown_number,
    with_tenures,
)

TONES = {
    ContactState.ALIVE: "green",
    ContactState.STALE: "orange",
    ContactState.NEVER: "red",
    ContactState.WRONG: "red",
    ContactState.NO_NUMBER: "grey",
}
DEFAULT_TEXT = _("Stale after {days} calendar days: our default, not a regulation.")
STATES = (
    ("unproven", _("Never answered, stale or wrong")),
    ("alive", _("Answered lately")),
    ("no-number", _("No number entered")),
)


def state_badge(verdict: Verdict[ContactState]) -> Badge:
    state = verdict.known()
    icon = "check" if state is ContactState.ALIVE else "warn"
    return Badge(text=gettext(state.label), tone=TONES[state], icon=icon)


def age_text(answered_at: dt.datetime | None, now: dt.datetime) -> str:
    """How long ago a number was answered, in calendar days."""
    if answered_at is None:
        return ""
    days = age_calendar_days(answered_at, now)
    return gettext("today") if days == 0 else gettext("{days} days ago").format(days=days)


def verdict_of(
    row: Any, number: str, threshold: Threshold, now: dt.datetime
) -> Verdict[ContactState]:
    return contact_state(
        has_number=bool(number),
        answered_at=row.answered_at,
        wrong_at=row.wrong_at,
        now=now,
        threshold=threshold,
    )


def person_threshold(person: Person, thresholds: dict[str, Threshold]) -> Threshold:
    today = clock.today()
    held = [t for t in person.tenures.all() if held_on(t, today)]
    return contact_queries.threshold_of([t.post.body.unit.code for t in held], thresholds)


def state_choices(scope: Scope) -> list[tuple[str, Text]]:
    return list(STATES)


def people_in_state(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    now, today = clock.now(), clock.today()
    if code == "no-number":
        return rows.filter(mobile="")
    entered = rows.exclude(mobile="")
    weak = contact_queries.unproven(
        now, contact_queries.thresholds_on(today), contact_queries.of_units_today(today)
    )
    return entered.filter(weak) if code == "unproven" else entered.exclude(weak)


def numbers_in_state(rows: QuerySet[Any], code: str) -> QuerySet[Any]:
    weak = contact_queries.unproven(
        clock.now(),
        contact_queries.thresholds_on(clock.today()),
        lambda codes: Q(post__body__unit__code__in=codes),
    )
    if code == "no-number":
        return rows.none()
    return rows.filter(weak) if code == "unproven" else rows.exclude(weak)


class WithThresholds:
    """Mixin of lists of numbers; the thresholds of the units are read once a page."""

    @cached_property
    def thresholds(self) -> dict[str, Threshold]:
        return contact_queries.thresholds_on(clock.today())


class ContactList(WithThresholds, RegisterList):
    """People by the proof that their mobile number is answered."""

    model = Person
    capability = Capability.READ_PEOPLE
    title = _("Contacts and proof")
    lead = _("A number that nobody answered for long is shown before it is needed.")
    empty = _("Nobody whom your post may see. The plan office sees everybody.")
    filters = (
        Filter(
            name="state",
            label=_("proof of the number"),
            choices=state_choices,
            narrow=people_in_state,
        ),
        Filter(
            name="unit",
            label=_("unit"),
            choices=unit_choices,
            narrow=lambda rows, code: rows.filter(
                pk__in=Tenure.objects.filter(post__body__unit__code=code).values("person")
            ),
        ),
    )
    search_fields = ("name__icontains", "initials__icontains")
    default_sort = "answered"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return with_tenures(contact_queries.with_answers(rows))

    def all_columns(self) -> tuple[Column, ...]:
        scope, now, thresholds = scope_of(self.request), clock.now(), self.thresholds
        return (
            Column(
                name="name",
                label=_("name of the person"),
                value=lambda p: p.name,
                link=person_url,
                sort=("initials", "name"),
                is_title=True,
            ),
            Column(
                name="posts", label=_("posts today"), value=posts_text, missing=_("no post today")
            ),
            Column(
                name="mobile",
                label=_("mobile"),
                value=lambda p: shown_number(p, p.mobile, scope),
                missing=_("not entered"),
            ),
            Column(
                name="state",
                label=_("proof of the number"),
                value=lambda p: state_badge(
                    verdict_of(p, p.mobile, person_threshold(p, thresholds), now)
                ),
            ),
            Column(
                name="answered",
                label=_("last answered"),
                value=lambda p: p.answered_at,
                sort=("answered_at", "initials"),
                missing=_("never"),
            ),
            Column(
                name="age",
                label=_("age"),
                value=lambda p: age_text(p.answered_at, now),
                shown=True,
            ),
        )

    def actions(self) -> Sequence[Action]:
        found = [
            Action(label=_("Numbers of posts"), url=reverse("post-number-list")),
            Action(label=_("Thresholds"), url=reverse("threshold-list")),
        ]
        if scope_of(self.request).may(Capability.KEEP_OWN):
            url = reverse("contact-check")
            found.append(Action(label=_("Call round"), url=url, icon="check", is_primary=True))
        return found


class PostNumberList(WithThresholds, RegisterList):
    model = PostNumber
    capability = Capability.READ_INTERNAL
    title = _("Numbers of posts")
    lead = _("Telephones that belong to a post, whoever holds it.")
    empty = _("No number of a post is entered that your post may see.")
    filters = (
        Filter(
            name="state",
            label=_("proof of the number"),
            choices=state_choices,
            narrow=numbers_in_state,
        ),
        Filter(name="unit", label=_("unit"), choices=unit_choices, field="post__body__unit__code"),
    )
    search_fields = (
        "number__icontains",
        "post__title__icontains",
        "post__body__short_name__icontains",
    )
    default_sort = "answered"

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("contact-list"), _("Contacts and proof")),)

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return contact_queries.with_post_answers(rows.select_related("post__body__unit"))

    def all_columns(self) -> tuple[Column, ...]:
        now, thresholds = clock.now(), self.thresholds
        return (
            Column(
                name="post",
                label=_("post"),
                value=lambda n: n.post.title,
                link=lambda n: reverse("post-number", args=[n.pk]),
                sort=("post__title",),
                is_title=True,
            ),
            Column(
                name="body",
                label=_("body"),
                value=lambda n: n.post.body.short_name,
                link=lambda n: body_url(n.post.body),
                sort=("post__body__position",),
            ),
            Column(name="number", label=_("number"), value=lambda n: n.number),
            Column(
                name="state",
                label=_("proof of the number"),
                value=lambda n: state_badge(
                    verdict_of(
                        n,
                        n.number,
                        contact_queries.threshold_of([n.post.body.unit.code], thresholds),
                        now,
                    )
                ),
            ),
            Column(
                name="answered",
                label=_("last answered"),
                value=lambda n: n.answered_at,
                sort=("answered_at", "post__title"),
                missing=_("never"),
            ),
            Column(name="age", label=_("age"), value=lambda n: age_text(n.answered_at, now)),
            MARK_COLUMN,
        )

    def actions(self) -> Sequence[Action]:
        if not scope_of(self.request).may(Capability.KEEP_OWN):
            return ()
        url = reverse("post-number-add")
        return (Action(label=_("Enter a number"), url=url, icon="plus", is_primary=True),)


PROOF_COLUMNS = (
    Column(name="at", label=_("tried at"), value=lambda p: p.tried_at, is_title=True),
    Column(name="kind", label=_("which number"), value=lambda p: p.get_kind_display()),
    Column(name="outcome", label=_("outcome"), value=lambda p: p.get_outcome_display()),
    Column(name="way", label=_("way"), value=lambda p: p.get_way_display()),
    Column(
        name="by",
        label=_("answered by"),
        value=lambda p: p.answered_by and p.answered_by.name,
        missing=_("nobody named"),
    ),
)


def proofs_relation(rows: QuerySet[Any], actions: tuple[Action, ...]) -> Relation:
    """The attempts to reach a number, the newest first."""
    shown = list(rows.select_related("answered_by").order_by("-tried_at")[:50])
    return Relation(
        label=_("Proof that the number is answered"),
        columns=PROOF_COLUMNS,
        rows=shown,
        count=len(shown),
        empty=_("Nobody recorded an attempt yet: the number is unproven."),
        actions=actions,
        anchor="proofs",
    )


class PostNumberObject(RegisterObject):
    model = PostNumber
    capability = Capability.READ_INTERNAL
    url_name = "post-number"
    subject = "registers.postnumber"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return contact_queries.with_post_answers(rows.select_related("post__body__unit"))

    def crumbs(self, row: PostNumber) -> Sequence[tuple[str, Text]]:
        return ((reverse("post-number-list"), _("Numbers of posts")),)

    def api_url(self, row: PostNumber) -> str:
        return f"/api/v1/post-numbers/{row.pk}"

    def actions(self, row: PostNumber) -> Sequence[Action]:
        body = row.post.body
        if not scope_of(self.request).may_keep_for(body.unit.code, body.code):
            return ()
        return (Action(label=_("Change"), url=reverse("post-number-change", args=[row.pk])),)

    def facts(self, row: Any) -> Sequence[Fact]:
        now = clock.now()
        threshold = contact_queries.threshold_of(
            [row.post.body.unit.code], contact_queries.thresholds_on(clock.today())
        )
        return (
            fact(_("post"), row.post.title, url=reverse("post", args=[row.post_id])),
            fact(_("body"), row.post.body.full_name, url=body_url(row.post.body)),
            fact(_("number"), row.number),
            fact(
                _("proof of the number"),
                state_badge(verdict_of(row, row.number, threshold, now)),
            ),
            fact(_("last answered"), row.answered_at, missing=_("never")),
            fact(_("threshold"), threshold_text(threshold)),
            fact(_("note"), row.note),
        )

    def relations(self, row: PostNumber) -> Sequence[Relation]:
        scope = scope_of(self.request)
        rows = ContactProof.objects.visible_to(scope).filter(post_number=row)
        url = reverse("post-number-try", args=[row.pk])
        may = scope.may(Capability.KEEP_OWN)
        actions = (Action(label=_("Record an attempt"), url=url, icon="plus"),) if may else ()
        return (proofs_relation(rows, actions),)


def threshold_text(threshold: Threshold) -> str:
    if threshold.is_default:
        return str(DEFAULT_TEXT).format(days=threshold.calendar_days)
    text = gettext("Stale after {days} calendar days, as the unit decided.")
    return text.format(days=threshold.calendar_days)


def person_contact_facts(row: Person) -> list[Fact]:
    """Proof of a person's mobile number, for the page of the person."""
    proven: Any = contact_queries.with_answers(Person.objects.filter(pk=row.pk)).get()
    threshold = person_threshold(row, contact_queries.thresholds_on(clock.today()))
    verdict = verdict_of(proven, row.mobile, threshold, clock.now())
    return [
        fact(_("proof of the number"), state_badge(verdict)),
        fact(_("last answered"), proven.answered_at, missing=_("never")),
        fact(_("threshold"), threshold_text(threshold)),
    ]


def person_proofs(row: Person, scope: Scope) -> Relation:
    rows = ContactProof.objects.visible_to(scope).filter(person=row)
    url = reverse("person-try", args=[row.pk])
    may = scope.may(Capability.KEEP_OWN)
    actions = (Action(label=_("Record an attempt"), url=url, icon="plus"),) if may else ()
    return proofs_relation(rows.exclude(kind=NumberKind.POST), actions)
