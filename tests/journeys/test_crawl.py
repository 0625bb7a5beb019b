"""Every demonstration sign-in follows every link and button."""

from collections.abc import Callable

import pytest
from django.test import Client

from tests.journeys.crawler import Crawler


@pytest.mark.parametrize("login", ["bureau", "department", "county", "public", "admin"])
def test_every_link_and_button(client_as: Callable[[str], Client], login: str) -> None:
    found = Crawler(client_as(login)).crawl()
    assert found.broken == []
    assert found.empty == []
    assert found.foreign == []
    assert dict(found.english) == {}
    assert found.pages > 20
