"""Monitoring rules and their notices."""

from django.db.models import Q

from anlan.base.keeping.pointing import page, points
from anlan.base.parts import (
    EVERY_ACT,
    Consequence,
    DueSubject,
    Loader,
    NavigationItem,
    Panel,
    Parts,
    Search,
    Story,
    Sweep,
)
from anlan.base.rules.labels import gettext_noop
from anlan.registers.rules.scope import Scope
from anlan.warning.actions.demonstration_monitoring import monitoring_scenes
from anlan.warning.actions.monitoring import EVERY_S, watch_readings
from anlan.warning.actions.monitoring_ahead import raise_at_once
from anlan.warning.actions.monitoring_notices import SUBJECT as NOTICE
from anlan.warning.actions.monitoring_replay import tell_notices
from anlan.warning.actions.monitoring_rules import load_monitoring_rules
from anlan.warning.models import (
    MonitoringNotice,
)
from anlan.warning.parts.common import WARNING, Found, permitted
from anlan.warning.queries import (
    monitoring_measures,
)
from anlan.warning.queries.monitoring import notice_url, notices
from anlan.warning.screens.monitoring_notice import datastream_panel, station_panel


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
    hearers=(raise_at_once,),
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
