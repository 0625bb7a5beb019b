"""What sensing offers: menu, search, references, what goes with a row, invented stations."""

from typing import Any

from django.db.models import Q

from anlan.base import write_ahead
from anlan.base.parts import Beside, NavigationItem, Parts, Search, Service, Story, Sweep
from anlan.base.rules.labels import gettext_noop
from anlan.registers.rules.scope import Capability, Scope
from anlan.sensing.actions.archiving import archive_by_setting
from anlan.sensing.actions.demonstration import sensing_scenes
from anlan.sensing.actions.intake import enter_batches
from anlan.sensing.actions.messages import forget_old_messages
from anlan.sensing.actions.stations import (
    follow_nothing,
    prepare_datastream,
    prepare_station,
    prepare_threshold,
)
from anlan.sensing.commands import SENSE_COMMANDS
from anlan.sensing.models import Station
from anlan.sensing.queries.measures import MEASURES
from anlan.sensing.references import REFERENCES
from anlan.sensing.screens.common import station_url
from anlan.sensing.store.engine import bring_in_log
from anlan.sensing.store.months import make_ahead
from anlan.sensing.workers import mqtt, stream

Found = list[tuple[str, str, str]]
GROUP = gettext_noop("Sensing")


def reads_internal(scope: Any) -> bool:
    return isinstance(scope, Scope) and scope.may(Capability.READ_INTERNAL)


def keeps_registers(scope: Any) -> bool:
    return isinstance(scope, Scope) and scope.may(Capability.KEEP_REGISTERS)


def _entry(label: str, url_name: str, order: int) -> NavigationItem:
    return NavigationItem(
        label=label, url_name=url_name, group=GROUP, order=order, permits=reads_internal
    )


def find_stations(scope: Scope, text: str, limit: int) -> Found:
    word = Q(name__icontains=text) | Q(code__icontains=text)
    rows = Station.objects.visible_to(scope).filter(word).select_related("unit")[:limit]
    return [
        (row.name, f"{row.get_kind_display()} · {row.unit.short_name}", station_url(row))
        for row in rows
    ]


PARTS = Parts(
    stage="sensing",
    navigation=(
        _entry(gettext_noop("Station map"), "station-map", 222),
        _entry(gettext_noop("Stations live"), "station-live", 225),
        _entry(gettext_noop("Stations"), "station-list", 230),
        NavigationItem(
            label=gettext_noop("Ways of intake"),
            url_name="station-intake",
            group=GROUP,
            order=232,
            permits=keeps_registers,
        ),
    ),
    searches=(Search(name=gettext_noop("Stations"), find=find_stations),),
    stories=(Story(name="stations", order=14, scenes=sensing_scenes),),
    measures=MEASURES,
    commands=SENSE_COMMANDS,
    sweeps=(
        Sweep(name="batches-of-readings", every_s=5.0, run=enter_batches),
        Sweep(name="log-of-readings", every_s=write_ahead.EVERY_S, run=bring_in_log),
        Sweep(name="months-of-readings", every_s=3600.0, run=make_ahead),
        Sweep(name="archive-of-readings", every_s=6 * 3600.0, run=archive_by_setting),
        Sweep(name="messages-of-brokers", every_s=3600.0, run=forget_old_messages),
    ),
    services=(
        Service(name="mqtt", is_on=mqtt.is_on, run=mqtt.run),
        Service(name="stream", is_on=stream.is_on, run=stream.run),
    ),
    references=REFERENCES,
    besides=(
        Beside(subject="sensing.station", prepare=prepare_station, follow=follow_nothing),
        Beside(subject="sensing.datastream", prepare=prepare_datastream, follow=follow_nothing),
        Beside(subject="sensing.threshold", prepare=prepare_threshold, follow=follow_nothing),
    ),
    actions=(
        ("sensing.station.add", gettext_noop("Station entered")),
        ("sensing.station.change", gettext_noop("Station changed")),
        ("sensing.datastream.add", gettext_noop("Datastream entered")),
        ("sensing.datastream.change", gettext_noop("Datastream changed")),
        ("sensing.threshold.add", gettext_noop("Limit of the station entered")),
        ("sensing.message.put-aside", gettext_noop("Message put aside")),
        ("sensing.message.send-again", gettext_noop("Message that was put aside sent again")),
        ("sensing.message.dismiss", gettext_noop("Message that was put aside dismissed")),
        ("sensing.batch.take", gettext_noop("Readings taken in")),
        ("sensing.threshold.end", gettext_noop("Limit of the station ended")),
    ),
)
