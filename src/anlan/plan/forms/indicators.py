"""Forms of the indicators: a choice with its paper, a publication, the composition of I7."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.register_form import ReasonedForm
from anlan.plan.choices import BASIS_OF_FACTS_CHOICES, READING_CHOICES
from anlan.plan.forms.loop import DAY, ActForm, Choices
from anlan.plan.rules.indicators.choices import FIRST_YEAR, LAST_YEAR, ChoiceKind
from anlan.plan.rules.indicators.subgoal import STATEMENTS

PAPER = _("Title or number of the document that decides it, and its date.")
COMPONENT_LINES = 3
FIELDS_OF = {
    ChoiceKind.BASE_YEAR: ("first_year",),
    ChoiceKind.WINDOW: ("first_year", "last_year"),
    ChoiceKind.READING: ("reading",),
    ChoiceKind.COVERAGE: ("basis", "first_year", "last_year"),
}


class ChoiceForm(ReasonedForm):
    """Only the fields of the kind that is chosen."""

    basis = forms.ChoiceField(label=_("register"), choices=BASIS_OF_FACTS_CHOICES)
    first_year = forms.IntegerField(
        label=_("first year"), min_value=FIRST_YEAR, max_value=LAST_YEAR
    )
    last_year = forms.IntegerField(label=_("last year"), min_value=FIRST_YEAR, max_value=LAST_YEAR)
    reading = forms.ChoiceField(
        label=_("reading of the yearly mean"), choices=READING_CHOICES, widget=forms.RadioSelect
    )
    source = forms.CharField(label=_("paper that decides it"), max_length=300, help_text=PAPER)
    takes_back = forms.BooleanField(
        label=_("take the choice back"),
        required=False,
        help_text=_("It is missing again then; what needs it cannot be determined."),
    )

    def __init__(self, *args: Any, kind: ChoiceKind, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("basis", "first_year", "last_year", "reading"):
            if name not in FIELDS_OF[kind]:
                del self.fields[name]
        if kind is ChoiceKind.BASE_YEAR:
            self.fields["first_year"].label = _("base year")
        if kind is ChoiceKind.COVERAGE:
            self.fields["last_year"].required = False
            self.fields["last_year"].help_text = _("Empty: the register is still kept.")


class PublishForm(ActForm):
    is_offline = False
    title = forms.CharField(label=_("title"), max_length=200)
    document_number = forms.CharField(label=_("document number"), max_length=60)
    published_on = forms.DateField(label=_("published on"), widget=DAY)


class ComposeForm(ReasonedForm):
    """Three measures a statement at most; an empty line is none."""

    def __init__(
        self, *args: Any, measures: Choices = (), statements: Choices = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        texts = dict(statements)
        for number in range(1, STATEMENTS + 1):
            for line in range(1, COMPONENT_LINES + 1):
                self._add_line(f"{number}_{line}", texts.get(str(number), ""), measures)
        self.order_fields([name for name in self.fields if name != "reason"])

    def _add_line(self, mark: str, text: Any, measures: Choices) -> None:
        number, line = mark.split("_")
        self.fields[f"measure_{mark}"] = forms.ChoiceField(
            label=_("statement {number} “{text}”: measure {line}").format(
                number=number, text=text, line=line
            ),
            choices=[("", "—"), *measures],
            required=False,
        )
        self.fields[f"baseline_{mark}"] = forms.DecimalField(
            label=_("baseline, %"), required=False, min_value=0, max_value=100, decimal_places=4
        )
        self.fields[f"source_{mark}"] = forms.CharField(
            label=_("where the baseline comes from"), required=False, max_length=200
        )


class SignForm(ActForm):
    is_offline = False
    document_number = forms.CharField(
        label=_("document number"),
        max_length=60,
        help_text=_("The document that decides the composition. It does not change after that."),
    )
