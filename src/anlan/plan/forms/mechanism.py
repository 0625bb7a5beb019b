"""Office and person of a body for the plan."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.plan.forms.loop import ActForm, Choices


class MechanismForm(ActForm):
    office = forms.CharField(
        label=_("office in charge"),
        max_length=100,
        help_text=_("The division of the body that keeps the plan, e.g. 规划科."),
    )
    person = forms.ChoiceField(
        label=_("person in charge"),
        error_messages={"invalid_choice": _("Choose one person of the list.")},
        help_text=_("Whoever holds a post in the body today. Who is missing is added first."),
    )

    def __init__(self, *args: Any, people: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].choices = [("", "—"), *people]  # type: ignore[attr-defined]
