"""Installations, what they hold, and the register of substances."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.screens.cells import Badge, Column, Text, plain_number
from anlan.base.screens.register_form import Asked
from anlan.base.screens.register_list import Action, Filter, RegisterList, choices_of
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers.actions.sites import (
    add_installation,
    add_inventory,
    change_installation,
    change_inventory,
)
from anlan.registers.choices import InstallationKind, InstallationState
from anlan.registers.forms.sites import (
    AmountForm,
    InstallationForm,
    InventoryForm,
)
from anlan.registers.models import Installation, Inventory, Site, Substance
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import (
    MARK_COLUMN,
    SOURCE_COLUMN,
    UNKNOWN,
    mark_choices,
    unit_choices,
)
from anlan.registers.screens.enterprises import enterprise_url
from anlan.registers.screens.keeping import KeptForm, columns_of
from anlan.registers.screens.sites import INSTALLATION_COLUMNS, installation_url, site_url


def tonnes(value: Decimal | None) -> str:
    return "" if value is None else f"{plain_number(value)} t"


def substance_url(row: Substance) -> str:
    return reverse("substance", args=[row.pk])


def amount_shown(row: Inventory) -> Any:
    """The amount; more than the design maximum is said in words and colour."""
    if row.amount_t is not None and row.maximum_t is not None and row.amount_t > row.maximum_t:
        text = _("{amount}: above the design maximum")
        return Badge(text=text.format(amount=tonnes(row.amount_t)), tone="red", icon="warn")
    return tonnes(row.amount_t)


class InstallationList(RegisterList):
    model = Installation
    capability = Capability.READ_INTERNAL
    title = _("Installations")
    lead = _("Tanks, units and warehouses of the sites, with what they hold.")
    empty = _("No installation is entered that your post may see. Open a site and add one.")
    columns = (
        Column(
            name="name",
            label=_("name or number"),
            value=lambda i: i.name,
            link=installation_url,
            sort=("name",),
            is_title=True,
        ),
        Column(name="kind", label=_("kind"), value=lambda i: i.get_kind_display(), sort=("kind",)),
        Column(
            name="site",
            label=_("site"),
            value=lambda i: i.site.name,
            link=lambda i: site_url(i.site),
            sort=("site__name", "name"),
        ),
        Column(
            name="enterprise",
            label=_("enterprise"),
            value=lambda i: i.site.enterprise.name,
            link=lambda i: enterprise_url(i.site.enterprise),
            sort=("site__enterprise__initials", "name"),
        ),
        Column(
            name="state", label=_("state"), value=lambda i: i.get_state_display(), sort=("state",)
        ),
        Column(
            name="counts",
            label=_("inventories"),
            value=lambda i: i.count_number,
            align="end",
        ),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    filters = (
        Filter(
            name="unit",
            label=_("unit"),
            choices=unit_choices,
            field="site__enterprise__unit__code",
        ),
        Filter(name="kind", label=_("kind"), choices=choices_of(InstallationKind), field="kind"),
        Filter(
            name="state", label=_("state"), choices=choices_of(InstallationState), field="state"
        ),
        Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),
    )
    search_fields = (
        "name__icontains",
        "site__name__icontains",
        "site__enterprise__name__icontains",
    )
    default_sort = "enterprise"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        joined = rows.select_related("site__enterprise__unit")
        return joined.annotate(count_number=Count("inventories", distinct=True))


class InstallationObject(RegisterObject):
    model = Installation
    capability = Capability.READ_INTERNAL
    url_name = "installation"
    subject = "registers.installation"

    def arrange(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.select_related("site__enterprise__unit")

    def crumbs(self, row: Installation) -> Sequence[tuple[str, Text]]:
        return (
            (reverse("installation-list"), _("Installations")),
            (site_url(row.site), row.site.name),
        )

    def api_url(self, row: Installation) -> str:
        return f"/api/v1/installations/{row.pk}"

    def may_keep(self, row: Installation) -> bool:
        return bool(scope_of(self.request).may_keep_for(row.site.enterprise.unit.code))

    def actions(self, row: Installation) -> Sequence[Action]:
        if not self.may_keep(row):
            return ()
        return (
            Action(label=_("Change"), url=reverse("installation-change", args=[row.pk])),
            Action(
                label=_("Enter a count"),
                url=reverse("inventory-add", args=[row.pk]),
                icon="plus",
                is_primary=True,
            ),
        )

    def facts(self, row: Installation) -> Sequence[Fact]:
        return (
            fact(_("name or number"), row.name),
            fact(_("kind"), row.get_kind_display()),
            fact(_("state"), row.get_state_display()),
            fact(_("in use since"), row.commissioned_on, missing=UNKNOWN),
            fact(_("site"), row.site.name, url=site_url(row.site)),
            fact(
                _("enterprise"),
                row.site.enterprise.name,
                url=enterprise_url(row.site.enterprise),
            ),
            fact(_("note"), row.note),
        )

    def relations(self, row: Installation) -> Sequence[Relation]:
        visible = Inventory.objects.visible_to(scope_of(self.request)).filter(installation=row)
        rows = list(visible.select_related("substance").order_by("-counted_on", "substance_id"))
        columns: tuple[Column, ...] = (
            Column(
                name="substance",
                label=_("substance"),
                value=lambda i: i.substance.name,
                link=lambda i: substance_url(i.substance),
                is_title=True,
            ),
            Column(name="day", label=_("counted on"), value=lambda i: i.counted_on),
            Column(
                name="amount",
                label=_("amount (t)"),
                value=amount_shown,
                align="end",
                missing=UNKNOWN,
            ),
            Column(
                name="maximum",
                label=_("design maximum (t)"),
                value=lambda i: tonnes(i.maximum_t),
                align="end",
                missing=UNKNOWN,
            ),
            MARK_COLUMN,
        )
        if self.may_keep(row):
            change = Column(
                name="change",
                label=_("change"),
                value=lambda i: _("Correct"),
                link=lambda i: reverse("inventory-change", args=[i.pk]),
            )
            columns = (*columns, change)
        return (
            Relation(
                label=_("Inventories, the newest first"),
                columns=columns,
                rows=rows,
                count=len(rows),
                empty=_("Nothing was counted yet: what this installation holds is unknown."),
            ),
        )


class InstallationAdd(KeptForm):
    form_class = InstallationForm
    title = _("Add an installation")

    def site(self) -> Site:
        row: Site = self.one(Site, pk=self.kwargs["pk"])
        return row

    def perform(self, asked: Asked) -> str:
        result = add_installation(asked.values | {"site": self.site()}, **self.told(asked))
        return reverse("installation", args=[result["id"]])

    def back(self) -> str:
        return site_url(self.site())

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.site()
        return [(reverse("site-list"), _("Sites")), (site_url(row), row.name)]


class InstallationChange(KeptForm):
    form_class = InstallationForm
    title = _("Change an installation")

    def current(self) -> Installation:
        row: Installation = self.one(Installation, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        return columns_of(self.current(), INSTALLATION_COLUMNS)

    def perform(self, asked: Asked) -> str:
        change_installation(
            self.kwargs["pk"],
            asked.values,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()

    def back(self) -> str:
        return reverse("installation", args=[self.kwargs["pk"]])

    def crumbs(self) -> list[tuple[str, Text]]:
        return [
            (reverse("installation-list"), _("Installations")),
            (self.back(), self.current().name),
        ]


class InventoryAdd(KeptForm):
    form_class = InventoryForm
    title = _("Enter a count")
    lead = _("An older count stays: every day of counting is a row of its own.")

    def installation(self) -> Installation:
        row: Installation = self.one(Installation, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        return {"counted_on": clock.today()}

    def offered(self) -> dict[str, QuerySet[Any]]:
        return {"substance": Substance.objects.visible_to(self.scope).order_by("initials")}

    def perform(self, asked: Asked) -> str:
        add_inventory(asked.values | {"installation": self.installation()}, **self.told(asked))
        return self.back()

    def back(self) -> str:
        return installation_url(self.installation())

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.installation()
        return [
            (reverse("installation-list"), _("Installations")),
            (installation_url(row), row.name),
        ]


class InventoryChange(KeptForm):
    form_class = AmountForm
    title = _("Correct a count")
    lead = _("For typing errors only. What was counted on another day is a new count.")

    def current(self) -> Inventory:
        row: Inventory = self.one(Inventory, pk=self.kwargs["pk"])
        return row

    def initial(self) -> dict[str, Any]:
        row = self.current()
        return {
            "amount": row.amount_t,
            "maximum": row.maximum_t,
            "unit_of_mass": "t",
            "source": row.source,
            "mark": row.mark,
        }

    def perform(self, asked: Asked) -> str:
        change_inventory(
            self.kwargs["pk"],
            asked.values,
            expected_version=asked.expected_version,
            **self.told(asked),
        )
        return self.back()

    def back(self) -> str:
        return installation_url(self.current().installation)

    def crumbs(self) -> list[tuple[str, Text]]:
        row = self.current()
        return [
            (reverse("installation-list"), _("Installations")),
            (installation_url(row.installation), row.installation.name),
            (substance_url(row.substance), row.substance.name),
        ]
