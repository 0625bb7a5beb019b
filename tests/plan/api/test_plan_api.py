"""The plan over the API: reads, corrections, matches, import."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anlan.base.models import JournalEntry
from anlan.plan.models import Notice, PlanItem

SignedIn = Callable[[str], Client]
TEXT = """运城市人民政府办公室关于印发试行任务分工的通知
运政办函〔2026〕99号

一、重点任务
1. 完善防汛责任体系。健全市县乡三级防汛责任。（市水务局牵头，市应急管理局配合，2027年底前完成）
2. 建设应急物资储备库。（市应急管理局、市财政局按职责分工负责）
3. 修订应急预案。（市没有这个局负责）
"""


def post(client: Client, path: str, body: Any, key: str = "") -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return client.post(f"/api/v1/{path}", body, content_type="application/json", headers=headers)


def upload(client: Client, path: str, text: str = TEXT, **more: str) -> Any:
    file = SimpleUploadedFile("notice.txt", text.encode(), content_type="text/plain")
    return client.post(f"/api/v1/notices/{path}", {"file": file, **more})


@pytest.fixture
def notice(client_as: SignedIn) -> dict[str, Any]:
    results = client_as("public").get("/api/v1/notices?q=2023").json()["results"]
    found: dict[str, Any] = results[0]
    return found


def test_a_notice_says_what_was_read_of_it(client_as: SignedIn, notice: dict[str, Any]) -> None:
    client = client_as("public")
    found = client.get(f"/api/v1/notices/{notice['id']}").json()
    assert found["source_kind"] == "facts"
    kinds = found["items_by_kind"]
    assert (kinds["indicator"], kinds["subgoal"], kinds["task"]) == (6, 1, 28)
    assert (kinds["focus"], kinds["project"]) == (9, 16)
    assert found["items"] == sum(kinds.values())
    unread = client.get(f"/api/v1/notices/{notice['id']}/unread").json()
    assert unread["count"] == found["unread_passages"]
    open_names = client.get(f"/api/v1/notices/{notice['id']}/open-names").json()
    assert open_names["count"] == found["open_names"]


def test_items_filter_by_kind_body_year_and_word(client_as: SignedIn, notice: Any) -> None:
    client, base = client_as("public"), f"/api/v1/items?notice={notice['id']}&page_size=200"
    tasks = client.get(f"{base}&kind=task").json()
    assert tasks["count"] == 28
    water = client.get(f"{base}&body=water").json()
    duties = client.get(f"/api/v1/bodies/water/duties?notice={notice['id']}&page_size=200").json()
    assert {i["key"] for i in water["results"]} == {d["item"]["key"] for d in duties["results"]}
    led = client.get(f"{base}&body=water&role=lead").json()
    assert 0 < led["count"] < water["count"]
    assert client.get(f"{base}&q=T3").json()["count"] >= 1
    years = client.get(f"{base}&year=2025").json()["results"]
    assert years and all(2025 in item["deadline_years"] for item in years)


def test_items_of_a_unit_agree_with_the_roll_up(client_as: SignedIn, notice: Any) -> None:
    client = client_as("bureau")
    table = client.get(f"/api/v1/notices/{notice['id']}/units").json()["results"]
    assert len(table) == 14
    for line in table[:3]:
        unit = line["unit"]["code"]
        listed = client.get(f"/api/v1/items?notice={notice['id']}&unit={unit}").json()
        assert listed["count"] == line["total"]
    assert client.get("/api/v1/items?unit=140802").json()["code"] == "notice-needed"


def test_an_item_by_key_or_id_has_its_duties(client_as: SignedIn, notice: Any) -> None:
    client = client_as("public")
    by_key = client.get(f"/api/v1/items/T3?notice={notice['id']}").json()
    by_id = client.get(f"/api/v1/items/{by_key['id']}")
    assert by_id.json() == by_key
    assert by_id.headers["ETag"] == f'"{by_key["version"]}"'
    assert by_key["duties"]
    assert by_key["corrections"] == []
    assert client.get("/api/v1/items/T999").status_code == 404


def test_the_matrix_agrees_with_the_duties(client_as: SignedIn, notice: Any) -> None:
    client = client_as("bureau")
    table = client.get(f"/api/v1/notices/{notice['id']}/matrix").json()
    assert table["by_item"] and table["hidden_rows"] == 0
    row = next(row for row in table["rows"] if row["body"]["code"] == "water")
    address = f"/api/v1/bodies/water/duties?notice={notice['id']}&page_size=200"
    duties = client.get(address).json()["results"]
    direct = [duty for duty in duties if not duty["via_group"]]
    assert sum(d["role"] == "lead" for d in direct) == row["totals"]["lead"]
    assert sum(duty["via_group"] for duty in duties) == row["totals"]["via_group"]


def test_a_correction_is_kept_with_its_reason_and_can_be_taken_back(
    client_as: SignedIn, notice: Any
) -> None:
    client = client_as("bureau")
    item = client.get(f"/api/v1/items/T3?notice={notice['id']}").json()
    body = {
        "field": "deadline_years",
        "value": [2026],
        "reason": "misread",
        "expected_version": item["version"],
    }
    address = f"items/{item['id']}/corrections"
    first = post(client, address, body, "correct-0001")
    again = post(client, address, body, "correct-0001")
    assert first.status_code == again.status_code == 201, first.content
    assert first.json() == again.json()
    assert first.json()["deadline_years"] == [2026]
    late = post(client_as("admin"), address, {**body, "value": [2027]})
    assert (late.status_code, late.json()["expected_version"]) == (409, item["version"])
    listed = client.get(f"/api/v1/corrections?notice={notice['id']}").json()["results"]
    row = next(row for row in listed if row["item_key"] == "T3" and row["field"] == body["field"])
    assert (row["corrected_to"], row["corrected_by"]) == ([2026], "bureau")
    withdrawn = post(
        client,
        f"corrections/{row['id']}/withdraw",
        {"reason": "was right", "expected_version": row["version"]},
    )
    assert withdrawn.status_code == 204
    now = client.get(f"/api/v1/items/{item['id']}").json()
    assert now["deadline_years"] == item["deadline_years"]


WRONG_VALUES = (
    ("heading", ""),
    ("heading", 3),
    ("heading", "x" * 301),
    ("deadline_years", "2025"),
    ("deadline_years", [99]),
    ("deadline_years", None),
    ("mode", "boss"),
    ("lead_units", 5),
    ("lead_units", [""]),
    ("lead_units", [{}]),
    ("open_ended", "no"),
    ("indicator", {"name": "x", "operator": "<", "value": "NaN"}),
    ("indicator", {"name": "x", "operator": "~", "value": 1}),
    ("indicator", [1]),
)


def test_a_wrong_correction_is_refused(client_as: SignedIn, notice: Any) -> None:
    client = client_as("bureau")
    item = client.get(f"/api/v1/items/T3?notice={notice['id']}").json()
    for field, value in WRONG_VALUES:
        body = {"field": field, "value": value, "reason": "x", "expected_version": item["version"]}
        refused = post(client, f"items/{item['id']}/corrections", body)
        assert refused.status_code == 422, (field, value, refused.content)
        assert refused.json()["field"].startswith("value")


def test_only_reviewers_correct_match_and_import(client_as: SignedIn, notice: Any) -> None:
    body = {"field": "open_ended", "value": True, "reason": "x", "expected_version": 1}
    name = {"printed_name": "市水务局"}
    for login in ("public", "county", "department"):
        client = client_as(login)
        item = client.get(f"/api/v1/items/T3?notice={notice['id']}").json()["id"]
        assert post(client, f"items/{item}/corrections", body).status_code == 403
        assert post(client, f"notices/{notice['id']}/names", name).status_code == 403
        assert upload(client, "preview").status_code == 403
        assert upload(client, "import").status_code == 403


def test_a_preview_keeps_nothing_and_its_digest_confirms_the_same_text(
    client_as: SignedIn,
) -> None:
    client = client_as("bureau")
    before = JournalEntry.objects.count(), Notice.objects.count()
    preview = upload(client, "preview")
    assert preview.status_code == 200, preview.content
    seen = preview.json()
    assert seen["document"]["number"] == "运政办函〔2026〕99号"
    assert seen["replaces"] is None
    assert (JournalEntry.objects.count(), Notice.objects.count()) == before
    other = upload(
        client, "import", TEXT + "\n4. 多一条。（市财政局负责）", text_digest=seen["text_digest"]
    )
    assert (other.status_code, other.json()["code"]) == (409, "another-text")
    assert Notice.objects.count() == before[1]
    made = upload(client, "import", text_digest=seen["text_digest"], request_id="import-0001")
    again = upload(client, "import", text_digest=seen["text_digest"], request_id="import-0001")
    assert made.status_code == again.status_code == 201, made.content
    assert made.json() == again.json()
    assert made.json()["clauses"] == len(seen["clauses"])
    assert "市没有这个局" in made.json()["unmatched"]
    assert upload(client, "preview").json()["replaces"] == made.json()["notice"]
    assert PlanItem.objects.filter(notice=made.json()["notice"]).count() == len(seen["clauses"])


def test_a_printed_name_is_matched_once_for_all(client_as: SignedIn) -> None:
    client = client_as("bureau")
    notice = upload(client, "import").json()["notice"]
    body = client.get("/api/v1/bodies/water").json()["id"]
    decided = post(
        client, f"notices/{notice}/names", {"printed_name": "市没有这个局", "body": body}
    )
    assert decided.status_code == 200, decided.content
    assert decided.json()["duties"] == 1
    names = client.get(f"/api/v1/notices/{notice}/open-names").json()["results"]
    assert "市没有这个局" not in {row["name"] for row in names}
    for wrong in ({}, {"body": body, "group": body}, {"group": body}):
        refused = post(client, f"notices/{notice}/names", {"printed_name": "x", **wrong})
        assert refused.status_code == 422


NO_NOTICES = (
    (b"", "a.txt", 422),
    (b"hello world, nobody does anything", "a.txt", 422),
    (b"\x89PNG\r\n\x1a\n0000", "a.png", 415),
    (b"PK\x03\x04broken", "a.docx", 422),
    ("秘密★1年\n一、任务。（市水务局负责）".encode(), "a.txt", 403),
)


def test_a_file_that_is_no_notice_is_refused(client_as: SignedIn) -> None:
    client = client_as("bureau")
    before = JournalEntry.objects.count()
    for content, name, status in NO_NOTICES:
        for path in ("preview", "import"):
            file = SimpleUploadedFile(name, content)
            answer = client.post(f"/api/v1/notices/{path}", {"file": file})
            assert answer.status_code == status, answer.content
            assert answer.headers["Content-Type"] == "application/problem+json"
    assert JournalEntry.objects.count() == before


def test_a_broken_upload_is_refused(client_as: SignedIn) -> None:
    client = client_as("bureau")
    broken = client.post("/api/v1/notices/preview", b"x", content_type="multipart/form-data")
    assert broken.status_code == 400
    without = client.post("/api/v1/notices/preview", {"file": "not a file"})
    assert (without.status_code, without.json()["field"]) == (422, "file")
