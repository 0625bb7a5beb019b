"""Paths of the sensing screens."""

from django.urls import URLPattern, path

from anlan.base.screens.as_of import readable_as_of
from anlan.sensing.screens import (
    aside,
    datastreams,
    live,
    readings,
    sending,
    station_map,
    stations,
    thresholds,
    ways,
)

urlpatterns: list[URLPattern] = [
    path("stations/", stations.StationList.as_view(), name="station-list"),
    path("stations/live/", live.LiveList.as_view(), name="station-live"),
    path(
        "stations/map/",
        readable_as_of(station_map.StationMapPage.as_view()),
        name="station-map",
    ),
    path("stations/sending/", sending.SendingPage.as_view(), name="station-sending"),
    path("stations/intake/", ways.Ways.as_view(), name="station-intake"),
    path(
        "stations/intake/aside/<uuid:pk>/",
        aside.AsidePage.as_view(),
        name="station-intake-aside",
    ),
    path(
        "stations/intake/aside/<uuid:pk>/send-again/",
        aside.AsideSendAgain.as_view(),
        name="station-intake-aside-send-again",
    ),
    path(
        "stations/intake/aside/<uuid:pk>/dismiss/",
        aside.AsideDismiss.as_view(),
        name="station-intake-aside-dismiss",
    ),
    path("stations/add/", stations.StationAdd.as_view(), name="station-add"),
    path("stations/datastreams/", datastreams.DatastreamList.as_view(), name="datastream-list"),
    path("stations/limits/", thresholds.ThresholdList.as_view(), name="threshold-list"),
    path("stations/<uuid:pk>/", stations.StationObject.as_view(), name="station"),
    path("stations/<uuid:pk>/change/", stations.StationChange.as_view(), name="station-change"),
    path(
        "stations/<uuid:pk>/datastreams/add/",
        datastreams.DatastreamAdd.as_view(),
        name="datastream-add",
    ),
    path("datastreams/<uuid:pk>/", datastreams.DatastreamObject.as_view(), name="datastream"),
    path(
        "datastreams/<uuid:pk>/readings.csv",
        readings.ReadingsFile.as_view(),
        name="datastream-readings",
    ),
    path(
        "datastreams/<uuid:pk>/readings.arrows",
        readings.ReadingsArrow.as_view(),
        name="datastream-arrow",
    ),
    path(
        "datastreams/<uuid:pk>/change/",
        datastreams.DatastreamChange.as_view(),
        name="datastream-change",
    ),
    path(
        "datastreams/<uuid:pk>/limits/add/",
        thresholds.ThresholdAdd.as_view(),
        name="threshold-add",
    ),
    path(
        "stations/limits/<uuid:pk>/end/",
        thresholds.ThresholdEnd.as_view(),
        name="threshold-end",
    ),
]
