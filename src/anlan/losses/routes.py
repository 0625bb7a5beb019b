"""Paths of the screens of losses."""

from django.urls import URLPattern, path

from anlan.losses.screens import accident_forms, accidents, disaster_forms, disasters, sectors

urlpatterns: list[URLPattern] = [
    path("accidents/", accidents.AccidentList.as_view(), name="accident-list"),
    path("accidents/add/", accident_forms.AccidentAdd.as_view(), name="accident-add"),
    path("accidents/sectors/", sectors.SectorList.as_view(), name="sector-list"),
    path("accidents/sectors/<slug:code>/", sectors.SectorObject.as_view(), name="sector"),
    path("accidents/<uuid:pk>/", accidents.AccidentObject.as_view(), name="accident"),
    path(
        "accidents/<uuid:pk>/change/",
        accident_forms.AccidentChange.as_view(),
        name="accident-change",
    ),
    path(
        "accidents/<uuid:pk>/report/",
        accident_forms.AccidentReport.as_view(),
        name="accident-report",
    ),
    path(
        "accidents/<uuid:pk>/counting/",
        accident_forms.AccidentCounting.as_view(),
        name="accident-counting",
    ),
    path("disasters/", disasters.DisasterList.as_view(), name="disaster-list"),
    path("disasters/open/", disaster_forms.DisasterOpen.as_view(), name="disaster-open"),
    path("disasters/figures/", disasters.FigureList.as_view(), name="disaster-figure-list"),
    path("disasters/figures/<uuid:pk>/", disasters.FigureObject.as_view(), name="disaster-figure"),
    path("disasters/<uuid:pk>/", disasters.DisasterObject.as_view(), name="disaster"),
    path(
        "disasters/<uuid:pk>/change/",
        disaster_forms.DisasterChange.as_view(),
        name="disaster-change",
    ),
    path(
        "disasters/<uuid:pk>/report/",
        disaster_forms.DisasterReport.as_view(),
        name="disaster-report",
    ),
]
