"""Paths of the pages that belong to no register alone."""

from django.urls import URLPattern, path

from anlan.base.screens.journal_entry import JournalEntryPage
from anlan.base.screens.object_about import AttachmentFile

urlpatterns: list[URLPattern] = [
    path(
        "journal/entries/<uuid:entry_id>/",
        JournalEntryPage.as_view(),
        name="journal-entry",
    ),
    path("attachments/<uuid:pk>/", AttachmentFile.as_view(), name="attachment"),
]
