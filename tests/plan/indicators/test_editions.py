"""Published editions: frozen, reproducible from the journal; what would change now is named."""

import datetime as dt
from typing import Any

import pytest

from anlan.base import clock
from anlan.base.errors import NotAllowed, NotFound, Refused, RequestReused
from anlan.base.journal.sealing import seal
from anlan.base.worlds.past import as_of
from anlan.plan.actions.indicators.publishing import NewEdition, publish
from anlan.plan.models import IndicatorEdition
from anlan.plan.queries.indicators.editions import changed_since, digest_of, figures_of
from anlan.plan.rules.indicators.restating import Cause
from anlan.registers.rules.scope import NOTHING
from tests.plan.indicators.conftest import HOUR, KEEPER, SmallCity

DAY = dt.date(2026, 2, 1)


def edition(small: SmallCity, **more: Any) -> IndicatorEdition:
    small.at += HOUR
    new = NewEdition(
        notice=small.notice.pk,
        title="演示·完成情况",
        document_number="演示文件〔2026〕15号",
        published_on=DAY,
    )
    with clock.at(small.at):
        made = publish(new, actor=KEEPER, now=small.at, request_id=small.request_ids())
        seal(small.at)
    return IndicatorEdition.objects.get(pk=made["id"])


@pytest.fixture
def lived(small: SmallCity) -> SmallCity:
    small.settle()
    small.denominators()
    small.rows["late"] = small.accident("a", 2025, 2)
    small.disaster("b", 2024, deaths=1, persons=4000, loss_fen=10**11)
    return small


def keys(row: IndicatorEdition) -> dict[str, Cause]:
    return {change.key: change.cause for change in changed_since(row)}


def test_a_late_death_shows_which_published_figures_would_change(lived: SmallCity) -> None:
    row = edition(lived)
    with clock.at(lived.at):
        assert keys(row) == {}
    frozen, digest = dict(row.figures), row.digest
    lived.restate(lived.rows["late"], 3)
    with clock.at(lived.at):
        found = keys(row)
    assert found["I2/2025"] is Cause.MORE
    assert {"I2/2025/a", "I1/2025", "I1/2025/a", "I2"} <= set(found)
    assert not any(key.startswith(("I3", "I4", "I5", "I6")) for key in found)
    assert not any("2024" in key or key.endswith("/b") for key in found)
    row.refresh_from_db()
    assert (row.figures, row.digest) == (frozen, digest)


def test_restated_gdp_changes_the_rates_over_it_and_nothing_else(lived: SmallCity) -> None:
    row = edition(lived)
    lived.statistic("gdp-yuan", 2024, "99000000000", edition="修订", on=dt.date(2026, 2, 20))
    with clock.at(lived.at):
        found = keys(row)
    assert found["I6/2024"] is Cause.DENOMINATOR
    assert {key for key in found if "/2024" in key} == {"I2/2024", "I6/2024"}
    assert {key for key in found if "/" not in key} == {"I6"}


def test_a_choice_taken_back_changes_what_needs_it(lived: SmallCity) -> None:
    from anlan.plan.rules.indicators.choices import ChoiceKind

    row = edition(lived)
    lived.choose(ChoiceKind.WINDOW, holds=False)
    with clock.at(lived.at):
        found = keys(row)
    assert set(found) >= {"I4", "I5", "I6"}
    assert found["I4"] is Cause.OTHER
    assert "I2" not in found


def test_the_journal_cut_at_publication_gives_the_same_figures(lived: SmallCity) -> None:
    row = edition(lived)
    lived.restate(lived.rows["late"], 9)
    lived.statistic("gdp-yuan", 2024, "99000000000", edition="修订", on=dt.date(2026, 2, 20))
    with clock.at(lived.at):
        assert digest_of(figures_of(lived.notice)) != row.digest
        with as_of(row.cut_at):
            assert digest_of(figures_of(row.notice)) == row.digest
        assert digest_of(figures_of(lived.notice, at=row.cut_at)) == row.digest


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"title": " "}, "no-title"),
        ({"document_number": ""}, "no-document"),
        ({"published_on": dt.date(2099, 1, 1)}, "not-published-yet"),
    ],
)
def test_what_is_refused(lived: SmallCity, wrong: dict[str, Any], code: str) -> None:
    good = {"notice": lived.notice.pk, "title": "甲", "document_number": "1", "published_on": DAY}
    said = {"actor": KEEPER, "now": lived.at, "request_id": lived.request_ids()}
    with pytest.raises(Refused) as refused:
        publish(NewEdition(**(good | wrong)), **said)
    assert refused.value.code == code
    assert not IndicatorEdition.objects.exists()


def test_nobody_else_publishes_and_a_repeat_publishes_once(lived: SmallCity) -> None:
    from anlan.base.actor import Actor

    new = NewEdition(notice=lived.notice.pk, title="甲", document_number="1", published_on=DAY)
    said = {"now": lived.at, "request_id": lived.request_ids()}
    with pytest.raises(NotAllowed):
        publish(new, actor=Actor(account="x", scope=NOTHING), **said)
    first = publish(new, actor=KEEPER, **said)
    assert publish(new, actor=KEEPER, **said) == first
    assert IndicatorEdition.objects.count() == 1
    other = NewEdition(notice=lived.notice.pk, title="乙", document_number="1", published_on=DAY)
    with pytest.raises(RequestReused):
        publish(other, actor=KEEPER, **said)
    import uuid

    nowhere = NewEdition(notice=uuid.uuid4(), title="甲", document_number="1", published_on=DAY)
    with pytest.raises(NotFound):
        publish(nowhere, actor=KEEPER, now=lived.at, request_id=lived.request_ids())
