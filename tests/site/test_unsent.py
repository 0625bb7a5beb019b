"""What was sent into an ended session: never an empty page, never taken for done."""

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import URLPattern, get_resolver

from anlan.base import clock
from anlan.base.identity import new_id
from tests.registers.test_way_in import PASSWORD, enter, real  # noqa: F401 - the instance

SAID = "没有执行"
ARGUMENT = re.compile(r"<(?:(\w+):)?\w+>")
GROUP = re.compile(r"\(\?P<\w+>((?:[^()]|\([^()]*\))*)\)")
BY_KIND = {"int": "1", "uuid": str(new_id())}
NEED_NO_SESSION = ("/sign-in/", "/sign-out/", "/language/", "/first-run/", "/account/session/")
OWN_WAYS = ("/api/", "/admin/", "/static/")


def addresses() -> Iterator[tuple[str, Any]]:
    """One address of each route, with the view behind it."""
    yield from _walk(get_resolver().url_patterns, "/")


def _walk(patterns: list[Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern).lstrip("^").rstrip("$")
        if not isinstance(pattern, URLPattern):
            yield from _walk(pattern.url_patterns, path)
            continue
        path = GROUP.sub(lambda found: found[1].partition("|")[0], path)
        path = ARGUMENT.sub(lambda found: BY_KIND.get(found[1] or "", "x"), path)
        if not path.startswith(OWN_WAYS):
            yield path, pattern.callback


def takes(view: Any, method: str) -> bool:
    screen = getattr(view, "view_class", None)
    if screen is None:
        return method == "get"
    return hasattr(screen, method) and method in screen.http_method_names


def post_only() -> list[str]:
    """Without the provider of sign-ins: not there while it is off."""
    found = [path for path, view in addresses() if not takes(view, "get")]
    found.remove("/sign-in/provider/")
    return [*found, "/sign-out/", "/language/zh-hans/"]


@pytest.fixture
def client() -> Client:
    client = Client()
    assert enter(client, "system", PASSWORD).status_code == 302
    return client


def without_session(client: Client) -> Client:
    client.cookies.pop("anlan_session")
    return client


def test_an_address_that_only_takes_what_a_form_sends_leads_to_a_page(client: Client) -> None:
    walked = post_only()
    assert len(walked) > 10
    for path in walked:
        answer = client.get(path, follow=True)
        assert answer.redirect_chain, path
        assert answer.status_code in (200, 404), path
        assert SAID in answer.content.decode(), path


def test_no_address_answers_a_reader_with_an_empty_page(client: Client) -> None:
    for path, _ in addresses():
        if path != "/events":
            assert client.get(path).status_code != 405, path


@pytest.mark.long
def test_what_was_sent_into_an_ended_session_is_said_not_to_be_done(client: Client) -> None:
    """On the sign-in page, and on the page on which one lands."""
    walked = [path for path, view in addresses() if takes(view, "post")] + post_only()
    walked = [path for path in walked if not path.startswith(NEED_NO_SESSION)]
    assert len(walked) > 100
    for path in walked:
        stranger = Client()
        answer = stranger.post(path, {"title": "x"})
        if answer.status_code in (403, 404):  # the address tells nobody anything
            continue
        assert answer.headers["Location"].startswith("/sign-in/?"), path
        assert SAID in stranger.get(answer.headers["Location"]).content.decode(), path
        landed = sign_in_from(stranger, answer.headers["Location"])
        assert landed.status_code in (200, 403, 404), path
        assert SAID in landed.content.decode(), path
        assert SAID not in stranger.get("/account/").content.decode(), path


def sign_in_from(client: Client, address: str) -> Any:
    target = parse_qs(urlsplit(address).query)["next"][0]
    given = {"login": "system", "password": PASSWORD, "next": target}
    return client.post("/sign-in/", given, follow=True)


def test_one_comes_back_to_the_page_on_which_the_form_stood(client: Client) -> None:
    here = "http://testserver/bodies/?q=water"
    without_session(client)
    answer = client.post("/worlds/leave/", headers={"referer": here})
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["next"] == ["/bodies/?q=water"]
    landed = sign_in_from(client, answer.headers["Location"])
    assert landed.redirect_chain[-1][0] == "/bodies/?q=water"
    assert landed.content.decode().count(SAID) == 1


@pytest.mark.parametrize(
    "foreign",
    ["http://elsewhere.example/bodies/", "http://testserver/no-such-page/", "", "http://["],
)
def test_a_foreign_or_unknown_page_is_not_gone_back_to(foreign: str) -> None:
    answer = Client().post("/worlds/leave/", headers={"referer": foreign})
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["next"] == ["/worlds/"]


def test_sent_twice_is_said_once(client: Client) -> None:
    without_session(client)
    for _ in range(2):
        answer = client.post("/worlds/leave/")
    landed = sign_in_from(client, answer.headers["Location"])
    assert landed.content.decode().count(SAID) == 1


def test_a_session_that_was_idle_says_why_and_that_nothing_was_done(
    client: Client, settings: Any
) -> None:
    later = clock.now() + dt.timedelta(minutes=settings.ANLAN_IDLE_MINUTES)
    with clock.at(later):
        answer = client.post("/worlds/leave/")
        page = client.get(answer.headers["Location"]).content.decode()
        assert SAID in page
        assert "一段时间" in page
        assert SAID in sign_in_from(client, answer.headers["Location"]).content.decode()


def test_who_signs_out_or_changes_the_language_is_told_nothing(client: Client) -> None:
    page = client.post("/sign-out/", follow=True).content.decode()
    assert SAID not in page
    assert SAID not in client.post("/language/zh-hans/", follow=True).content.decode()


def test_what_the_queue_sends_again_by_itself_is_not_asked_for(client: Client) -> None:
    without_session(client)
    client.post("/worlds/leave/", headers={"X-Anlan-Queue": "1"})
    landed = sign_in_from(client, "/sign-in/?next=/account/")
    assert SAID not in landed.content.decode()


def test_the_api_keeps_its_own_answers(client: Client) -> None:
    assert client.get("/api/v1/me/password").status_code == 405
