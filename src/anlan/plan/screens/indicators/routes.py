"""Paths of the indicators."""

from django.urls import URLPattern, path

from anlan.base.screens.as_of import readable_as_of
from anlan.plan.queries.indicators.subgoal import KEY
from anlan.plan.screens.indicators import (
    causes,
    editions,
    goal_causes,
    listing,
    page,
    records,
    writing,
)

urlpatterns: list[URLPattern] = [
    path(
        "plan/indicators/",
        readable_as_of(listing.Indicators.as_view()),
        name="plan-indicators",
    ),
    path(
        "plan/indicators/editions/", editions.EditionList.as_view(), name="plan-indicator-editions"
    ),
    path(
        "plan/indicators/editions/<uuid:pk>/",
        editions.EditionPage.as_view(),
        name="plan-indicator-edition",
    ),
    path(
        "plan/indicators/compositions/<uuid:pk>/sign/",
        writing.SignCompositionScreen.as_view(),
        name="plan-subgoal-sign",
    ),
    path(
        "plan/indicators/<uuid:notice>/publish/",
        writing.PublishScreen.as_view(),
        name="plan-indicator-publish",
    ),
    path(
        "plan/indicators/<uuid:notice>/compose/",
        writing.ComposeScreen.as_view(),
        name="plan-subgoal-compose",
    ),
    path(
        "plan/indicators/<uuid:notice>/choose/<slug:kind>/",
        writing.ChooseScreen.as_view(),
        name="plan-indicator-choose",
    ),
    path(
        "plan/indicators/<str:key>/",
        readable_as_of(page.IndicatorPage.as_view()),
        name="plan-indicator",
    ),
    path(
        f"plan/indicators/{KEY}/causes/",
        readable_as_of(goal_causes.SubGoalCauses.as_view()),
        name="plan-subgoal-causes",
    ),
    path(
        "plan/indicators/<str:key>/causes/",
        readable_as_of(causes.IndicatorCauses.as_view()),
        name="plan-indicator-causes",
    ),
    path(
        "plan/indicators/<str:key>/<int:year>/",
        readable_as_of(records.IndicatorRecords.as_view()),
        name="plan-indicator-records",
    ),
]
