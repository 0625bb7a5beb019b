"""The reviewer: corrections, two people on one field, undo, names."""

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from anlan.base.models import JournalEntry
from anlan.plan.models import Correction, Duty, PlanItem


def form_of(client: Client, path: str) -> dict[str, str]:
    """The hidden fields of a form page."""
    html = client.get(path).content.decode()
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def test_a_correction_needs_a_reason_and_keeps_what_was_typed(bureau: Client, notice: Any) -> None:
    path = f"/plan/{notice.pk}/review/T3/heading/"
    response = bureau.post(path, form_of(bureau, path) | {"value": "新的标题", "reason": ""})
    assert response.status_code == 422
    assert 'value="新的标题"' in response.content.decode()
    assert PlanItem.objects.get(notice=notice, key="T3").heading != "新的标题"


@pytest.mark.parametrize(
    ("field", "typed", "stored"),
    [
        ("heading", {"value": "新的标题"}, "新的标题"),
        ("deadline_years", {"value": "2023 2025"}, [2023, 2025]),
        ("mode", {"value": "joint"}, "joint"),
        ("lead_units", {"value": "市水务局\n市应急局"}, ["市水务局", "市应急局"]),
        ("support_units", {"value": "市教育局、市财政局"}, ["市教育局", "市财政局"]),
        ("open_ended", {"value": "yes"}, True),
    ],
)
def test_each_field_can_be_set_right_and_taken_back(
    field: str, typed: dict[str, str], stored: Any, bureau: Client, notice: Any
) -> None:
    before = json.dumps(PlanItem.objects.get(notice=notice, key="T3").as_read, sort_keys=True)
    path = f"/plan/{notice.pk}/review/T3/{field}/"
    response = bureau.post(path, form_of(bureau, path) | typed | {"reason": "原文如此"})
    assert response.status_code == 302
    correction = Correction.objects.get(notice=notice, item_key="T3", field=field)
    assert correction.corrected_to == stored
    review = bureau.get(f"/plan/{notice.pk}/review/?item=T3").content.decode()
    assert "原文如此" in review
    undo = f"/plan/corrections/{correction.pk}/withdraw/"
    assert bureau.get(undo).status_code == 200
    done = bureau.post(undo, form_of(bureau, undo) | {"reason": "更正有误"})
    assert done.status_code == 302
    assert not Correction.objects.filter(pk=correction.pk).exists()
    after = json.dumps(PlanItem.objects.get(notice=notice, key="T3").as_read, sort_keys=True)
    assert after == before


INDICATOR = {"name": "建成率", "operator": ">=", "value": "95", "unit": "%"}


def test_an_indicator_can_be_set_right(bureau: Client, notice: Any) -> None:
    path = f"/plan/{notice.pk}/review/I3/indicator/"
    response = bureau.post(path, form_of(bureau, path) | INDICATOR | {"reason": "原文如此"})
    assert response.status_code == 302
    correction = Correction.objects.get(notice=notice, item_key="I3", field="indicator")
    assert correction.corrected_to == INDICATOR | {"value": 95.0}
    assert "≥ 95%" in bureau.get(f"/plan/{notice.pk}/items/I3/").content.decode()


@pytest.mark.parametrize(("key", "typed"), [("T3", INDICATOR), ("I3", {"name": ""})])
def test_an_indicator_can_be_added_or_taken_away(
    key: str, typed: dict[str, str], bureau: Client, notice: Any
) -> None:
    path = f"/plan/{notice.pk}/review/{key}/indicator/"
    response = bureau.post(path, form_of(bureau, path) | typed | {"reason": "原文如此"})
    assert response.status_code == 302


@pytest.mark.parametrize("field", ["heading", "lead_units"])
def test_the_second_of_two_reviewers_is_told_and_nothing_is_overwritten(
    field: str, client_as: Callable[[str], Client], notice: Any
) -> None:
    first, second = client_as("bureau"), client_as("admin")
    path = f"/plan/{notice.pk}/review/T3/{field}/"
    mine, theirs = form_of(first, path), form_of(second, path)
    saved = first.post(path, mine | {"value": "市水务局", "reason": "甲"})
    assert saved.status_code == 302
    response = second.post(path, theirs | {"value": "市教育局", "reason": "乙"})
    html = response.content.decode()
    assert response.status_code == 409
    assert "市水务局" in html
    assert "市教育局" in html
    assert Correction.objects.get(item_key="T3", field=field).reason == "甲"
    again = {
        name: value
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', html)
        if name != "csrfmiddlewaretoken"
    }
    again = {name: unescape(value) for name, value in again.items()}
    decided = second.post(path, again | {"value": "市教育局", "reason": "乙"})
    assert decided.status_code == 302
    assert Correction.objects.get(item_key="T3", field=field).reason == "乙"


def test_a_repeated_request_is_one_correction(bureau: Client, notice: Any) -> None:
    path = f"/plan/{notice.pk}/review/T3/heading/"
    sent = form_of(bureau, path) | {"value": "新的标题", "reason": "原文如此"}
    assert bureau.post(path, sent).status_code == 302
    entries = JournalEntry.objects.count()
    assert bureau.post(path, sent).status_code == 302
    assert JournalEntry.objects.count() == entries


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("deadline_years", "23"),
        ("deadline_years", "abc"),
        ("mode", "boss"),
        ("heading", "长" * 301),
    ],
)
def test_wrong_values_are_refused_in_the_form(
    field: str, value: str, bureau: Client, notice: Any
) -> None:
    path = f"/plan/{notice.pk}/review/T3/{field}/"
    response = bureau.post(path, form_of(bureau, path) | {"value": value, "reason": "试"})
    assert response.status_code == 422
    assert not Correction.objects.filter(item_key="T3", field=field).exists()


@pytest.mark.parametrize("login", ["department", "county", "public"])
def test_only_reviewers_may_correct(
    login: str, client_as: Callable[[str], Client], bureau: Client, notice: Any
) -> None:
    path = f"/plan/{notice.pk}/review/T3/heading/"
    sent = form_of(bureau, path) | {"value": "新的标题", "reason": "试"}
    assert client_as(login).post(path, sent).status_code == 403
    page = client_as(login).get(f"/plan/{notice.pk}/review/?item=T3")
    assert page.status_code == (403 if login == "public" else 200)
    assert "/review/T3/heading/" not in page.content.decode()


def test_names_are_matched_by_a_person_and_survive_a_new_import(
    bureau: Client, imported: Any, notice_text: Callable[..., str], notice: Any
) -> None:
    text = notice_text(6, heads="市星际航行局")
    other = imported(text)
    names = bureau.get(f"/plan/{other.pk}/review/?view=names").content.decode()
    assert "市星际航行局" in names
    path = f"/plan/{other.pk}/review/names/?name=市星际航行局"
    assert "body:water" in bureau.get(f"{path}&find=swj").content.decode()
    wrong = bureau.post(path, form_of(bureau, path) | {"target": "", "reason": "试"})
    assert wrong.status_code == 422
    sent = form_of(bureau, path) | {"target": "body:water", "reason": "试验名称"}
    assert bureau.post(path, sent).status_code == 302
    duty = Duty.objects.get(notice=other, printed_name="市星际航行局")
    assert duty.body is not None
    assert (duty.body.code, duty.match) == ("water", "person")
    imported(text)
    assert Duty.objects.get(notice=other, printed_name="市星际航行局").match == "person"
    assert bureau.get(path).status_code == 200


def test_a_correction_that_reads_differently_since_is_flagged(
    bureau: Client, imported: Any, notice_text: Callable[..., str], notice: Any
) -> None:
    other = imported(notice_text(4))
    key = other.items.order_by("position").first().key
    path = f"/plan/{other.pk}/review/{key}/lead_units/"
    bureau.post(path, form_of(bureau, path) | {"value": "市财政局", "reason": "试"})
    imported(notice_text(4, heads="市教育局"))
    html = bureau.get(f"/plan/{other.pk}/review/").content.decode()
    assert "读法不同" in html
    listed = bureau.get(f"/plan/{other.pk}/review/?view=corrections").content.decode()
    assert "市教育局" in listed


def test_unread_passages_stand_in_their_context(
    bureau: Client, imported: Any, notice_text: Callable[..., str], notice: Any
) -> None:
    text = notice_text(4).replace(
        "（2）落实", "（此处由某领导批注：请甲乙丙丁速办，@@@###）\n（2）落实"
    )
    other = imported(text)
    edition = other.editions.get()
    html = bureau.get(f"/plan/{other.pk}/review/?view=unread").content.decode()
    assert html.count('class="is-unread"') == len(edition.unread)
