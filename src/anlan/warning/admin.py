"""Upkeep of warning. Warnings are kept by their own pages; the administration only reads them."""

from typing import ClassVar

from django.contrib import admin

from anlan.base.admin import ReadOnlyAdmin, RegisterAdmin
from anlan.warning.models import (
    Bulletin,
    BulletinArea,
    CallAddressee,
    CallEvent,
    CallLadder,
    CallRound,
    CallUnit,
    CapDocument,
    CapSender,
    IssuedWarning,
    LateReadings,
    MonitoringCriterion,
    MonitoringNotice,
    MonitoringRule,
    NoticeEvent,
    PublishingRight,
    ReleaseReceipt,
    WarningArea,
    WarningMessage,
)

KEPT_BY_PAGES = (
    *(IssuedWarning, WarningMessage, WarningArea),
    *(Bulletin, BulletinArea),
    *(CapDocument, ReleaseReceipt),
    *(CallLadder, CallRound, CallUnit, CallAddressee, CallEvent),
    *(MonitoringNotice, NoticeEvent, LateReadings),
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


@admin.register(MonitoringRule)
class MonitoringRuleAdmin(RegisterAdmin):
    view_capability: ClassVar[str] = "read-internal"
    columns = (
        *("code", "name", "hazard", "method", "observed", "comparison", "station_kind", "slot_s"),
        *("lateness_s", "stale_s", "hold_s", "clear_s", "release_percent", "first", "second"),
        *("least", "article", "edition", "valid_from", "valid_until", "note", "source", "mark"),
    )
    bulk_fields = (
        *("lateness_s", "stale_s", "hold_s", "clear_s", "release_percent"),
        *("valid_from", "valid_until", "source", "mark"),
    )
    frozen_fields = ("code", "method", "observed")
    list_display = ("code", "name", "hazard", "method", "valid_from", "valid_until")
    list_filter = ("hazard", "method", "mark")
    search_fields = ("code", "name")


@admin.register(MonitoringCriterion)
class MonitoringCriterionAdmin(RegisterAdmin):
    view_capability: ClassVar[str] = "read-internal"
    frozen_fields = ("code", "rule")
    columns = (
        *("code", "rule", "operation", "window_min", "blue", "yellow", "orange", "red", "article"),
        *("source", "mark"),
    )
    bulk_fields = ("article", "source", "mark")
    list_display = ("code", "rule", "operation", "window_min", "blue", "yellow", "orange", "red")
    list_filter = ("operation", "mark")
    list_select_related = ("rule",)
    search_fields = ("code", "rule__code", "rule__name")
    autocomplete_fields = ("rule",)


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
