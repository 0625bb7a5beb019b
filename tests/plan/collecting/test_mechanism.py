"""Office and person of a body: opened by the sweep, confirmed by the body, said when vacant."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from anlan.base import clock
from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.models import JournalEntry
from anlan.plan.actions.mechanism import (
    NotOfTheBody,
    QuarterOver,
    confirm_mechanism,
    open_quarters,
)
from anlan.plan.models import MechanismQuarter
from anlan.plan.queries.mechanism import confirmed_this_quarter, held_on, people_of, standing
from anlan.plan.rules.mechanism import Standing
from anlan.registers.models import Tenure

NEXT = dt.datetime(2027, 1, 2, 1, 0, tzinfo=dt.UTC)


def row_of(body: str, year: int = 2027, number: int = 1) -> MechanismQuarter:
    return MechanismQuarter.objects.select_related("body").get(
        body__code=body, year=year, number=number
    )


def said(actor: Any, ids: Callable[[], str], now: dt.datetime = NEXT) -> dict[str, Any]:
    return {"actor": actor, "now": now, "request_id": ids()}


def test_a_quarter_is_opened_once_and_confirmed_by_its_body(
    actor_as: Callable[[str], Any], request_ids: Callable[[], str]
) -> None:
    opened = open_quarters(NEXT)
    assert opened > 40
    before = JournalEntry.objects.count()
    assert open_quarters(NEXT) == 0
    assert JournalEntry.objects.count() == before
    row = row_of("water")
    assert row.due is not None
    assert row.due.fixed_on == dt.date(2027, 1, 31)
    assert row.office == "规划计划科"
    person = people_of(row.body_id, NEXT.date())[0]
    department, county = actor_as("department"), actor_as("county")
    more = {"office": "规划科", "person": person.pk, "expected_version": row.version}
    with pytest.raises((NotAllowed, NotFound)):
        confirm_mechanism(row.pk, **more, **said(county, request_ids))
    with pytest.raises(NotAllowed):
        confirm_mechanism(row.pk, **more, **said(actor_as("public"), request_ids))
    stranger = people_of(row_of("emergency").body_id, NEXT.date())[0]
    with pytest.raises(NotOfTheBody):
        confirm_mechanism(
            row.pk, **(more | {"person": stranger.pk}), **said(department, request_ids)
        )
    with pytest.raises(NotFound):
        confirm_mechanism(
            row.pk, **(more | {"person": uuid.uuid4()}), **said(department, request_ids)
        )
    once = said(department, request_ids)
    first = confirm_mechanism(row.pk, **more, **once)
    assert confirm_mechanism(row.pk, **more, **once) == first
    row.refresh_from_db()
    row.due.refresh_from_db()
    assert row.due.answered_at == NEXT
    with pytest.raises(Conflict):
        confirm_mechanism(row.pk, **more, **said(department, request_ids))
    proofs = confirmed_this_quarter(actor_as("bureau").scope, NEXT)
    assert len(proofs) == opened
    assert [proof.label for proof in proofs if proof.counts] == [str(row)]
    assert confirmed_this_quarter(actor_as("public").scope, NEXT) == []
    held = held_on([row], NEXT.date())
    assert standing(row, held, NEXT.date()) is Standing.CONFIRMED
    left = Tenure.objects.filter(person=person).order_by("held_from").first()
    assert left is not None
    assert standing(row, set(), NEXT.date()) is Standing.VACANT
    old = row_of("water", 2026, 4)
    with pytest.raises(QuarterOver):
        confirm_mechanism(
            old.pk,
            office="规划科",
            person=person.pk,
            expected_version=old.version,
            **said(department, request_ids),
        )


def test_the_pages_and_one_tap(client_as: Any, city: None) -> None:
    now = clock.now()
    open_quarters(now)
    today = clock.today()
    number = (today.month - 1) // 3 + 1
    row = row_of("water", today.year, number)
    department, bureau = client_as("department"), client_as("bureau")
    address = f"/plan/mechanism/{row.pk}/"
    assert "规划计划科" in department.get(address).content.decode()
    person = people_of(row.body_id, today)[0]
    data = {
        "office": "规划科",
        "person": str(person.pk),
        "expected_version": str(row.version),
        "request_id": "one-tap-001",
    }
    wrong = department.post(address, {**data, "office": ""})
    assert wrong.status_code == 422
    assert department.post(address, data).status_code == 302
    html = department.get(address).content.decode()
    assert "本季度已确认" in html
    assert "规划科" in html
    assert department.post(address, {**data, "request_id": "one-tap-002"}).status_code == 409
    assert "本季度已确认" in bureau.get("/plan/mechanism/?confirmed=yes").content.decode()
    with CaptureQueriesContext(connection) as few:
        bureau.get("/plan/mechanism/?confirmed=no&per=25")
    with CaptureQueriesContext(connection) as many:
        assert bureau.get("/plan/mechanism/?confirmed=no&per=100").status_code == 200
    assert len(many) <= len(few) + 1
    assert bureau.get("/plan/measures/mechanism-confirmed/").status_code == 200
    assert client_as("public").get(address).status_code == 403
    assert client_as("public").get("/plan/mechanism/").status_code == 403
    other = MechanismQuarter.objects.filter(unit__kind="county", year=today.year).first()
    assert other is not None
    county = client_as("county")
    assert county.post(address, data).status_code in (403, 404)
    assert department.post(f"/plan/mechanism/{other.pk}/", data).status_code in (403, 404)
    html = bureau.get(f"/plan/mechanism/{other.pk}/").content.decode()
    assert "没有任职人员" in html or "指定科室和人员" in html
