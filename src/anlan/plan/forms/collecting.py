"""Forms of collections, returned workbooks and back-filling."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.register_form import ReasonedForm
from anlan.plan.choices import PURPOSE_CHOICES
from anlan.plan.forms.loop import DAY, Choices, ManyFilesField

FIRST_YEAR, LAST_YEAR = 2000, 2099


class CollectionForm(ReasonedForm):
    notice = forms.ChoiceField(label=_("notice"))
    purpose = forms.ChoiceField(
        label=_("purpose"),
        choices=PURPOSE_CHOICES,
        widget=forms.RadioSelect,
        help_text=_(
            "Progress: one workbook for every body. Back-filling: one workbook with everything "
            "that fell due before the plan was kept here and of which nothing is known."
        ),
    )
    year = forms.IntegerField(label=_("year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    wanted_on = forms.DateField(
        label=_("wanted back by"),
        required=False,
        widget=DAY,
        help_text=_("Each body gets a term that ends with this day. Empty: no term."),
    )
    note = forms.CharField(
        label=_("note to the bodies"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, notices: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["notice"].choices = notices  # type: ignore[attr-defined]
        self.fields["reason"].required = False

    def clean_wanted_on(self) -> dt.date | None:
        day: dt.date | None = self.cleaned_data["wanted_on"]
        return day


class BackFillForm(ReasonedForm):
    """What was finished before the plan was kept here."""

    finished_on = forms.DateField(label=_("finished on"), widget=DAY)
    document_number = forms.CharField(label=_("document number"), required=False, max_length=60)
    evidence = forms.CharField(
        label=_("evidence in words"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    files = ManyFilesField(label=_("files"), required=False)
    confirmed_by = forms.CharField(
        label=_("confirmed by"),
        max_length=120,
        help_text=_("Name and post of whoever answers for it."),
    )
    replaces = forms.BooleanField(
        label=_("replace the back-filled day that stands now"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
