"""Upkeep of improvements. What happened to them is entered on their own pages."""

from typing import ClassVar

from django.contrib import admin

from anlan.base.admin import RegisterAdmin
from anlan.base.rules.labels import gettext_noop
from anlan.review.models import Improvement

FROZEN = gettext_noop(
    "“{label}” is what the effect is checked against and does not change: withdraw the "
    "improvement and set another one."
)


@admin.register(Improvement)
class ImprovementAdmin(RegisterAdmin):
    view_capability: ClassVar[str] = "read-internal"
    never_removed = True
    columns = (
        "owner",
        "problem",
        "origin",
        "item_key",
        "todo",
        "due_on",
        "measure",
        "wanted_percent",
        "check_on",
        "note",
        "source",
        "mark",
    )
    known_by = ("owner", "problem", "due_on")
    frozen_fields = ("owner", "problem", "due_on", "measure", "wanted_percent", "check_on")
    frozen_message = FROZEN
    bulk_fields = ("source", "mark")
    list_display = ("problem", "owner", "due_on", "check_on", "effect")
    list_filter = ("effect", "origin", "mark")
    list_select_related = ("owner", "unit")
    search_fields = ("problem", "todo", "owner__full_name")
    autocomplete_fields = ("owner",)
