"""Acts on an improvement: set, say done, look a second time, withdraw; and the phone page."""

import uuid
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views import View

from anlan.base import clock
from anlan.base.documents.reader import refuse_size
from anlan.base.errors import NotAllowed, NotFound
from anlan.base.identity import new_id
from anlan.base.keeping.remarks import require_sight
from anlan.base.records import Record
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.registers.actions.instruments import subject_of
from anlan.registers.instruments import page_of_subject
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.keeping import KeptForm, kept_bodies, people_seen
from anlan.review.actions.improving import (
    Done,
    NewImprovement,
    SentFile,
    say_done,
    set_improvement,
    take_as_done,
    withdraw_improvement,
)
from anlan.review.choices import ORIGIN_OF, Origin
from anlan.review.forms import (
    MOST_FILES,
    DoneForm,
    ImprovementForm,
    LookForm,
    WithdrawForm,
)
from anlan.review.models import Improvement
from anlan.review.queries import (
    asked_body,
    improvement_url,
    measures_offered,
    state_of,
    with_names,
)
from anlan.review.rules.improvement import ImprovementState
from anlan.review.screens.common import state_badge

SAY_PROBLEMS = (Origin.INSPECTION, Origin.ACCIDENT)
"""Records whose name says the problem; an item or an evaluation does not."""


def sent_files(request: HttpRequest) -> tuple[SentFile, ...]:
    """Files of a form; what they are is looked at when they are kept."""
    files = request.FILES.getlist("files")[:MOST_FILES]
    return tuple(_sent(file) for file in files)


def _sent(file: UploadedFile) -> SentFile:
    refuse_size(file.size or 0)
    return SentFile(name=file.name or "", content=file.read())


class ImprovementAdd(KeptForm):
    """A new improvement; `?model=&key=` name the record in which the problem came to light,
    `?follows=` an improvement without effect, `?item=` an item of the plan."""

    form_class = ImprovementForm
    title = _("Set an improvement")
    lead = _(
        "The body gets a term. The figure of the measure is kept as it is today and read again on "
        "the day of the check: the effect follows from both, nobody types it."
    )
    submit = _("Set it")

    def subject(self) -> Record | None:
        model, key = self.request.GET.get("model", ""), self.request.GET.get("key", "")
        if not model:
            return None
        row = subject_of(model, key)
        require_sight(self.request.actor, row)  # type: ignore[attr-defined]
        return row

    def first(self) -> Improvement | None:
        """The improvement that this one follows."""
        text = self.request.GET.get("follows", "")
        if not text:
            return None
        try:
            key = uuid.UUID(text)
        except ValueError as error:
            raise NotFound from error
        found: Improvement = self.one(Improvement, pk=key)
        return found

    def initial(self) -> dict[str, Any]:
        first, subject = self.first(), self.subject()
        own = kept_bodies(self.scope).filter(code__in=self.scope.bodies).first()
        found: dict[str, Any] = {"item_key": self.request.GET.get("item", "")[:20]}
        if first is not None:
            names = ("problem", "measure", "wanted_percent", "item_key")
            found |= {name: getattr(first, name) for name in names} | {"owner": first.owner_id}
        elif subject is not None and ORIGIN_OF.get(subject._meta.label_lower) in SAY_PROBLEMS:
            found["problem"] = str(subject)[:500]
        asked = asked_body(subject) if subject is not None else None
        return {"owner": asked or (own and own.pk)} | found

    def form_arguments(self) -> dict[str, Any]:
        offered: dict[str, QuerySet[Any]] = {
            "owner": kept_bodies(self.scope),
            "person": people_seen(self.scope),
        }
        measures = [(m.name, gettext(m.label)) for m in measures_offered()]
        has_subject = self.subject() is not None or self.first() is not None
        return {"offered": offered, "measures": measures, "has_subject": has_subject}

    def perform(self, asked: Asked) -> str:
        values = dict(asked.values)
        owner, person = values.pop("owner"), values.pop("person")
        first = self.first()
        new = NewImprovement(
            owner=owner.pk,
            person=person.pk if person is not None else None,
            subject=self.subject(),
            follows=first.pk if first is not None else None,
            **values,
        )
        return improvement_url(set_improvement(new, **self.told(asked))["id"])

    def back(self) -> str:
        first = self.first()
        if first is not None:
            return improvement_url(first.pk)
        model, key = self.request.GET.get("model", ""), self.request.GET.get("key", "")
        return page_of_subject(model, key) or reverse("improvements")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("improvements"), _("Improvements"))]


class _OfImprovement(KeptForm):
    def current(self) -> Improvement:
        row: Improvement = self.one(Improvement, pk=self.kwargs["pk"])
        return row

    def form_arguments(self) -> dict[str, Any]:
        return {}

    def back(self) -> str:
        return improvement_url(self.kwargs["pk"])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("improvements"), _("Improvements")),
            (self.back(), str(self.current())),
        ]


class ImprovementDone(_OfImprovement):
    form_class = DoneForm
    title = _("Say that it is done")
    lead = _("What was done, on which day, and a file that proves it.")
    submit = _("Send")

    def initial(self) -> dict[str, Any]:
        return {"done": self.current().done, "done_on": clock.today()}

    def perform(self, asked: Asked) -> str:
        values = asked.values
        said = Done(text=values["done"], on=values["done_on"], files=sent_files(self.request))
        say_done(
            self.kwargs["pk"], said, expected_version=asked.expected_version, **self.told(asked)
        )
        return self.back()


class ImprovementLook(_OfImprovement):
    capability = Capability.STEER_PLAN
    form_class = LookForm
    title = _("Look a second time")
    lead = _("Look at the proof first; whoever said that it was done does not decide.")
    submit = _("Decide")

    def perform(self, asked: Asked) -> str:
        told = self.told(asked) | {"reason": asked.values["word"]}
        take_as_done(
            self.kwargs["pk"],
            is_taken=asked.values["decision"] == "take",
            expected_version=asked.expected_version,
            **told,
        )
        return self.back()


class ImprovementWithdraw(_OfImprovement):
    capability = Capability.STEER_PLAN
    form_class = WithdrawForm
    title = _("Withdraw the improvement")
    lead = _("Its term ends. It stays on record with your reason and is counted nowhere.")
    submit = _("Withdraw")

    def perform(self, asked: Asked) -> str:
        withdraw_improvement(
            self.kwargs["pk"], expected_version=asked.expected_version, **self.told(asked)
        )
        return self.back()


class ImprovementPhone(SignedIn, View):
    """One improvement on a telephone: photograph, a word, sent; works without a signal."""

    capability = Capability.KEEP_OWN

    def get(self, request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
        scope = scope_of(request)
        row = with_names(Improvement.objects.visible_to(scope)).filter(pk=pk).first()
        if row is None:
            raise NotFound
        if not scope.may_keep_for(row.unit.code, row.owner.code):
            raise NotAllowed
        state = state_of(row, clock.today())
        context = {
            "row": row,
            "url": improvement_url(row.pk),
            "state": state_badge(row),
            "is_open": state in (ImprovementState.OPEN, ImprovementState.OVERDUE),
            "today": clock.today(),
            "request_id": new_id().hex,
        }
        return render(request, "review/phone.html", context)
