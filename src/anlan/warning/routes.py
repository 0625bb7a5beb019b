"""Paths of the warning screens."""

from django.urls import URLPattern, path

from anlan.warning.screens import inbox, pasting, rights

RECEIVED: list[URLPattern] = [
    path("warnings/", inbox.WarningList.as_view(), name="warning-list"),
    path("warnings/paste/", pasting.WarningPaste.as_view(), name="warning-paste"),
    path("warnings/paste/reading/", pasting.WarningReading.as_view(), name="warning-reading"),
    path("warnings/rights/", rights.RightList.as_view(), name="publishing-right-list"),
    path("warnings/rights/<uuid:pk>/", rights.RightObject.as_view(), name="publishing-right"),
    path("warnings/<uuid:pk>/", inbox.WarningObject.as_view(), name="warning"),
    path("warnings/messages/<uuid:pk>/", inbox.MessageObject.as_view(), name="warning-message"),
    path(
        "warnings/messages/<uuid:pk>/correct/",
        pasting.MessageCorrect.as_view(),
        name="warning-message-correct",
    ),
]
urlpatterns: list[URLPattern] = [*RECEIVED]
