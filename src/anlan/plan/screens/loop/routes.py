"""Paths of the working loop."""

from django.urls import URLPattern, path

from anlan.plan.screens.loop import (
    breakdown,
    breakdown_forms,
    deliverables,
    evidence,
    figures,
    handling,
    measures,
    obstacles,
    report_forms,
    reports,
    task,
)

ITEM = "plan/<uuid:notice>/items/<str:key>"

urlpatterns: list[URLPattern] = [
    path("plan/assignments/", breakdown.AssignmentList.as_view(), name="plan-assignments"),
    path(
        "plan/assignments/<uuid:pk>/",
        breakdown.AssignmentObject.as_view(),
        name="plan-assignment",
    ),
    path(
        "plan/assignments/<uuid:pk>/sign/",
        breakdown_forms.SignScreen.as_view(),
        name="plan-assignment-sign",
    ),
    path(
        "plan/assignments/<uuid:pk>/refuse/",
        breakdown_forms.RefuseScreen.as_view(),
        name="plan-assignment-refuse",
    ),
    path(
        "plan/assignments/<uuid:pk>/withdraw/",
        breakdown_forms.WithdrawScreen.as_view(),
        name="plan-assignment-withdraw",
    ),
    path("plan/tasks/<uuid:pk>/", task.Task.as_view(), name="plan-task"),
    path("plan/deliverables/", deliverables.DeliverableList.as_view(), name="plan-deliverables"),
    path(
        "plan/deliverables/<uuid:pk>/",
        deliverables.DeliverableObject.as_view(),
        name="plan-deliverable",
    ),
    path(
        "plan/deliverables/<uuid:pk>/day/",
        deliverables.DayScreen.as_view(),
        name="plan-deliverable-day",
    ),
    path(
        "plan/deliverables/<uuid:pk>/withdraw/",
        deliverables.WithdrawDeliverable.as_view(),
        name="plan-deliverable-withdraw",
    ),
    path(
        "plan/<uuid:notice>/deliverables/derive/",
        deliverables.DeriveScreen.as_view(),
        name="plan-deliverables-derive",
    ),
    path("plan/reports/", reports.ReportList.as_view(), name="plan-reports"),
    path("plan/reports/<uuid:pk>/", reports.ReportObject.as_view(), name="plan-report"),
    path(
        "plan/reports/<uuid:pk>/edit/", report_forms.EditReport.as_view(), name="plan-report-edit"
    ),
    path(
        "plan/reports/<uuid:pk>/accept/",
        report_forms.AcceptReport.as_view(),
        name="plan-report-accept",
    ),
    path(
        "plan/reports/<uuid:pk>/return/",
        report_forms.ReturnReport.as_view(),
        name="plan-report-return",
    ),
    path("plan/evidence/<uuid:pk>/", evidence.EvidenceFile.as_view(), name="plan-evidence"),
    path("plan/obstacles/", obstacles.ObstacleList.as_view(), name="plan-obstacles"),
    path("plan/obstacles/<uuid:pk>/", obstacles.ObstacleObject.as_view(), name="plan-obstacle"),
    path(
        "plan/obstacles/<uuid:pk>/reply/",
        obstacles.ReplyScreen.as_view(),
        name="plan-obstacle-reply",
    ),
    path(
        "plan/obstacles/<uuid:pk>/settle/",
        obstacles.SettleScreen.as_view(),
        name="plan-obstacle-settle",
    ),
    path(
        "plan/obstacles/<uuid:pk>/escalate/",
        obstacles.EscalateScreen.as_view(),
        name="plan-obstacle-escalate",
    ),
    path("plan/control-tables/", figures.ControlTableList.as_view(), name="plan-control-tables"),
    path(
        "plan/control-tables/<uuid:pk>/",
        figures.ControlTableObject.as_view(),
        name="plan-control-table",
    ),
    path("plan/measures/", measures.Measures.as_view(), name="plan-measures"),
    path("plan/measures/<slug:name>/", measures.MeasureRecords.as_view(), name="plan-measure"),
    path(f"{ITEM}/assign/", breakdown_forms.AssignScreen.as_view(), name="plan-assign"),
    path(f"{ITEM}/handling/", handling.HandlingScreen.as_view(), name="plan-handling"),
    path(
        f"{ITEM}/deliverable/", deliverables.AddDeliverable.as_view(), name="plan-deliverable-add"
    ),
    path(f"{ITEM}/report/", report_forms.WriteReport.as_view(), name="plan-report-write"),
    path(f"{ITEM}/obstacle/", obstacles.RaiseObstacle.as_view(), name="plan-obstacle-raise"),
    path(f"{ITEM}/figures/", figures.ControlTableScreen.as_view(), name="plan-control-new"),
    path(
        f"{ITEM}/figures/<int:year>/",
        figures.ControlTableScreen.as_view(),
        name="plan-control-set",
    ),
]
