"""Paths of the review screens."""

from django.urls import URLPattern, path

from anlan.review.screens import acts, improvements

urlpatterns: list[URLPattern] = [
    path("improvements/", improvements.ImprovementList.as_view(), name="improvements"),
    path("improvements/add/", acts.ImprovementAdd.as_view(), name="improvement-add"),
    path("improvements/<uuid:pk>/", improvements.ImprovementObject.as_view(), name="improvement"),
    path("improvements/<uuid:pk>/done/", acts.ImprovementDone.as_view(), name="improvement-done"),
    path("improvements/<uuid:pk>/look/", acts.ImprovementLook.as_view(), name="improvement-look"),
    path(
        "improvements/<uuid:pk>/withdraw/",
        acts.ImprovementWithdraw.as_view(),
        name="improvement-withdraw",
    ),
    path(
        "improvements/<uuid:pk>/phone/", acts.ImprovementPhone.as_view(), name="improvement-phone"
    ),
]
