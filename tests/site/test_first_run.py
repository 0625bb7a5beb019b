"""The first run of a real instance: claimed with a code, resumable, free of invented data."""

import csv
import io
import re
import stat
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.models import InstanceStamp, JournalEntry
from anlan.base.parts import registry
from anlan.base.upkeep import InventedRefused, create
from anlan.plan.models import Notice, PlanItem
from anlan.registers.actions.people import NewColleague, add_colleague
from anlan.registers.actions.statistics import NewFigure, add_figure
from anlan.registers.models import Account, Body, BodyName, Person, Region, Statistic, Tenure
from anlan.registers.rules.scope import PROGRAM, Role
from anlan.site import instance, preparing
from anlan.site.first_run import code, steps
from anlan.site.first_run.administrators import MOST, missing_administrators
from anlan.site.instance import WrongInstance
from tests.served import served

PASSWORD = "a-long-enough-pass"
PEOPLE = "单位,所属地区,姓名,职务,手机,办公电话\n"
BODIES = "全称,简称,所属地区,类别\n"


def silent(line: str) -> None:
    """Progress that nobody reads."""


@pytest.fixture(scope="module")
def profile_loaded(django_db_setup: None, django_db_blocker: object) -> Iterator[None]:
    """A real instance as `anlan prepare` leaves it, made once for this file."""
    from django.conf import settings
    from django.db import transaction

    demo, settings.ANLAN_DEMO = settings.ANLAN_DEMO, False
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        instance.forget()
        profile = preparing.profile()
        instance.claim(profile=profile.folder.name, edition=profile.edition, now=clock.now())
        preparing.fill(profile, silent, is_demonstration=False)
        yield
        transaction.set_rollback(True)
    settings.ANLAN_DEMO = demo
    instance.forget()


@pytest.fixture(autouse=True)
def real(profile_loaded: None, db: None, settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.ANLAN_HOME = tmp_path
    settings.ANLAN_DEMO = False
    instance.forget()
    code.forget_failures()
    yield
    instance.forget()


@pytest.fixture
def browser() -> Client:
    return Client()


def url(step: str) -> str:
    return reverse(f"first-run-{step}")


def text_of(response: HttpResponse) -> str:
    return response.content.decode()


def account(**more: str) -> dict[str, str]:
    return {
        "code": code.current(),
        "role": Role.SYSTEM_ADMINISTRATOR.value,
        "body": str(Body.objects.get(code="emergency").pk),
        "name": "张三",
        "mobile": "13800001111",
        "login": "zhangsan",
        "password": PASSWORD,
        "repeated": PASSWORD,
        "request_id": "0" * 32,
        **more,
    }


def claim(browser: Client, **more: str) -> HttpResponse:
    return browser.post(url("administrators"), account(**more))


@pytest.fixture
def administrator(browser: Client) -> Client:
    assert claim(browser).status_code == 302
    return browser


def upload(browser: Client, step: str, content: str | bytes, name: str = "a.csv") -> HttpResponse:
    data = content.encode() if isinstance(content, str) else content
    return browser.post(url(step), {"file": SimpleUploadedFile(name, data)})


def sealed_lines(response: HttpResponse) -> str:
    found = re.search(r'name="lines" value="([^"]+)"', text_of(response))
    assert found, text_of(response)
    return found[1]


def take(browser: Client, step: str, content: str | bytes) -> HttpResponse:
    lines = sealed_lines(upload(browser, step, content))
    return browser.post(url(step), {"act": "take", "lines": lines}, follow=True)


# What a fresh real instance holds


def test_it_starts_with_facts_and_without_anybody() -> None:
    assert Body.objects.count() == 70
    assert set(Body.objects.values_list("mark", flat=True)) <= {"V", "M", "D"}
    counts = [model.objects.count() for model in (Account, Person, Tenure, Notice)]
    assert counts == [0, 0, 0, 0]
    assert not JournalEntry.objects.filter(request_id__startswith="story-").exists()


def test_no_story_is_ever_told_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def never() -> list[Any]:
        raise AssertionError("a real instance asked for stories")

    monkeypatch.setattr(registry, "stories", never)
    preparing.fill(preparing.profile(), silent, is_demonstration=False)
    for model in (Body, BodyName, Statistic):
        assert not model.objects.filter(mark="X").exists()


@pytest.mark.parametrize("demo", [True, False])
def test_the_stamp_refuses_the_other_kind_of_instance(settings: Any, demo: bool) -> None:
    InstanceStamp.objects.update(is_demonstration=not demo)
    settings.ANLAN_DEMO = demo
    with pytest.raises(WrongInstance):
        instance.claim(profile="yuncheng", edition="x", now=clock.now())


def test_everything_leads_to_the_first_run(browser: Client) -> None:
    for path in ("/", "/sign-in/", "/bodies/", "/plan/", "/api/openapi.json"):
        assert browser.get(path).headers["Location"] == reverse("first-run")
    assert browser.get(reverse("first-run"), follow=True).redirect_chain[-1][0] == url(
        "administrators"
    )


def test_an_unprepared_database_says_what_to_run(browser: Client) -> None:
    InstanceStamp.objects.all().delete()
    for step in ("", "administrators/", "notice/"):
        assert "anlan prepare" in text_of(browser.get(f"/first-run/{step}"))


# Step 1


def test_the_code_is_a_file_of_the_programs_user_alone() -> None:
    first = code.current()
    assert re.fullmatch(r"[A-Z2-9]{4}(-[A-Z2-9]{4}){2}", first)
    assert code.current() == first
    assert stat.S_IMODE(code.path().stat().st_mode) == 0o600
    code.check(f" {first.lower().replace('-', ' ')} ", who="a", now=clock.now())


def test_the_first_administrator_is_signed_in(administrator: Client) -> None:
    made = Account.objects.get()
    tenure = Tenure.objects.get()
    assert (tenure.person.name, tenure.post.title) == ("张三", "系统管理员")
    assert tenure.post.role == Role.SYSTEM_ADMINISTRATOR
    assert administrator.session["_auth_user_id"] == str(made.pk)
    entry = JournalEntry.objects.get(action="registers.colleague.add")
    assert entry.actor == "program:first-run"
    assert PASSWORD not in entry.content
    assert "张三" not in entry.content


@pytest.mark.parametrize("given", ["", "ABCD-EFGH-JKLM"])
def test_without_the_code_nobody_claims_the_instance(browser: Client, given: str) -> None:
    response = claim(browser, code=given)
    assert response.status_code == 403
    assert "张三" in text_of(response), "what was typed stays"
    assert not Account.objects.exists()


def test_guessing_is_slowed_down(browser: Client) -> None:
    for _ in range(code.TRIES):
        assert claim(browser, code="WRONG").status_code == 403
    assert claim(browser).status_code == 429
    assert not Account.objects.exists()
    with clock.at(clock.now() + code.TRIES_WITHIN * 1.01):
        assert claim(browser).status_code == 302


@pytest.mark.parametrize(
    ("field", "cells"),
    [
        ("password", {"password": "short", "repeated": "short"}),
        ("password", {"password": "1234567890", "repeated": "1234567890"}),
        ("repeated", {"repeated": "another-long-pass"}),
        ("name", {"name": "演示·张三"}),
        ("name", {"mobile": "19900000001"}),
        ("mobile", {"mobile": "1380000"}),
        ("login", {"login": "张三"}),
        ("role", {"role": Role.BUREAU.value}),
    ],
)
def test_values_that_are_refused_name_their_field(
    browser: Client, field: str, cells: dict[str, str]
) -> None:
    response = claim(browser, **cells)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert not Account.objects.exists()


def test_a_few_more_sign_ins_and_no_more(administrator: Client) -> None:
    roles = [role for role, most in MOST.items() for _ in range(most)][1:]
    for number, role in enumerate(roles, start=1):
        given = account(
            role=role.value,
            login=f"user-{number}",
            name="李四",
            mobile=f"139000000{number:02}",
            request_id=f"{number:032x}",
        )
        del given["code"]  # who is signed in needs none
        assert administrator.post(url("administrators"), given).status_code == 302
    assert Account.objects.count() == sum(MOST.values())
    assert missing_administrators() == []
    page = administrator.get(url("administrators"))
    assert page.context["form"] is None
    more = account(login="user-9", request_id="9" * 32)
    assert administrator.post(url("administrators"), more).status_code == 422
    assert Account.objects.count() == sum(MOST.values())


def test_the_page_says_which_of_the_three_is_missing(administrator: Client) -> None:
    assert missing_administrators() == [Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR]
    assert "安全管理员、审计管理员" in text_of(administrator.get(url("administrators")))


def test_a_taken_sign_in_name_is_said_at_its_field(administrator: Client) -> None:
    response = claim(administrator, request_id="1" * 32)
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["login"])


def test_a_double_click_adds_one_account(browser: Client) -> None:
    claim(browser)
    assert claim(Client()).status_code == 302
    assert Account.objects.count() == 1


def test_a_left_first_run_goes_on_after_signing_in(administrator: Client) -> None:
    later = Client()
    page = later.get(url("administrators"))
    assert "张三" not in text_of(page)
    wrong = later.post(
        url("administrators"), {"act": "sign-in", "login": "zhangsan", "password": "x"}
    )
    assert wrong.status_code == 403
    right = {"act": "sign-in", "login": "zhangsan", "password": PASSWORD}
    assert later.post(url("administrators"), right).headers["Location"] == url("bodies")
    take(later, "phone-book", PEOPLE + "市水务局,,李四,联络员,,\n")
    assert steps.where_to_go_on().url_name == "first-run-notice"
    assert later.get(reverse("first-run")).headers["Location"] == url("notice")


@pytest.mark.parametrize("step", ["bodies", "phone-book", "notice"])
def test_a_stranger_sees_only_the_first_step(browser: Client, step: str) -> None:
    claim(Client())
    assert browser.get(url(step)).headers["Location"] == url("administrators")
    assert browser.post(url(step), {"notice": "later"}).headers["Location"] == url(
        "administrators"
    )
    assert not instance.is_ready()
    template = reverse("first-run-template", args=["bodies", "csv"])
    assert browser.get(template).status_code == 302


# Steps 2 and 3


@pytest.mark.parametrize("step", ["administrators", "bodies", "phone-book", "notice"])
def test_every_step_says_what_it_is_for(administrator: Client, step: str) -> None:
    page = administrator.get(url(step))
    assert page.status_code == 200
    assert 'aria-current="step"' in text_of(page)
    for language in ("en", "zh-hans"):
        administrator.cookies["anlan_language"] = language
        assert administrator.get(url(step)).status_code == 200


@pytest.mark.parametrize("kind", ["bodies", "phone-book"])
def test_templates_come_back_in(administrator: Client, kind: str) -> None:
    for language, first in (("zh-hans", "全称" if kind == "bodies" else "单位"), ("en", "")):
        administrator.cookies["anlan_language"] = language
        sheet = administrator.get(reverse("first-run-template", args=[kind, "csv"]))
        heads = next(csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"))))
        assert not first or heads[0] == first
        book = administrator.get(reverse("first-run-template", args=[kind, "xlsx"]))
        page = load_workbook(io.BytesIO(book.content)).active
        assert [cell.value for cell in page[1]] == heads
        assert page.cell(row=2, column=2).number_format == "@"
        assert (
            "没有内容" in text_of(upload(administrator, kind, sheet.content)) or language == "en"
        )
    assert administrator.get("/first-run/template/bodies.exe").status_code == 302


def test_bodies_are_shown_with_their_marks_then_added(administrator: Client) -> None:
    page = administrator.get(url("bodies"))
    counted = {mark: n for _, mark, n in page.context["marks"]}
    assert sum(counted.values()) == 70
    assert counted["M"] > 0
    rows = BODIES + "新绛县教育局,县教育局,新绛县,\n运城市应急管理局,市应急局,市本级,\n"
    preview = upload(administrator, "bodies", rows)
    assert preview.context["preview"]["errors_in_all"] == 0
    assert Body.objects.count() == 70, "a preview takes nothing"
    take(administrator, "bodies", rows)
    assert Body.objects.get(full_name="新绛县教育局").source == "a.csv"
    assert steps.where_to_go_on().url_name == "first-run-phone-book"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_people_are_taken_as_they_were_previewed(administrator: Client, encoding: str) -> None:
    rows = (
        PEOPLE
        + "县应急局,新绛县,张\u3000四,局长,１３９ 0000 1111,\n市水务局,,李四,联络员,,2660000\n"
    )
    take(administrator, "phone-book", rows.encode(encoding))
    assert Person.objects.get(name="张四").mobile == "13900001111"
    entry = JournalEntry.objects.get(action="registers.phone_book.import")
    assert entry.actor == "zhangsan"
    again = take(administrator, "phone-book", rows.encode(encoding))
    assert "没有变化" in text_of(again)


def test_a_second_click_takes_nothing_twice(administrator: Client) -> None:
    lines = sealed_lines(upload(administrator, "phone-book", PEOPLE + "市水务局,,李四,联络员,,\n"))
    for _ in range(2):
        administrator.post(url("phone-book"), {"act": "take", "lines": lines})
    assert Person.objects.filter(name="李四").count() == 1


def test_a_preview_with_errors_offers_no_way_on(administrator: Client) -> None:
    rows = PEOPLE + "县应急局,,张三,局长,,\n市水务局,,李四,联络员,139,\n市水务局,,王五,科长,,\n"
    response = upload(administrator, "phone-book", rows)
    assert response.status_code == 422
    assert [row for row, _, _ in response.context["preview"]["errors"]] == [2, 3]
    assert 'name="lines"' not in text_of(response)
    assert Person.objects.count() == 1


@pytest.mark.parametrize("lines", ["", "forged"])
def test_a_forged_preview_is_refused(administrator: Client, lines: str) -> None:
    response = administrator.post(url("phone-book"), {"act": "take", "lines": lines})
    assert response.status_code == 422
    assert Person.objects.count() == 1


def test_a_preview_of_one_table_is_none_of_the_other(administrator: Client) -> None:
    lines = sealed_lines(upload(administrator, "phone-book", PEOPLE + "市水务局,,李四,联络员,,\n"))
    response = administrator.post(url("bodies"), {"act": "take", "lines": lines})
    assert response.status_code == 422


def test_a_register_that_changed_meanwhile_is_looked_at_again(administrator: Client) -> None:
    lines = sealed_lines(
        upload(administrator, "phone-book", PEOPLE + "市水务局,,李四,联络员,13900001111,\n")
    )
    take(administrator, "phone-book", PEOPLE + "市财政局,,王五,联络员,13900001111,\n")
    response = administrator.post(url("phone-book"), {"act": "take", "lines": lines})
    assert response.context["preview"]["errors_in_all"] == 1
    assert not Person.objects.filter(name="李四").exists()


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "a.csv"),
        (b"PK\x03\x04", "a.xlsx"),
        (b"\xd0\xcf\x11\xe0", "a.xls"),
        ("单位,电话\n市水务局,1\n".encode(), "a.csv"),
        (("机密★\n" + PEOPLE).encode(), "a.csv"),
        (("演示数据·非真实\n" + PEOPLE + "市水务局,,李四,联络员,,\n").encode(), "a.csv"),
        ((PEOPLE + "市水务局,,李四,联络员,,\n").encode(), "演示数据·非真实-人员.csv"),
    ],
)
def test_a_file_that_cannot_be_taken_is_refused_in_words(
    administrator: Client, content: bytes, name: str
) -> None:
    response = upload(administrator, "phone-book", content, name)
    assert 400 <= response.status_code < 500
    assert "note refused" in text_of(response)
    assert Person.objects.count() == 1


def test_no_file_is_said(administrator: Client) -> None:
    assert administrator.post(url("bodies"), {}).status_code == 422


@pytest.mark.parametrize(
    ("step", "rows"),
    [
        ("phone-book", PEOPLE + "市水务局,,演示·李四,联络员,,\n"),
        ("phone-book", PEOPLE + "市水务局,,李四,联络员,19900001234,\n"),
        ("phone-book", "单位,姓名,职务,标记\n市水务局,李四,联络员,X\n"),
        ("bodies", BODIES + "演示化工有限公司,演示化工,运城市,\n"),
        ("bodies", "全称,简称,所属地区,标记\n运城市某局,市某局,运城市,X\n"),
        ("bodies", "全称,简称,所属地区,来源\n运城市某局,市某局,运城市,演示数据\n"),
    ],
)
def test_every_upload_refuses_demonstration_rows(
    administrator: Client, step: str, rows: str
) -> None:
    people, bodies = Person.objects.count(), Body.objects.count()
    response = upload(administrator, step, rows)
    assert "演示数据" in text_of(response)
    assert 'name="lines"' not in text_of(response)
    assert (Person.objects.count(), Body.objects.count()) == (people, bodies)


def invented_rows() -> dict[str, Any]:
    region, body = Region.objects.get(code="140800"), Body.objects.get(code="water")
    return {
        "person": Person(name="演示·李四"),
        "number": Person(name="李四", mobile="19900001234"),
        "flag": Person(name="李四", is_invented=True),
        "body": Body(code="x", full_name="演示化工", short_name="演示化工", unit=body.unit),
        "name": BodyName(body=body, kind="alias", name="市水利", mark="X"),
        "figure": Statistic(
            region=region,
            year=2025,
            indicator="gdp-yuan",
            value=1,
            unit_of_measure="yuan",
            state="known",
            edition="演示·2025",
            mark="X",
        ),
    }


@pytest.mark.parametrize("name", ["person", "number", "flag", "body", "name", "figure"])
def test_upkeep_refuses_demonstration_rows(name: str) -> None:
    """The admin, its imports, the API and the actions all write through here."""
    row = invented_rows()[name]
    actor = Actor(account="zhangsan", scope=PROGRAM)
    with pytest.raises(InventedRefused):
        create(row, actor=actor, now=clock.now(), request_id="invented-row")
    assert not type(row).objects.filter(pk=row.pk).exists()


def test_actions_refuse_demonstration_rows() -> None:
    actor = Actor(account="zhangsan", scope=PROGRAM)
    given = {"actor": actor, "now": clock.now(), "request_id": "invented-row", "reason": "x"}
    figure = NewFigure(
        region="140800",
        indicator="gdp-yuan",
        year=2025,
        unit_of_measure="yuan",
        state="known",
        value=Decimal(1),
        edition="演示·2025",
        published_on=None,
        source="演示数据",
        mark="X",
    )
    with pytest.raises(InventedRefused):
        add_figure(figure, **given)
    colleague = NewColleague(
        name="演示·张三",
        mobile="",
        body=Body.objects.get(code="water").pk,
        title="联络员",
        role=Role.DEPARTMENT.value,
        held_from=clock.today(),
        login="demo",
        password=PASSWORD,
    )
    with pytest.raises(InventedRefused):
        add_colleague(colleague, **given)


# Step 4


def test_the_facts_become_the_plan_and_the_code_is_gone(administrator: Client) -> None:
    code.current()
    response = administrator.post(url("notice"), {"notice": "facts"})
    assert response.headers["Location"] == url("done")
    assert PlanItem.objects.count() > 60
    assert instance.is_ready()
    assert not code.path().exists()
    done = administrator.get(url("done"))
    assert reverse("account-add") in text_of(done)
    assert administrator.get("/").status_code == 302
    for step in ("administrators", "bodies", "phone-book", "notice"):
        assert administrator.get(url(step)).headers["Location"] == reverse("home")
        assert administrator.post(url(step), {}).headers["Location"] == reverse("home")
    assert Client().get(url("done")).headers["Location"] == reverse("home")


def test_later_leaves_the_plan_empty(administrator: Client) -> None:
    administrator.post(url("notice"), {"notice": "later"})
    assert instance.is_ready()
    assert not Notice.objects.exists()
    preparing.fill(preparing.profile(), silent, is_demonstration=False)
    assert not Notice.objects.exists(), "a later start does not load it behind anybody's back"


def test_the_published_file_is_read_after_the_first_run(administrator: Client) -> None:
    response = administrator.post(url("notice"), {"notice": "file"})
    assert response.headers["Location"] == reverse("plan-import")
    asked = administrator.get(reverse("plan-import"))
    assert asked.headers["Location"] == reverse("my-second-factor")  # the second proof comes first


def test_a_choice_is_needed(administrator: Client) -> None:
    assert administrator.post(url("notice"), {}).status_code == 422
    assert not instance.is_ready()
    assert administrator.get(url("done")).headers["Location"] == reverse("first-run")


def test_the_server_prints_the_code(tmp_path: Path) -> None:
    """And never the demonstration's sign-ins."""
    with served(tmp_path, demo=False) as instance_served:
        log = (instance_served.home / "serve.log").read_text(encoding="utf-8")
        printed = (instance_served.home / "keys" / "first-run.code").read_text()
    assert printed in log
    assert "anlan-demo" not in log


def test_a_demonstration_has_no_first_run(browser: Client) -> None:
    InstanceStamp.objects.update(is_demonstration=True, ready_at=clock.now())
    instance.forget()
    assert browser.get(reverse("first-run")).headers["Location"] == reverse("home")
    assert claim(browser).headers["Location"] == reverse("home")
    assert not Account.objects.exists()
