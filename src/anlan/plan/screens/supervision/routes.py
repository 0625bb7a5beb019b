"""Paths of supervision."""

from django.urls import URLPattern, path

from anlan.base.screens.as_of import readable_as_of
from anlan.plan.screens.supervision import acts, desk, order, paper, settings

HERE = "plan/supervision"
SLIP = f"{HERE}/papers/<uuid:pk>"

urlpatterns: list[URLPattern] = [
    path(f"{HERE}/", readable_as_of(desk.SupervisionDesk.as_view()), name="plan-supervision"),
    path(
        f"{HERE}/settings/",
        settings.SupervisionSettings.as_view(),
        name="plan-supervision-settings",
    ),
    path(
        f"{HERE}/settings/ladder/",
        settings.SetLadder.as_view(),
        name="plan-supervision-ladder",
    ),
    path(
        f"{HERE}/settings/issuers/",
        settings.DesignateIssuer.as_view(),
        name="plan-supervision-issuer",
    ),
    path(
        f"{HERE}/settings/issuers/<uuid:pk>/end/",
        settings.EndIssuer.as_view(),
        name="plan-supervision-issuer-end",
    ),
    path(
        f"{HERE}/<uuid:pk>/",
        readable_as_of(order.OrderObject.as_view()),
        name="plan-supervision-order",
    ),
    path(f"{SLIP}/", paper.SlipPaper.as_view(), name="plan-supervision-paper"),
    path(f"{SLIP}/word/", paper.SlipWord.as_view(), name="plan-supervision-word"),
    path(f"{SLIP}/sign/", acts.SignScreen.as_view(), name="plan-supervision-sign"),
    path(f"{SLIP}/reply/", acts.ReplyScreen.as_view(), name="plan-supervision-reply"),
    path(f"{SLIP}/accept/", acts.AcceptScreen.as_view(), name="plan-supervision-accept"),
    path(f"{SLIP}/return/", acts.ReturnScreen.as_view(), name="plan-supervision-return"),
    path(f"{SLIP}/appeal/", acts.AppealScreen.as_view(), name="plan-supervision-appeal"),
    path(f"{SLIP}/judge/", acts.JudgeScreen.as_view(), name="plan-supervision-judge"),
    path(f"{SLIP}/stop/", acts.StopScreen.as_view(), name="plan-supervision-stop"),
    path(f"{SLIP}/run/", acts.RunScreen.as_view(), name="plan-supervision-run"),
    path(f"{SLIP}/withdraw/", acts.WithdrawScreen.as_view(), name="plan-supervision-withdraw"),
]
