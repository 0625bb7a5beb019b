"""Forms of call-and-confirm."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.registers.choices import CONTACT_KIND_CHOICES
from anlan.registers.forms.common import (
    CityTimeField,
    OfferingForm,
    ProvenForm,
    RecordChoice,
    date_field,
)
from anlan.registers.models import ReportingUnit
from anlan.warning.choices import HAZARD_CHOICES, LEVEL_CHOICES, WAY_CHOICES, WHO_CHOICES
from anlan.warning.rules.ladder import MOST_MINUTES, SENT_BY_PROGRAM, Way, Who

OUTCOME_CHOICES = [
    ("answered", _("answered the call")),
    ("no-answer", _("nobody answered")),
    ("wrong-number", _("wrong number")),
]
CALLED_CHOICES = [row for row in WHO_CHOICES if row[0] != Who.UPPER.value]
BY_PEOPLE = [row for row in WAY_CHOICES if Way(row[0]) not in SENT_BY_PROGRAM]
SHOWN_STEPS = 5


class ConfirmForm(OfferingForm):
    """A step that asks only whether and why."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False


class EndForm(OfferingForm):
    """The end of a round has a reason."""


class RecordCallForm(OfferingForm):
    """What came of a call, in the order in which it is said; the rest is filled in beforehand."""

    outcome = forms.ChoiceField(
        label=_("what came of the call"),
        choices=OUTCOME_CHOICES,
        widget=forms.RadioSelect(attrs={"autofocus": True}),
    )
    said = forms.CharField(
        label=_("what was said"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    promised = forms.CharField(label=_("action promised"), max_length=300, required=False)
    goes_on = forms.BooleanField(label=_("then call the next one"), required=False)
    whom = forms.ChoiceField(label=_("who was called"), choices=CALLED_CHOICES)
    way = forms.ChoiceField(label=_("channel"), choices=BY_PEOPLE)
    at = CityTimeField(label=_("called at"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False


class LadderForm(ProvenForm):
    """A ladder in rows of steps: whom, how, how long. An empty row ends it."""

    unit = RecordChoice(label=_("reporting unit"), model=ReportingUnit)
    level = forms.ChoiceField(label=_("warning level"), choices=LEVEL_CHOICES)
    hazard = forms.ChoiceField(
        label=_("hazard"), choices=[("", _("every hazard")), *HAZARD_CHOICES], required=False
    )
    valid_from = date_field(_("valid from"))
    kinds = forms.MultipleChoiceField(
        label=_("who is called"),
        choices=CONTACT_KIND_CHOICES,
        widget=forms.CheckboxSelectMultiple,
    )
    answer_within_minutes = forms.IntegerField(
        label=_("answer within (minutes)"),
        min_value=1,
        max_value=MOST_MINUTES,
        required=False,
        help_text=_("Empty: the message asks for no answer."),
    )
    alarm_after_failures = forms.IntegerField(
        label=_("alarm after (failures)"), min_value=1, max_value=12
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, SHOWN_STEPS + 1):
            self.fields[f"who_{number}"] = forms.ChoiceField(
                label=_("step %(number)d: whom") % {"number": number},
                choices=[("", "—"), *WHO_CHOICES],
                required=number == 1,
            )
            self.fields[f"way_{number}"] = forms.ChoiceField(
                label=_("step %(number)d: how") % {"number": number},
                choices=[("", "—"), *WAY_CHOICES],
                required=number == 1,
            )
            self.fields[f"minutes_{number}"] = forms.IntegerField(
                label=_("step %(number)d: minutes") % {"number": number},
                min_value=1,
                max_value=MOST_MINUTES,
                required=False,
            )
        last = ("source", "mark", "reason")
        self.order_fields([*(n for n in self.fields if n not in last), *last])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for number in range(1, SHOWN_STEPS + 1):
            who, way = data.get(f"who_{number}"), data.get(f"way_{number}")
            if bool(who) != bool(way):
                self.add_error(f"way_{number}", _("A step says whom it calls and how."))
        return data

    def values(self) -> dict[str, Any]:
        found = super().values()
        steps = []
        for number in range(1, SHOWN_STEPS + 1):
            who, way = found.pop(f"who_{number}"), found.pop(f"way_{number}")
            minutes = found.pop(f"minutes_{number}")
            if who:
                steps.append({"who": who, "channel": way, "minutes": minutes})
        return found | {"steps": steps}
