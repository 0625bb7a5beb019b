"""Upkeep of documents and of what cites them."""

from django.contrib import admin

from anlan.base.admin import ReadOnlyAdmin, RegisterAdmin
from anlan.registers.admin.common import PROOF
from anlan.registers.models import Citation, Instrument


@admin.register(Instrument)
class InstrumentAdmin(RegisterAdmin):
    columns = (
        "issuer",
        "name",
        "number",
        "kind",
        "adopted_on",
        "in_force_from",
        "in_force_until",
        "review_on",
        "note",
        *PROOF,
    )
    bulk_fields = ("kind", "review_on", "note", *PROOF)
    list_display = ("name", "number", "kind", "issuer", "adopted_on", "review_on")
    list_filter = ("kind", "mark")
    list_select_related = ("issuer",)
    search_fields = ("name", "number", "issuer__full_name")
    autocomplete_fields = ("issuer",)


@admin.register(Citation)
class CitationAdmin(ReadOnlyAdmin):
    """Uses are named on the records that used an institution."""

    columns = ("instrument", "subject_name", "cited_on", "note")
    list_display = ("instrument", "subject_name", "cited_on")
    list_select_related = ("instrument",)
    search_fields = ("instrument__name", "subject_name")
