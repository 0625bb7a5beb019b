"""The score from records: disasters, warnings, readings above a limit; who sees what."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from anlan.base import clock
from anlan.registers.rules.scope import Scope
from anlan.warning.queries.scoring import Board, Cut, base_year
from anlan.warning.queries.scoring_limits import limits_in_view
from anlan.warning.queries.scoring_measures import (
    MEASURES,
    alarms_with_event,
    days_within_budget,
    events_warned,
    events_with_lead,
)
from anlan.warning.queries.scoring_records import Of, Period, may_score
from anlan.warning.rules.scoring.matching import AlarmFate, EventFate, Why
from tests.losses.life import new_disaster, tell, unit_report
from tests.registers.kept import acting
from tests.registers.small_city import NOW
from tests.warning.life import receive, region
from tests.warning.watched import HOUR, MINUTE, START, every, notices, only, speak, stream, watch

pytestmark = pytest.mark.django_db
CST = ZoneInfo("Asia/Shanghai")
SignIn = Callable[[str], Client]
PERIOD = Period(first=dt.date(2026, 1, 1), last=dt.date(2026, 11, 24))


@pytest.fixture(autouse=True)
def _town(town: None) -> None:
    """The small city in which people can be called."""


def july(day: int, hour: int = 0) -> dt.datetime:
    return dt.datetime(2026, 7, day, hour, tzinfo=CST)


def warn(begun: dt.datetime, ended: dt.datetime | None, **more: Any) -> None:
    """A warning, lifted when it ends."""
    given: dict[str, Any] = {
        "hazard": "rainstorm",
        "level": "orange",
        "regions": (region("140825").pk,),
    } | more
    receive(issued_at=begun, received_at=begun, now=begun, **given)
    if ended is not None:
        receive(change="lift", issued_at=ended, received_at=ended, now=ended, **given)


def flood(onset: dt.datetime | dt.date, unit: str = "xinjiang", **more: Any) -> Any:
    """A flood that hit a county and was over on the same day, unless told otherwise."""
    timed = onset if isinstance(onset, dt.datetime) else None
    day = onset.date() if isinstance(onset, dt.datetime) else onset
    row = new_disaster(began_on=day, began_at=timed, **{"ended_on": day} | more)
    tell(row, unit_report(unit, affected_person_times=12))
    return row


def scope_of(login: str) -> Scope:
    scope = acting(login).scope
    assert isinstance(scope, Scope)
    return scope


def board(login: str = "bureau", period: Period = PERIOD) -> Board:
    return Board(scope_of(login), period, NOW)


def fates(found: Board) -> tuple[list[str], list[str]]:
    judged = found.judged
    return [e.fate.value for e in judged.events], [a.fate.value for a in judged.alarms]


def test_events_and_warnings_of_records_are_matched() -> None:
    warn(july(1, 8), july(1, 20))
    warn(july(3, 8), july(3, 20))
    flood(july(1, 10))
    flood(july(5, 10), "xia")
    found = board()
    assert fates(found) == (["hit", "miss"], ["hit", "false"])
    assert found.total.leads.minutes == (120,)
    assert found.judged.events[0].event.places == {"xinjiang"}


def test_only_the_day_is_known_and_figures_of_nought_hit_nobody() -> None:
    warn(july(1, 8), july(1, 20))
    flood(july(1).date())
    row = new_disaster(began_on=july(9).date(), title="演示·另一过程")
    nought = {"affected_person_times": 0, "direct_loss_fen": 0, "crop_affected_ha": 0}
    tell(row, unit_report("xinjiang", **nought))
    found = board()
    events = found.judged.events
    assert [(e.fate, e.why) for e in events] == [
        (EventFate.UNDECIDABLE, Why.UNSURE),
        (EventFate.MISS, Why.NONE),
    ]
    assert events[1].event.places == frozenset()


def test_a_warning_without_any_event_on_record_is_no_false_alarm() -> None:
    warn(july(1, 8), july(1, 20))
    (found,) = board().judged.alarms
    assert (found.fate, found.why) == (AlarmFate.UNDECIDABLE, Why.NOTHING_RECORDED)


def test_a_warning_keeps_the_highest_level_it_had() -> None:
    warn(july(1, 8), None, level="yellow")
    for kind, level, hour in (("raise", "red", 9), ("lower", "blue", 12)):
        at = july(1, hour)
        more = {"hazard": "rainstorm", "regions": (region("140825").pk,)}
        receive(change=kind, level=level, issued_at=at, received_at=at, now=at, **more)
    (found,) = board().all_alarms
    assert found.level.value == "red"


def test_the_whole_city_is_all_its_counties() -> None:
    warn(july(1, 8), july(1, 20), regions=(region().pk,))
    flood(july(1, 10), "xia")
    found = board()
    assert fates(found) == (["hit"], ["hit"])
    rows = {row.code: row.score for row in found.rows(Cut.PLACE)}
    assert (rows["xia"].hits, rows["xinjiang"].hits) == (1, 0)
    assert (rows["xia"].false_alarms, rows["xinjiang"].false_alarms) == (0, 1)


def test_what_began_before_the_period_counts_for_what_happened_in_it() -> None:
    warn(july(1, 8), july(4, 20))
    flood(july(3, 10))
    later = board(period=Period(first=dt.date(2026, 7, 2), last=dt.date(2026, 7, 31)))
    assert fates(later) == (["hit"], [])
    assert later.total.leads.minutes == (50 * 60,)
    early = board(period=Period(first=dt.date(2026, 7, 1), last=dt.date(2026, 7, 1)))
    assert fates(early) == ([], ["hit"])


def test_cuts_add_up_to_the_whole() -> None:
    warn(july(1, 8), july(1, 20))
    warn(july(3, 8), july(3, 20), hazard="gale")
    warn(NOW - dt.timedelta(hours=3), None, hazard="fog")
    flood(july(1, 10))
    flood(july(20, 10))
    found = board()
    for cut in (Cut.SEASON, Cut.YEAR):
        rows = found.rows(cut)
        assert sum(row.score.events for row in rows) == found.total.events == 2
        assert sum(row.score.alarms for row in rows) == found.total.alarms == 3
    assert sum(row.score.alarms for row in found.rows(Cut.HAZARD)) == 3
    assert sum(row.score.alarms for row in found.rows(Cut.ISSUER)) == 3
    assert sum(row.score.events for row in found.rows(Cut.EVENT)) == 2


def test_a_county_is_scored_for_itself() -> None:
    warn(july(1, 8), july(1, 20), regions=(region("140828").pk,))
    warn(july(3, 8), july(3, 20))
    flood(july(3, 10))
    flood(july(5, 10), "xia")
    found = board("county")
    assert list(found.places) == ["xinjiang"]
    assert fates(found) == (["hit"], ["hit"])


@pytest.mark.parametrize(
    ("login", "may"), [("bureau", True), ("county", True), ("department", False)]
)
def test_who_may_score(signed_in: SignIn, login: str, may: bool) -> None:
    assert may_score(scope_of(login)) is may
    client, wanted = signed_in(login), 200 if may else 403
    names = ("warning-scores", "warning-score-list", "warning-score-limits")
    for name in names:
        assert client.get(reverse(name)).status_code == wanted, name
    assert client.get(reverse("warning-score-day"), {"day": "2026-07-01"}).status_code == wanted
    for path in ("warning-scores", "warning-scores/records"):
        assert client.get(f"/api/v1/{path}").status_code == wanted, path


def test_the_base_year_is_missing_until_it_has_records() -> None:
    assert base_year(scope_of("bureau"), NOW).total.events == 0
    flood(dt.date(2020, 8, 1))
    assert base_year(scope_of("bureau"), NOW).total.events_undecidable == 1


def text_of(response: Any) -> str:
    return str(response.content.decode())


def test_every_number_opens_its_list(signed_in: SignIn) -> None:
    warn(july(1, 8), july(1, 20))
    warn(july(3, 8), july(3, 20))
    flood(july(1, 10), title="演示·七月洪涝")
    flood(july(20, 10), title="演示·漏报洪涝")
    client = signed_in("bureau")
    with clock.at(NOW):
        page = text_of(client.get(reverse("warning-scores"), {"by": "season"}))
        assert "可判定的在册事件 2 起，发生前已预警 1 起" in page
        assert "50 %" in page
        assert "样本少" in page
        assert "基准年：缺失" in page
        assert "本系统默认，并非规定" in page
        assert "[D]" not in page
        assert 'value="2024-01-01"' in page
        assert 'name="q" type="search" value=""' in page
        assert "演示·漏报洪涝" in page
        links = {
            part.split('"')[0].replace("&amp;", "&")
            for part in page.split('href="')
            if part.startswith(reverse("warning-score-list"))
        }
        assert len(links) >= 6
        for link in links:
            shown = text_of(client.get(link))
            assert "没有记录" not in shown, link


def test_lists_narrow_to_what_the_number_counted(signed_in: SignIn) -> None:
    warn(july(1, 8), july(1, 20))
    flood(july(1, 10), title="演示·七月洪涝")
    flood(july(20, 10), title="演示·漏报洪涝")
    client, url = signed_in("bureau"), reverse("warning-score-list")
    with clock.at(NOW):
        missed = text_of(client.get(url, {"side": "event", "fate": "miss"}))
        assert ("漏报洪涝" in missed, "七月洪涝" in missed) == (True, False)
        there = text_of(client.get(url, {"side": "event", "by": "place", "of": "xia"}))
        assert "没有记录" in there
        for wrong in ({"side": "both"}, {"side": "event", "fate": "false"}, {"side": ""}):
            assert client.get(url, wrong).status_code == 422
        for day in ("", "2026-13-40", "x"):
            assert client.get(reverse("warning-score-day"), {"day": day}).status_code == 422
        shown = text_of(client.get(reverse("warning-score-day"), {"day": "2026-07-01"}))
        assert shown.count("<tr>") == 3


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"first": "2026-07-02", "last": "2026-07-01"}, "结束日期早于起始日期"),
        ({"first": "2010-01-01", "last": "2026-07-01"}, "一次最多十年"),
        ({"first": "2027-01-01", "last": "2027-02-01"}, "尚未到来"),
        ({"first": "gestern"}, "以下显示常用时段"),
        ({"by": "moon"}, "以下显示常用时段"),
    ],
)
def test_a_wrong_period_is_said_and_what_was_typed_is_kept(
    signed_in: SignIn, asked: dict[str, str], words: str
) -> None:
    with clock.at(NOW):
        page = text_of(signed_in("bureau").get(reverse("warning-scores"), asked))
    assert words in page
    for value in asked.values():
        assert value in page or value == "moon"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-31", "yesterday", ""])
def test_a_day_that_no_list_has_is_refused_in_words(signed_in: SignIn, day: str) -> None:
    answer = signed_in("bureau").get(f"/warnings/scores/day/?day={day}")
    assert answer.status_code == 422
    assert "请返回预警评分页打开" in answer.content.decode()


@pytest.mark.parametrize(
    "page",
    [
        "/warnings/scores/",
        "/warnings/scores/list/",
        "/warnings/scores/limits/",
        "/warnings/scores/day/?day=2026-07-01",
        "/warnings/desk/",
        "/stations/intake/",
    ],
)
def test_pages_without_a_list_of_the_register_kit_print_too(signed_in: SignIn, page: str) -> None:
    with clock.at(NOW):
        assert "data-print" in text_of(signed_in("bureau").get(page))


def test_an_empty_score_teaches(signed_in: SignIn) -> None:
    with clock.at(NOW):
        page = text_of(signed_in("bureau").get(reverse("warning-scores")))
    assert "没有可评分的内容" in page
    assert reverse("warning-paste") in page


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_table_is_taken_out(signed_in: SignIn, ending: str) -> None:
    warn(july(1, 8), july(1, 20))
    flood(july(1, 10))
    with clock.at(NOW):
        answer = signed_in("bureau").get(
            reverse("warning-scores"), {"format": ending, "by": "place"}
        )
    assert answer.status_code == 200
    assert ending in answer["Content-Disposition"]
    if ending == "csv":
        text = answer.content.decode("utf-8-sig")
        assert "新绛" in text
        assert "命中率" in text


def test_the_api_says_the_same(signed_in: SignIn) -> None:
    warn(july(1, 8), july(1, 20))
    flood(july(1, 10))
    client = signed_in("bureau")
    with clock.at(NOW):
        asked = {"first": "2026-01-01", "last": "2026-11-24", "by": "place"}
        found = client.get("/api/v1/warning-scores", asked).json()
        assert found["total"]["hits"] == 1
        assert found["total"]["detection"]["value"] == 1
        assert found["base"] is None
        assert [row["code"] for row in found["rows"]] == ["xinjiang"]
        records = client.get("/api/v1/warning-scores/records", {"side": "alarm"}).json()
        assert [row["fate"] for row in records["results"]] == ["hit"]
        wrong = {"first": "2026-02-01", "last": "2026-01-01"}
        assert client.get("/api/v1/warning-scores", wrong).status_code == 422
        assert client.get("/api/v1/warning-scores", {"by": "moon"}).status_code == 422


def test_the_measures_count_what_the_page_shows() -> None:
    warn(july(1, 8), july(1, 20))
    warn(july(3, 8), july(3, 20))
    flood(july(1, 10))
    flood(july(20, 10))
    flood(july(22).date())
    scope = scope_of("bureau")
    events = events_warned(scope, NOW)
    assert [(p.counts, p.left_out) for p in events] == [
        (False, False),
        (False, False),
        (True, False),
    ]
    alarms = alarms_with_event(scope, NOW)
    assert [(p.counts, p.left_out) for p in alarms] == [(False, False), (True, False)]
    days = days_within_budget(scope, NOW)
    assert [(p.label, p.counts) for p in days] == [("2026-07-03", True), ("2026-07-01", True)]
    assert events_warned(scope_of("department"), NOW) == []
    for measure in MEASURES:
        share = measure.query(scope, NOW)
        counted = [p for p in measure.evidence(scope, NOW) if not p.left_out]
        assert (share.part, share.whole) == (sum(p.counts for p in counted), len(counted))


@pytest.mark.parametrize(("minutes", "counts"), [(59, False), (60, True), (61, True), (-1, False)])
def test_a_lead_time_is_long_enough_from_an_hour_on(minutes: int, counts: bool) -> None:
    warn(july(1) - dt.timedelta(days=30), july(2) - dt.timedelta(days=30))
    onset = july(1, 10)
    begun = onset - dt.timedelta(minutes=minutes)
    warn(begun, july(1, 20))
    flood(onset)
    (proof,) = events_with_lead(scope_of("bureau"), NOW)
    assert (proof.counts, proof.left_out) == (counts, False)


def test_a_lead_time_of_a_day_without_its_hour_is_left_out() -> None:
    warn(july(1, 8) - dt.timedelta(days=1), july(3, 20))
    flood(july(2).date())
    flood(july(20, 10))
    proofs = events_with_lead(scope_of("bureau"), NOW)
    assert [(p.counts, p.left_out) for p in proofs] == [(False, False), (False, True)]
    assert events_with_lead(scope_of("department"), NOW) == []


def test_an_old_year_has_no_limits_to_try(signed_in: SignIn) -> None:
    assert not limits_in_view(scope_of("bureau"), PERIOD).exists()
    warn(july(1, 8), july(1, 20))
    with clock.at(NOW):
        page = text_of(signed_in("bureau").get(reverse("warning-score-limits")))
    assert "没有可供试算的站点阈值" in page
    assert "该级别及以上" in page


def test_notices_of_our_rules_are_scored_apart_from_warnings() -> None:
    """A notice is an alarm of its rule; it neither hits nor misses for the warnings."""
    only("rainstorm")
    row = stream()
    watch(START)
    speak(row, every(row, [1.5] * 36), now=START + 3 * HOUR)
    watch(START + 3 * HOUR + 10 * MINUTE)
    (notice,) = notices()
    later = START + 4 * HOUR
    found = Board(scope_of("bureau"), PERIOD, later, Of.NOTICES)
    (alarm,) = found.judged.alarms
    assert alarm.alarm.source == notice.rule.name
    assert alarm.alarm.begun_at == notice.known_at
    assert found.pages[alarm.alarm.key].url == f"/monitoring/{notice.pk}/"
    assert found.load.total == 1
    assert Board(scope_of("bureau"), PERIOD, later).judged.alarms == ()


def test_the_page_and_the_api_score_what_was_asked(signed_in: SignIn) -> None:
    client = signed_in("bureau")
    shown = client.get("/warnings/scores/?whose=notices")
    assert shown.status_code == 200
    assert "监测提示" in shown.content.decode()
    assert client.get("/warnings/scores/?whose=nonsense").status_code == 200
    assert client.get("/api/v1/warning-scores?whose=notices").status_code == 200
    assert client.get("/api/v1/warning-scores?whose=nonsense").status_code == 422
