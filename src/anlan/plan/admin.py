"""Notices and decided names, to look at and export. Items and names are corrected on the
reviewer screen, which reads the notice anew."""

from django.contrib import admin

from anlan.base.admin import ReadOnlyAdmin
from anlan.plan.models import NameMatch, Notice


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    columns = ("number", "title", "issuer", "issued_on", "unit", "current_edition")
    list_display = ("number", "title", "issued_on", "current_edition")
    search_fields = ("number", "title")


@admin.register(NameMatch)
class NameMatchAdmin(ReadOnlyAdmin):
    columns = ("unit", "printed_name", "body", "group", "reason")
    list_display = ("printed_name", "body", "group", "unit")
    list_select_related = ("body", "group", "unit")
    search_fields = ("printed_name",)
