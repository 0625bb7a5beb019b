"""Paths of the pages that belong to no register alone."""

from django.urls import URLPattern, path

from anlan.base.screens.journal_entry import JournalEntryPage

urlpatterns: list[URLPattern] = [
    path(
        "journal/entries/<uuid:entry_id>/",
        JournalEntryPage.as_view(),
        name="journal-entry",
    ),
]
