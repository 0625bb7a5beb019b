"""Paths of the plan screens."""

from django.urls import URLPattern, path

from anlan.base.screens.as_of import readable_as_of
from anlan.plan.screens import (
    bodies,
    correcting,
    importing,
    inspecting,
    inspecting_forms,
    instruments,
    item,
    item_measures,
    items,
    mechanism,
    notices,
    overview,
    review,
    upward,
    upward_forms,
)
from anlan.plan.screens.carrying.routes import urlpatterns as carrying_patterns
from anlan.plan.screens.collecting.routes import urlpatterns as collecting_patterns
from anlan.plan.screens.evaluation.routes import urlpatterns as evaluation_patterns
from anlan.plan.screens.indicators.routes import urlpatterns as indicator_patterns
from anlan.plan.screens.loop.routes import urlpatterns as loop_patterns
from anlan.plan.screens.supervision.routes import urlpatterns as supervision_patterns

urlpatterns: list[URLPattern] = [
    *loop_patterns,
    *indicator_patterns,
    path("plan/", readable_as_of(overview.Overview.as_view()), name="plan-overview"),
    path("plan/items/", readable_as_of(items.ItemList.as_view()), name="plan-items"),
    path(
        "plan/bodies/<slug:code>/",
        readable_as_of(bodies.BodyDuties.as_view()),
        name="plan-body",
    ),
    *collecting_patterns,
    *supervision_patterns,
    *evaluation_patterns,
    *carrying_patterns,
    path("plan/inspections/", inspecting.InspectionList.as_view(), name="plan-inspections"),
    path(
        "plan/inspections/new/",
        inspecting_forms.RecordInspection.as_view(),
        name="plan-inspection-new",
    ),
    path(
        "plan/inspections/<uuid:pk>/",
        inspecting.InspectionObject.as_view(),
        name="plan-inspection",
    ),
    path(
        "plan/inspections/<uuid:pk>/paper/",
        inspecting.InspectionPaper.as_view(),
        name="plan-inspection-paper",
    ),
    path(
        "plan/inspections/<uuid:pk>/problem/",
        inspecting_forms.AddProblem.as_view(),
        name="plan-problem-add",
    ),
    path(
        "plan/inspection-files/<uuid:pk>/",
        inspecting.InspectionFileDownload.as_view(),
        name="plan-inspection-file",
    ),
    path("plan/problems/<uuid:pk>/", inspecting.ProblemObject.as_view(), name="plan-problem"),
    path(
        "plan/problems/<uuid:pk>/effect/",
        inspecting_forms.SayEffect.as_view(),
        name="plan-problem-effect",
    ),
    path(
        "plan/problems/<uuid:pk>/decide/",
        inspecting_forms.DecideEffect.as_view(),
        name="plan-problem-decide",
    ),
    path("plan/upward/", upward.UpwardList.as_view(), name="plan-upward"),
    path("plan/upward/new/", upward_forms.AskUpward.as_view(), name="plan-upward-new"),
    path("plan/upward/<uuid:pk>/", upward.UpwardObject.as_view(), name="plan-upward-report"),
    path("plan/upward/<uuid:pk>/paper/", upward.UpwardDraft.as_view(), name="plan-upward-paper"),
    path(
        "plan/upward/<uuid:pk>/send/", upward_forms.SendUpward.as_view(), name="plan-upward-send"
    ),
    path(
        "plan/upward/<uuid:pk>/receipt/",
        upward_forms.ReceiveUpward.as_view(),
        name="plan-upward-receipt",
    ),
    path(
        "plan/upward/<uuid:pk>/return/",
        upward_forms.ReturnUpward.as_view(),
        name="plan-upward-return",
    ),
    path(
        "plan/upward/<uuid:pk>/withdraw/",
        upward_forms.WithdrawUpward.as_view(),
        name="plan-upward-withdraw",
    ),
    path(
        "plan/upward-sendings/<uuid:pk>/paper/",
        upward.SentPaper.as_view(),
        name="plan-upward-paper-sent",
    ),
    path(
        "plan/upward-sendings/<uuid:pk>/receipt/",
        upward.ReceiptFile.as_view(),
        name="plan-upward-receipt-file",
    ),
    path("plan/mechanism/", mechanism.MechanismList.as_view(), name="plan-mechanism"),
    path(
        "plan/mechanism/<uuid:pk>/",
        mechanism.MechanismPage.as_view(),
        name="plan-mechanism-body",
    ),
    path("plan/institutions/", instruments.Institutions.as_view(), name="plan-institutions"),
    path(
        "plan/institutions/list/",
        instruments.RequirementList.as_view(),
        name="plan-requirement-list",
    ),
    path(
        "plan/institutions/<uuid:pk>/",
        instruments.RequirementObject.as_view(),
        name="plan-requirement",
    ),
    path(
        "plan/institutions/<uuid:pk>/link/",
        instruments.RequirementLink.as_view(),
        name="plan-requirement-link",
    ),
    path(
        "plan/institutions/<uuid:pk>/withdraw/",
        instruments.RequirementWithdraw.as_view(),
        name="plan-requirement-withdraw",
    ),
    path(
        "plan/<uuid:notice>/items/<str:key>/institutions/add/",
        instruments.RequirementAdd.as_view(),
        name="plan-requirement-add",
    ),
    path("plan/item-measures/", item_measures.ItemMeasures.as_view(), name="plan-item-measures"),
    path(
        "plan/item-measures/<uuid:pk>/bounds/",
        item_measures.BoundsChange.as_view(),
        name="plan-measure-bounds",
    ),
    path("plan/notices/", notices.NoticeList.as_view(), name="plan-notices"),
    path("plan/compare/", notices.Compare.as_view(), name="plan-compare"),
    path("plan/import/", importing.ImportScreen.as_view(), name="plan-import"),
    path("plan/import/<slug:token>/", importing.ImportAnswer.as_view(), name="plan-import-answer"),
    path(
        "plan/import/<slug:token>/cancel/",
        importing.CancelImport.as_view(),
        name="plan-import-cancel",
    ),
    path(
        "plan/corrections/<uuid:pk>/withdraw/",
        correcting.WithdrawCorrection.as_view(),
        name="plan-withdraw",
    ),
    path("plan/<uuid:pk>/", notices.NoticeObject.as_view(), name="plan-notice"),
    path(
        "plan/<uuid:notice>/items/<str:key>/",
        readable_as_of(item.ItemObject.as_view()),
        name="plan-item",
    ),
    path("plan/<uuid:notice>/review/", review.Reviewer.as_view(), name="plan-review"),
    path("plan/<uuid:notice>/review/names/", correcting.MatchName.as_view(), name="plan-name"),
    path(
        "plan/<uuid:notice>/review/<str:key>/<slug:field>/",
        correcting.CorrectField.as_view(),
        name="plan-correct",
    ),
]
