"""Small cities: the kept registers, and one in which people can be called."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client

from tests.registers.kept import make_kept_city
from tests.registers.small_city import NOW
from tests.warning.calling_life import make_called_city


@pytest.fixture
def kept(db: None) -> None:
    make_kept_city()


@pytest.fixture
def town(db: None, anchor: Any) -> None:
    make_called_city()


@pytest.fixture
def signed_in(town: None) -> Iterator[Callable[[str], Client]]:
    """`signed_in("county")`: a browser of somebody of the small city."""
    from anlan.registers.models import Account
    from anlan.site import instance

    instance.mark_ready(NOW)

    def opened(login: str) -> Client:
        client = Client()
        client.force_login(Account.objects.get(login=login))
        return client

    yield opened
    instance.forget()
