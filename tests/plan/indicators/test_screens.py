"""Screens and addresses of the indicators in the demonstration city, as different readers."""

import csv
import io
import re
import uuid
from typing import Any

import pytest

from anlan.base.identity import new_id
from anlan.plan.models import IndicatorChoice, IndicatorEdition, Notice, SubGoalComposition

PAGES = (
    "/plan/indicators/",
    *(f"/plan/indicators/I{number}/" for number in range(1, 8)),
    "/plan/indicators/I1/?year=2023",
    "/plan/indicators/I2/2024/",
    "/plan/indicators/I5/2023/?unit=yanhu",
    "/plan/indicators/editions/",
    "/plan/measures/indicator-i4/",
    "/api/v1/indicators",
    "/api/v1/indicators/I4",
    "/api/v1/indicators/I1/years/2023/records",
    "/api/v1/indicator-choices",
    "/api/v1/indicator-editions",
    "/api/v1/sub-goal",
)
FILES = ("csv", "xlsx", "sendai", "sdmx")


def notice_key() -> uuid.UUID:
    key: uuid.UUID = Notice.objects.latest("issued_on").pk
    return key


@pytest.mark.parametrize("login", ["bureau", "county"])
def test_every_page_answers_whoever_works_in_the_plan(client_as: Any, login: str) -> None:
    client = client_as(login)
    for path in PAGES:
        assert client.get(path).status_code == 200, path
    edition = IndicatorEdition.objects.first()
    assert client.get(f"/plan/indicators/editions/{edition.pk}/").status_code == 200
    assert client.get(f"/api/v1/indicator-editions/{edition.pk}").status_code == 200


def test_a_public_reader_and_a_stranger_see_nothing(client_as: Any, client: Any) -> None:
    public = client_as("public")
    for path in PAGES:
        assert public.get(path).status_code in (403, 404), path
        assert client.get(path).status_code in (302, 401), path


def test_unknown_indicators_years_and_editions_are_not_found(client_as: Any) -> None:
    client = client_as("bureau")
    for path in (
        "/plan/indicators/I9/",
        "/plan/indicators/I9/2024/",
        "/plan/indicators/?notice=x",
        f"/plan/indicators/editions/{uuid.uuid4()}/",
        f"/plan/indicators/{notice_key()}/choose/best/",
        f"/plan/indicators/{uuid.uuid4()}/publish/",
        "/api/v1/indicators/I9",
        "/api/v1/indicators/I9/years/2024/records",
    ):
        assert client.get(path).status_code == 404, path


def test_one_sentence_stands_above_the_picture_and_figures_open_records(client_as: Any) -> None:
    text = client_as("bureau").get("/plan/indicators/I4/").content.decode()
    assert text.index('id="sentence"') < text.index("<svg viewBox")
    assert "目标" in text
    links = re.findall(r'href="(/plan/indicators/I4/\d{4}/[^"]*)"', text)
    assert links
    page = client_as("bureau").get(links[0].replace("&amp;", "&")).content.decode()
    assert 'href="/disasters/' in page


def test_a_county_sees_its_own_row_and_only_counts_what_is_outside(client_as: Any) -> None:
    county = client_as("county")
    units = county.get("/api/v1/indicators/I5").json()["units"]
    assert len(units) == 1
    whole = client_as("bureau").get("/api/v1/indicators/I5").json()
    assert len(whole["units"]) == 14
    assert whole["standing"] == county.get("/api/v1/indicators/I5").json()["standing"]
    for year in range(2021, 2026):
        path = f"/api/v1/indicators/I5/years/{year}/records"
        rows = county.get(path).json()["results"]
        assert {row["unit"] for row in rows} <= {units[0]["unit"]}


def rows_of(client: Any, form: str) -> list[dict[str, str]]:
    answer = client.get(f"/plan/indicators/?format={form}")
    assert answer["Content-Type"].startswith("text/csv")
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


def test_files_for_other_systems(client_as: Any) -> None:
    bureau, county = client_as("bureau"), client_as("county")
    for form in FILES:
        assert bureau.get(f"/plan/indicators/?format={form}").status_code == 200
    sendai = rows_of(bureau, "sendai")
    assert {row["INDICATOR"] for row in sendai} == {"A-1", "B-1", "C-1"}
    assert all(row["OBS_STATUS"] == "M" for row in sendai if row["INDICATOR"] == "B-1")
    assert all(bool(row["OBS_VALUE"]) == (row["OBS_STATUS"] != "M") for row in sendai)
    assert all("演示数据" in row["COMMENT_OBS"] for row in sendai)
    areas = {row["REF_AREA"] for row in rows_of(bureau, "sdmx")}
    assert "140800" in areas
    assert len(areas) == 15
    assert {row["REF_AREA"] for row in rows_of(county, "sdmx")} < areas


def form(client: Any, path: str, **values: Any) -> Any:
    page = client.get(path).content.decode()
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))
    hidden.pop("csrfmiddlewaretoken", None)
    return client.post(path, {**hidden, "reason": "演示", **values})


def test_the_office_sets_a_choice_and_wrong_input_is_kept(client_as: Any) -> None:
    client, before = client_as("bureau"), IndicatorChoice.objects.count()
    path = f"/plan/indicators/{notice_key()}/choose/window/"
    wrong = form(client, path, first_year=2025, last_year=2021, source="演示文件")
    assert wrong.status_code == 422
    assert "截止年度早于起始年度" in wrong.content.decode()
    assert 'value="2025"' in wrong.content.decode()
    assert IndicatorChoice.objects.count() == before
    good = form(client, path, first_year=2021, last_year=2024, source="演示文件")
    assert good.status_code == 302
    assert "2021–2024" in client.get("/plan/indicators/").content.decode()
    taken = form(client, path, first_year=2021, last_year=2024, source="演示", takes_back="on")
    assert taken.status_code == 302
    text = client.get("/plan/indicators/I4/").content.decode()
    assert "无法判定" in text
    assert "依据文件确定的年均值计算年度" in text


def test_only_the_office_writes(client_as: Any) -> None:
    county, key = client_as("county"), notice_key()
    for path in ("publish/", "compose/", "choose/window/"):
        assert county.get(f"/plan/indicators/{key}/{path}").status_code == 403
    assert "/publish/" not in county.get("/plan/indicators/").content.decode()
    assert "/publish/" in client_as("bureau").get("/plan/indicators/").content.decode()


def test_publish_by_form_and_see_that_nothing_changed(client_as: Any) -> None:
    client = client_as("bureau")
    path = f"/plan/indicators/{notice_key()}/publish/"
    made = form(
        client,
        path,
        title="演示·公布",
        document_number="演示〔2026〕99号",
        published_on="2026-11-01",
    )
    assert made.status_code == 302
    assert "没有变化" in client.get(made["Location"]).content.decode()


def test_compose_and_sign_by_form(client_as: Any) -> None:
    client = client_as("bureau")
    path = f"/plan/indicators/{notice_key()}/compose/"
    empty = {
        f"{name}_{n}_{k}": ""
        for name in ("measure", "baseline", "source")
        for n in range(1, 5)
        for k in range(1, 4)
    }
    wrong = form(client, path, **empty | {"measure_1_1": "leaves-complete", "baseline_1_1": "5"})
    assert wrong.status_code == 422
    chosen = {f"measure_{n}_1": "leaves-complete" for n in range(1, 5)}
    sources = {f"source_{n}_1": "演示" for n in range(1, 5)}
    baselines = {f"baseline_{n}_1": "0" for n in range(1, 5)}
    assert form(client, path, **empty | chosen | sources | baselines).status_code == 302
    draft = SubGoalComposition.objects.latest("number")
    sign = f"/plan/indicators/compositions/{draft.pk}/sign/"
    assert sign in client.get("/plan/indicators/I7/").content.decode()
    assert form(client, sign, document_number="演示〔2026〕100号").status_code == 302
    goal = client.get("/api/v1/sub-goal").json()
    assert goal["is_signed"]
    assert goal["improved"] == 4
    assert "4项表述中有4项" in client.get("/plan/indicators/I7/").content.decode()


def test_writing_over_the_api(client_as: Any) -> None:
    client, key = client_as("bureau"), str(notice_key())

    def post(path: str, **body: Any) -> Any:
        body.setdefault("request_id", new_id().hex)
        return client.post(f"/api/v1/{path}", body, content_type="application/json")

    refused = post("indicator-choices", notice=key, kind="window", source="文件", first_year=2021)
    assert refused.status_code == 422
    assert refused.json()["code"] == "last-year-needed"
    said = {"notice": key, "kind": "base_year", "source": "文件", "first_year": 2019}
    once = new_id().hex
    first = post("indicator-choices", **said, request_id=once)
    assert first.status_code == 201
    assert post("indicator-choices", **said, request_id=once).json() == first.json()
    parts = [{"statement": 1, "measure": "leaves-complete"}]
    draft = post("sub-goal-compositions", notice=key, components=parts).json()
    path = f"sub-goal-compositions/{draft['id']}/sign"
    assert post(path, document_number="1").status_code == 428
    stale = post(path, document_number="1", expected_version=9)
    assert stale.status_code == 409
    assert post(path, document_number="1", expected_version=1).status_code == 200
    edition = post(
        "indicator-editions",
        notice=key,
        title="甲",
        document_number="1",
        published_on="2026-11-01",
    )
    assert edition.status_code == 201
    county = client_as("county").post(
        "/api/v1/indicator-choices", said, content_type="application/json"
    )
    assert county.status_code == 403
