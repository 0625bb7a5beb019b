"""Short ways to let stations speak and the watch run, in the small city of the kept registers."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from anlan.base.journal.recording import recording
from anlan.sensing.actions.intake import take_readings
from anlan.sensing.actions.stations import add_threshold
from anlan.sensing.models import Datastream, Threshold
from anlan.sensing.rules.decoding.csv_lines import CSV
from anlan.warning.actions.monitoring import watch_readings
from anlan.warning.actions.monitoring_rules import load_monitoring_rules
from anlan.warning.models import MonitoringNotice, MonitoringRule
from tests.registers.kept import NOW, said
from tests.sensing.stations import make_station, make_stream

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
START = NOW.replace(minute=0, second=0, microsecond=0)
_KINDS = {"river-level": "hydrology", "reservoir-level": "hydrology", "wind": "weather"}
_UNITS = {
    **{"river-level": "m", "reservoir-level": "m", "wind": "m/s", "temperature": "°C"},
    **{"visibility": "m", "methane": "%CH4", "combustible": "%LEL", "displacement": "mm"},
    **{"carbon-monoxide": "ppm", "oxygen": "%", "crack": "mm", "rain": "mm"},
    **{"flow": "m³/s", "pressure": "kPa", "vibration": "mm/s", "chlorine": "ppm"},
    **{"hydrogen-sulfide": "ppm", "ammonia": "ppm", "tank-level": "m"},
}


def rules() -> None:
    load_monitoring_rules(None, lambda text: None)


def only(*codes: str) -> None:
    """The rules of the program, of which only these are in force."""
    rules()
    with recording(
        action="test.rules", actor=said()["actor"], now=NOW, request_id=f"only-{'-'.join(codes)}"
    ) as rec:
        for rule in MonitoringRule.objects.exclude(code__in=codes):
            row = rec.lock(MonitoringRule, rule.pk)
            row.valid_until = dt.date(2026, 1, 2)
            rec.save(row)


def stream(observed: str = "rain", *, code: str = "YC-R-001", **more: Any) -> Datastream:
    """A datastream of a station of its own."""
    from anlan.sensing.models import Station

    station = Station.objects.filter(code=code).first()
    if station is None:
        kind = more.pop("kind", _KINDS.get(observed, "rain"))
        station = make_station(code=code, name=f"演示·{code}", kind=kind)
    more.pop("kind", None)
    values = {"observed": observed, "unit_of_measurement": _UNITS[observed]} | more
    return make_stream(station, **values)


def limit(row: Datastream, kind: str, value: float, **more: Any) -> None:
    values = {
        "datastream": row,
        "kind": kind,
        "value": value,
        "valid_from": dt.date(2026, 1, 1),
        "source": "演示",
        "mark": "X",
    }
    add_threshold(values | more, **said())


def older_limit(row: Datastream, kind: str, value: float) -> None:
    """A limit that is refused today, as an older program took it."""
    limit(row, "alarm", value)
    who = {key: value for key, value in said().items() if key != "reason"}
    with recording(**who, action="test.older") as rec:
        old = rec.lock(Threshold, Threshold.objects.get(datastream=row).pk)
        old.kind = kind
        rec.save(old)


def speak(
    row: Datastream, readings: Iterable[tuple[dt.datetime, float]], *, now: dt.datetime
) -> dict[str, Any]:
    lines = [f"{row.station.code},{row.key},{at.isoformat()},{value}" for at, value in readings]
    content = "\n".join(["station,property,time,value", *lines]).encode()
    answer = take_readings(content, CSV, **said(now=now))
    assert not answer["rejected"], answer["rejected"]
    return answer


def every(row: Datastream, values: Sequence[float | None], start: dt.datetime = START) -> Any:
    """Values one interval apart, the first one interval after the start; None: nothing came."""
    step = dt.timedelta(seconds=row.interval_s)
    return [(start + (n + 1) * step, value) for n, value in enumerate(values) if value is not None]


def watch(now: dt.datetime) -> int:
    return watch_readings(now)


def tell(
    row: Datastream, values: Sequence[float | None], start: dt.datetime = START
) -> dt.datetime:
    """Readings that come in one batch when the last is due, and the watch after it."""
    step = dt.timedelta(seconds=row.interval_s)
    end = start + len(values) * step
    watch(start + HOUR * 0)
    rows = every(row, values, start)
    if rows:
        speak(row, rows, now=end)
    after = end + 2 * HOUR
    watch(end + dt.timedelta(minutes=45))
    return after


def notices(code: str = "") -> list[MonitoringNotice]:
    rows = MonitoringNotice.objects.select_related("rule", "datastream")
    return list((rows.filter(rule__code=code) if code else rows).order_by("opened_at", "pk"))


def levels(code: str = "") -> list[str]:
    return [row.level for row in notices(code) if row.ended_at is None]


def spread(total: float, slots: int) -> list[float]:
    """A total over some slots, exact to the thousandth."""
    whole = round(total * 1000)
    share, rest = divmod(whole, slots)
    return [(share + (n < rest)) / 1000 for n in range(slots)]
