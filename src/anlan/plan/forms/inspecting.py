"""Forms of on-site inspections."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.plan.forms.loop import DAY, ActForm, Choices, ManyFilesField

FILES_HELP = _("Photographs, PDF, Word, Excel; at most 30 MB each. Nothing secret.")


class InspectionForm(ActForm):
    is_offline = False
    notice = forms.ChoiceField(label=_("notice"))
    body = forms.ChoiceField(label=_("inspected body"))
    inspected_on = forms.DateField(label=_("inspected on"), widget=DAY)
    place = forms.CharField(label=_("place"), max_length=200)
    inspectors = forms.CharField(
        label=_("inspectors"), max_length=200, help_text=_("Names and posts, separated by 、.")
    )
    looked_at = forms.CharField(
        label=_("items looked at"),
        required=False,
        max_length=300,
        help_text=_("Keys of items separated by spaces, e.g. T3 P7."),
    )
    summary = forms.CharField(
        label=_("what was found"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    files = ManyFilesField(label=_("photographs and files"), required=False, help_text=FILES_HELP)

    def __init__(
        self, *args: Any, notices: Choices = (), bodies: Choices = (), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["notice"].choices = notices  # type: ignore[attr-defined]
        self.fields["body"].choices = [("", "—"), *bodies]  # type: ignore[attr-defined]


class ProblemForm(ActForm):
    is_offline = False
    text = forms.CharField(
        label=_("problem"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    measure = forms.CharField(
        label=_("measure against it"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
    due_on = forms.DateField(label=_("solved by"), widget=DAY)
    item_key = forms.CharField(label=_("plan item"), required=False, max_length=20)


class EffectForm(ActForm):
    is_offline = False
    effect = forms.CharField(
        label=_("effect"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
    effect_on = forms.DateField(label=_("effect since"), widget=DAY)
    files = ManyFilesField(label=_("proof"), required=False, help_text=FILES_HELP)


class DecisionForm(ActForm):
    is_offline = False
    decision = forms.ChoiceField(
        label=_("decision"),
        choices=(
            ("prove", _("the effect is proven")),
            ("return", _("return it: say what is missing")),
        ),
        widget=forms.RadioSelect,
    )
    word = forms.CharField(
        label=_("word of the inspectors"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )
