"""Pages and addresses of the institutions."""

from collections.abc import Callable
from typing import Any

from django.test import Client

from anlan.registers.models import Body, Enterprise, Instrument

As = Callable[[str], Client]


def test_entering_changing_and_using_one(client_as: As) -> None:
    bureau = client_as("bureau")
    ids = iter(f"form-number-{n}" for n in range(20))

    def post(address: str, version: int = 1, **data: Any) -> Any:
        said = {"request_id": next(ids), "expected_version": version, "reason": "测试"}
        assert bureau.get(address).status_code == 200, address
        return bureau.post(address, said | data)

    issuer = str(Body.objects.get(code="emergency").pk)
    values = {
        "name": "演示·表单办法",
        "kind": "measures",
        "issuer": issuer,
        "in_force_from": "2024-02-01",
        "source": "演示",
        "mark": "X",
    }
    refused = post("/institutions/add/", **values)
    assert refused.status_code == 422
    assert "请填写通过日期" in refused.content.decode()
    assert post("/institutions/add/", **values, adopted_on="2024-01-02").status_code == 302
    row = Instrument.objects.get(name="演示·表单办法")
    here = f"/institutions/{row.pk}/"
    assert "施行" in bureau.get(here).content.decode()
    changed = values | {"adopted_on": "2024-01-02", "note": "演示"}
    assert post(f"{here}change/", **changed).status_code == 302
    assert post(f"{here}change/", **changed).status_code == 409
    firm = Enterprise.objects.get(name="演示河东化工有限公司")
    page = bureau.get(f"/enterprises/{firm.pk}/").content.decode()
    assert "演示·重点行业事故隐患辨识指南" in page
    cite = f"/institutions/used-by/registers.enterprise/{firm.pk}/"
    assert cite in page
    used = {"instrument": str(row.pk), "cited_on": "2026-11-01", "note": "演示"}
    assert post(cite, **used).status_code == 302
    again = post(cite, **used)
    assert again.status_code == 422
    assert "已登记依据" in again.content.decode()
    nobody = "/institutions/used-by/registers.enterprise/0192d3a0-0000-7000-8000-000000000000/"
    assert bureau.get(nobody).status_code == 404
    for address in ("/institutions/", here):
        assert client_as("county").get(address).status_code == 200
        assert client_as("public").get(address).status_code == 403


def test_over_the_api(client_as: As) -> None:
    bureau = client_as("bureau")
    found = bureau.get("/api/v1/instruments?state=due-for-review").json()["results"]
    assert {row["state"] for row in found} == {"due-for-review"}
    one = found[0]
    uses = bureau.get(f"/api/v1/instruments/{one['id']}/citations").json()
    assert uses["count"] >= 0
    body = {
        "name": one["name"],
        "number": one["number"],
        "kind": one["kind"],
        "source": "演示",
        "mark": "X",
        "adopted_on": one["adopted_on"],
        "in_force_from": one["in_force_from"],
        "review_on": "2030-01-01",
    }
    address = f"/api/v1/instruments/{one['id']}"
    without = bureau.put(address, body, content_type="application/json")
    assert without.status_code == 428
    stale = body | {"expected_version": one["version"] + 5}
    assert bureau.put(address, stale, content_type="application/json").status_code == 409
    good = body | {"expected_version": one["version"]}
    done = bureau.put(address, good, content_type="application/json")
    assert (done.status_code, done.json()["state"]) == (200, "in-force")
    good["expected_version"] = done.json()["version"]
    refused = client_as("county").put(address, good, content_type="application/json")
    assert refused.status_code == 403
