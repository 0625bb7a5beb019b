"""Paths of carrying a notice over."""

from django.urls import URLPattern, path

from anlan.base.screens.as_of import readable_as_of
from anlan.plan.screens.carrying import acts, pairs, placing, rows

PAIR, ROW = "plan/carry-overs/<uuid:pk>", "plan/carried-items/<uuid:pk>"

urlpatterns: list[URLPattern] = [
    path(
        "plan/carry-overs/",
        readable_as_of(pairs.CarryOverList.as_view()),
        name="plan-carry-overs",
    ),
    path("plan/carry-overs/new/", pairs.OpenCarryOver.as_view(), name="plan-carry-over-new"),
    path(f"{PAIR}/", readable_as_of(pairs.CarryOverObject.as_view()), name="plan-carry-over"),
    path(f"{PAIR}/many/", acts.DecideManyScreen.as_view(), name="plan-carry-over-many"),
    path(f"{PAIR}/refresh/", pairs.RefreshCarryOver.as_view(), name="plan-carry-over-refresh"),
    path(f"{PAIR}/close/", pairs.CloseCarryOver.as_view(), name="plan-carry-over-close"),
    path(
        "plan/carried-items/",
        readable_as_of(rows.CarriedItemList.as_view()),
        name="plan-carried-items",
    ),
    path(f"{ROW}/", readable_as_of(rows.CarriedItemObject.as_view()), name="plan-carried-item"),
    path(f"{ROW}/decide/", acts.DecideScreen.as_view(), name="plan-carried-decide"),
    path(f"{ROW}/undo/", acts.UndoScreen.as_view(), name="plan-carried-undo"),
    path(f"{ROW}/owner/<uuid:body>/", acts.OwnerScreen.as_view(), name="plan-carried-owner"),
    path("plan/<uuid:pk>/draft/", acts.DraftScreen.as_view(), name="plan-notice-draft"),
    path("plan/orphans/<slug:kind>/<uuid:pk>/", placing.PlaceScreen.as_view(), name="plan-place"),
]
