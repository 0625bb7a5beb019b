"""The forms of the reviewer: set a field right, take that back, say what a name means."""

import json
import uuid
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from anlan.base.errors import Conflict, NotFound
from anlan.base.identity import new_id
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked, Difference, ReasonedForm, RegisterForm
from anlan.base.screens.signed_in import scope_of
from anlan.plan.actions.reviewing import (
    NameDecision,
    NewCorrection,
    checked_value,
    correct_item,
    decide_name,
    withdraw_correction,
)
from anlan.plan.forms.notice import CORRECTION_FORMS, CorrectionForm, NameForm, WithdrawForm
from anlan.plan.models import Correction, Notice, PlanItem
from anlan.plan.queries.directory import targets_for
from anlan.plan.queries.items import clause_of, decided_names, duties_of, notices, open_names
from anlan.plan.rules.corrections import FIELD_LABELS, Field, as_read
from anlan.plan.rules.matching import match_name
from anlan.plan.screens.common import with_query
from anlan.plan.screens.corrected import corrected_line, value_text
from anlan.plan.screens.duties import marked_names
from anlan.plan.screens.marking import marked_clause
from anlan.registers import queries as registers
from anlan.registers.rules.scope import Capability

CHOICES_AT_MOST = 200


def review_url(notice_id: uuid.UUID, **query: str) -> str:
    return with_query(reverse("plan-review", args=[notice_id]), **query)


class CorrectField(RegisterForm):
    """One field of one item. Somebody else's change of the same field is never overwritten."""

    capability = Capability.CORRECT_NOTICE
    template_name = "plan/correct.html"
    submit = gettext_lazy("Save the correction")
    done = gettext_lazy("Corrected, and entered in the journal. A new import will not undo it.")

    def setup(self, *args: Any, **kwargs: Any) -> None:
        super().setup(*args, **kwargs)
        try:
            self.field = Field(kwargs["field"])
        except ValueError as error:
            raise NotFound from error
        self.form_class = CORRECTION_FORMS[self.field]  # type: ignore[misc]

    @property
    def label(self) -> str:
        return _(FIELD_LABELS[self.field])

    @property
    def title(self) -> str:  # type: ignore[override]
        return _("Correct {field} of {item}").format(field=self.label, item=self.kwargs["key"])

    def current(self) -> PlanItem:
        rows = PlanItem.objects.visible_to(scope_of(self.request))
        found: PlanItem | None = (
            rows.filter(notice=self.kwargs["notice"], key=self.kwargs["key"])
            .select_related("notice__unit")
            .first()
        )
        if found is None:
            raise NotFound
        return found

    def saved_value(self) -> Any:
        return as_read(clause_of(self.current()), self.field)

    def initial(self) -> dict[str, Any]:
        value = self.saved_value()
        return CORRECTION_FORMS[self.field].initial_of(value) | {"seen": _digest(value)}

    def perform(self, asked: Asked) -> str:
        item = self.current()
        value = asked.values["value"]
        saved = self.saved_value()
        if self.request.POST.get("seen", "") != _digest(saved) and saved != checked_value(
            self.field, value
        ):
            raise Conflict(expected=asked.expected_version, current=item.version)
        correct_item(
            NewCorrection(item=item.pk, field=self.field, value=value, reason=asked.reason),
            expected_version=asked.expected_version,
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
        )
        return self.back()

    def _conflict(self, form: ReasonedForm, conflict: Conflict) -> HttpResponse:
        """The value that is saved now beside the one that was typed, which stays in the form."""
        saved = self.saved_value()
        typed = checked_value(self.field, form.values()["value"])
        again = dict(form.data.items())
        again["request_id"] = new_id().hex
        again["expected_version"] = str(self.current().version)
        again["seen"] = _digest(saved)
        difference = Difference(
            label=self.label,
            saved=value_text(self.field, saved),
            typed=value_text(self.field, typed),
        )
        kept: CorrectionForm = self.form_class(again)  # type: ignore[assignment]
        more = {"conflict": conflict, "differences": [difference]}
        return self._page(kept, status=conflict.status, **more)

    def back(self) -> str:
        return review_url(self.kwargs["notice"], item=self.kwargs["key"])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("plan-overview"), _("Overview")),
            (self.back(), _("Review of {item}").format(item=self.kwargs["key"])),
        ]

    def more_context(self) -> dict[str, Any]:
        item = self.current()
        duties = duties_of(item.pk)
        return {
            "item": item,
            "clause": marked_clause(item.text, marked_names(duties), item.deadline_years),
        }


def _digest(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


class WithdrawCorrection(RegisterForm):
    """Undo: the field is again what was read."""

    capability = Capability.CORRECT_NOTICE
    form_class = WithdrawForm
    title = gettext_lazy("Take a correction back")
    submit = gettext_lazy("Take it back")
    template_name = "plan/withdraw.html"
    done = gettext_lazy("Taken back: the field is again what was read.")

    def current(self) -> Correction:
        rows = Correction.objects.visible_to(scope_of(self.request))
        found: Correction | None = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound
        return found

    def post(self, request: Any, **kwargs: Any) -> HttpResponse:
        self.address = review_url(self.current().notice_id, item=self.current().item_key)
        return super().post(request, **kwargs)

    def perform(self, asked: Asked) -> str:
        withdraw_correction(
            self.kwargs["pk"],
            expected_version=asked.expected_version,
            reason=asked.reason,
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
        )
        return self.address

    def back(self) -> str:
        row = self.current()
        return review_url(row.notice_id, item=row.item_key)

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("plan-overview"), _("Overview")), (self.back(), _("Review"))]

    def more_context(self) -> dict[str, Any]:
        row = self.current()
        items = PlanItem.objects.filter(notice=row.notice_id, key=row.item_key)
        return {"line": corrected_line(row, items.first())}


class MatchName(RegisterForm):
    """A printed name and the bodies or groups it may mean; found by name or pinyin initials."""

    capability = Capability.CORRECT_NOTICE
    form_class = NameForm
    template_name = "plan/name.html"
    submit = gettext_lazy("This is what it means")
    done = gettext_lazy("Matched in all notices of this unit, now and in later imports.")

    @property
    def title(self) -> str:  # type: ignore[override]
        return _("What does “{name}” mean?").format(name=self.name)

    @property
    def name(self) -> str:
        return self.request.GET.get("name", "").strip()

    def notice(self) -> Notice:
        found: Notice | None = (
            notices(scope_of(self.request)).filter(pk=self.kwargs["notice"]).first()
        )
        if found is None or not self.name:
            raise NotFound
        return found

    def current(self) -> None:
        self.standing()

    def standing(self) -> list[str]:
        """Items in which the name stands; unknown names are not found."""
        notice = self.notice()
        for row in open_names(notice.pk):
            if row["name"] == self.name:
                return list(row["items"])
        if decided_names(notice.unit_id, [self.name]).exists():
            return []
        raise NotFound

    def initial(self) -> dict[str, Any]:
        candidates = self.candidates()
        first = f"body:{candidates[0].code}" if len(candidates) == 1 else ""
        return {"target": first}

    def candidates(self) -> list[Any]:
        """Bodies that the rule suggests, none of them chosen."""
        known = targets_for(self.notice().unit.code).known
        codes = match_name(self.name, known).candidates
        scope = scope_of(self.request)
        return [body for code in codes if (body := registers.body_by_code(scope, code))]

    def form_arguments(self) -> dict[str, Any]:
        """All targets are valid; the search only shortens what is shown."""
        scope = scope_of(self.request)
        word = self.request.GET.get("find", "").strip() if self.request.method == "GET" else ""
        bodies = registers.bodies_found(scope, word)[:CHOICES_AT_MOST]
        groups = [g for g in registers.body_groups(scope) if word in g.name or not word]
        choices: list[tuple[str, Any]] = []
        candidates = self.candidates()
        if candidates:
            choices.append((_("Suggested"), [(f"body:{b.code}", _named(b)) for b in candidates]))
        choices.append((_("Bodies"), [(f"body:{b.code}", _named(b)) for b in bodies]))
        choices.append((_("Body groups"), [(f"group:{g.code}", g.name) for g in groups]))
        return {"targets": choices}

    def perform(self, asked: Asked) -> str:
        kind, _colon, code = str(asked.values["target"]).partition(":")
        scope = scope_of(self.request)
        body = registers.body_by_code(scope, code) if kind == "body" else None
        group = registers.body_groups(scope).filter(code=code).first() if kind == "group" else None
        notice = self.notice()
        decide_name(
            NameDecision(
                unit=notice.unit_id,
                printed_name=self.name,
                body=body.pk if body else None,
                group=group.pk if group else None,
                reason=asked.reason,
            ),
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
        )
        return self.back()

    def back(self) -> str:
        return review_url(self.kwargs["notice"], view="names")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("plan-overview"), _("Overview")),
            (self.back(), _("Names to match")),
        ]

    def more_context(self) -> dict[str, Any]:
        keys = self.standing()
        rows = PlanItem.objects.filter(notice=self.kwargs["notice"], key__in=keys)
        return {
            "name": self.name,
            "find": self.request.GET.get("find", ""),
            "candidates": [_named(body) for body in self.candidates()],
            "places": [
                (item, marked_clause(item.text, [(self.name, "is-open")], ()))
                for item in rows.order_by("position")[:8]
            ],
            "place_count": len(keys),
        }


def _named(body: Any) -> str:
    short, unit = body.short_name, body.unit.short_name
    text = f"{body.full_name}（{short}）" if short != body.full_name else body.full_name
    return text if body.unit.kind == "city" else f"{text} · {unit}"
