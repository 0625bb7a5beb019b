"""Upkeep of enterprises, sites, installations, substances and area contacts."""

from django.contrib import admin

from anlan.base.admin import ReadOnlyAdmin, RegisterAdmin
from anlan.registers.admin.common import PROOF
from anlan.registers.models import (
    AreaContact,
    Enterprise,
    Installation,
    Inventory,
    Site,
    Substance,
)


@admin.register(Enterprise)
class EnterpriseAdmin(RegisterAdmin):
    columns = (
        "name",
        "unit",
        "region",
        "note",
        "credit_code",
        "sector",
        "size",
        "employees_persons",
        "legal_representative",
        "safety_officer",
        "safety_post",
        "state",
        "state_since",
        "grade",
        "initials",
        *PROOF,
    )
    bulk_fields = ("unit", "sector", "size", "grade", "note", *PROOF)
    list_display = ("name", "credit_code", "sector", "unit", "state")
    list_filter = ("sector", "state", "size", "grade", "unit", "mark")
    list_select_related = ("unit",)
    search_fields = ("name", "credit_code", "initials")
    autocomplete_fields = ("unit", "region", "legal_representative", "safety_officer")


@admin.register(Site)
class SiteAdmin(RegisterAdmin):
    """The place is entered on the site's own form, which converts and checks the point."""

    columns = ("enterprise", "name", "address", "region", "grade", *PROOF)
    bulk_fields = ("grade", *PROOF)
    list_display = ("name", "enterprise", "region", "place_state")
    list_filter = ("place_state", "grade", "mark")
    list_select_related = ("enterprise", "region")
    search_fields = ("name", "address", "enterprise__name")
    autocomplete_fields = ("enterprise", "region")


@admin.register(AreaContact)
class AreaContactAdmin(RegisterAdmin):
    """Points are entered in CGCS2000 here; the form converts those of map services."""

    columns = (
        "person",
        "kind",
        "unit",
        "region",
        "place",
        "longitude_deg",
        "latitude_deg",
        "enterprise",
        "site",
        "deputy",
        "held_from",
        "held_until",
        "note",
        *PROOF,
    )
    bulk_fields = ("kind", "deputy", "held_until", "note", *PROOF)
    list_display = ("person", "kind", "region", "place", "unit", "held_until")
    list_filter = ("kind", "unit", "mark")
    list_select_related = ("person", "region", "unit")
    search_fields = ("person__name", "region__name", "place")
    autocomplete_fields = ("person", "unit", "region", "enterprise", "site", "deputy")


@admin.register(Installation)
class InstallationAdmin(RegisterAdmin):
    columns = ("site", "name", "kind", "state", "commissioned_on", "note", *PROOF)
    bulk_fields = ("kind", "state", "note", *PROOF)
    list_display = ("name", "kind", "site", "state")
    list_filter = ("kind", "state", "mark")
    list_select_related = ("site",)
    search_fields = ("name", "site__name", "site__enterprise__name")
    autocomplete_fields = ("site",)


@admin.register(Substance)
class SubstanceAdmin(RegisterAdmin):
    columns = (
        "name",
        "name_en",
        "cas",
        "critical_quantity_t",
        "gas_factor",
        "standard",
        "initials",
        "note",
        *PROOF,
    )
    bulk_fields = ("standard", "note", *PROOF)
    list_display = ("name", "cas", "critical_quantity_t", "standard", "mark")
    list_filter = ("mark",)
    search_fields = ("name", "name_en", "cas", "initials")


@admin.register(Inventory)
class InventoryAdmin(ReadOnlyAdmin):
    """Counts are entered on the page of the installation."""

    columns = ("installation", "substance", "counted_on", "amount_t", "maximum_t", *PROOF)
    list_display = ("installation", "substance", "counted_on", "amount_t", "maximum_t")
    list_filter = ("mark",)
    list_select_related = ("installation", "substance")
    search_fields = ("installation__name", "substance__name")
