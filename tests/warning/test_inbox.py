"""The inbox in the demonstration city: pages as every role, the paste, the correction."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from anlan.base import clock
from anlan.base.clock import CITY_ZONE
from anlan.base.identity import new_id
from anlan.warning.models import IssuedWarning, PublishingRight, WarningMessage
from anlan.warning.queries.measures import IN_TIME_MIN, MEASURES, median_minutes, year_before
from anlan.warning.rules.relay import ONE_MESSAGE_CHARS

As = Callable[[str], Client]
ROLES = ("bureau", "department", "county", "public", "admin", "security", "audit")
RECEIVING = ("bureau", "department", "county", "admin")
PASTE = "/warnings/paste/"


def text_now(issuer: str = "演示·运城市气象台", words: str = "发布冰雹橙色预警信号") -> str:
    moment = timezone.now().astimezone(CITY_ZONE) - dt.timedelta(minutes=4)
    return f"{issuer}{moment:%Y年%m月%d日%H时%M分}{words}：请注意防范。"


def local(moment: dt.datetime) -> str:
    return moment.astimezone(CITY_ZONE).strftime("%Y-%m-%dT%H:%M")


def form_of(page: str) -> dict[str, Any]:
    """What the reading filled into the form."""
    found: dict[str, Any] = {"regions": re.findall(r'value="(\d+)"[^>]*checked', page)}
    for name in ("hazard", "level", "change", "unit"):
        select = re.search(rf'<select name="{name}".*?</select>', page, re.DOTALL)
        assert select is not None, name
        option = re.search(r'<option value="([^"]*)" selected', select[0])
        found[name] = option[1] if option else ""
    for name in ("issuer", "issued_at", "expires_at", "request_id", "received_at"):
        field = re.search(rf'name="{name}"[^>]*?value="([^"]*)"', page)
        found[name] = field[1] if field else ""
    return found


def read(client: Client, text: str, **more: Any) -> tuple[str, dict[str, Any]]:
    sent = {"text": text, "received_at": local(clock.now()), "step": "read"} | more
    page = client.post(PASTE, sent).content.decode()
    return page, form_of(page) | {"text": text}


def test_who_opens_what(client_as: As) -> None:
    row = IssuedWarning.objects.filter(ended_at__isnull=True).first()
    assert row is not None
    message = WarningMessage.objects.filter(warning=row).first()
    assert message is not None
    for login in ROLES:
        client, is_public = client_as(login), login == "public"
        for path in ("/warnings/", f"/warnings/{row.pk}/", "/warnings/rights/",
                     f"/warnings/messages/{message.pk}/"):  # fmt: skip
            assert client.get(path).status_code == (403 if is_public else 200), (login, path)
        may = login in RECEIVING
        assert client.get(PASTE).status_code == (200 if may else 403), login


def test_the_list_says_in_force_first_and_that_nothing_is_published(client_as: As) -> None:
    page = client_as("bureau").get("/warnings/").content.decode()
    assert "本系统只转发，不发布" in page
    states = re.findall(r"生效中|已到期|(?<=</svg>)解除", page[page.index("<tbody") :])
    ordered = [state == "生效中" for state in states]
    assert ordered == sorted(ordered, reverse=True)
    assert sum(ordered) >= 4
    narrowed = client_as("bureau").get("/warnings/?state=in-force&level=blue").content.decode()
    assert "寒潮" in narrowed


def test_the_list_needs_as_many_queries_for_many_warnings(
    client_as: As, django_assert_max_num_queries: Any
) -> None:
    client = client_as("bureau")
    client.get("/warnings/")
    with django_assert_max_num_queries(40):
        client.get("/warnings/")


def test_a_warning_shows_words_area_and_the_clause(client_as: As) -> None:
    row = IssuedWarning.objects.get(hazard="cold-wave", ended_at__isnull=True)
    page = client_as("county").get(f"/warnings/{row.pk}/").content.decode()
    assert "气象灾害防御条例第30条" in page
    assert "本系统只转发，不发布" in page
    message = row.messages.get()
    assert message.text in page
    short = re.search(r'id="relay-short-[^"]*">([^<]*)<', page)
    assert short is not None
    assert len(short[1]) <= ONE_MESSAGE_CHARS
    assert "内部使用" in page


@pytest.mark.parametrize(
    ("language", "words"), [("zh-hans", "气象台寒潮蓝色"), ("en", "气象台 cold wave blue")]
)
def test_a_warning_is_named_in_words_that_stand_apart(language: str, words: str) -> None:
    row = IssuedWarning(issuer="气象台", hazard="cold-wave", level="blue")
    with override(language):
        assert str(row) == words


def test_the_way_to_call_stands_at_the_top_of_a_warning_in_force(client_as: As) -> None:
    """At three in the morning nobody scrolls for it."""
    client, text = client_as("bureau"), text_now()
    _page, form = read(client, text)
    page = client.post(PASTE, form, follow=True).content.decode()
    top = page[: page.index("基本信息")]
    assert top.count("开始叫应") == 1 and page.count("开始叫应") == 1
    assert "/calls/begin/" in top
    assert top.index("开始叫应") < top.index("粘贴后续信息")


def test_a_paste_is_read_and_kept(client_as: As) -> None:
    client, text = client_as("bureau"), text_now()
    page, form = read(client, text)
    assert "各项均已读出" in page
    assert (form["hazard"], form["level"], form["change"]) == ("hail", "orange", "issue")
    assert form["regions"] == ["140800"]
    answer = client.post(PASTE, form)
    assert answer.status_code == 302, answer.content.decode()
    row = IssuedWarning.objects.get(hazard="hail", ended_at__isnull=True)
    assert answer.headers["Location"] == f"/warnings/{row.pk}/"
    assert row.messages.get().text == text
    again = client_as("department").post(PASTE, form | {"request_id": new_id().hex}, follow=True)
    assert "已经收到过" in again.content.decode()
    assert row.messages.count() == 1


def test_a_drill_is_no_warning_unless_a_person_says_so(client_as: As) -> None:
    client, text = client_as("bureau"), f"【演练】{text_now()}"
    page, form = read(client, text)
    assert "原文自称是演练或测试：“【演练】”" in page
    assert 'name="is_meant"' in page
    refused = client.post(PASTE, form)
    assert refused.status_code == 422
    assert "请在演练中接收" in refused.content.decode()
    assert text in refused.content.decode()
    assert not IssuedWarning.objects.filter(hazard="hail", ended_at__isnull=True).exists()
    kept = client.post(PASTE, form | {"is_meant": "on", "request_id": new_id().hex})
    assert kept.status_code == 302
    assert 'name="is_meant"' not in read(client, text_now())[0]


def test_whoever_opens_the_page_can_paste_at_once(client_as: As) -> None:
    """Twenty-nine presses of Tab lay before the field."""
    page = client_as("bureau").get(PASTE).content.decode()
    assert re.search(r'<textarea name="text"[^>]* autofocus', page)


def test_the_live_reading_is_the_same_without_a_page(client_as: As) -> None:
    sent = {"text": text_now(), "received_at": local(clock.now())}
    part = client_as("bureau").post("/warnings/paste/reading/", sent).content.decode()
    assert "<html" not in part
    assert "冰雹" in part
    assert "<mark" in part
    empty = client_as("bureau").post("/warnings/paste/reading/", {"text": ""}).content.decode()
    assert "请在上面粘贴原文" in empty


def test_what_cannot_be_read_must_be_chosen_and_nothing_is_lost(client_as: As) -> None:
    client = client_as("bureau")
    text = "演示·运城市气象台14时30分更新持续低温蓝色预警信号"
    page, form = read(client, text)
    assert "读不出：请选择" in page
    assert "“持续低温”不在灾种表中" in page
    refused = client.post(PASTE, form)
    assert refused.status_code == 422
    words = refused.content.decode()
    for label in ("灾种", "变更类型", "签发时间"):
        assert f"“{label}”未能从原文读出" in words
    assert text in words
    chosen = form | {
        "hazard": "other",
        "change": "renew",
        "issued_at": local(clock.now() - dt.timedelta(minutes=9)),
        "request_id": form["request_id"],
    }
    kept = client.post(PASTE, chosen, follow=True)
    assert "此前没有收到这条预警的信息" in kept.content.decode()


def test_a_paste_with_a_secrecy_mark_is_refused_on_the_page(client_as: As) -> None:
    client = client_as("bureau")
    _page, given = read(client, f"机密★1年\n{text_now()}")
    answer = client.post(PASTE, given)
    page = answer.content.decode()
    assert answer.status_code == 403
    assert "涉密不得上传" in page
    assert not WarningMessage.objects.filter(text__contains="机密").exists()


def test_a_paste_without_a_text_says_so(client_as: As) -> None:
    form = {"text": " ", "received_at": local(clock.now()), "request_id": new_id().hex}
    answer = client_as("bureau").post(PASTE, form)
    assert answer.status_code == 422


def test_a_county_pastes_for_itself_alone(client_as: As) -> None:
    client = client_as("county")
    page, form = read(client, text_now("演示·新绛县气象台"))
    assert "运城市</option>" not in page
    assert form["regions"] == ["140825"]
    assert client.post(PASTE, form).status_code == 302
    row = IssuedWarning.objects.get(hazard="hail", ended_at__isnull=True)
    assert row.unit.code == "xinjiang"
    city = client_as("bureau")
    own = WarningMessage.objects.filter(warning__unit__code="city").first()
    assert own is not None
    correct = f"/warnings/messages/{own.pk}/correct/"
    assert city.get(correct).status_code == 200
    values = {"reason": "误读", "request_id": new_id().hex, "expected_version": own.version}
    said = {
        "issuer": own.warning.issuer, "hazard": own.warning.hazard, "level": "blue",
        "change": own.change, "issued_at": local(own.issued_at), "regions": ["140800"],
    }  # fmt: skip
    assert client.post(correct, values | said).status_code == 403
    assert city.post(correct, values | said).status_code == 302
    own.refresh_from_db()
    assert own.level == "blue"


def test_the_development_zone_is_offered_beside_its_district(client_as: As) -> None:
    page, _form = read(
        client_as("bureau"), text_now(words="发布盐湖区、运城开发区冰雹橙色预警信号")
    )
    checked = re.findall(r'value="(\d+)"[^>]*checked', page)
    assert sorted(checked) == ["140802", "140802404"]


def test_the_rights_ship_with_the_law_and_without_the_city(client_as: As) -> None:
    invented = PublishingRight.objects.filter(mark="X")  # the story's, in a demonstration only
    assert all(row.bodies.startswith("演示·") and "虚构" in row.law for row in invented)
    shipped = PublishingRight.objects.exclude(mark="X")
    assert set(shipped.values_list("kind", flat=True)) == {"meteorological", "earthquake"}
    assert not shipped.filter(body__isnull=False).exists()
    page = client_as("bureau").get("/warnings/rights/").content.decode()
    assert "气象主管机构所属的气象台站" in page


def test_the_invented_warnings_say_so_and_several_are_in_force(city: None) -> None:
    assert not IssuedWarning.objects.exclude(issuer__startswith="演示·").exists()
    standing = IssuedWarning.objects.filter(ended_at__isnull=True)
    assert standing.count() >= 4
    years = {row.issued_at.year for row in WarningMessage.objects.all()}
    assert years == {2021, 2022, 2023, 2024, 2025, 2026}
    assert IssuedWarning.objects.filter(unit__code="xinjiang").exists()


def test_the_measure_opens_the_messages_it_counts(actor_as: Callable[[str], Any]) -> None:
    scope, now = actor_as("bureau").scope, clock.now()
    measure = MEASURES[0]
    proofs = measure.evidence(scope, now)
    count, minutes = median_minutes(scope, now)
    assert len(proofs) == count > 5
    assert minutes is not None
    share = measure.query(scope, now)
    assert (share.part, share.whole) == (sum(proof.counts for proof in proofs), count)
    late = [proof for proof in proofs if not proof.counts]
    assert late
    assert set(IN_TIME_MIN) == {"red", "orange", "yellow", "blue"}


def test_a_year_before_the_last_of_february() -> None:
    leap = dt.datetime(2028, 2, 29, 12, 0, tzinfo=dt.UTC)
    assert year_before(leap).date() == dt.date(2027, 2, 28)


@pytest.mark.parametrize("word", ["寒潮", "强冷空气"])
def test_the_search_box_finds_a_warning_by_its_words(client_as: As, word: str) -> None:
    from anlan.registers.rules.scope import PROGRAM
    from anlan.warning.parts.received import find_warnings

    assert any("寒潮" in label for label, _kind, _url in find_warnings(PROGRAM, word, 5))
