"""A small city with people and the calendar of the notices."""

from collections.abc import Iterator

import pytest

from anlan.base.due.holiday_notices import load_calendar
from tests.base.due.life import NOW, Life, make_life


@pytest.fixture
def life(db: None) -> Iterator[Life]:
    from anlan.site import instance

    load_calendar(None, lambda line: None)
    made = make_life()
    instance.mark_ready(NOW)
    yield made
    instance.forget()
