"""Paths of the screens of evaluations."""

from django.urls import URLPattern, path

from anlan.plan.screens.evaluation import editing, register, workspace

ONE = "plan/evaluations/<uuid:pk>/"
urlpatterns: list[URLPattern] = [
    path("plan/evaluations/", register.EvaluationList.as_view(), name="plan-evaluations"),
    path("plan/evaluations/new/", register.OpenEvaluation.as_view(), name="plan-evaluation-new"),
    path(ONE, workspace.Workspace.as_view(), name="plan-evaluation"),
    path(f"{ONE}findings/", workspace.Findings.as_view(), name="plan-evaluation-findings"),
    path(f"{ONE}history/", workspace.History.as_view(), name="plan-evaluation-history"),
    path(f"{ONE}print/", workspace.PrintPage.as_view(), name="plan-evaluation-print"),
    path(f"{ONE}paper.docx", workspace.PaperDownload.as_view(), name="plan-evaluation-paper"),
    path(
        f"{ONE}figures/<int:number>/<str:figure>/",
        workspace.FigurePage.as_view(),
        name="plan-evaluation-figure",
    ),
    path(f"{ONE}freeze/", register.FreezeAnew.as_view(), name="plan-evaluation-freeze"),
    path(f"{ONE}submit/", register.SubmitEvaluation.as_view(), name="plan-evaluation-submit"),
    path(f"{ONE}return/", register.ReturnEvaluation.as_view(), name="plan-evaluation-return"),
    path(f"{ONE}sign/", register.SignEvaluation.as_view(), name="plan-evaluation-sign"),
    path(f"{ONE}blocks/<str:block>/", editing.EditBlock.as_view(), name="plan-evaluation-edit"),
    path(
        f"{ONE}blocks/<str:block>/generated/",
        editing.TakeGenerated.as_view(),
        name="plan-evaluation-take",
    ),
]
