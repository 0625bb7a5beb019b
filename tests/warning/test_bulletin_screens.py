"""Desk, composer and page of a bulletin: as every role, and what they refuse."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.test import Client

from anlan.base import clock
from anlan.base.identity import new_id
from anlan.registers.models import Body
from anlan.warning.models import Bulletin, IssuedWarning
from anlan.warning.rules.cap.validating import validate_cap
from tests.warning.bulletin_life import HOUR, approve, draft, give_right, submit, write
from tests.warning.calling_life import make_contact

As = Callable[[str], Client]
CHINESE = {"HTTP_ACCEPT_LANGUAGE": "zh-hans"}
CORNERS = "111.02, 35.45\n111.10, 35.45\n111.06, 35.52"


def local(moment: dt.datetime) -> str:
    return f"{moment.astimezone(clock.CITY_ZONE):%Y-%m-%dT%H:%M}"


def filled(**more: Any) -> dict[str, Any]:
    """The composer, filled in by the water bureau."""
    given = {
        "request_id": new_id().hex,
        "expected_version": "0",
        "body": str(Body.objects.get(code="water").pk),
        "hazard": "river-flood",
        "level": "yellow",
        "change": "issue",
        "headline": "演示：汾河洪水黄色预警",
        "text": "预计未来6小时汾河新绛段水位将超过警戒水位",
        "instruction": "沿河村庄做好转移准备",
        "effective_at": "",
        "expires_at": local(clock.now() + 6 * HOUR),
        "regions": ["140825"],
        "more_codes": "",
        "outlines": "",
        "owner": "",
        "origin": "",
        "reason": "",
    }
    return given | more


def page(client: Client, url: str, status: int = 200) -> str:
    answer = client.get(url, **CHINESE)
    assert answer.status_code == status, (url, answer.status_code)
    return str(answer.content.decode())


def send(client: Client, url: str, given: dict[str, Any], status: int = 302) -> Any:
    answer = client.post(url, given, **CHINESE)
    assert answer.status_code == status, (url, answer.status_code, answer.content.decode()[-3000:])
    return answer


def test_who_opens_what(signed_in: As) -> None:
    give_right()
    found = write(at=clock.now())
    own = f"/warnings/bulletins/{found.pk}/"
    for login, status in (("bureau", 200), ("department", 200), ("county", 404), ("other", 404)):
        client = signed_in(login)
        page(client, "/warnings/desk/")
        page(client, "/warnings/bulletins/")
        page(client, "/warnings/compose/")
        for more in ("", "print/", "cap/", "text/"):
            page(client, own + more, status)
    public = signed_in("public")
    for url in ("/warnings/desk/", "/warnings/bulletins/", "/warnings/compose/", own):
        page(public, url, 403)
    assert Client().get("/warnings/desk/").status_code == 302


def test_empty_desk_teaches(signed_in: As) -> None:
    desk = page(signed_in("department"), "/warnings/desk/")
    assert "没有草稿。有险情征兆时请编写预警稿。" in desk
    assert 'data-key="n"' in desk
    assert "?queue=waiting" in desk


def test_compose_with_a_drawn_area_to_the_calls_and_the_end(signed_in: As) -> None:
    give_right()
    make_contact(name="演示·在册", point=(111.06, 35.47))
    make_contact(name="演示·在外", point=(111.3, 35.7))
    water, bureau = signed_in("department"), signed_in("bureau")
    form = page(water, "/warnings/compose/")
    assert "<svg" in form and 'data-draw="id_outlines"' in form and "draw.js" in form
    given = filled(level="orange", regions=[], outlines=CORNERS)
    preview = send(water, "/warnings/compose/", given | {"step": "preview"}, 200).content.decode()
    assert (
        "上限 70 字" in preview and "将叫应 1 人" in preview and "35.450000,111.020000" in preview
    )
    assert not Bulletin.objects.exists()
    send(water, "/warnings/compose/", given)
    found = Bulletin.objects.get()
    here = f"/warnings/bulletins/{found.pk}/"
    assert "提交审核" in page(water, here)
    step(water, here, "submit")
    assert "待审核" in page(bureau, "/warnings/desk/")
    assert "须由他人审核" in page(water, here) or "不审核这一级别" in page(water, here)
    step(bureau, here, "approve", signer="分管副市长")
    step(water, here, "issue")
    found.refresh_from_db()
    shown = page(bureau, here)
    assert "开始叫应" in shown or f"/calls/begin/{found.message_id}/" in shown
    warning = IssuedWarning.objects.get()
    inbox = page(bureau, f"/warnings/{warning.pk}/")
    assert "演示·运城市水务局" in inbox and "打开预警稿" in inbox
    assert "本系统只转发" not in inbox and "演示签发表" in inbox
    assert f"/warnings/messages/{found.message_id}/receipt/" in page(water, here)
    opened = send(
        bureau,
        f"/calls/begin/{found.message_id}/",
        {"request_id": new_id().hex, "expected_version": "0", "reason": ""},
    )
    board = page(bureau, opened.headers["Location"])
    assert "演示·在册" in board and "演示·在外" not in board
    cancel = f"/warnings/compose/?follows={found.pk}&change=lift"
    assert "承接" in page(water, cancel)
    lift = filled(
        level="orange", change="lift", regions=[], text="水位回落", headline="", instruction=""
    )
    send(water, cancel, lift)
    last = f"/warnings/bulletins/{Bulletin.objects.get(follows=found).pk}/"
    step(water, last, "submit")
    step(bureau, last, "approve", signer="分管副市长")
    step(water, last, "issue")
    warning.refresh_from_db()
    assert warning.ended_at is not None
    cap = water.get(f"{last}cap/")
    assert validate_cap(cap.content).verdict.value is True
    assert "解除洪水橙色预警" in water.get(f"{last}text/").content.decode()
    assert "签名" in page(water, f"{last}print/")


def step(client: Client, here: str, name: str, status: int = 302, **more: Any) -> Any:
    """One step of the version that its page shows."""
    shown = page(client, f"{here}{name}/")
    version = shown.split('name="expected_version" value="')[1].split('"')[0]
    given = {"request_id": new_id().hex, "expected_version": version, "reason": ""} | more
    return send(client, f"{here}{name}/", given, status)


def test_wrong_input_is_refused_in_words_and_nothing_is_lost(signed_in: As) -> None:
    give_right()
    water = signed_in("department")
    for more, said in (
        ({"outlines": "35.45, 111.02"}, "经度在前"),
        ({"outlines": "111.0, 35.4\n111.1, 35.4"}, "不足三个拐点"),
        ({"more_codes": "999999999999"}, "没有代码为 999999999999 的区划"),
        ({"hazard": ""}, "此项必填，请填写"),
        ({"effective_at": local(clock.now() + 9 * HOUR)}, "请更正其中一个时间"),
    ):
        answer = send(water, "/warnings/compose/", filled(**more), 422).content.decode()
        assert said in answer, more
        assert "沿河村庄做好转移准备" in answer
    assert not Bulletin.objects.exists()
    refused = send(
        water, "/warnings/compose/", filled(hazard="") | {"step": "preview"}, 422
    ).content.decode()
    assert "请先选定起草单位、灾种和级别" in refused


def test_what_a_submission_asks_for_is_not_called_optional(signed_in: As) -> None:
    give_right()
    form = page(signed_in("department"), "/warnings/compose/")
    assert form.count("（提交前须填写）") == 4
    label = form[form.index('for="id_headline"') :][:120]
    assert "选填" not in label and "提交前须填写" in label


def test_an_unfinished_draft_says_what_is_missing(signed_in: As) -> None:
    give_right()
    water = signed_in("department")
    send(water, "/warnings/compose/", filled(headline="", regions=[], expires_at=""))
    here = f"/warnings/bulletins/{Bulletin.objects.get().pk}/"
    shown = page(water, here)
    assert "提交前还需" in shown and "标题" in shown
    refused = step(water, here, "submit", 422).content.decode()
    assert "还缺：范围" in refused or "还缺：" in refused


def test_a_monitoring_notice_fills_the_composer(signed_in: As) -> None:
    water = signed_in("department")
    form = page(
        water,
        "/warnings/compose/?hazard=river-flood&level=orange&region=140825&region=x"
        "&note=监测提示一&text=水位上涨",
    )
    assert 'value="river-flood" selected' in form
    assert 'value="orange" selected' in form
    assert 'value="140825" checked' in form
    assert "监测提示一" in form and "水位上涨" in form
    page(water, "/warnings/compose/?hazard=nonsense&level=nonsense")
    page(water, "/warnings/compose/?follows=nonsense", 404)
    page(water, f"/warnings/compose/?follows={new_id()}", 404)


def test_two_people_edit_one_draft(signed_in: As) -> None:
    give_right()
    found = write(at=clock.now(), expires_at=clock.now() + 6 * HOUR)
    url = f"/warnings/bulletins/{found.pk}/edit/"
    first, second = signed_in("department"), signed_in("bureau")
    given = filled(expected_version="1")
    send(first, url, given | {"text": "第一人写的"})
    told = send(second, url, filled(expected_version="1", text="第二人写的"), 409)
    shown = told.content.decode()
    assert "第一人写的" in shown and "第二人写的" in shown
    found.refresh_from_db()
    assert found.text == "第一人写的"


def test_nobody_approves_what_was_not_shown(signed_in: As) -> None:
    give_right()
    found = submit(write(at=clock.now(), expires_at=clock.now() + 6 * HOUR))
    here = f"/warnings/bulletins/{found.pk}/"
    given = {
        "request_id": new_id().hex,
        "expected_version": str(found.version - 1),
        "signer": "市长",
        "reason": "",
    }
    send(signed_in("bureau"), f"{here}approve/", given, 409)
    own = given | {"expected_version": str(found.version), "request_id": new_id().hex}
    refused = send(signed_in("department"), f"{here}approve/", own, 403).content.decode()
    assert "须由他人审核" in refused
    back = given | {"expected_version": str(found.version), "request_id": new_id().hex}
    empty = send(signed_in("bureau"), f"{here}send-back/", back, 422).content.decode()
    assert "此项必填，请填写" in empty
    send(signed_in("bureau"), f"{here}send-back/", back | {"reason": "范围过大"})
    assert "范围过大" in page(signed_in("department"), here)


def test_the_lists_of_the_desk_hold_what_they_count(signed_in: As) -> None:
    give_right()
    now = clock.now()
    approve(submit(write(at=now, expires_at=now + 6 * HOUR), at=now), at=now)
    write(at=now, hazard="low-flow")
    client = signed_in("bureau")
    for queue, count in (("drafts", 1), ("approved", 1), ("waiting", 0), ("open", 0)):
        listed = page(client, f"/warnings/bulletins/?queue={queue}")
        assert listed.count("/warnings/bulletins/0") >= count
    assert client.get("/warnings/bulletins/?format=xlsx").status_code == 200
    page(client, "/warnings/?state=expiring")
    assert draft().hazard == "river-flood"
