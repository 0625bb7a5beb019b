"""Files that bring accidents and figures, and the screens on which people enter them."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from anlan.base import clock
from anlan.base.identity import new_id
from anlan.base.models import Due
from anlan.losses.models import Accident, AccidentFigure, AccidentSector, Disaster, DisasterFigure
from anlan.registers.models import Account, Body, ReportingUnit
from anlan.site import instance
from tests.losses.life import enter, make_city, new_disaster, tell, unit_report
from tests.registers.small_city import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _city(db: None) -> Iterator[None]:
    make_city()
    instance.mark_ready(NOW)
    with clock.at(NOW):
        yield
    instance.forget()


def signed_in(login: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(login=login))
    return client


def test_a_file_brings_accidents_with_their_first_statement() -> None:
    """Through the kit's own reading: one entry, back-filled, no clocks, known again."""
    from anlan.base.keeping.declared import keeping_of
    from anlan.base.keeping.importing import Reading, dry_run, take
    from anlan.base.keeping.upload import Upload
    from tests.registers.kept import said

    kept = keeping_of(Accident)
    assert kept is not None
    names = (
        "title",
        "occurred_at",
        "kind",
        "unit",
        "region",
        "sector",
        "body",
        "deaths",
        "direct_loss_fen",
        "mark",
    )
    good = (
        "演示·甲",
        "2020-05-06 08:00",
        "一般行业事故",
        "xinjiang",
        "140825",
        "industry",
        "emergency-xinjiang",
        "2",
        "150.5",
        "X",
    )
    future = ("演示·乙", "2030-05-06 08:00", *good[2:])
    elsewhere = ("演示·丙", good[1], good[2], "xia", *good[4:])
    empty = ("演示·丁", *good[1:7], "", "", "X")
    negative = ("演示·戊", *good[1:7], "-1", "1", "X")
    lines = tuple((n, row) for n, row in enumerate((good, future, elsewhere, empty, negative), 2))
    mapping = dict(enumerate(names))
    told = said()
    asked = {"actor": told["actor"], "now": NOW}
    reading = Reading(upload=Upload(heads=names, lines=lines), mapping=mapping)
    looked = dry_run(kept, reading, **asked)
    assert [line.outcome for line in looked.outcomes] == ["new"] + ["refused"] * 4
    assert not Accident.objects.exists()
    rest = Reading(upload=reading.upload, mapping=mapping, left_out=frozenset({3, 4, 5, 6}))
    seen = dry_run(kept, rest, **asked)
    done = take(kept, rest, seen=seen.seen, **told)
    assert done == {"new": 1, "changed": 0}
    row = Accident.objects.get()
    assert (row.deaths, row.counted_deaths, row.direct_loss_fen) == (2, 2, 150_500_000)
    assert row.is_back_filled
    assert AccidentFigure.objects.get().year == 2020
    assert not Due.objects.exists()
    again = dry_run(kept, rest, **asked)
    assert [line.outcome for line in again.outcomes] == ["unchanged"]
    more = ((2, (*good[:7], "3", *good[8:])),)
    changed = Reading(upload=Upload(heads=names, lines=more), mapping=mapping)
    (line,) = dry_run(kept, changed, **asked).outcomes
    assert line.outcome == "refused"  # a figure is reported, never overwritten
    moved = ((2, (*good[:5], "chemicals", *good[6:])),)
    other = Reading(upload=Upload(heads=names, lines=moved), mapping=mapping)
    take(kept, other, seen=dry_run(kept, other, **asked).seen, **said())
    assert AccidentFigure.objects.count() == 2


def typed(page: Any) -> dict[str, str]:
    """Hidden fields of a form."""
    text = page.content.decode()
    return {
        name: value
        for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text)
        if name != "csrfmiddlewaretoken"
    }


def test_a_county_enters_an_accident_and_is_asked_about_its_like() -> None:
    client = signed_in("county")
    page = client.get("/accidents/add/")
    assert page.status_code == 200
    form = {
        **typed(page),
        "occurred_at": "2026-11-20T09:00",
        "unit": str(ReportingUnit.objects.get(code="xinjiang").pk),
        "title": "演示·新绛某厂事故",
        "kind": "general",
        "sector": str(AccidentSector.objects.get(code="industry").pk),
        "deaths": "1",
        "direct_loss_fen": "12.5",
        "body": str(Body.objects.get(code="emergency-xinjiang").pk),
        "is_back_filled": "on",
    }
    done = client.post("/accidents/add/", form)
    assert done.status_code == 302, done.content.decode()[-3000:]
    row = Accident.objects.get()
    assert (row.direct_loss_fen, row.missing) == (12_500_000, None)
    shown = client.get(done["Location"])
    assert shown.status_code == 200
    assert "依据" in shown.content.decode()
    again = form | {"request_id": new_id().hex, "title": "演示·又一起"}
    asked = client.post("/accidents/add/", again)
    assert asked.status_code == 409
    text = asked.content.decode()
    assert "演示·新绛某厂事故" in text
    assert "演示·又一起" in text  # nothing that was typed is lost
    assert 'type="checkbox" name="is_other"' in text
    other = client.post("/accidents/add/", again | {"is_other": "on"})
    assert other.status_code == 302
    assert Accident.objects.count() == 2


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("deaths", "-1"),
        ("deaths", "NaN"),
        ("deaths", "99999999999"),
        ("direct_loss_fen", "1e40"),
        ("direct_loss_fen", "0.0000001"),
        ("occurred_at", "2027-01-01T00:00"),
        ("enterprise", "没有的企业"),
        ("unit", "00000000-0000-7000-8000-000000000000"),
    ],
)
def test_wrong_input_is_refused_beside_its_field(name: str, value: str) -> None:
    client = signed_in("bureau")
    form = {
        **typed(client.get("/accidents/add/")),
        "occurred_at": "2026-11-20T09:00",
        "unit": str(ReportingUnit.objects.get(code="xinjiang").pk),
        "title": "演示·事故",
        "kind": "general",
        "sector": str(AccidentSector.objects.get(code="industry").pk),
        "deaths": "1",
        "body": str(Body.objects.get(code="emergency-xinjiang").pk),
    }
    answer = client.post("/accidents/add/", form | {name: value})
    assert answer.status_code in (409, 422)
    assert 'role="alert"' in answer.content.decode()
    assert not Accident.objects.exists()


def test_a_report_and_its_history_on_the_page() -> None:
    row = enter()
    client = signed_in("county")
    page = client.get(f"/accidents/{row.pk}/report/")
    form = {
        **typed(page),
        "deaths": "2",
        "missing": "0",
        "serious_injuries": "0",
        "direct_loss_fen": "100",
        "report_kind": "follow-up",
        "reported_at": "2026-11-24T09:00",
        "changed_on": "2026-11-23",
        "body": str(row.body_id),
        "note": "重伤者死亡",
    }
    done = client.post(f"/accidents/{row.pk}/report/", form)
    assert done.status_code == 302, re.findall(r"refused[^<]*", done.content.decode())
    text = client.get(f"/accidents/{row.pk}/").content.decode()
    assert "（+1）" in text
    assert "重伤者死亡" in text
    assert client.get(f"/accidents/{row.pk}/counting/").status_code == 403
    assert signed_in("other").get(f"/accidents/{row.pk}/").status_code == 404
    for path in ("/accidents/", "/disasters/", "/disasters/figures/", "/accidents/add/"):
        assert signed_in("public").get(path).status_code == 403


def test_the_table_of_units_reports_what_was_changed_alone() -> None:
    disaster = new_disaster()
    tell(disaster, unit_report("xia", affected_person_times=5, deaths=0))
    client = signed_in("bureau")
    page = client.get(f"/disasters/{disaster.pk}/report/")
    assert page.status_code == 200
    form = {
        **hidden_cells(page),
        "report_kind": "follow-up",
        "reported_at": "2026-11-24T09:00",
        "body": str(Body.objects.get(code="emergency").pk),
        "xia__affected_person_times": "5",
        "xia__deaths": "0",
        "xinjiang__affected_person_times": "1200",
        "xinjiang__crop_affected_ha": "10.5",
        "xinjiang__direct_loss_fen": "35.2",
    }
    wrong = client.post(
        f"/disasters/{disaster.pk}/report/", form | {"xinjiang__crop_failed_ha": "11"}
    )
    assert wrong.status_code == 422
    assert "1200" in wrong.content.decode()
    done = client.post(f"/disasters/{disaster.pk}/report/", form)
    assert done.status_code == 302, done.content.decode()[-2000:]
    new = DisasterFigure.objects.get(unit__code="xinjiang")
    assert (new.affected_person_times, new.direct_loss_fen) == (1200, 35_200_000)
    assert DisasterFigure.objects.filter(unit__code="xia").count() == 1
    shown = client.get(f"/disasters/{disaster.pk}/").content.decode()
    assert "1,205" in shown
    stale = client.post(
        f"/disasters/{disaster.pk}/report/",
        form | {"request_id": new_id().hex, "xinjiang__deaths": "1"},
    )
    assert stale.status_code == 409
    county = signed_in("county").get(f"/disasters/{disaster.pk}/report/").content.decode()
    assert "xinjiang__deaths" in county
    assert "xia__deaths" not in county
    assert Disaster.objects.get().began_on == dt.date(2026, 7, 10)


def hidden_cells(page: Any) -> dict[str, str]:
    text = page.content.decode()
    found = re.findall(r'type="hidden" name="([\w]+)"(?: value="([^"]*)")?', text)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}
