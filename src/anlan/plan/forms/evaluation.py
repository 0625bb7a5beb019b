"""Forms of evaluations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.register_form import ReasonedForm
from anlan.plan.choices import EVALUATION_KIND_CHOICES
from anlan.plan.forms.loop import DAY, ActForm, Choices


class OpenForm(ActForm):
    is_offline = False
    notice = forms.ChoiceField(label=_("notice"))
    kind = forms.ChoiceField(
        label=_("kind"), choices=EVALUATION_KIND_CHOICES, widget=forms.RadioSelect
    )
    year = forms.IntegerField(label=_("year"), min_value=2000, max_value=2100)

    def __init__(self, *args: Any, notices: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["notice"].choices = notices  # type: ignore[attr-defined]


class EditForm(ActForm):
    """The text of one block and the figures it rests on beside its own."""

    is_offline = False
    text = forms.CharField(
        label=_("text"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Numbers that print a figure of the evidence become links to its records."),
    )
    evidence = forms.MultipleChoiceField(
        label=_("further figures it rests on"), required=False, widget=forms.SelectMultiple
    )

    def __init__(self, *args: Any, figures: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["evidence"]
        field.choices = figures  # type: ignore[attr-defined]
        field.widget.attrs["size"] = 8
        field.help_text = _("Hold Ctrl to choose several.")


class PlainForm(ActForm):
    """An act that asks for nothing but the decision."""

    is_offline = False


class WordForm(ReasonedForm):
    """An act that needs a reason."""


class SignForm(ActForm):
    is_offline = False
    number = forms.CharField(
        label=_("document number"), max_length=60, help_text=_("E.g. 运应急发〔2026〕3号")
    )
    signed_on = forms.DateField(label=_("signed on"), widget=DAY)
