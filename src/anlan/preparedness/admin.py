"""Upkeep of the project sheets. What happened on them is entered on their own pages."""

from django.contrib import admin

from anlan.base.admin import ReadOnlyAdmin, RegisterAdmin
from anlan.preparedness.models import (
    Acceptance,
    Delay,
    Milestone,
    NoticeCheck,
    Payment,
    Photograph,
    Project,
    ProjectPlace,
)

PROOF = ("source", "mark")


@admin.register(Project)
class ProjectAdmin(RegisterAdmin):
    columns = (
        "unit",
        "name",
        "item_key",
        "lead",
        "budget_fen",
        "planned_start_on",
        "planned_finish_on",
        "started_on",
        "built_on",
        "note",
        *PROOF,
    )
    bulk_fields = ("item_key", "planned_start_on", "planned_finish_on", "note", *PROOF)
    list_display = ("name", "item_key", "lead", "planned_finish_on")
    list_filter = ("mark",)
    list_select_related = ("lead", "unit")
    search_fields = ("name", "item_key", "lead__full_name")
    autocomplete_fields = ("unit", "lead")


@admin.register(ProjectPlace)
class ProjectPlaceAdmin(RegisterAdmin):
    columns = ("project", "name", "region", "what", "unit_of_work", "planned", "done")
    bulk_fields = ("region", "unit_of_work")
    list_display = ("name", "project", "region", "what", "planned", "done")
    list_select_related = ("project", "region")
    search_fields = ("name", "project__name")
    autocomplete_fields = ("project", "region")


@admin.register(NoticeCheck)
class NoticeCheckAdmin(ReadOnlyAdmin):
    """Read from the notices of the profile."""

    columns = ("item_key", "asked", "by", "phrase", "basis")
    list_display = ("item_key", "asked", "by", "phrase")
    search_fields = ("item_key", "phrase")


class OfProjectAdmin(ReadOnlyAdmin):
    list_select_related = ("project",)
    search_fields = ("project__name",)


@admin.register(Milestone)
class MilestoneAdmin(OfProjectAdmin):
    columns = ("project", "name", "due_on", "done_on", "proof")
    list_display = ("name", "project", "due_on", "done_on")


@admin.register(Payment)
class PaymentAdmin(OfProjectAdmin):
    columns = ("project", "paid_on", "amount_fen", "document", "note", "is_over_budget")
    list_display = ("document", "project", "paid_on", "amount_fen")


@admin.register(Photograph)
class PhotographAdmin(OfProjectAdmin):
    columns = ("project", "what", "taken_at", "time_proof", "received_at")
    list_display = ("what", "project", "taken_at", "time_proof")


@admin.register(Acceptance)
class AcceptanceAdmin(OfProjectAdmin):
    columns = ("project", "accepted_on", "result", "by", "document", "note")
    list_display = ("document", "project", "accepted_on", "result")


@admin.register(Delay)
class DelayAdmin(OfProjectAdmin):
    columns = ("project", "said_on", "cause", "was_planned_on", "new_finish_on")
    list_display = ("cause", "project", "said_on", "new_finish_on")
