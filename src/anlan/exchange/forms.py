"""Forms of the exchange: what is typed, as values for one action."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from anlan.base.models.dispatch import SUBJECT_CHARS, TEXT_CHARS, labelled
from anlan.base.rules.dispatch import Channel, MessageMode
from anlan.base.screens.register_form import ReasonedForm
from anlan.registers.forms.common import OfferingForm


class BodiesChoice(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.unit.short_name} · {obj.short_name}"


class WriteNotice(ReasonedForm):
    mode = forms.ChoiceField(
        label=_("mode"),
        choices=[("", _("Choose")), *labelled(MessageMode)],
        help_text=_("Whether it is meant. An exercise or a test is marked as such on every page."),
    )
    channel = forms.ChoiceField(
        label=_("channel"),
        help_text=_("Others than inside the program appear once a gateway is set for them."),
    )
    bodies = BodiesChoice(
        label=_("To bodies"),
        queryset=None,
        to_field_name="code",
        widget=forms.SelectMultiple(attrs={"size": 10}),
        help_text=_(
            "Hold Ctrl to choose several. Whoever holds a post there and signs in reads it."
        ),
    )
    subject = forms.CharField(
        label=_("subject"),
        max_length=SUBJECT_CHARS,
        help_text=_("Stands in the journal: no names of people here."),
    )
    text = forms.CharField(
        label=_("text"), max_length=TEXT_CHARS, widget=forms.Textarea(attrs={"rows": 6})
    )

    def __init__(
        self, *args: Any, bodies: QuerySet[Any], channels: Sequence[Channel], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choices = [(channel.value, _(channel.label)) for channel in channels]
        self.fields["channel"].choices = choices  # type: ignore[attr-defined]
        self.fields["channel"].required = len(choices) > 1
        self.fields["bodies"].queryset = bodies  # type: ignore[attr-defined]


class Decide(ReasonedForm):
    """A reason is all that is asked."""


class PublicReleaseForm(OfferingForm):
    """The switch, and the number without which no map is shown."""

    is_on = forms.BooleanField(label=_("shown to the public"), required=False)
    map_approval = forms.CharField(
        label=_("approval number of the base map (审图号)"),
        required=False,
        max_length=60,
        help_text=_("Without a number the public page has no map; the list says the same."),
    )
