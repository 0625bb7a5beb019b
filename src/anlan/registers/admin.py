"""Upkeep of the registers. Whoever keeps posts and tenures decides what people may do: those
registers ask for the right of the security administrator."""

from typing import ClassVar

from django.contrib import admin

from anlan.base.admin import ReadOnlyAdmin, RegisterAdmin, RegisterInline
from anlan.base.rules.labels import gettext_noop
from anlan.registers.models import (
    Account,
    ApiToken,
    AreaContact,
    Body,
    BodyGroup,
    BodyName,
    Citation,
    ContactProof,
    ContactThreshold,
    DutyAssignment,
    DutyShift,
    Enterprise,
    GroupMembership,
    HandoverSignature,
    Installation,
    Instrument,
    Inventory,
    Person,
    Post,
    PostNumber,
    Region,
    ReportingLine,
    ReportingUnit,
    Site,
    Statistic,
    Substance,
    Tenure,
)

PROOF = ("source", "mark")
SPAN = ("valid_from", "valid_until")


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


@admin.register(Person)
class PersonAdmin(RegisterAdmin):
    view_capability: ClassVar[str] = "read-people"
    columns = ("name", "mobile", "landline", "initials")
    known_by = ("name", "mobile")
    list_display = ("name", "mobile", "landline")
    search_fields = ("name", "mobile", "initials")


@admin.register(Post)
class PostAdmin(RegisterAdmin):
    capability: ClassVar[str] = "assign-rights"
    view_capability: ClassVar[str] = "read-accounts"
    columns = ("body", "title", "role")
    bulk_fields = ("body",)
    list_display = ("body", "title", "role")
    list_filter = ("role",)
    list_select_related = ("body",)
    search_fields = ("title", "body__short_name")
    autocomplete_fields = ("body",)


@admin.register(Tenure)
class TenureAdmin(RegisterAdmin):
    capability: ClassVar[str] = "assign-rights"
    view_capability: ClassVar[str] = "read-accounts"
    columns = ("person", "post", "held_from", "held_until")
    known_by = ("person", "post", "held_from")
    bulk_fields = ("held_until",)
    list_display = ("person", "post", "held_from", "held_until")
    list_select_related = ("person", "post__body")
    search_fields = ("person__name", "post__title", "post__body__short_name")
    autocomplete_fields = ("person", "post")


@admin.register(Account)
class AccountAdmin(ReadOnlyAdmin):
    """Accounts are opened and closed by their own actions."""

    view_capability: ClassVar[str] = "read-accounts"
    columns = ("login", "person", "is_active")
    list_display = ("login", "person", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("person",)
    search_fields = ("login", "person__name")


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Tokens are issued and revoked by their own actions; their digest is never shown."""

    view_capability: ClassVar[str] = "read-accounts"
    columns = ("account", "label", "expires_at", "revoked_at")
    list_display = ("label", "account", "expires_at", "revoked_at")
    list_select_related = ("account",)
    search_fields = ("label", "account__login")


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
