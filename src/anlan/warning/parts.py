"""What warning offers to others. One family of parts for each half of the stage."""

from typing import Any

from django.db.models import Q
from django.urls import reverse

from anlan.base.keeping.pointing import page, points
from anlan.base.parts import (
    EVERY_ACT,
    Consequence,
    DueSubject,
    Loader,
    NavigationItem,
    OutcomeHandler,
    Panel,
    Parts,
    Reference,
    Search,
    Story,
    Sweep,
    joined,
)
from anlan.base.rules.labels import gettext_noop
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.actions.calling_rows import PURPOSE
from anlan.warning.actions.calling_sweep import climb_calls, on_outcome
from anlan.warning.actions.calling_units import SUBJECT
from anlan.warning.actions.demonstration import warning_scenes
from anlan.warning.actions.demonstration_bulletins import bulletin_scenes
from anlan.warning.actions.demonstration_calling import calling_scenes
from anlan.warning.actions.demonstration_cap import cap_scenes
from anlan.warning.actions.demonstration_monitoring import monitoring_scenes
from anlan.warning.actions.expiring import SWEEPS
from anlan.warning.actions.monitoring import EVERY_S, watch_readings
from anlan.warning.actions.monitoring_notices import SUBJECT as NOTICE
from anlan.warning.actions.monitoring_replay import tell_notices
from anlan.warning.actions.monitoring_rules import load_monitoring_rules
from anlan.warning.actions.publishing import load_rights
from anlan.warning.commands import COMMANDS
from anlan.warning.models import (
    Bulletin,
    BulletinArea,
    CallAddressee,
    CallRound,
    CapDocument,
    CapSender,
    IssuedWarning,
    MonitoringNotice,
    PublishingRight,
    WarningArea,
    WarningMessage,
)
from anlan.warning.queries import (
    bulletin_measures,
    calling_measures,
    measures,
    monitoring_measures,
    scoring_measures,
)
from anlan.warning.queries.bulletins import bulletin_url
from anlan.warning.queries.monitoring import notice_url, notices
from anlan.warning.queries.received import warning_url
from anlan.warning.queries.scoring_records import may_score
from anlan.warning.screens.bulletin_common import title_of
from anlan.warning.screens.calling import calling_panel
from anlan.warning.screens.monitoring import datastream_panel, station_panel

Found = list[tuple[str, str, str]]
WARNING = gettext_noop("Warning")


def permitted(scope: Any) -> bool:
    return isinstance(scope, Scope) and scope.may(Capability.READ_INTERNAL)


def find_warnings(scope: Scope, text: str, limit: int) -> Found:
    texts = WarningMessage.objects.filter(text__icontains=text).values("warning")
    rows = IssuedWarning.objects.visible_to(scope).filter(
        Q(issuer__icontains=text) | Q(pk__in=texts)
    )
    return [
        (
            f"{row.get_hazard_display()}{row.get_level_display()} · {row.issuer}",
            str(row._meta.verbose_name),
            warning_url(row.pk),
        )
        for row in rows.order_by("-issued_at")[:limit]
    ]


RECEIVED = Parts(
    stage="warning",
    navigation=(
        NavigationItem(
            label=gettext_noop("Incoming warnings"),
            url_name="warning-list",
            group=WARNING,
            order=250,
            permits=permitted,
        ),
    ),
    loaders=(Loader(name="rights to publish", order=14, load=load_rights),),
    stories=(Story(name="warnings", order=14, scenes=warning_scenes),),
    searches=(Search(name=gettext_noop("Incoming warnings"), find=find_warnings),),
    sweeps=SWEEPS,
    measures=measures.MEASURES,
    references=(
        Reference(
            subject="registers.body",
            model=IssuedWarning,
            field="issuer_body",
            label=gettext_noop("Warnings issued"),
            url=lambda row: warning_url(row.pk),
        ),
        Reference(
            subject="registers.reportingunit",
            model=IssuedWarning,
            field="unit",
            label=gettext_noop("Warnings carried on"),
            url=lambda row: warning_url(row.pk),
        ),
        Reference(
            subject="registers.region",
            model=WarningArea,
            field="region",
            label=gettext_noop("Warnings that held here"),
            url=lambda row: warning_url(row.message.warning_id),
            joins=("message__warning",),
        ),
        Reference(
            subject="registers.body",
            model=PublishingRight,
            field="body",
            label=gettext_noop("Rights to publish warnings"),
            url=lambda row: reverse("publishing-right", args=[row.pk]),
        ),
    ),
    actions=(
        ("warning.message.receive", gettext_noop("Warning received")),
        ("warning.message.correct", gettext_noop("Misread warning corrected")),
        ("warning.warning.expire", gettext_noop("Warning ran out")),
        ("warning.rights.load", gettext_noop("Rights to publish loaded")),
    ),
)

MESSAGES = Parts(
    stage="warning",
    commands=COMMANDS,
    stories=(Story(name="cap files", order=15, scenes=cap_scenes),),
    references=(
        points(
            CapDocument,
            "unit",
            gettext_noop("CAP files"),
            page("cap-document"),
        ),
        points(CapSender, "body", gettext_noop("Sender of CAP files"), page("cap-sender")),
    ),
    actions=(
        ("warning.cap.import", gettext_noop("CAP file received")),
        ("warning.cap.keep", gettext_noop("CAP file kept as a message")),
        ("warning.cap.key", gettext_noop("Key for signing CAP files made")),
        ("warning.receipt.record", gettext_noop("Receipt of a release recorded")),
        ("warning.cap.dismiss", gettext_noop("CAP file dismissed")),
    ),
)

_BOARD = page("call-addressee")


def may_call(scope: Any) -> bool:
    return isinstance(scope, Scope) and scope.may(Capability.READ_PEOPLE)


def may_be_called(scope: Any) -> bool:
    return isinstance(scope, Scope) and bool(scope.person)


def round_url(key: str) -> str:
    found = CallRound.objects.filter(pk=key).exists()
    return reverse("call-board", args=[key]) if found else ""


CALLING = Parts(
    stage="warning",
    navigation=(
        NavigationItem(
            label=gettext_noop("Call-and-confirm"),
            url_name="call-round-list",
            group=WARNING,
            order=252,
            permits=may_call,
        ),
        NavigationItem(
            label=gettext_noop("My calls"),
            url_name="my-calls",
            group=WARNING,
            order=254,
            permits=may_be_called,
        ),
        NavigationItem(
            label=gettext_noop("Ladders of calls"),
            url_name="call-ladder-list",
            group=WARNING,
            order=256,
            permits=may_call,
        ),
    ),
    stories=(Story(name="calls", order=40, scenes=calling_scenes),),
    outcome_handlers=(OutcomeHandler(purpose=PURPOSE, apply=on_outcome),),
    sweeps=(Sweep(name="call-ladder", every_s=5.0, run=climb_calls, in_exercises=True),),
    panels=(
        Panel(
            subject="warning.warning",
            order=30,
            label=gettext_noop("Call-and-confirm"),
            render=calling_panel,
        ),
    ),
    due_subjects=(
        DueSubject(
            model=SUBJECT,
            label=gettext_noop("round of calls"),
            url=round_url,
            own_acts=EVERY_ACT,
        ),
    ),
    references=(
        points(
            CallAddressee,
            "person",
            gettext_noop("Calls to this person"),
            _BOARD,
            joins=("person", "region"),
        ),
        points(
            CallAddressee,
            "deputy",
            gettext_noop("Calls to this person as deputy"),
            _BOARD,
            joins=("deputy", "region"),
        ),
        points(
            CallAddressee,
            "answered_by",
            gettext_noop("Calls this person answered"),
            _BOARD,
            joins=("answered_by", "region"),
        ),
    ),
    measures=tuple(calling_measures.MEASURES),
    actions=(
        ("warning.call.open", gettext_noop("Round of calls opened")),
        ("warning.call.close", gettext_noop("Round of calls ended by hand")),
        ("warning.call.release", gettext_noop("Round of calls released")),
        ("warning.call.include", gettext_noop("Called those whose place is not known")),
        ("warning.call.record", gettext_noop("Call recorded")),
        ("warning.call.answer", gettext_noop("Call answered")),
        ("warning.call.climb", gettext_noop("Next steps of the calls")),
        ("warning.ladder.set", gettext_noop("Ladder of calls set")),
    ),
)


def find_bulletins(scope: Scope, text: str, limit: int) -> Found:
    rows = Bulletin.objects.visible_to(scope).filter(
        Q(headline__icontains=text) | Q(text__icontains=text)
    )
    return [
        (title_of(row), str(row._meta.verbose_name), bulletin_url(row.pk))
        for row in rows.order_by("-drafted_at")[:limit]
    ]


_BULLETIN = page("bulletin")
BULLETINS = Parts(
    stage="warning",
    navigation=(
        NavigationItem(
            label=gettext_noop("Warning desk"),
            url_name="warning-desk",
            group=WARNING,
            order=248,
            permits=permitted,
        ),
    ),
    stories=(Story(name="bulletins", order=41, scenes=bulletin_scenes),),
    searches=(Search(name=gettext_noop("Bulletins"), find=find_bulletins),),
    measures=bulletin_measures.MEASURES,
    references=(
        points(Bulletin, "body", gettext_noop("Bulletins of this body"), _BULLETIN),
        points(Bulletin, "owner_body", gettext_noop("Bulletins proposed to this body"), _BULLETIN),
        points(Bulletin, "unit", gettext_noop("Bulletins of this unit"), _BULLETIN),
        Reference(
            subject="registers.region",
            model=BulletinArea,
            field="region",
            label=gettext_noop("Bulletins for this region"),
            url=lambda row: bulletin_url(row.bulletin_id),
            joins=("bulletin__body",),
        ),
    ),
    actions=(
        ("warning.bulletin.write", gettext_noop("Bulletin written")),
        ("warning.bulletin.rewrite", gettext_noop("Bulletin changed")),
        ("warning.bulletin.submit", gettext_noop("Bulletin submitted")),
        ("warning.bulletin.take-back", gettext_noop("Bulletin taken back")),
        ("warning.bulletin.discard", gettext_noop("Bulletin discarded")),
        ("warning.bulletin.approve", gettext_noop("Bulletin approved")),
        ("warning.bulletin.send-back", gettext_noop("Bulletin sent back")),
        ("warning.bulletin.issue", gettext_noop("Bulletin issued")),
        ("warning.bulletin.propose", gettext_noop("Bulletin proposed to its owner")),
        ("warning.bulletin.answer", gettext_noop("Answer of the owner recorded")),
        ("warning.bulletin.expire", gettext_noop("Bulletin ran out")),
    ),
)

SCORING = Parts(
    stage="warning",
    navigation=(
        NavigationItem(
            label=gettext_noop("Score of warnings"),
            url_name="warning-scores",
            group=WARNING,
            order=258,
            permits=may_score,
        ),
    ),
    measures=scoring_measures.MEASURES,
)


def find_notices(scope: Scope, text: str, limit: int) -> Found:
    word = Q(datastream__station__name__icontains=text) | Q(rule__name__icontains=text)
    rows = notices(scope).filter(word, ended_at__isnull=True).order_by("rank", "-opened_at")
    return [
        (f"{row} · {row.get_level_display()}", str(row._meta.verbose_name), notice_url(row.pk))
        for row in rows[:limit]
    ]


def notice_url_if_there(key: str) -> str:
    return notice_url(key) if MonitoringNotice.objects.filter(pk=key).exists() else ""


_NOTICE = page("monitoring-notice")

MONITORING = Parts(
    stage="warning",
    navigation=(
        NavigationItem(
            label=gettext_noop("Monitoring notices"),
            url_name="monitoring-notice-list",
            group=WARNING,
            order=246,
            permits=permitted,
        ),
    ),
    loaders=(Loader(name="monitoring rules", order=15, load=load_monitoring_rules),),
    stories=(Story(name="monitoring", order=15, scenes=monitoring_scenes),),
    searches=(Search(name=gettext_noop("Monitoring notices"), find=find_notices),),
    sweeps=(Sweep(name="monitoring", every_s=EVERY_S, run=watch_readings),),
    consequences=(Consequence(name="monitoring", tell=tell_notices),),
    panels=(
        Panel(
            subject="sensing.station",
            order=20,
            label=gettext_noop("Monitoring notices"),
            render=station_panel,
        ),
        Panel(
            subject="sensing.datastream",
            order=20,
            label=gettext_noop("Monitoring notices"),
            render=datastream_panel,
        ),
    ),
    due_subjects=(
        DueSubject(
            model=NOTICE,
            label=gettext_noop("monitoring notice"),
            url=notice_url_if_there,
            own_acts=EVERY_ACT,
        ),
    ),
    references=(
        points(
            MonitoringNotice,
            "region",
            gettext_noop("Monitoring notices here"),
            _NOTICE,
            joins=("rule", "datastream__station", "region"),
        ),
    ),
    measures=tuple(monitoring_measures.MEASURES),
    actions=(
        ("warning.monitoring.load", gettext_noop("Monitoring rules loaded")),
        ("warning.monitoring.watch", gettext_noop("Readings watched")),
        ("warning.monitoring.acknowledge", gettext_noop("Monitoring notice acknowledged")),
        ("warning.monitoring.judge", gettext_noop("Monitoring notice judged")),
        ("warning.monitoring.end", gettext_noop("Monitoring notice ended by hand")),
    ),
)

PARTS = joined("warning", RECEIVED, MESSAGES, CALLING, BULLETINS, MONITORING, SCORING)
