"""A record that is called by a time is called by the city's, not by that of Greenwich."""

import datetime as dt

import pytest
from django.db import models

from anlan.base.models import Due, DuePause
from anlan.registers.models.sessions import SignInSession, TokenUse
from anlan.sensing.choices import IntakeWay
from anlan.sensing.models import AsideMessage, IntakeBatch

LATE = dt.datetime(2026, 11, 24, 16, 30, tzinfo=dt.UTC)
"""Half past midnight of the 25th in the city."""


@pytest.mark.parametrize(
    "row",
    [
        AsideMessage(way=IntakeWay.MQTT, aside_at=LATE),
        IntakeBatch(sender="county", received_at=LATE),
        DuePause(due=Due(title="t"), from_at=LATE),
        SignInSession(account_id="county", began_at=LATE),
        TokenUse(used_at=LATE),
    ],
    ids=lambda row: type(row).__name__,
)
def test_by_the_day_of_the_city(row: models.Model) -> None:
    assert "2026-11-25" in str(row)
    assert "16:30" not in str(row)
