"""Forms of reports to the level above."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.register_form import ReasonedForm
from anlan.plan.choices import UpwardWay
from anlan.plan.forms.loop import DAY, ActForm, Choices


class UpwardForm(ActForm):
    is_offline = False
    notice = forms.ChoiceField(label=_("notice"))
    reporter = forms.ChoiceField(label=_("reporting body"))
    to_body = forms.ChoiceField(
        label=_("to the body"),
        required=False,
        help_text=_("A body that works here, e.g. a county's bureau reports to the city's."),
    )
    to_name = forms.CharField(
        label=_("or to one outside"),
        required=False,
        max_length=120,
        help_text=_("Its full name, when it does not work in this program."),
    )
    evaluation = forms.ChoiceField(
        label=_("signed evaluation"),
        required=False,
        help_text=_("Empty: a summary of progress, made from the records on the day it is sent."),
    )
    title = forms.CharField(label=_("title"), max_length=200)
    basis = forms.CharField(
        label=_("asked for by"), max_length=200, help_text=_("The document that asks for it.")
    )
    due_on = forms.DateField(label=_("to be reported by"), widget=DAY)

    def __init__(self, *args: Any, choices: dict[str, Choices] | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, rows in (choices or {}).items():
            empty = [] if self.fields[name].required and name == "notice" else [("", "—")]
            self.fields[name].choices = [*empty, *rows]  # type: ignore[attr-defined]


class SendingForm(ActForm):
    is_offline = False
    document_number = forms.CharField(
        label=_("document number"), max_length=60, help_text=_("Such as 运应急发〔2026〕3号.")
    )
    sent_on = forms.DateField(label=_("sent on"), widget=DAY)
    way = forms.ChoiceField(label=_("sent by way of"), choices=UpwardWay.choices)
    handed_by = forms.CharField(
        label=_("sent by (person)"), max_length=120, help_text=_("Name and post of who sent it.")
    )


class ReceiptForm(ActForm):
    is_offline = False
    number = forms.CharField(label=_("number of the receipt"), max_length=60)
    received_on = forms.DateField(label=_("received on"), widget=DAY)
    received_by = forms.CharField(
        label=_("received by"), max_length=120, help_text=_("Office and person who signed for it.")
    )
    file = forms.FileField(
        label=_("receipt"),
        help_text=_("The signed receipt, scanned or photographed. Nothing secret."),
    )


class ReturnForm(ReasonedForm):
    returned_on = forms.DateField(label=_("returned on"), widget=DAY)


class UpwardWithdrawForm(ReasonedForm):
    """Why it is no longer asked for stands in the reason."""
