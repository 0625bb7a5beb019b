"""Reports to the level above: actions, scope, receipts, returns; screens and API."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.file_store import EVIDENCE
from anlan.base.identity import new_id
from anlan.base.measures import share_of
from anlan.base.models import Due
from anlan.base.papers.word import document_xml
from anlan.plan.actions.evaluating.signing import Signing, sign_evaluation, submit_evaluation
from anlan.plan.actions.loop.errors import LoopRefused, ReasonNeeded
from anlan.plan.actions.loop.evidence import keep_file
from anlan.plan.actions.upward.asking import NewUpward, ask_upward, withdraw_upward
from anlan.plan.actions.upward.errors import (
    DayOver,
    NotSigned,
    NotTheTurn,
    ReceiptMissing,
    ReportTaken,
    ToNobody,
    ToOneself,
)
from anlan.plan.actions.upward.sending import NewSending, send_upward
from anlan.plan.actions.upward.settling import Receipt, receive_upward, return_upward
from anlan.plan.models import Evaluation, Notice, UpwardReport, UpwardSending
from anlan.plan.queries.upward import MEASURES, figures_now, in_state, on_time, state_of
from anlan.plan.rules.upward import UpwardState
from anlan.registers.models import Body
from anlan.registers.queries import whole_city

SignedIn = Callable[[str], Client]
NOW = dt.datetime(2026, 11, 24, 3, tzinfo=dt.UTC)
TODAY = dt.date(2026, 11, 24)


@dataclass
class Desk:
    actor_as: Callable[[str], Any]
    ids: Callable[[], str]

    def by(self, login: str = "bureau", **more: Any) -> dict[str, Any]:
        return {"actor": self.actor_as(login), "now": NOW, "request_id": self.ids(), **more}

    def body(self, code: str) -> Any:
        return Body.objects.get(code=code).pk

    def new(self, **values: Any) -> NewUpward:
        return replace(
            NewUpward(
                notice=Notice.objects.latest("issued_on").pk,
                reporter=self.body("emergency"),
                to_name="演示·省厅",
                title="演示数据：季度报告",
                basis="演示数据：来函",
                due_on=dt.date(2026, 12, 10),
            ),
            **values,
        )

    def ask(self, by: str = "bureau", **values: Any) -> UpwardReport:
        return self.row(ask_upward(self.new(**values), **self.by(by))["id"])

    def row(self, key: Any) -> UpwardReport:
        return UpwardReport.objects.select_related("due").get(pk=key)

    def send(self, row: UpwardReport, by: str = "bureau", **values: Any) -> UpwardReport:
        said = {
            "document_number": "演应急报〔2026〕21号",
            "sent_on": TODAY,
            "way": "platform",
            "handed_by": "演示·联络员",
        } | values
        send_upward(row.pk, NewSending(**said), expected_version=row.version, **self.by(by))
        return self.row(row.pk)

    def receive(self, row: UpwardReport, by: str = "bureau", **values: Any) -> UpwardReport:
        said = {
            "number": "收1号",
            "received_on": TODAY,
            "received_by": "演示·窗口",
            "file": keep_file("演示数据 回执\n".encode(), "回执.txt"),
        } | values
        receive_upward(row.pk, Receipt(**said), expected_version=row.version, **self.by(by))
        return self.row(row.pk)


@pytest.fixture
def desk(actor_as: Callable[[str], Any], request_ids: Callable[[], str]) -> Desk:
    return Desk(actor_as=actor_as, ids=request_ids)


def test_from_the_term_to_the_receipt(desk: Desk) -> None:
    row = desk.ask()
    assert row.due is not None
    assert (row.due.body, row.due.fixed_on) == ("emergency", row.due_on)
    owed = row.due.pk
    row = desk.send(row)
    assert state_of(row, TODAY) is UpwardState.SENT
    assert Due.objects.get(pk=owed).state == "answered"
    assert row.due is not None
    assert (row.due.state, row.due.amount) == ("running", 5)
    proofs = {p.url: p for p in on_time(whole_city(), NOW + dt.timedelta(days=30))}
    assert not next(p for url, p in proofs.items() if str(row.pk) in url).counts
    row = desk.receive(row)
    assert state_of(row, TODAY) is UpwardState.RECEIVED
    assert row.due is not None
    assert row.due.state == "answered"
    assert next(p for p in on_time(whole_city(), NOW) if str(row.pk) in p.url).counts
    with pytest.raises(NotTheTurn):
        desk.send(row)


def test_the_paper_that_left_is_kept_with_its_figures(desk: Desk) -> None:
    row = desk.send(desk.ask())
    sending = UpwardSending.objects.get(report=row)
    content = EVIDENCE.content(sending.file_digest)
    text = document_xml(content).decode()
    for said in ("演应急报〔2026〕21号", "2026年11月24日", "演示·省厅"):
        assert said in text
    assert sending.facts == figures_now(row, NOW)
    assert f"共{sending.facts['all']}项" in text


@pytest.mark.parametrize(
    "lacks", [{"file": None}, {"number": " "}, {"received_by": ""}], ids=lambda v: next(iter(v))
)
def test_nothing_is_received_without_a_receipt(desk: Desk, lacks: dict[str, Any]) -> None:
    row = desk.send(desk.ask())
    with pytest.raises(ReceiptMissing):
        desk.receive(row, **lacks)
    assert state_of(desk.row(row.pk), TODAY) is UpwardState.SENT


def test_returned_and_sent_again(desk: Desk) -> None:
    row = desk.send(desk.ask())
    said = {"expected_version": row.version, **desk.by()}
    with pytest.raises(ReasonNeeded):
        return_upward(row.pk, TODAY, reason=" ", **said)
    return_upward(row.pk, TODAY, reason="缺附表", **said)
    row = desk.row(row.pk)
    assert state_of(row, TODAY) is UpwardState.RETURNED
    assert row.due is not None
    assert row.due.body == "emergency"
    with pytest.raises(NotTheTurn):
        desk.receive(row)
    with pytest.raises(LoopRefused):
        desk.send(row, sent_on=dt.date(2026, 11, 23), document_number="演应急报〔2026〕22号")
    row = desk.receive(desk.send(row, document_number="演应急报〔2026〕22号"))
    rows = list(UpwardSending.objects.filter(report=row).order_by("number"))
    assert [one.number for one in rows] == [1, 2]
    assert (rows[0].returned_why, rows[0].received_on) == ("缺附表", None)


def test_a_county_reports_and_the_city_gives_the_receipt(desk: Desk) -> None:
    row = desk.ask(
        by="county",
        reporter=desk.body("emergency-xinjiang"),
        to_body=desk.body("emergency"),
        to_name="",
    )
    with pytest.raises(NotAllowed):
        desk.send(row, by="bureau")
    row = desk.send(row, by="county")
    assert row.due is not None
    assert row.due.body == "emergency"
    with pytest.raises(NotAllowed):
        desk.receive(row, by="county")
    assert state_of(desk.receive(row), TODAY) is UpwardState.RECEIVED


def test_only_a_signed_evaluation_goes_up(desk: Desk) -> None:
    paper = Evaluation.objects.get()
    with pytest.raises(NotSigned):
        desk.ask(evaluation=paper.pk)
    submit_evaluation(paper.pk, expected_version=paper.version, **desk.by())
    paper.refresh_from_db()
    signing = Signing(number="运应急发〔2026〕3号", signed_on=TODAY)
    sign_evaluation(paper.pk, signing, expected_version=paper.version, **desk.by("leader"))
    paper.refresh_from_db()
    row = desk.send(desk.ask(evaluation=paper.pk), document_number=paper.document_number)
    assert row.content == "evaluation"
    assert UpwardSending.objects.get(report=row).file_digest == paper.file_digest


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"to_name": " "}, ToNobody),
        ({"due_on": dt.date(2026, 11, 23)}, DayOver),
        ({"basis": ""}, ReasonNeeded),
    ],
)
def test_what_cannot_be_owed(desk: Desk, values: dict[str, Any], refusal: type[Exception]) -> None:
    before = UpwardReport.objects.count()
    with pytest.raises(refusal):
        desk.ask(**values)
    assert UpwardReport.objects.count() == before


def test_once_and_not_to_oneself(desk: Desk) -> None:
    desk.ask()
    with pytest.raises(ReportTaken):
        desk.ask()
    with pytest.raises(ToOneself):
        desk.ask(title="演示数据：别的", to_body=desk.body("emergency"))
    said = desk.by()
    one = ask_upward(desk.new(title="演示数据：重复"), **said)
    assert ask_upward(desk.new(title="演示数据：重复"), **said) == one


@pytest.mark.parametrize(
    "wrong",
    [
        {"document_number": "21号"},
        {"document_number": ""},
        {"sent_on": dt.date(2026, 11, 25)},
    ],
)
def test_a_sending_that_cannot_be(desk: Desk, wrong: dict[str, Any]) -> None:
    row = desk.ask()
    with pytest.raises(LoopRefused):
        desk.send(row, **wrong)
    assert not UpwardSending.objects.filter(report=row).exists()


@pytest.mark.parametrize("login", ["department", "county", "public", "admin", "audit"])
def test_who_may_not(desk: Desk, login: str) -> None:
    row = desk.ask()
    with pytest.raises((NotAllowed, NotFound)):
        desk.ask(by=login, title="演示数据：他人")
    with pytest.raises((NotAllowed, NotFound)):
        desk.send(row, by=login)


def test_a_county_does_not_see_what_its_sibling_owes(desk: Desk) -> None:
    sibling = Body.objects.filter(unit__kind="county").exclude(unit__code="xinjiang").first()
    assert sibling is not None
    row = desk.ask(reporter=sibling.pk, to_body=desk.body("emergency"))
    seen = UpwardReport.objects.visible_to(desk.actor_as("county").scope)
    assert not seen.filter(pk=row.pk).exists()
    with pytest.raises(NotFound):
        desk.send(row, by="county")


def test_two_writers_and_a_withdrawal(desk: Desk) -> None:
    row = desk.ask()
    desk.send(row)
    with pytest.raises(Conflict):
        desk.send(row, document_number="演应急报〔2026〕23号")
    row = desk.row(row.pk)
    withdraw_upward(row.pk, expected_version=row.version, **desk.by(reason="来函撤回"))
    row = desk.row(row.pk)
    assert state_of(row, TODAY) is UpwardState.WITHDRAWN
    assert row.due is not None
    assert row.due.state == "withdrawn"
    later = on_time(whole_city(), NOW + dt.timedelta(days=90))
    assert next(p for p in later if str(row.pk) in p.url).left_out


@pytest.mark.parametrize("state", list(UpwardState))
def test_the_condition_of_a_state_is_its_rule(desk: Desk, state: UpwardState) -> None:
    row = desk.send(desk.ask())
    return_upward(row.pk, TODAY, reason="缺", expected_version=row.version, **desk.by())
    for day in (dt.date(2026, 10, 20), TODAY, dt.date(2027, 1, 15), dt.date(2027, 1, 16)):
        by_query = set(in_state(UpwardReport.objects.all(), state, day))
        by_rule = {one for one in UpwardReport.objects.all() if state_of(one, day) is state}
        assert by_query == by_rule


def test_the_measure_counts_its_own_proofs(desk: Desk) -> None:
    (measure,) = MEASURES
    share = measure.query(whole_city(), NOW)
    assert share == share_of(measure.evidence(whole_city(), NOW))
    assert (share.part, share.whole) == (1, 3)  # on time; late; without a receipt


def test_screens_from_the_list_to_the_receipt(client_as: SignedIn) -> None:
    office = client_as("bureau")
    listed = office.get("/plan/upward/").content.decode()
    for text in ("已接收，有回执", "已报送，待回执", "待报送"):
        assert text in listed
    form = {
        "notice": str(Notice.objects.latest("issued_on").pk),
        "reporter": str(Body.objects.get(code="emergency").pk),
        "to_body": "",
        "to_name": "",
        "evaluation": "",
        "title": "演示数据：页面登记",
        "basis": "演示数据：来函",
        "due_on": "2099-12-10",
        "request_id": new_id().hex,
        "expected_version": "0",
    }
    refused = office.post("/plan/upward/new/", form)
    assert refused.status_code == 422
    assert "请指明报送对象" in refused.content.decode()
    made = office.post("/plan/upward/new/", form | {"to_name": "演示·省厅"})
    assert made.status_code == 302
    one = made["Location"]
    assert "登记报送" in office.get(one).content.decode()
    draft = office.get(f"{one}paper/")
    assert draft.content[:2] == b"PK"
    row = UpwardReport.objects.get(title="演示数据：页面登记")
    today = row.opened_at.date().isoformat()
    send = {
        "document_number": "演应急报〔2026〕40号",
        "sent_on": today,
        "way": "courier",
        "handed_by": "演示·人",
        "request_id": new_id().hex,
        "expected_version": "1",
    }
    wrong = office.post(f"{one}send/", send | {"document_number": "40"})
    assert wrong.status_code == 422
    assert "发文字号" in wrong.content.decode()
    assert office.post(f"{one}send/", send).status_code == 302
    sending = UpwardSending.objects.get(report=row)
    assert office.get(f"/plan/upward-sendings/{sending.pk}/paper/").content[:2] == b"PK"
    assert office.get(f"/plan/upward-sendings/{sending.pk}/receipt/").status_code == 404
    receipt = {
        "number": "收9号",
        "received_on": today,
        "received_by": "演示·窗口",
        "request_id": new_id().hex,
        "expected_version": "2",
    }
    assert office.post(f"{one}receipt/", receipt).status_code == 422
    file = SimpleUploadedFile("回执.txt", "演示数据".encode())
    assert office.post(f"{one}receipt/", receipt | {"file": file}).status_code == 302
    assert "收9号" in office.get(one).content.decode()
    assert office.get(f"/plan/upward-sendings/{sending.pk}/receipt/").status_code == 200
    assert client_as("public").get(one).status_code == 403
    assert office.get("/plan/measures/upward-reports-on-time/").status_code == 200


def test_the_api(client_as: SignedIn) -> None:
    office = client_as("bureau")
    rows = office.get("/api/v1/upward-reports?state=received").json()["results"]
    assert rows and all(row["sendings"][-1]["receipt_number"] for row in rows)
    said = {
        "notice": str(Notice.objects.latest("issued_on").pk),
        "reporter": "emergency",
        "to_name": "演示·省厅",
        "title": "演示数据：接口登记",
        "basis": "演示数据：来函",
        "due_on": "2099-12-10",
    }
    made = office.post("/api/v1/upward-reports", said, content_type="application/json")
    assert made.status_code == 201, made.content
    one = f"/api/v1/upward-reports/{made.json()['id']}"
    today = UpwardReport.objects.get(pk=made.json()["id"]).opened_at.date().isoformat()
    send = {
        "document_number": "演应急报〔2026〕41号",
        "sent_on": today,
        "way": "by-hand",
        "handed_by": "演示·人",
        "expected_version": 1,
    }
    assert office.post(f"{one}/send", send, content_type="application/json").status_code == 200
    back = {"returned_on": today, "reason": "缺附表", "expected_version": 2}
    assert office.post(f"{one}/return", back, content_type="application/json").status_code == 200
    again = send | {"document_number": "演应急报〔2026〕42号", "expected_version": 3}
    assert office.post(f"{one}/send", again, content_type="application/json").status_code == 200
    receipt = {
        "number": "收1号",
        "received_on": today,
        "received_by": "演示·窗口",
        "expected_version": 4,
        "file": SimpleUploadedFile("回执.txt", "演示数据".encode()),
    }
    assert office.post(f"{one}/receipt", receipt).status_code == 200
    full = office.get(one).json()
    assert (full["state"], len(full["sendings"])) == ("received", 2)
    away = {"reason": "撤", "expected_version": 5}
    late = office.post(f"{one}/withdraw", away, content_type="application/json")
    assert late.status_code == 422
    assert client_as("public").get("/api/v1/upward-reports").status_code == 403
