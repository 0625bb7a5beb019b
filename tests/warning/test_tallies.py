"""Statistics of warnings from records: who counts where, who was called; page, files and API."""

import csv
import datetime as dt
import io
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from anlan.registers.rules.scope import Scope
from anlan.warning.actions.calling import open_round
from anlan.warning.actions.calling_record import Call, record_call
from anlan.warning.models import CallAddressee
from anlan.warning.queries.scoring_records import Of, Period
from anlan.warning.queries.tallies import Asked, Line, Tallies
from anlan.warning.rules.scoring.tally import By
from anlan.warning.rules.signal import Hazard, Level
from tests.registers.kept import acting
from tests.warning.calling_life import make_contact, make_message, minutes, told
from tests.warning.life import receive, region
from tests.warning.watched import HOUR, MINUTE, START, every, notices, only, speak, stream, watch

pytestmark = pytest.mark.django_db
CST = ZoneInfo("Asia/Shanghai")
SignIn = Callable[[str], Client]
YEAR = Period(first=dt.date(2026, 1, 1), last=dt.date(2026, 11, 24))


@pytest.fixture(autouse=True)
def _town(town: None) -> None:
    """The small city in which people can be called."""


def july(day: int, hour: int = 8) -> dt.datetime:
    return dt.datetime(2026, 7, day, hour, tzinfo=CST)


def warn(begun: dt.datetime, *, lifted: bool = True, **more: Any) -> None:
    given: dict[str, Any] = {
        "hazard": "rainstorm",
        "level": "orange",
        "regions": (region("140825").pk,),
    } | more
    receive(issued_at=begun, received_at=begun, now=begun, **given)
    if lifted:
        ended = begun + dt.timedelta(hours=6)
        receive(change="lift", issued_at=ended, received_at=ended, now=ended, **given)


def tallies(login: str = "bureau", **asked: Any) -> Tallies:
    scope = acting(login).scope
    assert isinstance(scope, Scope)
    return Tallies(scope, Asked(**{"period": YEAR} | asked))


def totals(lines: list[Line]) -> dict[str, int]:
    return {line.code: line.tally.total for line in lines}


def test_a_warning_counts_once_at_its_highest_level() -> None:
    warn(july(1), lifted=False, level="yellow")
    for kind, level, hour in (("raise", "red", 9), ("lower", "blue", 12)):
        at = july(1, hour)
        more = {"hazard": "rainstorm", "regions": (region("140825").pk,)}
        receive(change=kind, level=level, issued_at=at, received_at=at, now=at, **more)
    found = tallies().total.tally
    assert found.by_level == {Level.RED: 1, Level.ORANGE: 0, Level.YELLOW: 0, Level.BLUE: 0}


def test_lines_of_each_kind() -> None:
    warn(july(1))
    warn(july(3), regions=(region("140825").pk, region("140828").pk))
    warn(july(5), hazard="gale", level="blue")
    warn(dt.datetime(2026, 3, 1, 8, tzinfo=CST), hazard="fog")
    found = tallies()
    assert totals(found.lines(By.HAZARD)) == {"rainstorm": 2, "fog": 1, "gale": 1}
    assert found.lines(By.HAZARD)[0].code == "rainstorm"
    assert totals(found.lines(By.PLACE)) == {"xinjiang": 4, "xia": 1}
    assert list(totals(found.lines(By.MONTH))) == ["2026-07", "2026-03"]
    assert totals(found.lines(By.SEASON)) == {"spring": 1, "summer": 3}
    assert totals(found.lines(By.YEAR)) == {"2026": 4}
    assert found.total.tally.total == 4


def test_edges_of_the_period() -> None:
    for begun in (
        dt.datetime(2026, 6, 30, 23, 59, 59, tzinfo=CST),
        dt.datetime(2026, 7, 1, 0, 0, tzinfo=CST),
        dt.datetime(2026, 7, 31, 23, 59, 59, tzinfo=CST),
        dt.datetime(2026, 8, 1, 0, 0, tzinfo=CST),
    ):
        warn(begun)
    july_only = Period(first=dt.date(2026, 7, 1), last=dt.date(2026, 7, 31))
    assert tallies(period=july_only).total.tally.total == 2


def test_one_hazard_or_county_alone() -> None:
    warn(july(1))
    warn(july(3), regions=(region("140828").pk,), hazard="gale")
    assert tallies(hazard=Hazard.GALE).total.tally.total == 1
    assert tallies(place="xinjiang").total.tally.total == 1
    assert tallies(place="xinjiang", hazard=Hazard.GALE).total.tally.total == 0


def test_a_county_counts_its_own() -> None:
    warn(july(1), regions=(region("140828").pk,))
    warn(july(3), regions=(region("140825").pk, region("140828").pk))
    found = tallies("county")
    assert totals(found.lines(By.PLACE)) == {"xinjiang": 1}
    assert found.total.tally.total == 1


def test_who_was_called_because_of_them() -> None:
    first, late = make_contact(), make_contact(region="140825100002")
    silent, far = make_contact(), make_contact(unit="xia", region="140828100001")
    assert silent and far
    open_round(make_message(regions=("140800",)).pk, **told("bureau"))
    for contact, at in ((first, 3), (late, 9)):
        row = CallAddressee.objects.get(contact=contact)
        record_call(row.pk, Call(outcome="answered", said="收到"), **told("bureau", minutes(at)))
    warn(july(1))
    found = tallies()
    called = found.total.called
    assert (called.warnings, called.people, called.in_time) == (1, 4, 1)
    assert called.answered.value == 0.25
    lines = {line.code: line.called for line in found.lines(By.PLACE)}
    assert (lines["xinjiang"].people, lines["xinjiang"].in_time) == (3, 1)
    assert (lines["xia"].people, lines["xia"].in_time) == (1, 0)
    alone = tallies(place="xia").total.called
    assert (alone.warnings, alone.people) == (1, 1)
    own = tallies("county").total.called
    assert (own.people, own.in_time) == (3, 1)


def test_nobody_called_is_not_nought_per_cent() -> None:
    warn(july(1))
    called = tallies().total.called
    assert (called.warnings, called.people, called.answered.value) == (0, 0, None)


def test_notices_of_our_rules_are_counted_apart() -> None:
    only("rainstorm")
    row = stream()
    watch(START)
    speak(row, every(row, [1.5] * 36), now=START + 3 * HOUR)
    watch(START + 3 * HOUR + 10 * MINUTE)
    (notice,) = notices()
    found = tallies(of=Of.NOTICES)
    assert totals(found.lines(By.ISSUER)) == {notice.rule.name: 1}
    assert found.total.tally.by_level[Level(notice.highest)] == 1
    assert (found.gas_notices, found.total.called.people) == (0, 0)
    assert tallies().total.tally.total == 0


@pytest.mark.parametrize(
    ("login", "wanted"), [("bureau", 200), ("county", 200), ("department", 403)]
)
def test_who_may_count(signed_in: SignIn, login: str, wanted: int) -> None:
    client = signed_in(login)
    for name in ("warning-tallies", "warning-tally-list"):
        assert client.get(reverse(name)).status_code == wanted, name
    assert client.get("/api/v1/warning-statistics").status_code == wanted


def test_the_page_leads_to_the_records(signed_in: SignIn) -> None:
    warn(july(1))
    warn(july(3), level="red")
    client = signed_in("bureau")
    shown = client.get(reverse("warning-tallies"), {"by": "place"}).content.decode()
    for text in ("预警统计", "不能相加", "合计"):
        assert text in shown
    asked = {"by": "place", "of": "xinjiang", "level": "red"}
    listed = client.get(reverse("warning-tally-list"), asked).content.decode()
    assert "2026-07-03" in listed
    assert "2026-07-01" not in listed


def test_an_empty_period_teaches(signed_in: SignIn) -> None:
    client = signed_in("bureau")
    shown = client.get(reverse("warning-tallies")).content.decode()
    assert reverse("warning-paste") in shown
    notices = client.get(reverse("warning-tallies"), {"whose": "notices"}).content.decode()
    assert reverse("monitoring-rule-list") in notices


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"first": "2026-08-01", "last": "2026-07-01"}, "结束日期早于起始日期"),
        ({"first": "2010-01-01", "last": "2026-01-01"}, "十年"),
        ({"first": "2027-01-01", "last": "2027-02-01"}, "尚未到来"),
        ({"first": "yesterday"}, "日期"),
        ({"hazard": "dragons"}, "请从列表中选择"),
        ({"place": "atlantis"}, "请从列表中选择"),
        ({"by": "dragons"}, "请从列表中选择"),
    ],
)
def test_what_cannot_be_counted_is_said(
    signed_in: SignIn, asked: dict[str, str], says: str
) -> None:
    warn(july(1))
    response = signed_in("bureau").get(reverse("warning-tallies"), asked)
    assert response.status_code == 200
    assert says in response.content.decode()


def test_a_level_that_is_none_is_refused(signed_in: SignIn) -> None:
    response = signed_in("bureau").get(reverse("warning-tally-list"), {"level": "purple"})
    assert response.status_code == 422


def test_files_hold_what_the_page_shows(signed_in: SignIn) -> None:
    warn(july(1))
    warn(july(3), level="red", hazard="gale")
    client = signed_in("bureau")
    response = client.get(reverse("warning-tallies"), {"format": "csv"})
    text = b"".join(response.streaming_content) if response.streaming else response.content
    rows = list(csv.reader(io.StringIO(text.decode("utf-8-sig"))))
    whole = next(row for row in rows if row and row[0] == "合计")
    assert whole[1:6] == ["1", "1", "0", "0", "2"]
    assert client.get(reverse("warning-tallies"), {"format": "xlsx"}).status_code == 200


def test_the_api_counts_the_same(signed_in: SignIn) -> None:
    warn(july(1))
    warn(july(3), level="red", hazard="gale")
    client = signed_in("bureau")
    found = client.get("/api/v1/warning-statistics", {"by": "month"}).json()
    assert [(row["code"], row["red"], row["total"]) for row in found["rows"]] == [
        ("2026-07", 1, 2)
    ]
    assert found["total"]["answered_share"] is None
    for asked in (
        {"by": "dragons"},
        {"hazard": "dragons"},
        {"place": "atlantis"},
        {"first": "2026-08-01", "last": "2026-07-01"},
    ):
        assert client.get("/api/v1/warning-statistics", asked).status_code == 422, asked
