"""Kept registers at the border: every screen and address as every role, refusals, repeats."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from anlan.base import clock
from anlan.base.models import JournalEntry
from anlan.registers.actions import contacts, duty, sites
from anlan.registers.models import (
    Account,
    Body,
    ContactProof,
    DutyShift,
    Enterprise,
    Installation,
    Inventory,
    Person,
    Post,
    PostNumber,
    Site,
    Substance,
    Tenure,
)
from anlan.site import instance
from tests.registers.kept import (
    GOOD_CODE,
    make_enterprise,
    make_kept_city,
    person,
    said,
)
from tests.registers.small_city import NOW, TODAY
from tests.registers.test_duty import START, new_shift

pytestmark = pytest.mark.django_db
LOGINS = ("bureau", "county", "department", "other", "public")
Opened = Callable[[str], Client]


@pytest.fixture(autouse=True)
def _city(db: None) -> Iterator[None]:
    make_kept_city()
    instance.mark_ready(NOW)
    enterprise = make_enterprise()
    proof = {"source": "演示", "mark": "X"}
    place = {"longitude_deg": 111.2, "latitude_deg": 35.6, "datum": "CGCS2000"}
    sites.add_site({"enterprise": enterprise, "name": "演示厂区", **place, **proof}, **said())
    tank = {"site": Site.objects.get(), "name": "V1", "kind": "tank", **proof}
    sites.add_installation(tank, **said())
    count = {"installation": Installation.objects.get(), "substance": Substance.objects.get()}
    sites.add_inventory(
        {**count, "counted_on": TODAY, "amount_t": 12, "maximum_t": 10, **proof}, **said()
    )
    duty.add_shift(new_shift(), **said())
    duty.add_shift(
        new_shift(body="emergency-xinjiang", leader=None, officers=(person("county").pk,)),
        **said(),
    )
    number = {"post": Post.objects.get(title="值班员"), "number": "0359-2060000", **proof}
    contacts.add_post_number(number, **said())
    with clock.at(NOW):
        yield
    instance.forget()


@pytest.fixture
def opened() -> Opened:
    def client(login: str) -> Client:
        found = Client(headers={"Accept-Language": "zh-hans"})
        found.force_login(Account.objects.get(login=login))
        return found

    return client


def text_of(response: Any) -> str:
    return str(response.content.decode())


def typed(response: Any, **more: Any) -> dict[str, Any]:
    """What a browser sends back of a form, with what was typed."""
    form = response.context["form"]
    data = {}
    for field in form:
        value = field.value()
        data[field.html_name] = field.field.prepare_value(value) if value is not None else ""
    data = {k: v.isoformat() if hasattr(v, "isoformat") else v for k, v in data.items()}
    return data | {"reason": "测试"} | more


def county_row() -> DutyShift:
    return DutyShift.objects.get(body__code="emergency-xinjiang")


PAGES: dict[str, Callable[[], list[Any]]] = {
    "enterprise": lambda: [Enterprise.objects.get().pk],
    "enterprise-change": lambda: [Enterprise.objects.get().pk],
    "enterprise-state": lambda: [Enterprise.objects.get().pk],
    "site-add": lambda: [Enterprise.objects.get().pk],
    "site": lambda: [Site.objects.get().pk],
    "site-change": lambda: [Site.objects.get().pk],
    "installation-add": lambda: [Site.objects.get().pk],
    "installation": lambda: [Installation.objects.get().pk],
    "installation-change": lambda: [Installation.objects.get().pk],
    "inventory-add": lambda: [Installation.objects.get().pk],
    "inventory-change": lambda: [Inventory.objects.get().pk],
    "substance": lambda: [Substance.objects.get().pk],
    "substance-change": lambda: [Substance.objects.get().pk],
    "duty-shift": lambda: [county_row().pk],
    "duty-assign": lambda: [county_row().pk],
    "duty-sign": lambda: [county_row().pk],
    "duty-swap": lambda: [county_row().assignments.get().pk],
    "duty-add": lambda: ["emergency-xinjiang"],
    "duty-fill": lambda: ["emergency-xinjiang"],
    "duty-month": lambda: ["emergency-xinjiang", 2026, 11],
    "post": lambda: [Post.objects.get(title="值班员").pk],
    "tenure-begin": lambda: [Post.objects.get(title="值班员").pk],
    "tenure-end": lambda: [Tenure.objects.get(post__title="值班员").pk],
    "tenure-hand-over": lambda: [Tenure.objects.get(post__title="值班员").pk],
    "person": lambda: [person("county").pk],
    "person-change": lambda: [person("county").pk],
    "person-try": lambda: [person("county").pk],
    "post-number": lambda: [PostNumber.objects.get().pk],
    "post-number-change": lambda: [PostNumber.objects.get().pk],
    "post-number-try": lambda: [PostNumber.objects.get().pk],
} | {
    name: list
    for name in [
        "enterprise-list",
        "enterprise-add",
        "site-list",
        "installation-list",
        "substance-list",
        "substance-add",
        "duty-list",
        "duty-now",
        "post-list",
        "post-add",
        "person-add",
        "contact-list",
        "contact-check",
        "post-number-list",
        "post-number-add",
        "threshold-list",
        "threshold-add",
    ]
}
OWN_COUNTY = {
    *["enterprise", "enterprise-change", "enterprise-state", "site-add", "site", "site-change"],
    *[
        "installation-add",
        "installation",
        "installation-change",
        "inventory-add",
        "inventory-change",
    ],
    *["duty-assign", "duty-sign", "duty-swap", "duty-add", "duty-fill", "person", "person-try"],
}
KEEPERS = {
    *["substance-add", "substance-change", "post-add", "person-add", "person-change"],
    *["tenure-begin", "tenure-end", "tenure-hand-over"],
}


@pytest.mark.parametrize("name", PAGES)
def test_every_page_as_every_role(opened: Opened, name: str) -> None:
    url = reverse(name, args=PAGES[name]())
    status = {login: opened(login).get(url).status_code for login in LOGINS}
    assert status["bureau"] == 200
    assert status["public"] == (200 if name in ("substance", "substance-list") else 403)
    assert status["other"] in ((403, 404) if name in OWN_COUNTY | KEEPERS else (200, 404))
    assert status["county"] in ((403, 404) if name in KEEPERS else (200,)), status
    assert Client().get(url).status_code == 302


@pytest.mark.parametrize("name", PAGES)
def test_chinese_pages_have_no_english_word(opened: Opened, name: str) -> None:
    html = text_of(opened("bureau").get(reverse(name, args=PAGES[name]())))
    main = html[html.index("<main") : html.index("</main>")]
    shown = re.sub(r"<[^>]*>", " ", re.sub(r"<(script|style).*?</\1>", " ", main, flags=re.S))
    known = {
        "CAS",
        "CGCS",
        "GCJ",
        "BD",
        "JSON",
        "CSV",
        "Excel",
        "ZB",
        "YH",
        "ZS",
        "XJ",
        "V",
        "E",
        "N",
        "t",
        "ZSY",
    }
    words = set(re.findall(r"[A-Za-z]{2,}", shown)) - known
    assert not {word for word in words if word.lower() == word and len(word) > 4}, words


def test_what_was_typed_is_kept_when_a_code_is_refused(opened: Opened) -> None:
    client, url = opened("county"), reverse("enterprise-add")
    page = client.get(url)
    data = typed(page, name="演示二厂", credit_code=GOOD_CODE[:-1] + "4", source="演示", mark="V")
    refused = client.post(url, data)
    assert refused.status_code == 422
    shown = text_of(refused)
    assert "演示二厂" in shown and GOOD_CODE[:-1] + "4" in shown
    assert "校验码应为 3" in shown
    new = {
        "credit_code": "",
        "new_safety_officer": "演示·安全员",
        "new_safety_officer_mobile": "19900008001",
    }
    done = client.post(url, data | new)
    assert done.status_code == 302, done.context["form"].errors
    made = Enterprise.objects.get(name="演示二厂")
    assert made.unit.code == "xinjiang"
    assert made.safety_officer is not None


def test_two_people_change_one_enterprise(opened: Opened) -> None:
    row = Enterprise.objects.get()
    url = reverse("enterprise-change", args=[row.pk])
    first, second = opened("county"), opened("bureau")
    pages = first.get(url), second.get(url)
    assert first.post(url, typed(pages[0], note="甲写的")).status_code == 302
    answer = second.post(url, typed(pages[1], note="乙写的"))
    assert answer.status_code == 409
    assert "甲写的" in text_of(answer) and "乙写的" in text_of(answer)
    again = typed(answer, reason="核对后再存")
    assert second.post(url, again).status_code == 302
    assert Enterprise.objects.get().note == "乙写的"


def test_a_shifted_point_typed_in_the_form_is_stored_once(opened: Opened) -> None:
    site = Site.objects.get()
    url = reverse("site-change", args=[site.pk])
    client = opened("county")
    page = client.get(url)
    moved = typed(page, longitude_deg="111.206", latitude_deg="35.6005", datum="GCJ-02", region="")
    assert client.post(url, moved).status_code == 302
    stored = Site.objects.get()
    assert stored.source_datum == "GCJ-02"
    assert stored.longitude_deg == pytest.approx(111.2, abs=0.003)
    outside = typed(client.get(url), longitude_deg="35.6", latitude_deg="111.2")
    refused = client.post(url, outside)
    assert refused.status_code == 422
    assert Site.objects.get().longitude_deg == stored.longitude_deg


def test_amounts_typed_in_kilograms_are_kept_in_tonnes(opened: Opened) -> None:
    tank = Installation.objects.get()
    url = reverse("inventory-add", args=[tank.pk])
    client = opened("county")
    page = client.get(url)
    data = typed(
        page,
        substance=str(Substance.objects.get().pk),
        counted_on="2026-11-20",
        amount="1500",
        maximum="",
        unit_of_mass="kg",
        source="演示",
        mark="V",
    )
    assert client.post(url, data).status_code == 302
    row = Inventory.objects.get(counted_on="2026-11-20")
    assert (row.amount_t, row.maximum_t) == (1.5, None)
    shown = text_of(client.get(reverse("installation", args=[tank.pk])))
    assert "超过设计最大量" in shown and "1.5 t" in shown


def test_the_month_shows_gaps_and_vacancies(opened: Opened) -> None:
    shown = text_of(
        opened("county").get(reverse("duty-month", args=["emergency-xinjiang", 2026, 11]))
    )
    assert "无人值班" in shown and "无带班领导" in shown
    now = text_of(opened("bureau").get(reverse("duty-now")))
    assert "演示·带班" in now


def test_one_tap_says_just_answered(opened: Opened) -> None:
    client, url = opened("county"), reverse("contact-check")
    page = text_of(client.get(url))
    assert "刚刚接通" in page
    request_id = re.search(
        r'name="person" value="([\w-]+)"><input type="hidden" name="request_id" value="(\w+)"',
        page,
    )
    assert request_id is not None
    tap = {"person": request_id[1], "request_id": request_id[2], "outcome": "answered"}
    for _ in range(2):
        assert client.post(url, tap).status_code == 302
    assert ContactProof.objects.count() == 1
    for wrong in ({"request_id": ""}, {"person": "x"}, {"outcome": "?"}):
        assert client.post(url, tap | wrong).status_code == 302
    assert ContactProof.objects.count() == 1


# the API


def send(client: Client, method: str, path: str, body: Any, **headers: str) -> Any:
    call = getattr(client, method)
    return call(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def test_an_enterprise_over_the_api(opened: Opened) -> None:
    county = opened("county")
    body = {
        "name": "演示三厂",
        "unit": "xinjiang",
        "region": "140825",
        "source": "演示",
        "mark": "X",
    }
    wrong = send(county, "post", "enterprises", body | {"credit_code": "1" * 18})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "wrong-credit-code")
    made = send(county, "post", "enterprises", body, **{"Idempotency-Key": "enterprise-0003"})
    again = send(county, "post", "enterprises", body, **{"Idempotency-Key": "enterprise-0003"})
    assert (made.status_code, again.status_code) == (201, 201)
    assert made.json() == again.json()
    path = f"enterprises/{made.json()['id']}"
    assert opened("other").get(f"/api/v1/{path}").status_code == 404
    assert send(county, "put", path, body).status_code == 428
    changed = send(county, "put", path, body | {"note": "改", "expected_version": 1})
    assert (changed.status_code, changed.json()["version"]) == (200, 2)
    stale = send(county, "put", path, body | {"note": "乙"}, **{"If-Match": '"1"'})
    assert stale.status_code == 409
    closed = {"state": "closed", "since": "2026-11-20", "expected_version": 2}
    assert send(county, "post", f"{path}/state", closed).json()["state"] == "closed"
    assert send(opened("other"), "post", "enterprises", body).status_code == 403


def test_a_site_and_a_count_over_the_api(opened: Opened) -> None:
    county = opened("county")
    body = {
        "enterprise": str(Enterprise.objects.get().pk),
        "name": "演示二区",
        "source": "演示",
        "mark": "X",
    }
    far = send(county, "post", "sites", body | {"longitude_deg": 116.4, "latitude_deg": 39.9})
    assert (far.status_code, far.json()["code"]) == (422, "outside-city")
    made = send(county, "post", "sites", body | {"longitude_deg": 111.1, "latitude_deg": 35.5})
    assert made.status_code == 201
    assert made.json()["place"]["coordinates"] == [111.1, 35.5]
    assert made.json()["region"]["code"] == "140825"
    tank = {"site": made.json()["id"], "name": "T1", "kind": "tank", "source": "演示", "mark": "X"}
    tank = send(county, "post", "installations", tank).json()
    count = {
        "substance": str(Substance.objects.get().pk),
        "counted_on": "2026-11-20",
        "amount": "250",
    }
    count |= {"unit_of_mass": "kg", "source": "演示", "mark": "X"}
    answer = send(county, "post", f"installations/{tank['id']}/inventories", count)
    assert answer.json()["inventories"][0]["amount_t"] == "0.25"
    double = send(county, "post", f"installations/{tank['id']}/inventories", count)
    assert double.json()["code"] == "inventory-exists"


def test_who_is_on_duty_over_the_api(opened: Opened) -> None:
    bureau = opened("bureau")
    at = START.isoformat()
    now = bureau.get("/api/v1/duty-now", {"at": at}).json()
    assert {row["body"]["code"] for row in now["shifts"]} == {"emergency", "emergency-xinjiang"}
    assert now["nobody"] == []
    later = bureau.get("/api/v1/duty-now", {"at": (START.replace(year=2027)).isoformat()}).json()
    assert later["shifts"] == [] and len(later["nobody"]) == 2
    other = opened("other").get("/api/v1/duty-now", {"at": at}).json()
    assert [row["body"]["code"] for row in other["shifts"]] == ["emergency"]
    found = bureau.get(
        "/api/v1/bodies/emergency-xinjiang/duty-findings", {"on": "2026-11-24"}
    ).json()
    assert {row["fault"] for row in found["findings"]} == {"gap", "no-leader"}
    shift = {
        "body": str(Body.objects.get(code="emergency").pk),
        "starts_at": at,
        "ends_at": START.replace(day=25).isoformat(),
    }
    assert send(bureau, "post", "duty-shifts", shift).json()["code"] == "shifts-overlap"


def test_contacts_and_posts_over_the_api(opened: Opened) -> None:
    bureau, county = opened("bureau"), opened("county")
    before = bureau.get("/api/v1/contacts", {"unproven": "true"}).json()["count"]
    tried = {"person": str(person("leader").pk), "outcome": "answered", "way": "call"}
    assert send(bureau, "post", "contacts/attempts", tried).status_code == 201
    assert bureau.get("/api/v1/contacts", {"unproven": "true"}).json()["count"] == before - 1
    assert send(county, "post", "contacts/attempts", tried).status_code == 404
    made = send(bureau, "post", "people", {"name": "演示·接口", "mobile": "19900008123"})
    assert made.status_code == 201
    post = {"body": str(Body.objects.get(code="water").pk), "title": "局长", "role": "department"}
    post = send(bureau, "post", "posts", post).json()
    assert post["is_vacant"] is True
    vacant = bureau.get("/api/v1/posts", {"vacant": "true"}).json()
    assert [row["id"] for row in vacant["results"]] == [post["id"]]
    begin = {"person": made.json()["id"], "held_from": "2026-11-01"}
    held = send(bureau, "post", f"posts/{post['id']}/tenures", begin).json()
    assert held["is_vacant"] is False
    end = {"held_until": "2026-11-20", "expected_version": 1}
    ended = send(bureau, "post", f"tenures/{held['tenures'][0]['id']}/end", end).json()
    assert (ended["is_vacant"], ended["vacant_since"]) == (True, "2026-11-20")
    assert send(county, "post", "people", {"name": "演示·拒"}).status_code == 403


def test_every_write_of_this_file_is_one_entry(opened: Opened) -> None:
    before = JournalEntry.objects.count()
    client, url = opened("bureau"), reverse("person-add")
    data = typed(client.get(url), name="演示·一条", mobile="", landline="")
    assert client.post(url, data).status_code == 302
    assert client.post(url, data).status_code == 302
    assert JournalEntry.objects.count() == before + 1
    assert Person.objects.filter(name="演示·一条").count() == 1
