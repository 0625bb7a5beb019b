"""The register of substances: what the standard names, what a city adds."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base.screens.cells import Column, Text
from anlan.base.screens.register_form import Asked
from anlan.base.screens.register_list import Action, Filter, RegisterList
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers.actions.substances import add_substance, change_substance
from anlan.registers.forms.sites import (
    SubstanceForm,
)
from anlan.registers.models import Inventory, Substance
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import (
    MARK_COLUMN,
    SOURCE_COLUMN,
    UNKNOWN,
    mark_choices,
)
from anlan.registers.screens.installations import amount_shown, substance_url, tonnes
from anlan.registers.screens.keeping import KeptForm, columns_of
from anlan.registers.screens.sites import installation_url

SUBSTANCE_COLUMNS = (
    "name",
    "cas",
    "critical_quantity_t",
    "standard",
    "note",
    "source",
    "mark",
)


class SubstanceList(RegisterList):
    model = Substance
    title = _("Substances")
    lead = _("Substances with the quantity from which the standard counts a major hazard.")
    empty = _("No substance is loaded. Prepare the instance with a city profile: anlan prepare.")
    columns = (
        Column(
            name="name",
            label=_("name"),
            value=lambda s: s.name,
            link=substance_url,
            sort=("initials", "name"),
            is_title=True,
        ),
        Column(name="cas", label=_("CAS number"), value=lambda s: s.cas, sort=("cas",)),
        Column(
            name="critical",
            label=_("critical quantity (t)"),
            value=lambda s: s.critical_quantity_t,
            sort=("critical_quantity_t",),
            align="end",
            missing=UNKNOWN,
        ),
        Column(
            name="factor",
            label=_("correction factor β of a named gas"),
            value=lambda s: s.gas_factor,
            align="end",
        ),
        Column(name="standard", label=_("standard"), value=lambda s: s.standard),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    filters = (Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),)
    search_fields = (
        "name__icontains",
        "name_en__icontains",
        "cas__startswith",
        "initials__icontains",
    )
    default_sort = "name"

    def actions(self) -> Sequence[Action]:
        if not scope_of(self.request).may(Capability.KEEP_REGISTERS):
            return ()
        url = reverse("substance-add")
        return (Action(label=_("Enter a substance"), url=url, icon="plus", is_primary=True),)


class SubstanceObject(RegisterObject):
    model = Substance
    url_name = "substance"
    subject = "registers.substance"

    def crumbs(self, row: Substance) -> Sequence[tuple[str, Text]]:
        return ((reverse("substance-list"), _("Substances")),)

    def api_url(self, row: Substance) -> str:
        return f"/api/v1/substances/{row.pk}"

    def actions(self, row: Substance) -> Sequence[Action]:
        if not scope_of(self.request).may(Capability.KEEP_REGISTERS):
            return ()
        return (Action(label=_("Change"), url=reverse("substance-change", args=[row.pk])),)

    def facts(self, row: Substance) -> Sequence[Fact]:
        return (
            fact(_("name"), row.name),
            fact(_("CAS number"), row.cas, missing=UNKNOWN),
            fact(_("critical quantity"), tonnes(row.critical_quantity_t), missing=UNKNOWN),
            fact(_("correction factor β of a named gas"), row.gas_factor),
            fact(_("standard"), row.standard, missing=UNKNOWN),
            fact(_("note"), row.note),
        )

    def relations(self, row: Substance) -> Sequence[Relation]:
        scope = scope_of(self.request)
        visible = Inventory.objects.visible_to(scope).filter(substance=row)
        joined = visible.select_related("installation__site__enterprise").order_by("-counted_on")
        rows = list(joined[:50])
        return (
            Relation(
                label=_("Where it was counted"),
                columns=(
                    Column(
                        name="installation",
                        label=_("installation"),
                        value=lambda i: i.installation.name,
                        link=lambda i: installation_url(i.installation),
                        is_title=True,
                    ),
                    Column(
                        name="enterprise",
                        label=_("enterprise"),
                        value=lambda i: i.installation.site.enterprise.name,
                    ),
                    Column(name="day", label=_("counted on"), value=lambda i: i.counted_on),
                    Column(
                        name="amount",
                        label=_("amount (t)"),
                        value=amount_shown,
                        align="end",
                        missing=UNKNOWN,
                    ),
                    MARK_COLUMN,
                ),
                rows=rows,
                count=visible.count(),
                empty=_("No installation that your post may see holds it."),
            ),
        )


class SubstanceAdd(KeptForm):
    capability = Capability.KEEP_REGISTERS
    form_class = SubstanceForm
    title = _("Enter a substance")

    def perform(self, asked: Asked) -> str:
        result = add_substance(asked.values, **self.told(asked))
        return reverse("substance", args=[result["id"]])

    def back(self) -> str:
        return reverse("substance-list")

    def crumbs(self) -> list[tuple[str, Text]]:
        return [(reverse("substance-list"), _("Substances"))]


class SubstanceChange(SubstanceAdd):
    title = _("Change a substance")

    def current(self) -> Substance:
        row: Substance = self.one(Substance, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        return columns_of(self.current(), SUBSTANCE_COLUMNS)

    def perform(self, asked: Asked) -> str:
        change_substance(
            self.kwargs["pk"],
            asked.values,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()

    def back(self) -> str:
        return reverse("substance", args=[self.kwargs["pk"]])
