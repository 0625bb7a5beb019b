"""How to send readings: addresses, forms, an example of each, tokens. For integrators."""

import datetime as dt
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import View

from anlan.base import clock
from anlan.base.screens.cells import plain_number
from anlan.base.screens.signed_in import SignedIn, scope_of
from anlan.registers.rules.scope import Capability, Scope
from anlan.sensing.actions.intake import MOST_BYTES, MOST_READINGS
from anlan.sensing.choices import StationState
from anlan.sensing.models import Datastream
from anlan.sensing.rules.decoding.arrow_stream import MEDIA_TYPE
from anlan.sensing.rules.decoding.csv_lines import CSV
from anlan.sensing.rules.decoding.decoded import WHY_LABELS
from anlan.sensing.rules.decoding.hj212 import HJ212, packet
from anlan.sensing.rules.decoding.json_lines import JSON, NDJSON
from anlan.sensing.rules.observed_property import QUANTITIES, ObservedProperty

Written = tuple[str, str, str, str, str]
INTAKE = "/api/v1/observations"
STANDARD = "/api/sensorthings/v1.1"
EXAMPLE_ID = "01a2164e-31a1-76f6-80a6-ecc4dc518866"
TOKEN = "anlan_…"  # noqa: S105 - stands for one
CURL = """curl -X POST {address} \\
  -H "Authorization: Bearer {token}" \\
  -H "Idempotency-Key: {key}" \\
  -H "Content-Type: {media}" \\
  --data-binary {body}"""
PYARROW = """import pyarrow as pa

table = pa.table({{"station": ["{station}"], "property": ["{key}"],
                  "time": pa.array([{instant}], pa.timestamp("us", tz="UTC")),
                  "value": [{value}]}})
with pa.OSFile("readings.arrows", "wb") as sink:
    with pa.ipc.new_stream(sink, table.schema) as stream:
        stream.write_table(table)"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One form: its name and media type, what is sent, how."""

    name: str
    media: str
    about: str
    body: str
    command: str


class SendingPage(SignedIn, View):
    """Shows examples with a datastream that the reader keeps, or with a made-up one."""

    capability = Capability.READ_INTERNAL

    def get(self, request: HttpRequest) -> HttpResponse:
        scope = scope_of(request)
        stream = _own_stream(scope)
        context = {
            "root": request.build_absolute_uri("/").rstrip("/"),
            "intake": INTAKE,
            "standard": STANDARD,
            "examples": _examples(request, stream),
            "queries": _queries(stream or in_use(scope).first()),
            "properties": _properties(),
            "reasons": [(why.value, _(label)) for why, label in WHY_LABELS.items()],
            "most_rows": plain_number(MOST_READINGS),
            "most_mib": MOST_BYTES // 1024 // 1024,
            "is_own": stream is not None,
            "may_see_tokens": scope.may(Capability.READ_ACCOUNTS),
        }
        return render(request, "sensing/sending.html", context)


def in_use(scope: Scope) -> QuerySet[Datastream]:
    """Datastreams in use that the reader sees, by their code."""
    rows = Datastream.objects.visible_to(scope).filter(
        state=StationState.IN_USE, station__state=StationState.IN_USE
    )
    return rows.select_related("station__unit", "station__body").order_by("code")


def _own_stream(scope: Scope) -> Datastream | None:
    for row in in_use(scope)[:200]:
        if scope.may_keep_for(row.station.unit.code, row.station.body.code):
            return row
    return None


def _examples(request: HttpRequest, stream: Datastream | None) -> list[Example]:
    return [
        Example(
            name=name,
            media=media,
            about=about,
            body=body,
            command=_curl(request, path, media),
        )
        for name, media, about, body, path in (*_own_forms(stream), *_of_standard(stream))
    ]


def _now() -> tuple[dt.datetime, str]:
    """The last full minute, and as it is written."""
    now = clock.now().replace(second=0, microsecond=0)
    return now, now.astimezone(clock.CITY_ZONE).isoformat()


def _own_forms(stream: Datastream | None) -> Iterator[Written]:
    station, key = (stream.station.code, stream.key) if stream else ("YC-R-001", "rain")
    now, at = _now()
    row = {"station": station, "property": key, "time": at, "value": 1.5}
    text = json.dumps(row, ensure_ascii=False)
    document = json.dumps({"observations": [row]}, indent=1, ensure_ascii=False)
    table = f"station,property,time,value,unit\n{station},{key},{at},1.5,"
    arrow = PYARROW.format(station=station, key=key, value=1.5, instant=_micro(now))
    yield "JSON", JSON.media_types[0], "", document, INTAKE
    yield "NDJSON", NDJSON.media_types[0], _("One object a line."), text, INTAKE
    saved = _(
        "The unit may be left out or empty. A file that Excel or WPS saved as CSV is taken; let "
        "the times show their seconds first, year before month, and the codes be text."
    )
    yield "CSV", CSV.media_types[0], saved, table, INTAKE
    yield "Apache Arrow", MEDIA_TYPE, _("Without compression."), arrow, INTAKE
    about = _(
        "The station code is the MN. Means go to sensors numbered 2051, 2061 and 2031. A gateway "
        "gets the answers that its devices wait for (9014) when it accepts this form."
    )
    yield "HJ 212-2017", HJ212.media_types[0], about, _hj(now), INTAKE


def _of_standard(stream: Datastream | None) -> Iterator[Written]:
    at = _now()[1]
    link = {"@iot.id": str(stream.pk) if stream else EXAMPLE_ID}
    one = {"phenomenonTime": at, "result": 1.5, "Datastream": link}
    group = {"Datastream": link, "components": ["phenomenonTime", "result"]}
    yield (
        "SensorThings Observations",
        JSON.media_types[0],
        _("The result is in the unit in which the datastream is kept."),
        json.dumps(one, indent=1),
        f"{STANDARD}/Observations",
    )
    yield (
        "SensorThings CreateObservations",
        JSON.media_types[0],
        _("Answers each row with its link, or why it was not taken."),
        json.dumps([group | {"dataArray": [[at, 1.5]]}], indent=1),
        f"{STANDARD}/CreateObservations",
    )


def _micro(now: dt.datetime) -> int:
    return int(now.timestamp()) * 1_000_000


def _hj(now: dt.datetime) -> str:
    time = now.astimezone(clock.CITY_ZONE).strftime("%Y%m%d%H%M%S")
    data = f"QN={time}000;ST=22;CN=2011;PW=******;MN=YC-W-001;Flag=5;"
    body = f"CP=&&DataTime={time};a01001-Rtd=21.5,a01001-Flag=N&&"
    return packet(data + body).decode().strip()


def _curl(request: HttpRequest, path: str, media: str) -> str:
    return CURL.format(
        address=request.build_absolute_uri(path),
        token=TOKEN,
        key="station-20261124-0800",
        media=media,
        body="@file",
    )


def _queries(stream: Datastream | None) -> list[tuple[str, str, str]]:
    """Addresses of the standard as they read and as links, and what they answer. Without a
    datastream in view none leads to one."""
    yesterday = (clock.now() - dt.timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    newest = "$orderby=phenomenonTime desc"
    found = (
        (
            "/Things?$expand=Locations,Datastreams($select=name)",
            _("stations with point and sensors"),
        ),
        *(
            (f"/Datastreams('{row.pk}')/Observations?{newest}&$top=10", _("the newest ten"))
            for row in ([stream] if stream else [])
        ),
        (
            f"/Observations?$filter=phenomenonTime gt {yesterday} and result gt 10&$count=true",
            _("above 10 since yesterday, and how many"),
        ),
        (
            "/Datastreams?$filter=ObservedProperty/id eq 'rain'"
            f"&$expand=Observations($top=1;{newest})",
            _("each rain gauge with its newest value"),
        ),
        (
            "/Observations?$resultFormat=dataArray&$top=1000",
            _("values as arrays, a page of 1000"),
        ),
    )
    return [(path, STANDARD + quote(path, safe="/?&=$(),;:'"), about) for path, about in found]


def _properties() -> list[dict[str, Any]]:
    return [
        {
            "code": each.value,
            "label": _(each.label),
            "unit": QUANTITIES[each].unit,
            "units": "、".join(QUANTITIES[each].factors),
        }
        for each in ObservedProperty
    ]
