"""Paths of the register screens."""

from django.urls import URLPattern, path

from anlan.registers.screens import (
    accounts,
    bodies,
    erasing,
    groups,
    people,
    regions,
    statistics,
    units,
)

urlpatterns: list[URLPattern] = [
    path("regions/", regions.RegionList.as_view(), name="region-list"),
    path("regions/map/", regions.RegionRoot.as_view(), name="region-root"),
    path("regions/<slug:code>/", regions.RegionObject.as_view(), name="region"),
    path("units/", units.UnitList.as_view(), name="unit-list"),
    path("units/<slug:code>/", units.UnitObject.as_view(), name="unit"),
    path("bodies/", bodies.BodyList.as_view(), name="body-list"),
    path("bodies/<slug:code>/", bodies.BodyObject.as_view(), name="body"),
    path("body-groups/", groups.GroupList.as_view(), name="body-group-list"),
    path("body-groups/<slug:code>/", groups.GroupObject.as_view(), name="body-group"),
    path("body-groups/<slug:code>/members/add/", groups.MemberAdd.as_view(), name="member-add"),
    path("memberships/<uuid:pk>/end/", groups.MemberEnd.as_view(), name="member-end"),
    path("statistics/", statistics.StatisticList.as_view(), name="statistic-list"),
    path(
        "statistics/editions/<uuid:pk>/",
        statistics.EditionObject.as_view(),
        name="figure-edition",
    ),
    path(
        "statistics/<slug:code>/",
        statistics.RegionStatistics.as_view(),
        name="region-statistics",
    ),
    path(
        "statistics/<slug:code>/<slug:indicator>/<int:year>/",
        statistics.FigurePage.as_view(),
        name="figure",
    ),
    path(
        "statistics/<slug:code>/<slug:indicator>/<int:year>/add/",
        statistics.FigureAdd.as_view(),
        name="figure-add",
    ),
    path("people/", people.PersonList.as_view(), name="person-list"),
    path("people/<uuid:pk>/", people.PersonObject.as_view(), name="person"),
    path("people/<uuid:pk>/erase/", erasing.PersonErase.as_view(), name="person-erase"),
    path("accounts/", accounts.AccountList.as_view(), name="account-list"),
    path("colleagues/add/", accounts.AccountAdd.as_view(), name="account-add"),
    path("accounts/<str:login>/", accounts.AccountObject.as_view(), name="account"),
]
