"""Paths of the register screens."""

from django.urls import URLPattern, path

from anlan.registers.screens import (
    accounts,
    bodies,
    groups,
    my_account,
    people,
    regions,
    rights,
    statistics,
    units,
)

urlpatterns: list[URLPattern] = [
    path("account/", my_account.MyAccount.as_view(), name="my-account"),
    path("account/password/", my_account.MyPassword.as_view(), name="my-password"),
    path("account/session/", my_account.session_left, name="session-left"),
    path(
        "account/sign-out-everywhere/",
        my_account.SignOutEverywhere.as_view(),
        name="sign-out-everywhere",
    ),
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
    path("accounts/", accounts.AccountList.as_view(), name="account-list"),
    path("colleagues/add/", rights.AccountAdd.as_view(), name="account-add"),
    path("accounts/<str:login>/post/", rights.PostGive.as_view(), name="post-give"),
    path("accounts/<str:login>/password/", rights.PasswordReset.as_view(), name="password-reset"),
    path("accounts/<str:login>/unlock/", rights.AccountUnlock.as_view(), name="account-unlock"),
    path("accounts/<str:login>/sessions/", rights.SessionsEnd.as_view(), name="sessions-end"),
    path("accounts/<str:login>/active/", rights.AccountActive.as_view(), name="account-active"),
    path("posts-held/<uuid:pk>/end/", rights.PostEnd.as_view(), name="post-end"),
    path("accounts/<str:login>/", accounts.AccountObject.as_view(), name="account"),
]
