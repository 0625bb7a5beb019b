"""Who sees what stands at a station."""

from anlan.base import clock
from anlan.registers.models import Account
from anlan.registers.queries import actor_for
from anlan.sensing.models import Datastream, Station, Threshold
from anlan.warning.models import LateReadings, MonitoringNotice

PATHS = {
    Datastream: "station",
    Threshold: "datastream__station",
    MonitoringNotice: "datastream__station",
    LateReadings: "datastream__station",
}


def test_what_stands_at_a_station_is_seen_by_who_sees_the_station(city: None) -> None:
    views = set()
    for account in Account.objects.filter(is_active=True):
        scope = actor_for(account, clock.today()).scope
        stations = Station.objects.visible_to(scope)
        for model, path in PATHS.items():
            expected = model.objects.filter(**{f"{path}__in": stations})
            seen = model.objects.visible_to(scope)
            assert set(seen.values_list("pk")) == set(expected.values_list("pk")), account
        views.add(Datastream.objects.visible_to(scope).count())
    assert len(views) > 2
