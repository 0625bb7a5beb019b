"""Paths of the warning screens."""

from django.urls import URLPattern, path

from anlan.warning.screens import (
    bulletin_steps,
    bulletins,
    calling,
    calling_forms,
    calling_phone,
    calling_recording,
    cap,
    cap_confirm,
    cap_senders,
    composing,
    desk,
    inbox,
    monitoring,
    monitoring_forms,
    monitoring_notice,
    monitoring_rules,
    pasting,
    release,
    replies,
    rights,
    scoring,
    scoring_limits,
    tallies,
)

RECEIVED: list[URLPattern] = [
    path("warnings/", inbox.WarningList.as_view(), name="warning-list"),
    path("warnings/paste/", pasting.WarningPaste.as_view(), name="warning-paste"),
    path("warnings/paste/reading/", pasting.WarningReading.as_view(), name="warning-reading"),
    path("warnings/rights/", rights.RightList.as_view(), name="publishing-right-list"),
    path("warnings/rights/<uuid:pk>/", rights.RightObject.as_view(), name="publishing-right"),
    path("warnings/<uuid:pk>/", inbox.WarningObject.as_view(), name="warning"),
    path("warnings/messages/<uuid:pk>/", inbox.MessageObject.as_view(), name="warning-message"),
    path(
        "warnings/messages/<uuid:pk>/correct/",
        pasting.MessageCorrect.as_view(),
        name="warning-message-correct",
    ),
]
CAP: list[URLPattern] = [
    path("warnings/cap/", cap.CapList.as_view(), name="cap-list"),
    path("warnings/cap/upload/", cap.CapUpload.as_view(), name="cap-upload"),
    path("warnings/cap/<uuid:pk>/", cap.CapObject.as_view(), name="cap-document"),
    path("warnings/cap/<uuid:pk>/file/", cap.CapFileView.as_view(), name="cap-file"),
    path("warnings/cap/<uuid:pk>/keep/", cap_confirm.CapConfirm.as_view(), name="cap-confirm"),
    path("warnings/cap/<uuid:pk>/dismiss/", cap_confirm.CapDismiss.as_view(), name="cap-dismiss"),
]
SENDERS: list[URLPattern] = [
    path("warnings/cap/senders/", cap_senders.SenderList.as_view(), name="cap-sender-list"),
    path("warnings/cap/senders/add/", cap_senders.SenderAdd.as_view(), name="cap-sender-add"),
    path("warnings/cap/senders/<uuid:pk>/", cap_senders.SenderObject.as_view(), name="cap-sender"),
    path(
        "warnings/cap/senders/<uuid:pk>/change/",
        cap_senders.SenderChange.as_view(),
        name="cap-sender-change",
    ),
    path(
        "warnings/cap/senders/<uuid:pk>/end/",
        cap_senders.SenderEnd.as_view(),
        name="cap-sender-end",
    ),
]
RELEASE: list[URLPattern] = [
    *(
        path(
            f"warnings/messages/<uuid:pk>/{form}/",
            release.MessageExport.as_view(),
            {"form": form},
            name=f"warning-export-{form}",
        )
        for form in release.TYPES
    ),
    path(
        "warnings/messages/<uuid:pk>/receipt/",
        release.ReceiptRecord.as_view(),
        name="warning-receipt",
    ),
]
CALLING: list[URLPattern] = [
    path("calls/", calling.RoundList.as_view(), name="call-round-list"),
    path("calls/mine/", calling_phone.MyCalls.as_view(), name="my-calls"),
    path("calls/mine/<uuid:pk>/", calling_phone.CallAnswer.as_view(), name="call-answer"),
    path("calls/ladders/", calling_forms.LadderList.as_view(), name="call-ladder-list"),
    path("calls/ladders/add/", calling_forms.LadderAdd.as_view(), name="call-ladder-add"),
    path("calls/begin/<uuid:pk>/", calling_forms.RoundOpen.as_view(), name="call-open"),
    path("calls/replies/", replies.ReplyList.as_view(), name="call-reply-list"),
    path("calls/replies/<uuid:pk>/read/", replies.ReplyRead.as_view(), name="call-reply-read"),
    path("calls/replies/<uuid:pk>/name/", replies.ReplyName.as_view(), name="call-reply-name"),
    path(
        "calls/replies/<uuid:pk>/dismiss/",
        replies.ReplyDismiss.as_view(),
        name="call-reply-dismiss",
    ),
    path("calls/<uuid:pk>/", calling.CallBoard.as_view(), name="call-board"),
    path("calls/<uuid:pk>/end/", calling_forms.RoundEndForm.as_view(), name="call-close"),
    path(
        "calls/<uuid:pk>/unlocated/",
        calling_forms.UnlocatedInclude.as_view(),
        name="call-include",
    ),
    path(
        "calls/people/<uuid:pk>/",
        calling_forms.AddresseeObject.as_view(),
        name="call-addressee",
    ),
    path(
        "calls/people/<uuid:pk>/record/",
        calling_recording.CallRecord.as_view(),
        name="call-record",
    ),
]
STEPS = {
    "submit": bulletin_steps.Submit,
    "take-back": bulletin_steps.TakeBack,
    "discard": bulletin_steps.Discard,
    "approve": bulletin_steps.Approve,
    "send-back": bulletin_steps.SendBack,
    "issue": bulletin_steps.Issue,
    "propose": bulletin_steps.Propose,
    "answer": bulletin_steps.Answer,
}
BULLETINS: list[URLPattern] = [
    path("warnings/desk/", desk.WarningDesk.as_view(), name="warning-desk"),
    path("warnings/compose/", composing.Compose.as_view(), name="bulletin-compose"),
    path("warnings/bulletins/", bulletins.BulletinList.as_view(), name="bulletin-list"),
    path("warnings/bulletins/<uuid:pk>/", bulletins.BulletinObject.as_view(), name="bulletin"),
    path(
        "warnings/bulletins/<uuid:pk>/edit/",
        composing.BulletinEdit.as_view(),
        name="bulletin-edit",
    ),
    path(
        "warnings/bulletins/<uuid:pk>/print/",
        bulletins.BulletinPrint.as_view(),
        name="bulletin-print",
    ),
    path(
        "warnings/bulletins/<uuid:pk>/cap/", bulletins.BulletinCap.as_view(), name="bulletin-cap"
    ),
    path(
        "warnings/bulletins/<uuid:pk>/text/",
        bulletins.BulletinText.as_view(),
        name="bulletin-text",
    ),
    *(
        path(f"warnings/bulletins/<uuid:pk>/{step}/", view.as_view(), name=f"bulletin-{step}")
        for step, view in STEPS.items()
    ),
]
SCORING: list[URLPattern] = [
    path("warnings/scores/", scoring.WarningScores.as_view(), name="warning-scores"),
    path("warnings/scores/list/", scoring.ScoreList.as_view(), name="warning-score-list"),
    path("warnings/scores/day/", scoring.ScoreDay.as_view(), name="warning-score-day"),
    path(
        "warnings/scores/limits/",
        scoring_limits.ScoreLimits.as_view(),
        name="warning-score-limits",
    ),
    path("warnings/statistics/", tallies.WarningTallies.as_view(), name="warning-tallies"),
    path("warnings/statistics/list/", tallies.TallyList.as_view(), name="warning-tally-list"),
]
MONITORING: list[URLPattern] = [
    path("monitoring/", monitoring.NoticeList.as_view(), name="monitoring-notice-list"),
    path("monitoring/rules/", monitoring_rules.RuleList.as_view(), name="monitoring-rule-list"),
    path(
        "monitoring/rules/<uuid:pk>/",
        monitoring_rules.RuleObject.as_view(),
        name="monitoring-rule",
    ),
    path(
        "monitoring/<uuid:pk>/", monitoring_notice.NoticeObject.as_view(), name="monitoring-notice"
    ),
    path(
        "monitoring/<uuid:pk>/acknowledge/",
        monitoring_forms.NoticeAcknowledge.as_view(),
        name="monitoring-notice-acknowledge",
    ),
    path(
        "monitoring/<uuid:pk>/judge/",
        monitoring_forms.NoticeJudge.as_view(),
        name="monitoring-notice-judge",
    ),
    path(
        "monitoring/<uuid:pk>/end/",
        monitoring_forms.NoticeEnd.as_view(),
        name="monitoring-notice-end",
    ),
]
urlpatterns: list[URLPattern] = [
    *RECEIVED,
    *CAP,
    *SENDERS,
    *RELEASE,
    *CALLING,
    *BULLETINS,
    *MONITORING,
    *SCORING,
]
