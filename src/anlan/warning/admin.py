"""Upkeep of warning. Warnings are kept by their own pages; the administration only reads them."""

from typing import ClassVar

from django.contrib import admin

from anlan.base.admin import ReadOnlyAdmin, RegisterAdmin
from anlan.warning.models import (
    CallAddressee,
    CallEvent,
    CallLadder,
    CallRound,
    CallUnit,
    CapDocument,
    CapSender,
    IssuedWarning,
    PublishingRight,
    ReleaseReceipt,
    WarningArea,
    WarningMessage,
)

KEPT_BY_PAGES = (
    *(IssuedWarning, WarningMessage, WarningArea),
    *(CapDocument, ReleaseReceipt),
    *(CallLadder, CallRound, CallUnit, CallAddressee, CallEvent),
)

for model in KEPT_BY_PAGES:
    admin.site.register(model, ReadOnlyAdmin)


@admin.register(PublishingRight)
class PublishingRightAdmin(RegisterAdmin):
    view_capability: ClassVar[str] = "read-internal"
    columns = (
        "kind",
        "level",
        "bodies",
        "body",
        "law",
        "article",
        "is_exclusive",
        "valid_from",
        "valid_until",
        "source",
        "mark",
    )
    bulk_fields = ("law", "article", "valid_from", "valid_until", "source", "mark")
    list_display = ("kind", "level", "bodies", "law", "article")
    list_filter = ("kind", "level", "mark")
    list_select_related = ("body",)
    search_fields = ("bodies", "law")
    autocomplete_fields = ("body",)


@admin.register(CapSender)
class CapSenderAdmin(RegisterAdmin):
    view_capability: ClassVar[str] = "read-internal"
    columns = ("sender", "issuer", "body", "certificate", "source", "mark")
    bulk_fields = ("source", "mark")
    list_display = ("sender", "issuer", "body")
    list_filter = ("mark",)
    list_select_related = ("body",)
    search_fields = ("sender", "issuer")
    autocomplete_fields = ("body",)
