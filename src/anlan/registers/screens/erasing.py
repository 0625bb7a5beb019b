"""The page that erases a person: what happens, a reason, and a confirmation."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base.errors import NotFound
from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import Asked, ReasonedForm, RegisterForm
from anlan.base.screens.signed_in import scope_of
from anlan.registers.actions.erasing import erase_person
from anlan.registers.models import Person
from anlan.registers.rules.scope import Capability


class EraseForm(ReasonedForm):
    confirmed = forms.BooleanField(
        label=_("I have checked the person and the basis. This cannot be undone."),
        error_messages={"required": _("Confirm first: what is erased cannot be brought back.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = _(
            "The request or the rule, with its date. It stays in the journal: write no name and "
            "no number here."
        )


class PersonErase(RegisterForm):
    capability = Capability.ERASE_PERSON
    form_class = EraseForm
    title = _("Erase this person's data")
    lead = _(
        "Name and numbers are erased here, in the journal, in past states and in exercises. The "
        "sign-in is closed. Posts and what was done in them stay, without the name."
    )
    submit = _("Erase for good")
    done = _("The person's data were erased.")

    def current(self) -> Person:
        rows = Person.objects.visible_to(scope_of(self.request))
        found: Person | None = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise NotFound
        return found

    def perform(self, asked: Asked) -> str:
        erase_person(
            self.kwargs["pk"],
            expected_version=asked.expected_version,
            actor=self.request.actor,  # type: ignore[attr-defined]
            now=asked.now,
            request_id=asked.request_id,
            reason=asked.reason,
        )
        return reverse("person", args=[self.kwargs["pk"]])

    def back(self) -> str:
        return reverse("person", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("person-list"), _("People")), (self.back(), str(self.current()))]
