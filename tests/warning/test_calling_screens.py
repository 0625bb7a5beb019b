"""The last-mile board, the telephone page, the forms: as every role, and what they refuse."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client

from anlan.base import clock
from anlan.base.clock import CITY_ZONE
from anlan.base.identity import new_id
from anlan.base.models import Due
from anlan.warning.actions.calling import close_round, open_round
from anlan.warning.actions.calling_sweep import climb_calls
from anlan.warning.models import CallAddressee, CallLadder, CallRound
from anlan.warning.screens.calling import calling_panel
from tests.warning.calling_life import make_contact, make_message, told

As = Callable[[str], Client]
CHINESE = {"HTTP_ACCEPT_LANGUAGE": "zh-hans"}


@pytest.fixture
def running(signed_in: As) -> CallRound:
    """A round of a contact of each county; the one of Xinjiang has a sign-in."""
    make_contact(login="villager", name="演示·在册", point=(111.2, 35.6))
    make_contact(unit="xia", region="140828100001", name="演示·邻县")
    message = make_message(regions=("140800",))
    result = open_round(message.pk, **told("bureau", clock.now()))
    found: CallRound = CallRound.objects.get(pk=result["id"])
    return found


def row_of(name: str) -> CallAddressee:
    found: CallAddressee = CallAddressee.objects.get(person__name=name)
    return found


def shown(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url, **CHINESE)
    assert answer.status_code == status, (url, answer.status_code)
    return str(answer.content.decode())


def test_who_opens_what(running: CallRound, signed_in: As) -> None:
    for login, status in (
        ("bureau", 200),
        ("county", 200),
        ("department", 200),
        ("other", 200),
        ("public", 403),
    ):
        for url in ("/calls/", f"/calls/{running.pk}/", "/calls/ladders/"):
            expected = 403 if login == "public" else status
            shown(signed_in(login), url, expected)
        shown(signed_in(login), "/calls/mine/")
    assert Client().get(f"/calls/{running.pk}/").status_code == 302


def test_a_county_sees_its_own_addressees_only(running: CallRound, signed_in: As) -> None:
    board = f"/calls/{running.pk}/"
    assert "演示·邻县" in shown(signed_in("bureau"), board)
    own = shown(signed_in("county"), board)
    assert "演示·在册" in own and "演示·邻县" not in own
    neighbour = row_of("演示·邻县")
    for page in ("", "record/"):
        shown(signed_in("county"), f"/calls/people/{neighbour.pk}/{page}", 404)


def test_numbers_are_masked_but_for_who_may_call(running: CallRound, signed_in: As) -> None:
    board = f"/calls/{running.pk}/"
    assert "19900001000" in shown(signed_in("county"), board)
    seen = shown(signed_in("department"), board)
    assert "19900001000" not in seen and "*******1000" in seen
    assert "记录通话" not in seen


def test_the_silent_come_first_and_the_page_draws_a_map(running: CallRound, signed_in: As) -> None:
    climb_calls(clock.now() + dt.timedelta(minutes=6))
    page = shown(signed_in("bureau"), f"/calls/{running.pk}/")
    assert "<svg" in page and "内部使用" in page
    assert "并非" in page or "不是法规" in page
    xlsx = signed_in("bureau").get(f"/calls/{running.pk}/?format=xlsx")
    assert xlsx.status_code == 200
    assert "演示·在册" in shown(signed_in("bureau"), f"/calls/{running.pk}/?view=print")


def test_a_call_is_recorded_with_few_taps_and_refused_in_words(
    running: CallRound, signed_in: As
) -> None:
    row, county = row_of("演示·在册"), signed_in("county")
    url = f"/calls/people/{row.pk}/record/"
    page = shown(county, url)
    assert "data-offline" in page and "tel:19900001000" in page
    given = {
        "request_id": new_id().hex,
        "outcome": "answered",
        "whom": "self",
        "way": "phone",
        "at": f"{clock.now().astimezone(clock.CITY_ZONE):%Y-%m-%dT%H:%M}",
        "said": "",
        "promised": "",
        "reason": "",
    }
    refused = county.post(url, given, **CHINESE)
    assert refused.status_code == 422
    assert "应答须写明" in refused.content.decode()
    done = county.post(url, given | {"promised": "巡查河堤"}, **CHINESE)
    assert done.status_code == 302
    assert row_of("演示·在册").promised == "巡查河堤"
    again = county.post(url, given | {"promised": "巡查河堤"}, **CHINESE)
    assert again.status_code == 302  # the same request
    late = county.post(url, given | {"promised": "x", "request_id": new_id().hex}, **CHINESE)
    assert late.status_code == 409
    assert "首次应答" in late.content.decode()


def test_no_outcome_is_ticked_before_the_call(running: CallRound, signed_in: As) -> None:
    page = shown(signed_in("county"), f"/calls/people/{row_of('演示·在册').pk}/record/")
    outcomes = re.findall(r'<input[^>]*name="outcome"[^>]*>', page)
    assert len(outcomes) == 3
    assert not [each for each in outcomes if "checked" in each]
    assert "autofocus" in outcomes[0]
    order = [page.index(f'name="{name}"') for name in ("outcome", "said", "promised", "whom")]
    assert order == sorted(order)


def test_one_recorded_call_leads_to_the_next_that_waits(running: CallRound, signed_in: As) -> None:
    """Who can sign in is called by the program first, and waits for nobody's telephone."""
    make_contact(name="演示·再一个", kind="township-duty", region="140825100", mobile="")
    make_contact(name="演示·甲", region="140825100002")
    make_contact(name="演示·乙", region="140825100002")
    message = make_message(regions=("140800",), at=clock.now(), hazard="gale")
    result = open_round(message.pk, **told("bureau", clock.now()))
    rows = CallAddressee.objects.filter(round=result["id"])
    first, second = (rows.get(person__name=f"演示·{name}") for name in "甲乙")
    bureau = signed_in("bureau")
    url = f"/calls/people/{first.pk}/record/"
    page = shown(bureau, url)
    assert "另有 3 人待打电话" in page
    given = {
        "outcome": "no-answer",
        "whom": "self",
        "way": "phone",
        "at": f"{clock.now().astimezone(clock.CITY_ZONE):%Y-%m-%dT%H:%M}",
    }
    done = bureau.post(url, given | {"request_id": new_id().hex, "goes_on": "on"})
    assert done.status_code == 302
    following = re.fullmatch(r"/calls/people/(.+)/record/", done["Location"])
    assert following is not None and following[1] != str(first.pk)
    assert rows.get(pk=following[1]).person.name != "演示·在册"
    stays = bureau.post(f"/calls/people/{second.pk}/record/", given | {"request_id": new_id().hex})
    assert stays["Location"] == f"/calls/{result['id']}/"
    for row in rows.exclude(person__name="演示·在册"):
        done = bureau.post(
            f"/calls/people/{row.pk}/record/",
            given
            | {"outcome": "answered", "promised": "巡查", "goes_on": "on"}
            | {"request_id": new_id().hex},
        )
        assert done.status_code == 302
    assert done["Location"] == f"/calls/{result['id']}/"


def test_the_board_leads_to_the_next_call(running: CallRound, signed_in: As) -> None:
    """In view of who keeps the unit; who can sign in is called by the program first."""
    board = f"/calls/{running.pk}/"
    neighbour = row_of("演示·邻县")
    page = shown(signed_in("bureau"), board)
    top = page[: page.index("按地方")]
    assert "叫下一位" in top and f"/calls/people/{neighbour.pk}/record/" in top
    assert "叫下一位" not in shown(signed_in("county"), board)
    assert "叫下一位" not in shown(signed_in("department"), board)
    close_round(running.pk, expected_version=running.version, **told("bureau", clock.now()))
    assert "叫下一位" not in shown(signed_in("bureau"), board)


def test_the_highest_level_stands_first_on_the_telephone(
    running: CallRound, signed_in: As
) -> None:
    message = make_message(level="orange", hazard="gale", at=clock.now(), regions=("140825",))
    open_round(message.pk, **told("bureau", clock.now() + dt.timedelta(minutes=1)))
    page = shown(signed_in("villager"), "/calls/mine/")
    assert page.index("暴雨红色") < page.index("大风橙色")


def test_a_county_is_led_to_its_own_addressees_only(running: CallRound, signed_in: As) -> None:
    """That of the other county waits for somebody else's call."""
    page = shown(signed_in("county"), f"/calls/people/{row_of('演示·在册').pk}/record/")
    assert "人待打电话" not in page


def test_the_number_of_the_level_above_is_at_hand(running: CallRound, signed_in: As) -> None:
    make_contact(
        name="演示·镇值班", kind="township-duty", region="140825100", mobile="19900003333"
    )
    message = make_message(regions=("140825",), at=clock.now(), hazard="gale")
    result = open_round(message.pk, **told("bureau", clock.now()))
    row = CallAddressee.objects.get(round=result["id"], person__name="演示·在册")
    page = shown(signed_in("county"), f"/calls/people/{row.pk}/record/")
    assert "tel:19900003333" in page


def test_the_telephone_page_says_the_day_and_that_the_time_is_over(
    running: CallRound, signed_in: As
) -> None:
    row = row_of("演示·在册")
    assert row.answer_by is not None
    assert "已过时限" not in shown(signed_in("villager"), "/calls/mine/")
    with clock.at(row.answer_by + dt.timedelta(days=2)):
        page = shown(signed_in("villager"), "/calls/mine/")
    by = row.answer_by.astimezone(CITY_ZONE)
    assert f"{by:%Y-%m-%d %H:%M}" in page and "已过时限" in page


def test_the_addressee_answers_with_one_button(running: CallRound, signed_in: As) -> None:
    row, villager = row_of("演示·在册"), signed_in("villager")
    page = shown(villager, "/calls/mine/")
    assert "收到并行动" in page and "data-offline" in page
    url, given = f"/calls/mine/{row.pk}/", {"request_id": new_id().hex, "promised": "转移三户"}
    for _twice in range(2):
        assert villager.post(url, given).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.promised) == ("answered", "转移三户")
    assert "收到并行动" not in shown(villager, "/calls/mine/")
    refused = villager.post(url, {"request_id": new_id().hex})
    assert refused.status_code == 409
    assert signed_in("county").post(url, {"request_id": new_id().hex}).status_code == 403
    assert villager.post(url, {"request_id": "?"}).status_code == 422


def test_a_round_begins_from_its_page(signed_in: As) -> None:
    make_contact()
    message = make_message(at=clock.now())
    bureau, url = signed_in("bureau"), f"/calls/begin/{message.pk}/"
    assert "将叫应" in shown(bureau, url)
    shown(signed_in("county"), url, 403)
    done = bureau.post(url, {"request_id": new_id().hex, "reason": ""}, **CHINESE)
    assert done.status_code == 302
    round_ = CallRound.objects.get()
    assert done["Location"] == f"/calls/{round_.pk}/"
    again = bureau.post(url, {"request_id": new_id().hex, "reason": ""}, **CHINESE)
    assert again.status_code == 409


def test_a_round_ends_by_hand_and_says_why(running: CallRound, signed_in: As) -> None:
    bureau, url = signed_in("bureau"), f"/calls/{running.pk}/end/"
    given = {"request_id": new_id().hex, "expected_version": running.version, "reason": ""}
    assert bureau.post(url, given, **CHINESE).status_code == 422
    assert bureau.post(url, given | {"reason": "误报"}, **CHINESE).status_code == 302
    assert row_of("演示·在册").state == "released"
    assert "记录通话" not in shown(bureau, f"/calls/{running.pk}/")


def test_the_term_leads_to_the_board(running: CallRound, signed_in: As) -> None:
    due = Due.objects.get(rule="call-ladder", unit="xinjiang")
    county = signed_in("county")
    assert due.title in shown(county, "/my-work/")
    assert f"/calls/{running.pk}/" in shown(county, f"/dues/{due.pk}/")
    asked = {"request_id": new_id().hex, "what": "x", "expected_version": due.version}
    county.post(f"/dues/{due.pk}/answer/", asked | {"reason": ""})
    due.refresh_from_db()
    assert due.answered_at is None


def test_who_signs_in_again_after_the_button_comes_to_the_calls(
    running: CallRound, signed_in: As
) -> None:
    url = f"/calls/mine/{row_of('演示·在册').pk}/"
    asked = Client().post(url, {"request_id": new_id().hex})
    query = dict(parse_qsl(urlsplit(asked["Location"]).query))
    assert query == {"next": url, "unsent": "1"}
    found = signed_in("villager").get(url)
    assert (found.status_code, found["Location"]) == (302, "/calls/mine/")


def test_whoever_never_answered_is_counted_after_the_end(
    running: CallRound, signed_in: As
) -> None:
    bureau, url = signed_in("bureau"), f"/calls/{running.pk}/"
    given = {"request_id": new_id().hex, "expected_version": running.version, "reason": "误报"}
    assert bureau.post(f"{url}end/", given, **CHINESE).status_code == 302
    page = shown(bureau, url)
    places = page[page.index("按地方") : page.index('id="rows"')]
    assert re.findall(r'data-label="已解除，未应答">(\d+)<', places) == ["1"] * 4
    assert "map-region is-green" not in places and "map-dot is-grey" in places
    (line,) = re.findall(r"<tbody>.*?</tbody>", shown(bureau, "/calls/"), re.DOTALL)
    assert re.search(r'data-label="已解除，未应答"[^>]*>\s*2\s*<', line)


def test_a_ladder_is_set_from_a_day_on(running: CallRound, signed_in: As) -> None:
    bureau = signed_in("bureau")
    assert "不是法规" in shown(bureau, "/calls/ladders/") or "并非" in shown(
        bureau, "/calls/ladders/"
    )
    shown(bureau, "/calls/ladders/add/?level=orange")
    given: dict[str, Any] = {
        "request_id": new_id().hex,
        "unit": str(running.unit_id),
        "level": "red",
        "hazard": "rainstorm",
        "valid_from": "2026-01-01",
        "kinds": ["village-contact"],
        "answer_within_minutes": "3",
        "alarm_after_failures": "2",
        "who_1": "self",
        "way_1": "phone",
        "minutes_1": "3",
        "source": "演示办法",
        "mark": "V",
        "reason": "演示",
    }
    refused = bureau.post("/calls/ladders/add/", given | {"who_1": "deputy"}, **CHINESE)
    assert refused.status_code == 422
    assert bureau.post("/calls/ladders/add/", given, **CHINESE).status_code == 302
    assert CallLadder.objects.get().to_domain().answer_within_minutes == 3
    county = given | {"request_id": new_id().hex, "valid_from": "2026-02-01"}
    assert signed_in("county").post("/calls/ladders/add/", county, **CHINESE).status_code == 422
    message = make_message(hazard="gale", at=clock.now())
    make_contact()
    result = open_round(message.pk, **told("bureau", clock.now()))
    other = CallRound.objects.get(pk=result["id"])
    assert other.to_ladder().is_default  # another hazard
    assert running.to_ladder().answer_within_minutes == 5  # frozen


def test_the_page_of_a_warning_offers_the_next_step(signed_in: As, rf: Any) -> None:
    make_contact()
    message = make_message(at=clock.now())
    request = rf.get("/")
    request.actor = told("bureau")["actor"]
    page = f"/warnings/{message.warning_id}/"
    assert f"/calls/begin/{message.pk}/" in shown(signed_in("bureau"), page)
    assert "还没有叫应过" in str(calling_panel(request, message.warning))
    result = open_round(message.pk, **told("bureau", clock.now()))
    panel = str(calling_panel(request, message.warning))
    assert f"/calls/{result['id']}/" in panel
    assert "/calls/begin/" not in shown(signed_in("bureau"), page)
    request.actor = told("public")["actor"]
    assert calling_panel(request, message.warning) is None


def test_pages_of_lists_ask_few_questions(
    running: CallRound, signed_in: As, django_assert_max_num_queries: Any
) -> None:
    bureau = signed_in("bureau")
    with django_assert_max_num_queries(45):
        shown(bureau, f"/calls/{running.pk}/")
    before = _questions(bureau, running)
    other = make_message(hazard="gale", regions=("140800",), at=clock.now())
    for _number in range(8):
        make_contact()
    result = open_round(other.pk, **told("bureau", clock.now()))
    again = CallRound.objects.get(pk=result["id"])
    assert _questions(bureau, again) <= before + 2


def _questions(client: Client, round_: CallRound) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as asked:
        shown(client, f"/calls/{round_.pk}/")
    return len(asked)
