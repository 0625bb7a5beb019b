"""Forms of the plan: one correction of one field, one name, one reason."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.register_form import ReasonedForm
from anlan.plan.choices import MODE_CHOICES
from anlan.plan.rules.corrections import Field

OPERATOR_CHOICES = (
    ("<", _("< strictly below")),
    ("<=", _("≤ at most")),
    (">", _("> strictly above")),
    (">=", _("≥ at least")),
    ("=", _("= exactly")),
    ("down", _("↓ falls by")),
    ("up", _("↑ rises by")),
)
INDICATOR_PARTS = ("name", "operator", "value", "unit")


class CorrectionForm(ReasonedForm):
    """One field of an item. `seen` is the value that the page was opened with."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def json_value(self) -> Any:
        """The value in the JSON form of `rules.corrections`."""
        return self.cleaned_data["value"]

    @staticmethod
    def initial_of(value: Any) -> dict[str, Any]:
        return {"value": value}

    def values(self) -> dict[str, Any]:
        return {"value": self.json_value()}


class HeadingForm(CorrectionForm):
    value = forms.CharField(label=_("heading"), max_length=300)


class YearsForm(CorrectionForm):
    value = forms.CharField(
        label=_("years"),
        required=False,
        max_length=100,
        help_text=_("Four digits each, separated by spaces. Empty: the clause names no year."),
    )

    def json_value(self) -> list[str]:
        return str(self.cleaned_data["value"]).replace("、", " ").replace(",", " ").split()

    @staticmethod
    def initial_of(value: Any) -> dict[str, Any]:
        return {"value": " ".join(str(year) for year in value)}


class ModeForm(CorrectionForm):
    value = forms.ChoiceField(
        label=_("division of work"), choices=MODE_CHOICES, widget=forms.RadioSelect
    )


class NamesForm(CorrectionForm):
    value = forms.CharField(
        label=_("bodies"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One name a line, in the order of the notice, as it is printed there."),
    )

    def json_value(self) -> list[str]:
        text = str(self.cleaned_data["value"]).replace("、", "\n")
        return [name.strip() for name in text.splitlines() if name.strip()]

    @staticmethod
    def initial_of(value: Any) -> dict[str, Any]:
        return {"value": "\n".join(value)}


class OpenEndedForm(CorrectionForm):
    value = forms.ChoiceField(
        label=_("list ends with 等"),
        choices=(("yes", _("Yes")), ("no", _("No"))),
        widget=forms.RadioSelect,
    )

    def json_value(self) -> bool:
        return bool(self.cleaned_data["value"] == "yes")

    @staticmethod
    def initial_of(value: Any) -> dict[str, Any]:
        return {"value": "yes" if value else "no"}


class IndicatorForm(CorrectionForm):
    name = forms.CharField(
        label=_("indicator"),
        required=False,
        max_length=200,
        help_text=_("Empty: this clause has no indicator."),
    )
    operator = forms.ChoiceField(label=_("comparison"), choices=OPERATOR_CHOICES, required=False)
    value = forms.CharField(label=_("target"), required=False, max_length=20)
    unit = forms.CharField(label=_("unit of measure"), required=False, max_length=30)

    def json_value(self) -> dict[str, Any] | None:
        data = self.cleaned_data
        return {part: data[part] for part in INDICATOR_PARTS} if data["name"].strip() else None

    @staticmethod
    def initial_of(value: Any) -> dict[str, Any]:
        return dict(value or {})


CORRECTION_FORMS: dict[Field, type[CorrectionForm]] = {
    Field.HEADING: HeadingForm,
    Field.DEADLINE_YEARS: YearsForm,
    Field.MODE: ModeForm,
    Field.LEAD_UNITS: NamesForm,
    Field.SUPPORT_UNITS: NamesForm,
    Field.OPEN_ENDED: OpenEndedForm,
    Field.INDICATOR: IndicatorForm,
}


class WithdrawForm(ReasonedForm):
    """Only a reason: the field goes back to what was read."""


class NameForm(ReasonedForm):
    """Which body or group a printed name means. Choices come from the register."""

    target = forms.ChoiceField(
        label=_("it means"),
        error_messages={
            "invalid_choice": _("Choose one body or group of the list."),
            "required": _("Choose one body or group of the list."),
        },
    )

    def __init__(self, *args: Any, targets: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["target"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  tells the type checker
        field.choices = [("", "—"), *targets]
