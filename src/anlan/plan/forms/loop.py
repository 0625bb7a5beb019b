"""Forms of the working loop. What the program knows already is filled in before."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.cells import Text
from anlan.base.screens.register_form import ReasonedForm
from anlan.plan.choices import DECIDED_CHOICES, NATURE_CHOICES

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
Choices = Sequence[tuple[str, Text]]


class ActForm(ReasonedForm):
    """An act that explains itself: no reason is asked for. It may wait in the queue of a phone."""

    reason = forms.CharField(widget=forms.HiddenInput, required=False, max_length=300)
    is_offline = True


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    widget = ManyFiles(attrs={"multiple": True})

    def clean(self, data: Any, initial: Any = None) -> Any:
        return None  # the screen takes the files from the request, one by one


class AssignForm(ReasonedForm):
    """What is asked of whom. `targets` are `unit:…`, `body:…`, `post:…` or `person:…`."""

    targets = forms.MultipleChoiceField(
        label=_("Whom"), widget=forms.CheckboxSelectMultiple, choices=()
    )
    asked = forms.CharField(
        label=_("what is asked"), max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    measure = forms.CharField(
        label=_("measure"),
        max_length=200,
        required=False,
        help_text=_("By what one sees that it is done: a number, a document, a photograph."),
    )
    due_on = forms.DateField(label=_("wanted by"), required=False, widget=DAY)

    def __init__(self, *args: Any, choices: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["targets"].choices = choices  # type: ignore[attr-defined]
        self.fields["reason"].required = False


class HandlingForm(ReasonedForm):
    decided = forms.ChoiceField(
        label=_("dealt with"), choices=DECIDED_CHOICES, widget=forms.RadioSelect
    )


class DeliverableForm(ActForm):
    text = forms.CharField(
        label=_("deliverable"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    body = forms.ChoiceField(label=_("owed by the body"), choices=(), required=False)
    due_on = forms.DateField(
        label=_("wanted by"),
        required=False,
        widget=DAY,
        help_text=_("Empty: expected, and never overdue until somebody sets a day."),
    )

    def __init__(self, *args: Any, bodies: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = bodies  # type: ignore[attr-defined]


class DayForm(ReasonedForm):
    due_on = forms.DateField(label=_("wanted by"), widget=DAY)


class ReportForm(ActForm):
    """A progress report. Nobody types a percentage: the plan counts it."""

    body = forms.ChoiceField(label=_("reporting body"), choices=())
    matter = forms.ChoiceField(
        label=_("for"),
        choices=(),
        required=False,
        help_text=_("The deliverable or task that this is about, with its day."),
    )
    done_on = forms.DateField(label=_("done on"), widget=DAY)
    text = forms.CharField(
        label=_("what was done"), max_length=4000, widget=forms.Textarea(attrs={"rows": 5})
    )
    document_number = forms.CharField(label=_("document number"), max_length=60, required=False)
    is_final = forms.BooleanField(label=_("finishes it"), required=False)
    files = ManyFilesField(
        label=_("evidence"),
        required=False,
        help_text=_("Photographs, PDF, Word, Excel; at most 30 MB each. Nothing secret."),
    )
    then = forms.ChoiceField(
        label=_("Then"),
        choices=(("submit", _("submit it for review")), ("draft", _("keep it as a draft"))),
        initial="submit",
        widget=forms.RadioSelect,
    )
    kept = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, bodies: Choices = (), matters: Choices = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = bodies  # type: ignore[attr-defined]
        self.fields["matter"].choices = [("", _("the item as a whole")), *matters]  # type: ignore[attr-defined]


class AcceptForm(ActForm):
    is_offline = False
    reason = forms.CharField(
        label=_("word of the reviewer"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ObstacleForm(ActForm):
    body = forms.ChoiceField(label=_("raised by the body"), choices=())
    text = forms.CharField(
        label=_("what is in the way"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    asked = forms.CharField(
        label=_("what is asked for"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    addressee = forms.ChoiceField(label=_("put to the body"), choices=())

    def __init__(
        self, *args: Any, bodies: Choices = (), addressees: Choices = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = bodies  # type: ignore[attr-defined]
        self.fields["addressee"].choices = addressees  # type: ignore[attr-defined]


class ReplyForm(ActForm):
    reply = forms.CharField(
        label=_("reply"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )


class OutcomeForm(ActForm):
    outcome = forms.CharField(
        label=_("outcome"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


class ControlTableForm(ReasonedForm):
    """One number and one paper a unit; an empty number means that none was given yet."""

    year = forms.IntegerField(label=_("year"), min_value=1949, max_value=2100)
    nature = forms.ChoiceField(label=_("kind of number"), choices=NATURE_CHOICES)
    city_value = forms.DecimalField(
        label=_("the city's figure"), required=False, max_digits=18, decimal_places=6
    )
    document_number = forms.CharField(label=_("document number"), max_length=60, required=False)
    issued_on = forms.DateField(label=_("issued on"), required=False, widget=DAY)

    def __init__(self, *args: Any, units: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = units
        for code, name in units:
            self.fields[f"unit_{code}"] = forms.DecimalField(
                label=name, required=False, max_digits=18, decimal_places=6
            )
            self.fields[f"paper_{code}"] = forms.CharField(
                label=_("responsibility paper of {unit}").format(unit=name),
                required=False,
                max_length=60,
            )
        self.fields["reason"].required = False
        self.order_fields([name for name in self.fields if name != "reason"])
