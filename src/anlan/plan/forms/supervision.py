"""Forms of supervision."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.base.rules.due.clock import ClockKind
from anlan.base.screens.register_form import ReasonedForm
from anlan.plan.choices import LEVEL_CHOICES, RUNG_CHOICES
from anlan.plan.forms.loop import DAY, ActForm, Choices
from anlan.plan.rules.supervision.ladder import MOST_DAYS, SlipLevel

COUNTED = (
    (ClockKind.WORKING_DAYS.value, _("working days")),
    (ClockKind.CALENDAR_DAYS.value, _("calendar days")),
)


class SignForm(ActForm):
    is_offline = False
    requirement = forms.CharField(
        label=_("requirement"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )
    number = forms.CharField(
        label=_("document number"),
        max_length=60,
        required=False,
        help_text=_("Under which the paper was registered. A reminder needs none."),
    )
    signer = forms.CharField(
        label=_("signed by"),
        max_length=120,
        required=False,
        help_text=_("Who signed on paper, when that is not you."),
    )


class SlipReplyForm(ActForm):
    text = forms.CharField(
        label=_("reply"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What was done; or why not, and the day by which it will be."),
    )


class AppealForm(ActForm):
    is_offline = False
    text = forms.CharField(
        label=_("grounds of the appeal"), max_length=1000, widget=forms.Textarea(attrs={"rows": 4})
    )


class AcceptReplyForm(ActForm):
    is_offline = False
    reason = forms.CharField(
        label=_("word of the issuer"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Needed when the matter itself is not done yet."),
    )


class DecideAppealForm(ReasonedForm):
    outcome = forms.ChoiceField(
        label=_("decision"),
        choices=(
            ("dismiss", _("dismissed: the clock runs on with what was left")),
            ("uphold", _("upheld: the order is withdrawn")),
        ),
        widget=forms.RadioSelect,
    )


class LadderForm(ReasonedForm):
    """One line a level; a level without a term is left out."""

    name = forms.CharField(label=_("name"), max_length=120)
    version = forms.CharField(label=_("edition"), max_length=40)
    source = forms.CharField(label=_("document"), max_length=200)
    valid_from = forms.DateField(label=_("valid from"), widget=DAY)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for level in SlipLevel:
            name, label = level.value, _(level.label)
            self.fields[f"{name}_term"] = forms.IntegerField(
                label=_("%(level)s: term") % {"level": label},
                required=False,
                min_value=1,
                max_value=MOST_DAYS,
            )
            self.fields[f"{name}_kind"] = forms.ChoiceField(
                label=_("%(level)s: counted in") % {"level": label}, choices=COUNTED
            )
            self.fields[f"{name}_to"] = forms.ChoiceField(
                label=_("%(level)s: put to") % {"level": label}, choices=RUNG_CHOICES
            )
            self.fields[f"{name}_signed"] = forms.BooleanField(
                label=_("%(level)s: leaves signed") % {"level": label}, required=False
            )
        self.order_fields([name for name in self.fields if name != "reason"])


class IssuerForm(ReasonedForm):
    body = forms.ChoiceField(label=_("body"), choices=())
    highest = forms.ChoiceField(
        label=_("highest level"), choices=LEVEL_CHOICES[1:], initial=SlipLevel.RED.value
    )
    basis = forms.CharField(label=_("document that designates it"), max_length=200)
    valid_from = forms.DateField(label=_("valid from"), widget=DAY)
    valid_until = forms.DateField(label=_("valid until (excluded)"), required=False, widget=DAY)

    def __init__(self, *args: Any, bodies: Choices = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].choices = bodies  # type: ignore[attr-defined]


class EndIssuerForm(ReasonedForm):
    valid_until = forms.DateField(label=_("valid until (excluded)"), widget=DAY)
