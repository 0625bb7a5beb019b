"""The invented life of bulletins: every state that a desk shows, and no real issuer."""

from collections import Counter

import pytest

from anlan.registers.rules.invented import NAME_PREFIX
from anlan.warning.models import Bulletin, IssuedWarning, PublishingRight
from anlan.warning.queries.bulletins import alert_of
from anlan.warning.rules.cap.chain import change_findings
from anlan.warning.rules.cap.validating import validate_cap
from anlan.warning.rules.cap.writing import write_cap


@pytest.mark.usefixtures("city")
def test_the_story_shows_the_whole_life() -> None:
    rows = list(Bulletin.objects.order_by("drafted_at"))
    assert Counter(row.state for row in rows) == {
        "updated": 1,
        "cancelled": 1,
        "lifting": 1,
        "adopted": 1,
        "issued": 1,
        "submitted": 1,
        "sent-back": 1,
        "draft": 1,
    }
    assert all(row.headline.startswith(NAME_PREFIX) for row in rows)
    own = IssuedWarning.objects.filter(messages__intake="own").distinct()
    assert {row.issuer for row in own} == {"演示·运城市水务局"}
    assert PublishingRight.objects.get(body__code="water").mark == "X"
    chain = [row for row in rows if row.hazard == "river-flood"]
    alerts = [alert_of(row, row.drafted_at) for row in chain]
    for place, alert in enumerate(alerts):
        assert validate_cap(write_cap(alert)).verdict.value is True
        assert change_findings(alert, tuple(alerts[:place])) == ()
    assert len(alerts[-1].references) == 2
