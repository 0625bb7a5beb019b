"""Upkeep of stations, datastreams and limits. Batches are written by the intake alone."""

from typing import ClassVar

from django.contrib import admin

from anlan.base.admin import ReadOnlyAdmin, RegisterAdmin
from anlan.sensing.models import AsideMessage, Datastream, IntakeBatch, Station, Threshold

PROOF = ("source", "mark")


@admin.register(Station)
class StationAdmin(RegisterAdmin):
    """Longitude and latitude come in CGCS2000 here; the station's own form converts others."""

    view_capability: ClassVar[str] = "read-internal"
    never_removed = True
    columns = (
        *("code", "name", "kind", "state", "body", "unit", "region"),
        *("longitude_deg", "latitude_deg", "grade", "note", *PROOF),
    )
    frozen_fields = ("code",)  # messages name a station by it
    bulk_fields = ("state", "grade", "note", *PROOF)
    list_display = ("name", "code", "kind", "unit", "state")
    list_filter = ("kind", "state", "unit", "grade", "mark")
    list_select_related = ("unit",)
    search_fields = ("code", "name")
    autocomplete_fields = ("body", "unit", "region")


@admin.register(Datastream)
class DatastreamAdmin(RegisterAdmin):
    view_capability: ClassVar[str] = "read-internal"
    never_removed = True
    columns = (
        *("station", "observed", "number", "unit_of_measurement", "interval_s"),
        *("lowest", "highest", "step", *PROOF, "calibrated_on", "calibration_due_on", "state"),
    )
    frozen_fields = ("station", "observed", "number")  # readings belong to them
    bulk_fields = ("interval_s", "calibrated_on", "calibration_due_on", "state", *PROOF)
    list_display = ("station", "observed", "number", "interval_s", "state")
    list_filter = ("observed", "state", "mark")
    list_select_related = ("station",)
    search_fields = ("station__code", "station__name", "number")
    autocomplete_fields = ("station",)


@admin.register(Threshold)
class ThresholdAdmin(RegisterAdmin):
    view_capability: ClassVar[str] = "read-internal"
    columns = (
        *("datastream", "kind", "region", "window_min", "soil", "value", *PROOF),
        *("valid_from", "valid_until"),
    )
    known_by = ("datastream", "kind", "region", "window_min", "soil", "valid_from")
    bulk_fields = ("valid_until", *PROOF)
    list_display = ("datastream", "kind", "value", "valid_from", "valid_until")
    list_filter = ("kind", "soil", "mark")
    list_select_related = ("datastream__station",)
    search_fields = ("datastream__station__code", "datastream__station__name")
    autocomplete_fields = ("datastream", "region")


@admin.register(IntakeBatch)
class IntakeBatchAdmin(ReadOnlyAdmin):
    columns = (
        *("sender", "form", "received_at", "stored", "corrected", "suspect", "repeated"),
        *("rejected", "digest"),
    )
    list_display = ("sender", "received_at", "stored", "rejected")
    search_fields = ("sender",)


@admin.register(AsideMessage)
class AsideMessageAdmin(ReadOnlyAdmin):
    """Decided about on the page of the ways."""

    columns = (
        *("message", "way", "sender", "topic", "why", "tries", "aside_at", "size_bytes"),
        *("digest", "state", "decided_at", "decided_by"),
    )
    list_display = ("aside_at", "way", "sender", "why", "state")
    search_fields = ("sender", "topic")
