"""Who sees which due: list, page, export and API, as every role."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.base.due.queries import loads, my_work
from anlan.base.models import Due, DuePause
from anlan.base.rules.due.addressee import Addressee
from anlan.registers.models import Account
from anlan.registers.rules.scope import NOTHING, Capability, Role, Scope
from tests.base.due.life import NOW, PEOPLE, Life, how, opened

pytestmark = pytest.mark.django_db
ALL = {"water", "airport", "xinjiang", "xia-unit", "emergency"}
SEES = {
    "keeper": ALL,
    "water": {"water"},
    "water-2": {"water"},
    "airport": {"airport"},
    "xinjiang": {"xinjiang"},
    "xia": {"xia-unit"},
    "reader": set(),
}
MINE = {
    "keeper": {"emergency"},
    "water": {"water"},
    "water-2": {"water"},
    "airport": {"airport"},
    "xinjiang": {"xinjiang"},
    "xia": {"xia-unit"},
    "reader": set(),
}


def lay_dues() -> None:
    for code, unit in (("water", "city"), ("airport", "city"), ("emergency", "city")):
        opened(title=code, addressee=Addressee(body=code, unit=unit), issuer="")
    whole = Addressee(body="emergency-xinjiang", unit="xinjiang")
    opened(title="xinjiang", addressee=whole, issuer="")
    opened(title="xia-unit", addressee=Addressee(unit="xia"), issuer="")


@pytest.mark.parametrize("login", [login for login, _, _ in PEOPLE])
def test_list_page_export_and_api_show_the_same(life: Life, login: str) -> None:
    lay_dues()
    scope = life.actor(login).scope
    assert {due.title for due in Due.objects.visible_to(scope)} == SEES[login]
    mine = my_work(scope) if login != "reader" else Due.objects.none()
    assert {due.title for due in mine} == MINE[login]
    client = Client()
    client.force_login(Account.objects.get(login=login))
    status = 200 if SEES[login] else 403
    for name in ("due-list", "my-work", "my-work-list", "owed-this-week"):
        assert client.get(reverse(name)).status_code == status
    for due in Due.objects.all():
        seen = due.title in SEES[login]
        expected = 200 if seen else 404 if SEES[login] else 403
        assert client.get(reverse("due", args=[due.pk])).status_code == expected
        assert client.get(f"/api/v1/dues/{due.pk}").status_code == expected
    if SEES[login]:
        found = client.get("/api/v1/dues").json()["results"]
        assert {row["title"] for row in found} == SEES[login]
        found = client.get("/api/v1/dues?mine=true").json()["results"]
        assert {row["title"] for row in found} == MINE[login]
        lines = client.get(reverse("due-list"), {"format": "csv"}).content.decode()
        assert {title for title in ALL if f"\n{title}," in lines.replace("\r", "")} == SEES[login]


def test_nobody_without_a_post_sees_anything(life: Life) -> None:
    lay_dues()
    assert not Due.objects.visible_to(NOTHING).exists()
    assert loads(NOTHING, NOW) == []


def test_pauses_are_seen_with_their_due(life: Life) -> None:
    from anlan.base.due import actions

    due = opened()
    actions.pause(due.pk, expected_version=1, **how())
    assert DuePause.objects.visible_to(life.actor("water").scope).count() == 1
    assert DuePause.objects.visible_to(life.actor("airport").scope).count() == 0


def test_who_set_it_sees_it_without_having_to_do_it(life: Life) -> None:
    due = opened(issuer="airport")
    scope = life.actor("airport").scope
    assert due in Due.objects.visible_to(scope)
    assert due not in my_work(scope)


CODES = st.sampled_from(["water", "airport", "emergency", "emergency-xia"])
UNITS = st.sampled_from(["city", "xia", "xinjiang"])


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    bodies=st.frozensets(CODES, max_size=2),
    units=st.frozensets(UNITS, max_size=2),
    role=st.sampled_from(list(Role)),
)
def test_scope_leaks_nothing(
    life: Life, bodies: frozenset[str], units: frozenset[str], role: Role
) -> None:
    if not Due.objects.exists():
        lay_dues()
    may = frozenset({Capability.READ_INTERNAL}) if role is not Role.PUBLIC else frozenset()
    scope = Scope(
        capabilities=may,
        roles=frozenset({role}),
        bodies=bodies,
        kept_units=units,
        person=str(uuid.uuid4()),
        account="nobody",
    )
    for due in Due.objects.visible_to(scope):
        own = due.body in bodies or due.unit in units
        assert may
        assert own or scope.is_city_wide
