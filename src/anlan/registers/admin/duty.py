"""Upkeep of the duty roster and of contacts with their proof of life."""

from django.contrib import admin

from anlan.base.admin import ReadOnlyAdmin, RegisterAdmin
from anlan.registers.admin.common import PROOF
from anlan.registers.models import (
    ContactProof,
    ContactThreshold,
    DutyAssignment,
    DutyShift,
    HandoverSignature,
    PostNumber,
)


@admin.register(DutyShift)
class DutyShiftAdmin(ReadOnlyAdmin):
    """Shifts are entered, swapped and handed over on the duty roster."""

    columns = ("body", "starts_at", "ends_at", "note")
    list_display = ("body", "starts_at", "ends_at")
    list_select_related = ("body",)
    search_fields = ("body__short_name",)


@admin.register(DutyAssignment)
class DutyAssignmentAdmin(ReadOnlyAdmin):
    columns = ("shift", "role", "person")
    list_display = ("shift", "role", "person")
    list_filter = ("role",)
    list_select_related = ("shift__body", "person")
    search_fields = ("person__name", "shift__body__short_name")


@admin.register(HandoverSignature)
class HandoverSignatureAdmin(ReadOnlyAdmin):
    columns = ("shift", "side", "person", "signed_at", "note")
    list_display = ("shift", "side", "person", "signed_at")
    list_filter = ("side",)
    list_select_related = ("shift__body", "person")
    search_fields = ("person__name", "shift__body__short_name")


@admin.register(PostNumber)
class PostNumberAdmin(RegisterAdmin):
    columns = ("post", "number", "note", *PROOF)
    bulk_fields = ("note", *PROOF)
    list_display = ("post", "number", "mark")
    list_filter = ("mark",)
    list_select_related = ("post__body",)
    search_fields = ("number", "post__title", "post__body__short_name")
    autocomplete_fields = ("post",)


@admin.register(ContactProof)
class ContactProofAdmin(ReadOnlyAdmin):
    """Attempts are recorded where people call; none is ever changed."""

    columns = ("person", "post_number", "kind", "outcome", "way", "tried_at", "answered_by")
    list_display = ("tried_at", "person", "post_number", "outcome", "way")
    list_filter = ("outcome", "way", "kind")
    list_select_related = ("person", "post_number__post__body")
    search_fields = ("person__name", "post_number__number")


@admin.register(ContactThreshold)
class ContactThresholdAdmin(RegisterAdmin):
    columns = ("unit", "valid_from", "stale_after_calendar_days", *PROOF)
    bulk_fields = PROOF
    list_display = ("unit", "stale_after_calendar_days", "valid_from")
    list_filter = ("mark",)
    list_select_related = ("unit",)
    search_fields = ("unit__short_name",)
    autocomplete_fields = ("unit",)
