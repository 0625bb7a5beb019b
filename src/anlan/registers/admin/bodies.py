"""Upkeep of regions, reporting units, bodies, their groups and lines, and statistics."""

from typing import ClassVar

from django.contrib import admin

from anlan.base.admin import RegisterAdmin, RegisterInline
from anlan.base.rules.labels import gettext_noop
from anlan.registers.admin.common import PROOF, SPAN
from anlan.registers.models import (
    Body,
    BodyGroup,
    BodyName,
    GroupMembership,
    Region,
    ReportingLine,
    ReportingUnit,
    Statistic,
)


@admin.register(Region)
class RegionAdmin(RegisterAdmin):
    columns = (
        "code",
        "name",
        "name_en",
        "level",
        "is_division",
        "parent",
        "initials",
        "seat",
        "longitude_deg",
        "latitude_deg",
        "edition",
        "note",
        *PROOF,
    )
    bulk_fields = ("parent", "edition", "note", *PROOF)
    list_display = ("code", "name", "level", "parent", "mark")
    list_filter = ("level", "is_division", "mark")
    list_select_related = ("parent",)
    search_fields = ("code", "name", "initials")
    autocomplete_fields = ("parent",)


@admin.register(ReportingUnit)
class ReportingUnitAdmin(RegisterAdmin):
    columns = (
        "code",
        "name",
        "short_name",
        "kind",
        "region",
        "parent",
        "position",
        *SPAN,
        *PROOF,
    )
    frozen_fields = ("code",)  # terms name a unit by it
    bulk_fields = (*SPAN, *PROOF)
    list_display = ("short_name", "name", "kind", "region", *SPAN)
    list_filter = ("kind", "mark")
    list_select_related = ("region",)
    search_fields = ("code", "name", "short_name")
    autocomplete_fields = ("region", "parent")


class BodyNameInline(RegisterInline):
    model = BodyName
    fields = ("kind", "name", "only_in_unit", *SPAN, "note", *PROOF, "expected_version")


@admin.register(Body)
class BodyAdmin(RegisterAdmin):
    view_capability: ClassVar[str] = "read-internal"
    columns = (
        "code",
        "full_name",
        "short_name",
        "kind",
        "unit",
        "in_line_of_command",
        "initials",
        "position",
        *SPAN,
        "note",
        *PROOF,
    )
    frozen_fields = ("code",)  # terms name a body by it
    bulk_fields = ("kind", "unit", "in_line_of_command", *SPAN, *PROOF)
    list_display = ("short_name", "full_name", "kind", "unit")
    list_filter = ("kind", "unit", "in_line_of_command", "mark")
    list_select_related = ("unit",)
    search_fields = ("code", "full_name", "short_name", "initials")
    autocomplete_fields = ("unit",)
    inlines = (BodyNameInline,)


@admin.register(BodyName)
class BodyNameAdmin(RegisterAdmin):
    columns = ("body", "kind", "name", "only_in_unit", *SPAN, "note", *PROOF)
    bulk_fields = ("only_in_unit", *SPAN, *PROOF)
    list_display = ("name", "kind", "body", *SPAN)
    list_filter = ("kind", "mark")
    list_select_related = ("body",)
    search_fields = ("name", "body__short_name")
    autocomplete_fields = ("body",)


class MembershipInline(RegisterInline):
    model = GroupMembership
    fields = ("body", *SPAN, *PROOF, "expected_version")
    autocomplete_fields = ("body",)


@admin.register(BodyGroup)
class BodyGroupAdmin(RegisterAdmin):
    columns = ("code", "name", "names", "unit", "note", *PROOF)
    bulk_fields = ("unit", *PROOF)
    list_display = ("name", "unit")
    list_select_related = ("unit",)
    search_fields = ("code", "name")
    autocomplete_fields = ("unit",)
    inlines = (MembershipInline,)


@admin.register(GroupMembership)
class GroupMembershipAdmin(RegisterAdmin):
    columns = ("group", "body", *SPAN, *PROOF)
    bulk_fields = ("valid_until", *PROOF)
    list_display = ("group", "body", *SPAN)
    list_filter = ("group", "mark")
    list_select_related = ("group", "body")
    search_fields = ("group__name", "body__short_name")
    autocomplete_fields = ("group", "body")


@admin.register(ReportingLine)
class ReportingLineAdmin(RegisterAdmin):
    columns = ("body", "head", "superior", *SPAN, *PROOF)
    bulk_fields = ("superior", "valid_until", *PROOF)
    list_display = ("body", "head", "superior", *SPAN)
    list_filter = ("mark",)
    list_select_related = ("body", "head__body", "superior__body")
    search_fields = ("body__short_name", "head__title", "superior__title")
    autocomplete_fields = ("body", "head", "superior")


@admin.register(Statistic)
class StatisticAdmin(RegisterAdmin):
    columns = (
        "region",
        "year",
        "indicator",
        "edition",
        "value",
        "unit_of_measure",
        "state",
        "published_on",
        "grade",
        "note",
        *PROOF,
    )
    frozen_fields = ("region", "year", "indicator", "edition", "value", "unit_of_measure", "state")
    frozen_message = gettext_noop(
        "“{label}” of an entered figure is never overwritten: a restated value is a new edition."
    )
    bulk_fields = ("published_on", "grade", "note", *PROOF)
    list_display = ("region", "year", "indicator", "value", "unit_of_measure", "edition")
    list_filter = ("indicator", "year", "state", "grade")
    list_select_related = ("region",)
    search_fields = ("region__name", "indicator", "edition")
    autocomplete_fields = ("region",)
