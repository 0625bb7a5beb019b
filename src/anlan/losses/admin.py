"""Upkeep of losses. Figures that were stated are never overwritten: a report adds to them."""

from typing import ClassVar

from django.contrib import admin

from anlan.base.admin import ReadOnlyAdmin, RegisterAdmin
from anlan.base.rules.labels import gettext_noop
from anlan.losses.models import (
    Accident,
    AccidentFigure,
    AccidentSector,
    Disaster,
    DisasterFigure,
)
from anlan.losses.rules.disaster_figures import FIELD_LABELS

PROOF = ("source", "mark")
STATED = gettext_noop(
    "“{label}” was reported and is never overwritten: enter a follow-up report on its page."
)


@admin.register(AccidentSector)
class AccidentSectorAdmin(RegisterAdmin):
    columns = (
        "code",
        "name",
        "focus",
        "is_coal_mine",
        "position",
        "valid_from",
        "valid_until",
        *PROOF,
    )
    frozen_fields = ("is_coal_mine",)
    bulk_fields = ("focus", "valid_until", *PROOF)
    list_display = ("name", "code", "focus", "is_coal_mine")
    list_filter = ("focus", "is_coal_mine", "mark")
    search_fields = ("code", "name")


@admin.register(Accident)
class AccidentAdmin(RegisterAdmin):
    view_capability: ClassVar[str] = "read-internal"
    never_removed = True
    columns = (
        "title",
        "occurred_at",
        "kind",
        "unit",
        "region",
        "address",
        "longitude_deg",
        "latitude_deg",
        "sector",
        "enterprise",
        "body",
        "head_told_at",
        "people_at_risk",
        "people_trapped",
        "people_evacuated",
        "people_observed",
        "threat",
        "deaths",
        "missing",
        "serious_injuries",
        "direct_loss_fen",
        "counting",
        "counting_note",
        *PROOF,
    )
    known_by = ("occurred_at", "unit", "title")
    frozen_fields = ("deaths", "missing", "serious_injuries", "direct_loss_fen")
    frozen_message = STATED
    bulk_fields = ("sector", "kind", *PROOF)
    list_display = ("title", "occurred_at", "unit", "sector", "deaths", "counting")
    list_filter = ("kind", "counting", "sector", "unit", "mark")
    list_select_related = ("unit", "sector")
    search_fields = ("title", "address")
    autocomplete_fields = ("unit", "region", "sector", "enterprise", "body")


@admin.register(AccidentFigure)
class AccidentFigureAdmin(ReadOnlyAdmin):
    """Statements are made by reports and corrections of the accident."""

    columns = (
        "accident",
        "number",
        "report_kind",
        "reported_at",
        "known_at",
        "superseded_at",
        "deaths",
        "counted_deaths",
        "missing",
        "serious_injuries",
        "direct_loss_fen",
        "note",
        *PROOF,
    )
    list_display = ("accident", "number", "report_kind", "known_at", "deaths")
    list_filter = ("report_kind", "mark")
    list_select_related = ("accident",)
    search_fields = ("accident__title",)


@admin.register(Disaster)
class DisasterAdmin(RegisterAdmin):
    view_capability: ClassVar[str] = "read-internal"
    never_removed = True
    columns = (
        "code",
        "title",
        "hazard",
        "began_on",
        "began_at",
        "ended_on",
        "unit",
        "note",
        *PROOF,
    )
    frozen_fields = ("began_on", "began_at", "unit")
    frozen_message = gettext_noop(
        "“{label}” decides where the figures are counted and is never overwritten: open the "
        "process anew instead."
    )
    bulk_fields = ("ended_on", "note", *PROOF)
    list_display = ("title", "code", "hazard", "began_on", "unit")
    list_filter = ("hazard", "unit", "mark")
    list_select_related = ("unit",)
    search_fields = ("title", "code")
    autocomplete_fields = ("unit",)


@admin.register(DisasterFigure)
class DisasterFigureAdmin(RegisterAdmin):
    view_capability: ClassVar[str] = "read-internal"
    never_removed = True
    columns = (
        "disaster",
        "unit",
        "report_kind",
        "reported_at",
        "body",
        *FIELD_LABELS,
        "note",
        *PROOF,
    )
    known_by = ("disaster", "unit", "report_kind", "reported_at")
    frozen_fields = ("disaster", "unit", "report_kind", "reported_at", "body", *FIELD_LABELS)
    frozen_message = STATED
    bulk_fields = PROOF
    list_display = ("disaster", "unit", "number", "report_kind", "reported_at", "deaths")
    list_filter = ("report_kind", "unit", "mark")
    list_select_related = ("disaster", "unit")
    search_fields = ("disaster__title", "disaster__code", "unit__short_name")
    autocomplete_fields = ("disaster", "unit", "body")
