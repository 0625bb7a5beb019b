"""Register screens as people of each role meet them."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from anlan.registers.models import (
    Body,
    BodyGroup,
    GroupMembership,
    Person,
    RegionOutline,
    Statistic,
)

LISTS = (
    "region-list",
    "unit-list",
    "body-list",
    "body-group-list",
    "statistic-list",
    "person-list",
    "post-list",
    "enterprise-list",
    "site-list",
    "installation-list",
    "substance-list",
    "duty-list",
    "contact-list",
    "post-number-list",
)
pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def text_of(response: Any) -> str:
    return str(response.content.decode())


@pytest.mark.parametrize("name", LISTS)
def test_a_list_opens_with_few_queries_whatever_its_length(client_as: SignIn, name: str) -> None:
    client = client_as("bureau")
    client.get(reverse(name))
    with CaptureQueriesContext(connection) as few:
        assert client.get(reverse(name), {"per": 20}).status_code == 200
    with CaptureQueriesContext(connection) as many:
        assert client.get(reverse(name), {"per": 200}).status_code == 200
    assert len(many) == len(few)
    assert len(many) <= 12


@pytest.mark.parametrize("name", LISTS)
def test_nobody_sees_a_list_without_signing_in(client: Client, city: None, name: str) -> None:
    response = client.get(reverse(name))
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/?next=")


def test_pinyin_initials_find_a_region(client_as: SignIn) -> None:
    found = text_of(client_as("bureau").get(reverse("region-list"), {"q": "yhq"}))
    assert "盐湖区" in found


def test_a_former_name_finds_the_body(client_as: SignIn) -> None:
    found = text_of(client_as("bureau").get(reverse("body-list"), {"q": "市安监局"}))
    assert "市应急局" in found


def test_a_county_sees_no_bodies_of_its_siblings(client_as: SignIn) -> None:
    client = client_as("county")
    found = text_of(client.get(reverse("body-list"), {"per": 200}))
    assert "新绛县应急局" in found
    assert "市应急局" in found
    assert "闻喜县应急局" not in found
    sibling = Body.objects.get(code="emergency-wenxi")
    assert client.get(reverse("body", args=[sibling.code])).status_code == 404
    assert "闻喜县应急局" not in text_of(client.get(reverse("body-list"), {"format": "csv"}))
    narrowed = text_of(client.get(reverse("body-list"), {"unit": "wenxi"}))
    assert "闻喜县应急局" not in narrowed


def test_the_public_sees_no_people_and_no_map(client_as: SignIn) -> None:
    client = client_as("public")
    assert client.get(reverse("person-list")).status_code == 403
    person = Person.objects.first()
    assert person is not None
    assert client.get(reverse("person", args=[person.pk])).status_code == 403
    page = text_of(client.get(reverse("region", args=["140800"])))
    assert '<path class="map-region"' not in page
    assert "审图号" in page


def test_the_map_is_drawn_marked_and_linked(client_as: SignIn) -> None:
    if not RegionOutline.objects.exists():
        pytest.skip("not run: the outlines are not built on this machine")
    page = text_of(client_as("bureau").get(reverse("region", args=["140800"])))
    assert page.count('<path class="map-region"') == 13
    assert 'href="/regions/140825/"' in page


def test_a_map_without_outlines_says_how_to_get_them(
    client_as: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from anlan.registers.screens import region_map

    monkeypatch.setattr(region_map, "nearest_outlined", lambda region: None)
    page = text_of(client_as("bureau").get(reverse("region", args=["140800"])))
    assert "make profile" in page


def test_numbers_are_masked_for_other_bodies_only(client_as: SignIn) -> None:
    shown = text_of(client_as("bureau").get(reverse("person-list")))
    assert re.search(r"\b199\d{8}\b", shown)
    other = text_of(client_as("department").get(reverse("person-list")))
    numbers = re.findall(r"\*{7}\d{4}|\b1\d{10}\b", other)
    assert numbers, "the department sees its own body"
    own = Person.objects.filter(tenures__post__body__code="water")
    assert set(numbers) <= set(own.values_list("mobile", flat=True))


def test_export_holds_the_filtered_rows_and_the_mark(client_as: SignIn) -> None:
    client = client_as("bureau")
    response = client.get(
        reverse("body-list"), {"unit": "xinjiang", "cols": "short,code", "format": "csv"}
    )
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    count = Body.objects.filter(unit__code="xinjiang").count()
    assert len(rows[0]) == 1, "the first line is the demonstration mark"
    assert len(rows[1]) == 2
    assert len(rows) == 2 + count


def test_an_address_is_tidied_once(client_as: SignIn) -> None:
    client = client_as("bureau")
    response = client.get(reverse("body-list") + "?q=&kind=party&unit=&cols=short&cols=kind")
    assert response.status_code == 302
    assert response["Location"] == "/bodies/?kind=party&cols=short%2Ckind"
    assert client.get(response["Location"]).status_code == 200


def test_an_unknown_filter_value_never_widens_the_list(client_as: SignIn) -> None:
    page = text_of(client_as("bureau").get(reverse("body-list"), {"kind": "nonsense"}))
    assert "data-rows" not in page


def test_members_are_those_of_the_day(client_as: SignIn) -> None:
    client = client_as("bureau")
    url = reverse("body-group", args=["safety-committee-members"])
    before = text_of(client.get(url, {"on": "2020-01-01"}))
    assert "2020-01-01" in before
    assert client.get(url, {"on": "yesterday"}).status_code == 422


def end_form(membership: GroupMembership, request_id: str, until: str, version: int) -> dict:
    return {
        "valid_until": until,
        "reason": "市安委办〔2026〕1号",
        "request_id": request_id,
        "expected_version": str(version),
    }


def test_a_membership_ends_with_a_reason_and_is_in_the_history(
    client_as: SignIn, request_ids: Callable[[], str]
) -> None:
    client = client_as("bureau")
    membership = GroupMembership.objects.select_related("group").filter(valid_until__isnull=True)[
        0
    ]
    url = reverse("member-end", args=[membership.pk])
    missing = end_form(membership, request_ids(), "2026-12-01", membership.version)
    assert client.post(url, missing | {"reason": ""}).status_code == 422
    response = client.post(url, missing)
    assert response.status_code == 302
    membership.refresh_from_db()
    assert membership.valid_until.isoformat() == "2026-12-01"


def test_the_second_of_two_people_is_told_and_keeps_what_was_typed(
    client_as: SignIn, request_ids: Callable[[], str]
) -> None:
    membership = GroupMembership.objects.filter(valid_until__isnull=True)[0]
    url = reverse("member-end", args=[membership.pk])
    version = membership.version
    first = client_as("bureau").post(
        url, end_form(membership, request_ids(), "2026-12-01", version)
    )
    assert first.status_code == 302
    second = client_as("admin").post(
        url, end_form(membership, request_ids(), "2027-01-01", version)
    )
    page = text_of(second)
    assert second.status_code == 409
    assert "2026-12-01" in page
    assert 'value="2027-01-01"' in page
    assert "市安委办〔2026〕1号" in page
    assert f'value="{version + 1}"' in page
    membership.refresh_from_db()
    assert membership.valid_until.isoformat() == "2026-12-01"


def test_a_member_is_not_added_twice(client_as: SignIn, request_ids: Callable[[], str]) -> None:
    membership = GroupMembership.objects.select_related("group").filter(valid_until__isnull=True)[
        0
    ]
    url = reverse("member-add", args=[membership.group.code])
    form = {
        "body": str(membership.body_id),
        "valid_from": "2026-01-01",
        "source": "市安委办〔2026〕1号",
        "reason": "换届",
        "request_id": request_ids(),
    }
    response = client_as("bureau").post(url, form)
    assert response.status_code == 422
    assert 'value="市安委办〔2026〕1号"' in text_of(response)


def test_only_who_keeps_the_registers_may_change_a_group(client_as: SignIn) -> None:
    group = BodyGroup.objects.all()[0]
    client = client_as("department")
    url = reverse("member-add", args=[group.code])
    assert client.get(url).status_code == 403
    assert client.post(url, {}).status_code == 403
    assert url not in text_of(client.get(reverse("body-group", args=[group.code])))


def figure_form(request_id: str, **more: str) -> dict[str, str]:
    form = {
        "state": "known",
        "value": "231000000000",
        "edition": "2024年鉴（修订）",
        "source": "运城统计年鉴2024",
        "mark": "V",
        "reason": "第五次经济普查修订",
        "request_id": request_id,
    }
    return form | more


def test_a_restated_figure_is_a_new_edition_and_never_overwrites(
    client_as: SignIn, request_ids: Callable[[], str]
) -> None:
    client = client_as("bureau")
    url = reverse("figure-add", args=["140800", "gdp-yuan", 2022])
    known = Statistic.objects.filter(region__code="140800", indicator="gdp-yuan", year=2022)
    before = {(row.edition, row.value) for row in known}
    assert client.post(url, figure_form(request_ids())).status_code == 302
    assert {(row.edition, row.value) for row in known.all()} > before
    again = client.post(url, figure_form(request_ids(), value="1"))
    assert again.status_code == 422
    assert known.all().count() == len(before) + 1
    page = text_of(client.get(reverse("figure", args=["140800", "gdp-yuan", 2022])))
    assert "2024年鉴（修订）" in page


def test_an_unknown_figure_has_no_value_and_is_never_a_zero(
    client_as: SignIn, request_ids: Callable[[], str]
) -> None:
    client = client_as("bureau")
    url = reverse("figure-add", args=["140800", "gdp-yuan", 2022])
    bad = client.post(url, figure_form(request_ids(), state="unknown"))
    assert bad.status_code == 422
    page = text_of(client.get(reverse("figure", args=["140800", "gdp-yuan", 2021])))
    assert "tone-yellow" in page
    assert "<strong>0" not in page


def test_history_speaks_labels_not_columns(client_as: SignIn) -> None:
    page = text_of(client_as("bureau").get(reverse("body", args=["emergency"]) + "?tab=history"))
    assert "full_name" not in page
    assert "unit_id" not in page


def test_an_object_that_is_not_there_is_a_page_with_a_next_step(client_as: SignIn) -> None:
    response = client_as("bureau").get(reverse("body", args=["no-such-body"]))
    assert response.status_code == 404
    assert 'href="/"' in text_of(response)


def test_an_administrator_adds_a_colleague_who_can_sign_in(
    client_as: SignIn, request_ids: Callable[[], str]
) -> None:
    form = {
        "name": "演示·周小河",
        "mobile": "19900000099",
        "login": "zhou",
        "password": "short",
        "reason": "市水务局来函",
        "request_id": request_ids(),
    }
    client, url = client_as("admin"), reverse("account-add")
    refused = client.post(url, form)
    assert refused.status_code == 422
    assert 'value="演示·周小河"' in text_of(refused)
    assert client.post(url, form | {"password": "fengling-2026-du"}).status_code == 302
    fresh = Client()
    answer = fresh.post("/sign-in/", {"login": "zhou", "password": "fengling-2026-du"})
    assert answer.status_code == 302
    assert client_as("bureau").get(url).status_code == 403


def test_filters_never_take_a_name_of_the_list_itself() -> None:
    from anlan.base.screens.register_list import RegisterList, check_names

    screens = RegisterList.__subclasses__()
    assert len(screens) >= len(LISTS)
    assert [name for screen in screens for name in check_names(screen)] == []


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_every_list_exports(client_as: SignIn, name: str, ending: str) -> None:
    response = client_as("admin").get(reverse(name), {"format": ending})
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("name", LISTS)
def test_every_column_sorts_both_ways(client_as: SignIn, name: str) -> None:
    client = client_as("admin")
    page = text_of(client.get(reverse(name)))
    sorts = set(re.findall(r"sort=([a-z]+)", page))
    assert sorts
    for sort in sorts:
        assert client.get(reverse(name), {"sort": sort}).status_code == 200
        assert client.get(reverse(name), {"sort": f"-{sort}"}).status_code == 200
