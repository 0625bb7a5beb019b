"""Forms of SMS replies."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from anlan.registers.forms.common import OfferingForm

COUNTS, ONLY_READ = "answer", "read"


class AddresseeChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.person.name} · {obj.region.name} · {obj.round.warning}"


class ReadReplyForm(OfferingForm):
    """Whether the words are the answer of the call."""

    counts = forms.ChoiceField(
        label=_("what the reply is"),
        choices=[
            (COUNTS, _("It is the answer: the call is confirmed")),
            (ONLY_READ, _("Read only: the call goes on")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False


class NameReplyForm(OfferingForm):
    """Whose number it is."""

    addressee = AddresseeChoice(
        label=_("who wrote it"), queryset=None, widget=forms.RadioSelect, empty_label=None
    )

    def __init__(
        self, *args: Any, addressees: QuerySet[Any], offered: Sequence[Any], **kwargs: Any
    ) -> None:
        """Any of `addressees` is taken; the page shows those that are `offered`."""
        super().__init__(*args, **kwargs)
        field: AddresseeChoice = self.fields["addressee"]  # type: ignore[assignment]
        field.queryset = addressees
        field.widget.choices = [(row.pk, field.label_from_instance(row)) for row in offered]
        self.fields["reason"].required = False
