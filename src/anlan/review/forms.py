"""Forms of improvements. What the program knows already is filled in before."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.registers.forms.common import (
    OfferingForm,
    PersonChoice,
    RecordChoice,
    date_field,
)
from anlan.registers.models import Body, Person
from anlan.review.choices import Origin

FILES_HELP = _("Photographs, PDF, Word, Excel. Nothing secret.")
MOST_FILES = 20


class ActForm(OfferingForm):
    """An act that explains itself. It may wait in the queue of a telephone."""

    reason = forms.CharField(widget=forms.HiddenInput, required=False, max_length=300)
    is_offline = True


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    widget = ManyFiles(attrs={"multiple": True})

    def clean(self, data: Any, initial: Any = None) -> Any:
        return None  # the screen takes the files from the request, one by one


class ImprovementForm(ActForm):
    is_offline = False
    problem = forms.CharField(
        label=_("problem"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    todo = forms.CharField(
        label=_("what is to be done"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    owner = RecordChoice(label=_("body that carries it out"), model=Body)
    person = PersonChoice(
        label=_("person in charge"),
        model=Person,
        required=False,
        empty_label=_("the body decides"),
        help_text=_("Somebody who holds a post in the body; empty: the body decides."),
    )
    due_on = date_field(_("to be done by"))
    measure = forms.ChoiceField(
        label=_("measure of the effect"),
        help_text=_("A figure that the program counts. Its figure of today is kept as the start."),
    )
    wanted_percent = forms.DecimalField(
        label=_("wanted figure (%)"),
        required=False,
        min_value=0,
        max_value=1000,
        max_digits=6,
        decimal_places=2,
        help_text=_("Empty: anything better than today counts as an effect."),
    )
    check_on = date_field(
        _("effect checked on"),
        help_text=_("Some time after the work: the program reads the figure again on this day."),
    )
    item_key = forms.RegexField(
        label=_("item of the plan"),
        regex=r"^[A-Z]\d{1,3}$",
        required=False,
        help_text=_("Such as T3 or P7. A measure that narrows is read for this item alone."),
        error_messages={"invalid": _("An item looks like T3 or P7.")},
    )
    origin = forms.ChoiceField(
        label=_("came to light by"), choices=Origin.choices, initial=Origin.OTHER
    )
    note = forms.CharField(label=_("note"), max_length=300, required=False)

    def __init__(self, *args: Any, measures: Any = (), has_subject: bool = False, **kw: Any):
        super().__init__(*args, **kw)
        self.fields["measure"].choices = [("", "—"), *measures]  # type: ignore[attr-defined]
        if has_subject:  # the record says it
            del self.fields["origin"]


class DoneForm(ActForm):
    done = forms.CharField(
        label=_("what was done"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    done_on = date_field(_("done on"))
    files = ManyFilesField(label=_("proof"), required=False, help_text=FILES_HELP)


class LookForm(ActForm):
    is_offline = False
    decision = forms.ChoiceField(
        label=_("decision"),
        choices=(
            ("take", _("it is carried out")),
            ("return", _("return it: say what is missing")),
        ),
        widget=forms.RadioSelect,
    )
    word = forms.CharField(
        label=_("word of the second look"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class WithdrawForm(OfferingForm):
    """Why it is no longer asked for stands in the reason."""
