"""The page for integrators: every example on it is taken as it stands."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from anlan.base import clock
from anlan.sensing.rules.decoding.forms import DECODERS
from anlan.site import instance
from tests.registers.kept import NOW
from tests.sensing.stations import make_station, make_stream
from tests.sensing.test_live import client_of

pytestmark = pytest.mark.usefixtures("kept")
CODE = re.compile(r'<pre class="code" lang="en">(.*?)</pre>', re.DOTALL)


@pytest.fixture(autouse=True)
def _ready(kept: None) -> Iterator[None]:
    instance.mark_ready(NOW)
    with clock.at(NOW):
        yield
    instance.forget()


def test_every_example_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_stream(make_station())
    weather = make_station(code="YC-W-001", name="演示·气象站", kind="weather")
    make_stream(weather, observed="temperature", unit_of_measurement="°C")
    monkeypatch.chdir(tmp_path)
    client = client_of("bureau")
    page = client.get(reverse("station-sending")).content.decode()
    blocks = [html.unescape(block) for block in CODE.findall(page)]
    bodies, commands = blocks[::2], blocks[1::2]
    assert len(bodies) == len(DECODERS) + 2
    seen = set()
    for body, command in zip(bodies, commands, strict=True):
        media = re.search(r"Content-Type: ([^\"]+)", command)
        address = re.search(r"https?://\S+", command)
        assert media is not None and address is not None
        content = body.encode()
        if body.startswith("import pyarrow"):
            exec(body, {})  # noqa: S102 - the example on the page
            content = (tmp_path / "readings.arrows").read_bytes()
        path = urlsplit(address[0]).path
        answer = client.post(path, content, content_type=media[1])
        assert answer.status_code in (200, 201), answer.content.decode()
        found = answer.json()
        assert "error" not in str(found)
        if "counts" in found:
            assert found["counts"]["rejected"] == 0
        seen.add(media[1])
    assert seen == {each.media_types[0] for each in DECODERS}


def test_every_query_on_the_page_is_answered() -> None:
    make_stream(make_station())
    client = client_of("bureau")
    page = client.get(reverse("station-sending")).content.decode()
    links = re.findall(r'href="(/api/sensorthings[^"]+)"', page)
    assert len(links) == 6
    for link in links:
        assert client.get(html.unescape(link)).status_code == 200, link
    assert reverse("station-sending") in client.get(reverse("station-list")).content.decode()


def test_no_query_leads_a_reader_without_a_station_astray() -> None:
    """Neither before the first datastream nor where others keep it."""
    for made in (False, True):
        if made:
            make_stream(make_station())
        client = client_of("other")
        page = client.get(reverse("station-sending")).content.decode()
        links = re.findall(r'href="(/api/sensorthings[^"]+)"', page)
        assert len(links) >= 5
        for link in links:
            assert client.get(html.unescape(link)).status_code == 200, link


def test_a_reader_without_a_station_of_its_own_is_told_so() -> None:
    page = client_of("other").get(reverse("station-sending")).content.decode()
    assert "虚构" in page
    assert client_of("public").get(reverse("station-sending")).status_code == 403
