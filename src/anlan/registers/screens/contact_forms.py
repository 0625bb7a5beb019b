"""Forms of contacts, and the phone page on which one tap says "just answered"."""

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from anlan.base import clock
from anlan.base.errors import Invalid, Refused
from anlan.base.identity import new_id, request_id_from
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.cells import Badge, Text
from anlan.base.screens.register_form import Asked
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.registers import contact_queries
from anlan.registers.actions.contacts import (
    Attempt,
    add_post_number,
    change_post_number,
    record_attempt,
    set_threshold,
)
from anlan.registers.choices import ContactOutcome, ContactWay
from anlan.registers.forms.contacts import (
    AttemptForm,
    PersonAttemptForm,
    PostNumberForm,
    PostNumberNoteForm,
    ThresholdForm,
)
from anlan.registers.models import Person, Post, PostNumber
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.contacts import (
    age_text,
    numbers_in_state,
    people_in_state,
    person_threshold,
    state_badge,
    verdict_of,
)
from anlan.registers.screens.keeping import (
    KeptForm,
    columns_of,
    kept_bodies,
    kept_units,
    people_seen,
)
from anlan.registers.screens.people import person_url, posts_text, shown_number, with_tenures

SHOWN_AT_ONCE = 50


class UnknownTap(Invalid):
    code = "unknown-tap"
    message = gettext_noop("Reload the page and try again.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A number that the reader may call."""

    field: str
    key: str
    name: str
    posts: str
    number: str
    badge: Badge
    age: str
    url: str
    request_id: str


def key_in(text: str) -> uuid.UUID | None:
    """A key that a form sent; ValueError when it is none."""
    return uuid.UUID(text) if text else None


class ContactCheck(SignedIn, View):
    """Numbers never proven or stale, the worst first; one tap records that it was answered."""

    capability = Capability.KEEP_OWN

    def get(self, request: HttpRequest) -> HttpResponse:
        people = self._people()
        numbers = self._numbers()
        context = {
            "lines": [*people[:SHOWN_AT_ONCE], *numbers[:SHOWN_AT_ONCE]],
            "more": max(len(people) - SHOWN_AT_ONCE, 0) + max(len(numbers) - SHOWN_AT_ONCE, 0),
        }
        return render(request, "registers/contact_check.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        data, now = request.POST, clock.now()
        try:
            request_id = request_id_from(data.get("request_id", ""))
            outcome = ContactOutcome(data.get("outcome", ""))
            record_attempt(
                Attempt(
                    outcome=outcome,
                    way=ContactWay.CALL,
                    tried_at=now,
                    person=key_in(data.get("person", "")),
                    post_number=key_in(data.get("post_number", "")),
                ),
                actor=request.actor,  # type: ignore[attr-defined]
                now=now,
                request_id=request_id,
            )
        except ValueError:
            messages.error(request, UnknownTap().text())
        except Refused as refusal:
            messages.error(request, refusal.text())
        else:
            messages.success(request, gettext("Recorded."))
        return redirect("contact-check")

    def _people(self) -> list[Line]:
        scope, now = scope_of(self.request), clock.now()
        thresholds = contact_queries.thresholds_on(clock.today())
        seen = with_tenures(contact_queries.with_answers(Person.objects.visible_to(scope)))
        rows = people_in_state(seen, "unproven").order_by("answered_at", "initials", "pk")
        lines = []
        for row in rows:
            number = shown_number(row, row.mobile, scope)
            if "*" in number:  # a number that the reader cannot call is not theirs to call
                continue
            verdict = verdict_of(row, row.mobile, person_threshold(row, thresholds), now)
            lines.append(
                Line(
                    field="person",
                    key=str(row.pk),
                    name=row.name,
                    posts="、".join(posts_text(row)),
                    number=number,
                    badge=state_badge(verdict),
                    age=age_text(row.answered_at, now),
                    url=person_url(row),
                    request_id=new_id().hex,
                )
            )
        return lines

    def _numbers(self) -> list[Line]:
        scope, now = scope_of(self.request), clock.now()
        thresholds = contact_queries.thresholds_on(clock.today())
        seen = contact_queries.with_post_answers(PostNumber.objects.visible_to(scope))
        rows = numbers_in_state(seen, "unproven").select_related("post__body__unit")
        return [
            Line(
                field="post_number",
                key=str(row.pk),
                name=row.post.title,
                posts=row.post.body.short_name,
                number=row.number,
                badge=state_badge(
                    verdict_of(
                        row,
                        row.number,
                        contact_queries.threshold_of([row.post.body.unit.code], thresholds),
                        now,
                    )
                ),
                age=age_text(row.answered_at, now),
                url=reverse("post-number", args=[row.pk]),
                request_id=new_id().hex,
            )
            for row in rows.order_by("answered_at", "pk")
        ]


class PersonTry(KeptForm):
    """An attempt to reach a person, entered with its time and way."""

    form_class = PersonAttemptForm
    title = _("Record an attempt")
    lead = _("What was recorded before stays; this is one more line.")

    def person(self) -> Person:
        row: Person = self.one(Person, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        return {"tried_at": clock.now(), "outcome": ContactOutcome.ANSWERED}

    def offered(self) -> dict[str, QuerySet[Any]]:
        return {"answered_by": people_seen(self.scope)}

    def attempt(self, values: dict[str, Any], **subject: Any) -> Attempt:
        return Attempt(
            outcome=values["outcome"],
            way=values["way"],
            tried_at=values["tried_at"],
            answered_by=values["answered_by"] and values["answered_by"].pk,
            **subject,
        )

    def perform(self, asked: Asked) -> str:
        subject = {"person": self.person().pk, "kind": asked.values["kind"]}
        record_attempt(self.attempt(asked.values, **subject), **self.told(asked))
        return self.back()

    def back(self) -> str:
        return person_url(self.person())

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("contact-list"), _("Contacts and proof")),
            (self.back(), self.person().name),
        ]


class PostNumberTry(PersonTry):
    form_class = AttemptForm

    def number(self) -> PostNumber:
        row: PostNumber = self.one(PostNumber, pk=self.kwargs["pk"])
        return row

    def perform(self, asked: Asked) -> str:
        attempt = self.attempt(asked.values, post_number=self.number().pk)
        record_attempt(attempt, **self.told(asked))
        return self.back()

    def back(self) -> str:
        return reverse("post-number", args=[self.number().pk])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("post-number-list"), _("Numbers of posts")),
            (self.back(), self.number().post.title),
        ]


class PostNumberAdd(KeptForm):
    form_class = PostNumberForm
    title = _("Enter a number")

    def initial(self) -> dict[str, Any]:
        return {"post": self.request.GET.get("post", "")}

    def offered(self) -> dict[str, QuerySet[Any]]:
        bodies = kept_bodies(self.scope).values("pk")
        posts = Post.objects.visible_to(self.scope).filter(body__in=bodies)
        return {"post": posts.select_related("body")}

    def perform(self, asked: Asked) -> str:
        result = add_post_number(asked.values, **self.told(asked))
        return reverse("post-number", args=[result["id"]])

    def back(self) -> str:
        return reverse("post-number-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(self.back(), _("Numbers of posts"))]


class PostNumberChange(KeptForm):
    form_class = PostNumberNoteForm
    title = _("Change a number of a post")
    lead = _("Another number is entered as a new one: its proof begins anew.")

    def current(self) -> PostNumber:
        row: PostNumber = self.one(PostNumber, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        return columns_of(self.current(), ("note", "source", "mark"))

    def perform(self, asked: Asked) -> str:
        change_post_number(
            self.kwargs["pk"],
            asked.values,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()

    def back(self) -> str:
        return reverse("post-number", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("post-number-list"), _("Numbers of posts")),
            (self.back(), self.current().post.title),
        ]


class ThresholdAdd(KeptForm):
    form_class = ThresholdForm
    title = _("Set a threshold")
    lead = _("From a day on; what held before stays.")

    def initial(self) -> dict[str, Any]:
        return {"valid_from": clock.today(), "mark": "D"}

    def offered(self) -> dict[str, QuerySet[Any]]:
        return {"unit": kept_units(self.scope)}

    def perform(self, asked: Asked) -> str:
        set_threshold(asked.values, **self.told(asked))
        return self.back()

    def back(self) -> str:
        return reverse("threshold-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(self.back(), _("Thresholds of stale numbers"))]
