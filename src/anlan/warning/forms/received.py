"""Forms of received messages: the paste, and the correction of what was misread."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.registers.forms.common import (
    CHOOSE,
    CityTimeField,
    OfferingForm,
    ProvenForm,
    RecordChoice,
)
from anlan.registers.models import Body, Region, ReportingUnit
from anlan.warning.actions.errors import AreaMissing
from anlan.warning.actions.receiving import MOST_CHARS, Drawn, Told, missing
from anlan.warning.choices import CHANGE_CHOICES, HAZARD_CHOICES, LEVEL_CHOICES
from anlan.warning.rules.reading.reading import FIELDS
from anlan.warning.rules.signal import Change


def _chosen(label: Any, choices: Sequence[tuple[str, Any]], **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", CHOOSE), *choices], **more)


class SaidForm(OfferingForm):
    """What a message says: read from its text, or chosen by a person. What is left open is
    refused by the action, which names it."""

    issuer = forms.CharField(label=_("issuer of the warning"), max_length=80, required=False)
    hazard = _chosen(_("hazard"), HAZARD_CHOICES, required=False)
    level = _chosen(
        _("warning level"),
        LEVEL_CHOICES,
        required=False,
        help_text=_("A lift may leave it open: it ends what is in force."),
    )
    change = _chosen(_("kind of change"), CHANGE_CHOICES, required=False)
    issued_at = CityTimeField(label=_("issued at"), required=False)
    expires_at = CityTimeField(
        label=_("expires at"),
        required=False,
        help_text=_("Only when the issuer says so: without it the warning holds until lifted."),
    )
    regions = forms.MultipleChoiceField(
        label=_("where it holds"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(
        self,
        *args: Any,
        regions: Sequence[tuple[str, str]] = (),
        drawn: tuple[Drawn, ...] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.drawn = drawn
        self.fields["regions"].choices = regions  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Everything that is left open is named at once; the action refuses it as well."""
        data: dict[str, Any] = super().clean() or {}
        is_lift = data.get("change") == Change.LIFT
        for name in FIELDS:
            is_open = not data.get(name) and name not in self.errors
            if is_open and not (is_lift and name == "level"):
                self.add_error(name, missing(name).text())
        is_open = not data.get("regions") and not self.drawn
        if is_open and not is_lift and "regions" not in self.errors:
            self.add_error("regions", AreaMissing().text())
        return data

    def told(self) -> Told:
        """What was said; the codes of regions as their keys."""
        data = self.cleaned_data
        keys = Region.objects.filter(code__in=data["regions"]).values_list("pk", flat=True)
        return Told(
            **{name: data[name] for name in FIELDS},
            expires_at=data["expires_at"],
            regions=tuple(keys),
            outlines=self.drawn,
        )


class PasteForm(SaidForm):
    """A message as it came. It has no reason: its text is the reason."""

    text = forms.CharField(
        label=_("text as received"),
        required=False,
        max_length=MOST_CHARS,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Whole and unchanged, with its title if it has one. One message at a time."),
    )
    received_at = CityTimeField(label=_("received at"))
    unit = RecordChoice(label=_("reporting unit that carries it on"), model=ReportingUnit)
    is_meant = forms.BooleanField(
        label=_("a real warning, neither drill nor test"), required=False
    )
    reason = forms.CharField(widget=forms.HiddenInput, required=False, max_length=300)


class CorrectionForm(SaidForm):
    """What the message really says, and why it was misread."""


class CapConfirmForm(PasteForm):
    """What a CAP file says, with what a person chose. The time of the receipt is the file's."""

    received_at = CityTimeField(label=_("received at"), disabled=True, required=False)


class ReceiptForm(OfferingForm):
    """The number of the receipt, and when it was given."""

    number = forms.CharField(label=_("number of the receipt"), max_length=80)
    received_at = CityTimeField(label=_("receipt of"))
    reason = forms.CharField(widget=forms.HiddenInput, required=False, max_length=300)


class SenderForm(ProvenForm):
    """Who sends CAP."""

    sender = forms.CharField(label=_("sender in the file"), max_length=200)
    issuer = forms.CharField(label=_("issuer of the warning"), max_length=80)
    body = RecordChoice(label=_("body"), model=Body, required=False)
    certificate = forms.CharField(
        label=_("certificate"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("The text from BEGIN to END CERTIFICATE, as the owner gave it."),
    )
