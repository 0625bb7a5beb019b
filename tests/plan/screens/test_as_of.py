"""Plan pages as of a day: the state of then, read-only, by the scope of today; one click back."""

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import pytest

from anlan.base import clock
from anlan.base.journal.sealing import seal
from anlan.base.models import JournalEntry
from anlan.plan.models import Notice, PlanItem
from anlan.site.cli import main
from tests.base.worlds.conftest import home

__all__ = ["home"]


@pytest.fixture
def lived(city: None, home: Path) -> dt.date:
    """The demonstration, sealed; the profile became known on its first day. Gives today."""
    first = dt.datetime(2021, 3, 1, 1, tzinfo=dt.UTC)
    for entry in JournalEntry.objects.filter(action__startswith="registers.profile"):
        content = json.loads(entry.content) | {"known_at": first.isoformat()}
        rewrite(entry, content, first)
    seal(clock.now())
    return clock.today()


def rewrite(entry: JournalEntry, content: dict[str, Any], known_at: dt.datetime) -> None:
    from anlan.base.journal.content import canonical, digest_of
    from anlan.base.journal.keys import journal_key

    text = canonical(content)
    entry.content, entry.known_at = text, known_at
    entry.digest = digest_of(journal_key(), text)
    entry.save()


def import_day() -> dt.date:
    entry = JournalEntry.objects.filter(action="plan.notice.import").latest("known_at")
    return entry.known_at.astimezone(clock.CITY_ZONE).date()


def test_overview_item_and_body_as_of(lived: dt.date, client_as: Any) -> None:
    client = client_as("bureau")
    day = import_day()
    page = client.get(f"/plan/?as_of={day}").content.decode()
    assert f"截至 {day}" in page
    assert "只读" in page
    assert 'href="/plan/"' in page
    assert f"as_of={day}" in re.findall(r'class="figure" href="([^"]*)"', page)[0]
    assert "/review/" not in page
    assert "/plan/import/" not in page
    item = PlanItem.objects.filter(is_dropped=False).first()
    address = f"/plan/{item.notice_id}/items/{item.key}/"
    assert "/review/" in client.get(address).content.decode()
    for more in ("", "&tab=duties", "&tab=history"):
        past = client.get(f"{address}?as_of={day}{more}")
        assert past.status_code == 200
        text = past.content.decode()
        assert "只读" in text
        assert "/review/" not in text
    for address in ("/plan/bodies/emergency/", "/plan/items/"):
        text = client.get(f"{address}?as_of={day}").content.decode()
        assert "只读" in text
        assert f"as_of={day}" in text


def test_before_the_import_there_is_no_notice(lived: dt.date, client_as: Any) -> None:
    client = client_as("bureau")
    touched = JournalEntry.objects.filter(subjects__model="plan.planitem")
    first = touched.earliest("known_at").known_at.astimezone(clock.CITY_ZONE).date()
    before = first - dt.timedelta(days=1)
    page = client.get(f"/plan/?as_of={before}")
    assert page.status_code == 200
    assert "只读" in page.content.decode()
    assert client.get(f"/api/v1/items?as_of={before}").json()["count"] == 0
    assert client.get("/api/v1/items").json()["count"] > 0


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1999-01-01", "日志从"),
        ("2099-01-01", "尚未到来"),
        ("昨天", "不是日期"),
        ("2026-02-30", "不是日期"),
    ],
)
def test_days_that_cannot_be_shown(lived: dt.date, client_as: Any, text: str, says: str) -> None:
    client = client_as("bureau")
    for address in ("/plan/", "/plan/items/", "/plan/bodies/emergency/"):
        answer = client.get(address, {"as_of": text})
        assert answer.status_code == 422
        assert says in answer.content.decode()
    assert client.get("/api/v1/items", {"as_of": text}).status_code == 422


def test_today_shows_what_the_present_page_shows(lived: dt.date, client_as: Any) -> None:
    client = client_as("county")
    present = client.get("/plan/?by=counties").content.decode()
    past = client.get(f"/plan/?by=counties&as_of={lived}").content.decode()
    figures = re.compile(r"<strong>(\d+)</strong>")
    assert figures.findall(present) == figures.findall(past)
    for path in ("/api/v1/items", "/api/v1/items/T1", "/api/v1/bodies/emergency/duties"):
        now = client.get(path).json()
        then = client.get(path, {"as_of": str(lived)}).json()
        assert {**then, "next": ""} == {**now, "next": ""}


def test_the_scope_is_that_of_today(lived: dt.date, client_as: Any) -> None:
    """Whoever may not see corrections today does not see them in the past."""
    item = PlanItem.objects.filter(is_dropped=False).first()
    day = import_day()
    address = f"/plan/{item.notice_id}/items/{item.key}/?as_of={day}&tab=history"
    assert client_as("public").get(address).content.decode().count('href="?tab=history') == 0
    assert client_as("bureau").get(address).content.decode().count('href="?tab=history') > 0
    hidden = "/plan/bodies/no-such-body/"
    assert client_as("county").get(f"{hidden}?as_of={day}").status_code == 404


def test_nobody_signed_in_builds_nothing(lived: dt.date, client: Any, home: Path) -> None:
    assert client.get("/plan/?as_of=2024-01-01").status_code == 302
    assert client.get("/api/v1/items?as_of=2024-01-01").status_code == 401
    assert not (home / "worlds" / "scratch").exists()


def test_the_bar_works_without_script(lived: dt.date, client_as: Any) -> None:
    page = client_as("county").get("/plan/?by=tree").content.decode()
    form = page[page.index("data-as-of") :]
    assert 'type="date" name="as_of"' in form
    assert 'name="by" value="tree"' in form
    assert f'max="{lived}"' in form


def test_command(lived: dt.date, capsys: Any) -> None:
    assert main(["plan", "status", "--json"]) == 0
    now = json.loads(capsys.readouterr().out)
    assert main(["plan", "status", "--as-of", str(lived), "--json"]) == 0
    then = json.loads(capsys.readouterr().out)
    assert then.pop("as_of") == str(lived)
    assert then == now
    assert main(["plan", "status", "--as-of", "1999-01-01", "--json"]) == 1
    assert main(["plan", "status", "--as-of", "x", "--json"]) == 1
    assert Notice.objects.exists()


def test_what_stands_behind_an_indicator_as_of(lived: dt.date, client_as: Any) -> None:
    client = client_as("bureau")
    path, address = "/plan/indicators/I6/causes/", "/api/v1/indicators/I6/causes"
    past = client.get(f"{path}?as_of={lived}").content.decode()
    links = re.findall(r'href="(/plan/indicators/I6/(?:causes/\?year=|\d{4}/)[^"]*)"', past)
    assert links
    assert all(f"as_of={lived}" in link for link in links)
    assert client.get(links[-1].replace("&amp;", "&")).status_code == 200
    assert client.get(address, {"as_of": str(lived)}).json() == client.get(address).json()
    before = client.get(address, {"as_of": "2021-02-01"})
    assert before.status_code in (404, 422)
