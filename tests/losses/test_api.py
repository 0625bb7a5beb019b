"""The addresses of losses: entry, reports, conflicts, statements, and who gets what."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from anlan.base import clock
from anlan.losses.models import Accident
from anlan.registers.models import Account
from anlan.site import instance
from tests.losses.life import make_city
from tests.registers.small_city import NOW

pytestmark = pytest.mark.django_db
ACCIDENT = {
    "title": "演示·新绛某厂事故",
    "occurred_at": "2026-11-20T09:00:00",
    "kind": "general",
    "unit": "xinjiang",
    "sector": "industry",
    "body": "emergency-xinjiang",
    "deaths": 1,
    "direct_loss_fen": 5_000_000_000,
}
FIGURES = {"affected_person_times": 100, "deaths": 0, "crop_affected_ha": "1.5"}


@pytest.fixture(autouse=True)
def _city(db: None) -> Iterator[None]:
    make_city()
    instance.mark_ready(NOW)
    with clock.at(NOW):
        yield
    instance.forget()


def client_of(login: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(login=login))
    return client


def sent(client: Client, path: str, body: dict[str, Any], verb: str = "post") -> Any:
    return getattr(client, verb)(f"/api/v1/{path}", body, content_type="application/json")


def test_an_accident_over_the_api() -> None:
    county = client_of("county")
    made = sent(county, "accidents", ACCIDENT)
    assert made.status_code == 201, made.content
    path = f"accidents/{made.json()['id']}"
    row = county.get(f"/api/v1/{path}").json()
    assert row["occurred_at"].startswith("2026-11-20T01:00:00")  # the city's time
    assert row["grade"]["value"] == "UNKNOWN"  # injuries are not reported
    assert row["grade"]["reasons"][0]["at_least"] == "SERIOUS"
    assert row["changes_count_until"] == "2026-12-20"
    alike = sent(county, "accidents", ACCIDENT | {"title": "演示·另一起"})
    assert (alike.status_code, alike.json()["code"]) == (409, "likely-duplicate")
    told = {"deaths": 2, "serious_injuries": 0, "direct_loss_fen": 5_000_000_000}
    report = sent(county, f"{path}/reports", told | {"expected_version": 1})
    assert report.status_code == 201, report.content
    stale = sent(county, f"{path}/reports", told | {"deaths": 3, "expected_version": 1})
    assert stale.status_code == 409
    statements = county.get(f"/api/v1/{path}/statements").json()
    assert [each["deaths"] for each in statements] == [1, 2]
    facts = {n: v for n, v in ACCIDENT.items() if n not in ("deaths", "direct_loss_fen")}
    moved = sent(county, path, facts | {"kind": "fire", "expected_version": 2}, "put")
    assert moved.status_code == 200, moved.content
    out = {"counting": "natural", "counting_note": "文件", "expected_version": 3}
    assert sent(county, f"{path}/counting", out).status_code == 403
    assert sent(client_of("bureau"), f"{path}/counting", out).status_code == 200
    assert county.get("/api/v1/accidents?unit=xinjiang&year=2026").json()["count"] == 1
    assert client_of("other").get(f"/api/v1/{path}").status_code == 404
    assert client_of("public").get("/api/v1/accidents").status_code == 403


@pytest.mark.parametrize(
    "more",
    [
        {"deaths": -1},
        {"deaths": 1.5},
        {"deaths": 10**9},
        {"direct_loss_fen": 10**18},
        {"occurred_at": "2030-01-01T00:00:00Z"},
        {"occurred_at": "昨天"},
        {"longitude_deg": 111.0},
        {"unit": "nowhere"},
        {"kind": "rail"},
        {"deaths_": 1},
    ],
)
def test_wrong_input_is_refused(more: dict[str, Any]) -> None:
    answer = sent(client_of("bureau"), "accidents", ACCIDENT | more)
    assert answer.status_code in (404, 422), answer.content
    assert not Accident.objects.exists()


def test_a_disaster_over_the_api() -> None:
    bureau, county = client_of("bureau"), client_of("county")
    new = {"title": "演示·洪涝", "hazard": "flood", "began_on": "2026-07-10", "unit": "city"}
    assert sent(county, "disasters", new).status_code == 403
    made = sent(bureau, "disasters", new)
    assert made.status_code == 201, made.content
    path = f"disasters/{made.json()['id']}"
    body = {
        "report_kind": "initial",
        "body": "emergency-xinjiang",
        "reported_at": "2026-07-11T08:00:00",
        "units": [{"unit": "xinjiang", "figures": FIGURES, "seen": 0}],
    }
    other = body | {"body": "emergency-xia"}
    assert sent(client_of("other"), f"{path}/reports", other).status_code == 403
    told = sent(county, f"{path}/reports", body)
    assert told.status_code == 201, told.content
    assert sent(county, f"{path}/reports", body | {"report_kind": "follow-up"}).status_code == 409
    row = county.get(f"/api/v1/{path}").json()
    assert row["sums"]["affected_person_times"] == 100
    assert row["sums"]["crop_affected_ha"] == "1.5"
    assert row["relief"]["value"] == "UNKNOWN"
    figures = county.get(f"/api/v1/disaster-figures?disaster={made.json()['id']}&held=true").json()
    assert [each["number"] for each in figures["results"]] == [1]
    assert client_of("other").get("/api/v1/disaster-figures").json()["count"] == 0
    wrong = body | {"units": [{"unit": "xinjiang", "figures": {"deaths": -1}}]}
    assert sent(county, f"{path}/reports", wrong).status_code == 422
    title = {"title": "演示·改", "hazard": "flood", "expected_version": 1}
    assert sent(bureau, path, title, "put").status_code == 200


def test_a_near_serious_incident_over_the_api_and_on_its_page() -> None:
    county = client_of("county")
    endangered = {"missing": 1, "people_trapped": 2, "threat": "key-site"}
    made = sent(county, "accidents", ACCIDENT | endangered)
    assert made.status_code == 201, made.content
    row = county.get(f"/api/v1/accidents/{made.json()['id']}").json()
    assert (row["people_trapped"], row["people_at_risk"], row["threat"]) == (2, None, "key-site")
    assert row["near_serious"]["value"] is True
    page = county.get(f"/accidents/{made.json()['id']}/").content.decode()
    assert "较大涉险事故" in page
    assert "危及重要场所安全" in page
    changed = ACCIDENT | {"threat": "", "people_trapped": 1, "expected_version": row["version"]}
    facts = {k: v for k, v in changed.items() if k not in ("deaths", "direct_loss_fen")}
    answer = sent(county, f"accidents/{row['id']}", facts | {"reason": "更正"}, "put")
    assert answer.status_code == 200, answer.content
    again = county.get(f"/api/v1/accidents/{row['id']}").json()
    assert again["near_serious"]["value"] == "UNKNOWN"
    assert again["missing"] == 1
    assert sent(county, "accidents", ACCIDENT | {"threat": "fire"}).status_code == 422
