"""Form of an area contact."""

from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.registers.choices import CONTACT_KIND_CHOICES
from anlan.registers.forms.common import PersonChoice, ProvenForm, RecordChoice, date_field
from anlan.registers.forms.sites import DATUMS
from anlan.registers.models import Enterprise, Person, Region, ReportingUnit
from anlan.registers.models.area_contacts import lies_in

NEW_PERSON = ("person", "deputy")


class AreaContactForm(ProvenForm):
    """`place_code` is a division by code or name, as an officer knows it."""

    unit = RecordChoice(label=_("reporting unit"), model=ReportingUnit)
    kind = forms.ChoiceField(label=_("responsible as"), choices=CONTACT_KIND_CHOICES)
    region = forms.CharField(
        label=_("region"),
        max_length=60,
        help_text=_(
            "Name or code of the village, township or county; a name that two have is "
            "refused with their codes."
        ),
    )
    place = forms.CharField(
        label=_("place"),
        max_length=120,
        required=False,
        help_text=_("School, hazard site, reservoir or group of the village, where it is one."),
    )
    person = PersonChoice(label=_("person"), model=Person, required=False)
    new_person = forms.CharField(
        label=_("person who is not in the list"), max_length=60, required=False
    )
    new_person_mobile = forms.CharField(
        label=_("mobile of this person"),
        max_length=20,
        required=False,
        help_text=_("Used for calls about duties of the post; others see the last four digits."),
    )
    deputy = PersonChoice(
        label=_("deputy"),
        model=Person,
        required=False,
        help_text=_("Called when the contact does not answer."),
    )
    new_deputy = forms.CharField(
        label=_("deputy who is not in the list"), max_length=60, required=False
    )
    new_deputy_mobile = forms.CharField(
        label=_("mobile of this deputy"), max_length=20, required=False
    )
    longitude_deg = forms.FloatField(
        label=_("longitude (°)"), required=False, help_text=_("East, decimal degrees: 111.00712")
    )
    latitude_deg = forms.FloatField(
        label=_("latitude (°)"), required=False, help_text=_("North, decimal degrees: 35.02345")
    )
    datum = forms.ChoiceField(label=_("where the point was read"), choices=DATUMS)
    enterprise = RecordChoice(label=_("enterprise"), model=Enterprise, required=False)
    held_from = date_field(_("held from"))
    held_until = date_field(_("held until (excluded)"), required=False)
    note = forms.CharField(label=_("note"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for name in NEW_PERSON:
            if data.get(name) and data.get(f"new_{name}"):
                self.add_error(
                    f"new_{name}", _("Choose somebody from the list or give a name, not both.")
                )
            if data.get(f"new_{name}_mobile") and not data.get(f"new_{name}"):
                self.add_error(f"new_{name}", _("Whose number is it? Give the name."))
        if data.get("unit") and data.get("region"):
            self._find_region(data)
        return data

    def _find_region(self, data: dict[str, Any]) -> None:
        word, unit = data["region"].strip(), data["unit"]
        rows = Region.objects.filter(code=word) | Region.objects.filter(name=word)
        joined = rows.select_related("parent__parent__parent")[:50]
        found = [row for row in joined if lies_in(row, unit.region_id)]
        if len(found) == 1:
            data["region"] = found[0]
        elif found:
            codes = "、".join(f"{row.parent} {row.name} {row.code}" for row in found[:6])
            said = gettext("Several places have this name. Give one of the codes: {codes}")
            self.add_error("region", said.format(codes=codes))
        else:
            said = gettext(
                "“{word}” is no place of {unit}. Look its name or code up in the list of regions."
            )
            self.add_error("region", said.format(word=word, unit=unit))
