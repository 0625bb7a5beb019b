"""People and notices: pages, API, acknowledging once and for all, scope, two at a time."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from anlan.base import clock
from anlan.base.errors import Conflict, NotAllowed, NotFound
from anlan.base.journal.recording import recording
from anlan.base.models import Due, JournalEntry
from anlan.registers.models import Account
from anlan.registers.rules.scope import Scope
from anlan.sensing.models import Datastream
from anlan.site import instance
from anlan.warning.actions.acknowledging import (
    NoteMissing,
    NotJudgedSo,
    StillWatched,
    acknowledge_notice,
    end_unwatched,
    judge_notice,
)
from anlan.warning.models import MonitoringNotice, MonitoringRule, NoticeEvent
from anlan.warning.queries.monitoring import is_watched, present_of, watching
from anlan.warning.queries.monitoring_measures import acknowledged_in_time, days_within_budget
from tests.registers.kept import NOW, acting, said
from tests.warning.watched import (
    HOUR,
    MINUTE,
    START,
    every,
    notices,
    only,
    rules,
    speak,
    stream,
    watch,
)

pytestmark = pytest.mark.usefixtures("kept")
LATER = START + 4 * HOUR


@pytest.fixture
def notice(kept: None) -> MonitoringNotice:
    only("rainstorm")
    row = stream()
    watch(START)
    speak(row, every(row, [1.5] * 36), now=START + 3 * HOUR)
    watch(START + 3 * HOUR + 10 * MINUTE)
    (found,) = notices()
    return found


@pytest.fixture
def browser(kept: None) -> Any:
    instance.mark_ready(NOW)

    def opened(login: str) -> Client:
        client = Client()
        client.force_login(Account.objects.get(login=login))
        return client

    with clock.at(LATER):
        yield opened
    instance.forget()


def acknowledge(row: MonitoringNotice, **more: Any) -> dict[str, Any]:
    given = {"note": "已核实", "expected_version": row.version}
    told = said(more.pop("login", "bureau"), more.pop("request_id", ""), now=LATER)
    return acknowledge_notice(row.pk, **given | more, **told)


def test_acknowledged_once_whatever_is_repeated(notice: MonitoringNotice) -> None:
    due = Due.objects.get(subject_key=str(notice.pk))
    first = acknowledge(notice, request_id="acknowledge-1")
    again = acknowledge(notice, request_id="acknowledge-1")
    assert first == again
    notice.refresh_from_db()
    assert (notice.acknowledged_level, notice.acknowledged_note) == ("orange", "已核实")
    assert NoticeEvent.objects.filter(kind="acknowledged").count() == 1
    due.refresh_from_db()
    assert (due.state, due.unit) == ("answered", "xinjiang")


def test_two_people_at_once(notice: MonitoringNotice) -> None:
    acknowledge(notice)
    with pytest.raises(Conflict):
        acknowledge(notice)


def test_it_stays_acknowledged_and_a_higher_level_asks_anew(notice: MonitoringNotice) -> None:
    acknowledge(notice)
    row = Datastream.objects.get()
    watch(LATER)
    watch(LATER + HOUR)
    notice.refresh_from_db()
    assert notice.acknowledged_level == notice.highest == "orange"
    speak(row, every(row, [4.0] * 36, START + 3 * HOUR), now=START + 6 * HOUR)
    watch(START + 7 * HOUR)
    notice.refresh_from_db()
    assert (notice.highest, notice.acknowledged_level) == ("red", "orange")
    states = Due.objects.filter(subject_key=str(notice.pk)).values_list("state", flat=True)
    assert sorted(states) == ["answered", "running"]


def test_what_is_refused(notice: MonitoringNotice) -> None:
    with pytest.raises(NoteMissing):
        acknowledge(notice, note="  ")
    with pytest.raises(NotFound):
        acknowledge(notice, login="other")
    with pytest.raises(NotFound):
        acknowledge(notice, login="public")
    told = {"expected_version": notice.version, **said(now=LATER)}
    with pytest.raises(NotJudgedSo):
        judge_notice(notice.pk, judged="perhaps", **told)
    with pytest.raises(NoteMissing):
        judge_notice(notice.pk, judged="event", **told | {"reason": " "})
    with pytest.raises(StillWatched):
        end_unwatched(notice.pk, **told)
    notice.refresh_from_db()
    assert (notice.acknowledged_level, notice.judged) == ("", "")


def test_who_may_only_read_acknowledges_nothing(notice: MonitoringNotice) -> None:
    """It is in view, but the reader's posts act for nobody there."""
    whole = acting("county")
    assert isinstance(whole.scope, Scope)
    actor = replace(whole, scope=replace(whole.scope, own_units=frozenset()))
    with pytest.raises(NotAllowed):
        acknowledge_notice(
            notice.pk,
            note="x",
            expected_version=notice.version,
            **said(now=LATER) | {"actor": actor},
        )
    acknowledge(notice, login="county")


def test_judged_for_the_scoring(notice: MonitoringNotice) -> None:
    told = said(now=LATER) | {"reason": "现场没有出现险情"}
    judge_notice(notice.pk, judged="no-event", expected_version=notice.version, **told)
    notice.refresh_from_db()
    assert (notice.judged, notice.judged_reason) == ("no-event", "现场没有出现险情")


def test_one_that_nobody_watches_is_ended_by_hand(notice: MonitoringNotice) -> None:
    with recording(
        action="test.rules", actor=said()["actor"], now=NOW, request_id="rule-over"
    ) as rec:
        rule = rec.lock(MonitoringRule, notice.rule_id)
        rule.valid_until = START.date()
        rec.save(rule)
    watch(LATER + 30 * HOUR)
    notice.refresh_from_db()
    assert notice.ended_at is None
    assert not is_watched(notice, LATER)
    end_unwatched(notice.pk, expected_version=notice.version, **said(now=LATER))
    notice.refresh_from_db()
    assert notice.ended_at == LATER
    assert Due.objects.get(subject_key=str(notice.pk)).state == "withdrawn"


def test_every_step_is_in_the_journal(notice: MonitoringNotice) -> None:
    actions = JournalEntry.objects.filter(action="warning.monitoring.watch")
    assert actions.count() == 1
    acknowledge(notice)
    assert JournalEntry.objects.filter(action="warning.monitoring.acknowledge").count() == 1


def test_the_value_of_now_and_what_is_watched(notice: MonitoringNotice) -> None:
    present = present_of(notice, LATER)
    assert present is not None
    assert (present.value, present.missing) == (54.0, 0)
    assert watching(notice.rule, LATER).places == 1


PAGES = ("/monitoring/", "/monitoring/?state=new&level=orange", "/monitoring/rules/")


@pytest.mark.parametrize("login", ["bureau", "county", "department"])
def test_the_pages_as_each_role(
    notice: MonitoringNotice, browser: Callable[[str], Client], login: str
) -> None:
    client = browser(login)
    for page in PAGES:
        assert client.get(page).status_code == 200, page
    page = client.get(f"/monitoring/{notice.pk}/")
    assert page.status_code == 200
    text = page.content.decode()
    assert "暴雨" in text
    assert "54" in text
    assert "气象灾害预警信号发布与传播办法" in text
    assert client.get(f"/monitoring/rules/{notice.rule_id}/").status_code == 200
    assert (
        str(notice.pk) in client.get(f"/stations/{notice.datastream.station_id}/").content.decode()
    )


@pytest.mark.parametrize(("login", "code"), [("other", 404), ("public", 403)])
def test_the_page_outside_the_scope(
    notice: MonitoringNotice, browser: Callable[[str], Client], login: str, code: int
) -> None:
    assert browser(login).get(f"/monitoring/{notice.pk}/").status_code == code


def test_the_empty_list_teaches(kept: None, browser: Callable[[str], Client]) -> None:
    rules()
    assert "限值" in browser("bureau").get("/monitoring/").content.decode()


def test_the_page_of_every_rule(kept: None, browser: Callable[[str], Client]) -> None:
    rules()
    client = browser("bureau")
    for rule in MonitoringRule.objects.all():
        assert client.get(f"/monitoring/rules/{rule.pk}/").status_code == 200, rule.code


def test_the_number_of_places_opens_them(
    notice: MonitoringNotice, browser: Callable[[str], Client]
) -> None:
    """Those that the reader may see; where there are none it is said why."""
    page, row = f"/monitoring/rules/{notice.rule_id}/", notice.datastream
    for login in ("bureau", "county"):
        text = browser(login).get(page).content.decode()
        assert f"/datastreams/{row.pk}/" in text, login
    assert f"/datastreams/{row.pk}/" not in browser("other").get(page).content.decode()
    own = MonitoringRule.objects.get(code="own-pressure")
    text = browser("bureau").get(f"/monitoring/rules/{own.pk}/").content.decode()
    assert "没有本规则所需" in text


def test_forms_acknowledge_and_judge(
    notice: MonitoringNotice, browser: Callable[[str], Client]
) -> None:
    client = browser("county")
    address = f"/monitoring/{notice.pk}/acknowledge/"
    assert client.get(address).status_code == 200
    sent = {
        "reason": "已电话核实",
        "request_id": "form-00000001",
        "expected_version": notice.version,
    }
    assert client.post(address, sent | {"reason": ""}).status_code in (200, 422)
    assert client.post(address, sent).status_code == 302
    notice.refresh_from_db()
    assert notice.acknowledged_note == "已电话核实"
    judged = sent | {
        "judged": "event",
        "request_id": "form-00000002",
        "expected_version": notice.version,
    }
    assert client.get(f"/monitoring/{notice.pk}/judge/").status_code == 200
    assert client.post(f"/monitoring/{notice.pk}/judge/", judged).status_code == 302
    notice.refresh_from_db()
    assert notice.judged == "event"
    assert client.get(f"/monitoring/{notice.pk}/end/").status_code == 200
    assert client.post(
        f"/monitoring/{notice.pk}/end/",
        judged | {"expected_version": notice.version, "request_id": "form-00000003"},
    ).status_code in (200, 409, 422)


def test_the_api(notice: MonitoringNotice, browser: Callable[[str], Client]) -> None:
    client = browser("county")
    listed = client.get("/api/v1/monitoring/notices?state=new").json()
    assert [row["id"] for row in listed["results"]] == [str(notice.pk)]
    for state, count in (("open", 1), ("silent", 0), ("over", 0)):
        found = client.get(f"/api/v1/monitoring/notices?state={state}").json()["results"]
        assert len(found) == count
    whole = client.get(f"/api/v1/monitoring/notices/{notice.pk}").json()
    assert whole["grounds"][0]["status"] == "V"
    assert [step["kind"] for step in whole["steps"]] == ["raised"]
    address = f"/api/v1/monitoring/notices/{notice.pk}"
    body = {"note": "已核实", "expected_version": whole["version"], "request_id": "api-00000001"}
    done = client.post(f"{address}/acknowledge", body, content_type="application/json")
    assert done.status_code == 200, done.content
    assert done.json()["acknowledged_level"] == "orange"
    again = client.post(f"{address}/acknowledge", body, content_type="application/json")
    assert again.status_code == 200
    stale = body | {"request_id": "api-00000002"}
    assert (
        client.post(f"{address}/acknowledge", stale, content_type="application/json").status_code
        == 409
    )
    judged = {
        "judged": "event",
        "reason": "已出现积水",
        "expected_version": done.json()["version"],
    }
    assert (
        client.post(f"{address}/judge", judged, content_type="application/json").status_code == 200
    )
    ended = {"reason": "x", "expected_version": done.json()["version"] + 1}
    assert client.post(f"{address}/end", ended, content_type="application/json").status_code == 422
    listed = client.get("/api/v1/monitoring/rules").json()["results"]
    rule = client.get(f"/api/v1/monitoring/rules/{listed[0]['id']}").json()
    assert rule["code"] == listed[0]["code"]
    assert browser("other").get(address).status_code == 404
    assert browser("public").get(address).status_code == 403


def test_the_measures(notice: MonitoringNotice) -> None:
    scope = acting("bureau").scope
    known = notice.known_at
    (running,) = acknowledged_in_time(scope, known + 10 * MINUTE)
    assert running.left_out
    (late,) = acknowledged_in_time(scope, known + 20 * MINUTE)
    assert (late.counts, late.left_out) == (False, False)
    acknowledge_notice(
        notice.pk,
        note="已核实",
        expected_version=notice.version,
        **said(now=known + 15 * MINUTE),
    )
    (done,) = acknowledged_in_time(scope, known + HOUR)
    assert done.counts
    days = days_within_budget(scope, known + 24 * HOUR)
    assert len(days) == 30
    assert all(day.counts for day in days)
    assert days_within_budget(acting("other").scope, known) == []


def test_a_notice_hands_what_it_knows_to_a_bulletin(
    browser: Callable[[str], Client], notice: MonitoringNotice
) -> None:
    client = browser("bureau")
    page = client.get(f"/monitoring/{notice.pk}/").content.decode()
    (link,) = re.findall(r'href="(/warnings/compose/\?[^"]+)"', page)
    form = client.get(html.unescape(link)).context["form"]
    assert (form.initial["hazard"], form.initial["level"]) == ("rainstorm", notice.level)
    assert notice.rule.name in form.initial["origin"]
    assert form.initial["regions"]
