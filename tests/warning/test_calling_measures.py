"""The measures of T13 and P6: villages and people who answered in the term, by their records."""

from typing import Any

import pytest

from anlan.base.parts import registry
from anlan.registers.rules.scope import PROGRAM
from anlan.warning.actions.calling import open_round
from anlan.warning.actions.calling_record import Call, record_call
from anlan.warning.models import CallAddressee
from anlan.warning.queries.calling import lines_of, median_minutes
from anlan.warning.queries.calling_measures import people_answered, villages_confirmed
from anlan.warning.rules.call_state import CallState
from tests.warning.calling_life import make_contact, make_message, minutes, told

SCOPE: Any = PROGRAM
DONE = Call(outcome="answered", said="收到")


def answered(contact: Any, at: float) -> None:
    row = CallAddressee.objects.get(contact=contact)
    record_call(row.pk, DONE, **told("bureau", minutes(at)))


@pytest.fixture
def called(town: None) -> Any:
    """Two contacts of one village, one each of two others, one of the county."""
    first, second = make_contact(), make_contact()
    late, silent = make_contact(region="140825100002"), make_contact(region="140825100")
    far = make_contact(unit="xia", region="140828100001")
    result = open_round(make_message(regions=("140800",)).pk, **told("bureau"))
    answered(second, 3)
    answered(late, 9)
    return {"round": result["id"], "all": (first, second, late, silent, far)}


def test_a_village_counts_when_one_contact_answered_in_the_term(called: Any) -> None:
    proofs = {proof.label[:4]: proof for proof in villages_confirmed(SCOPE, minutes(20))}
    assert {name: proof.counts for name, proof in proofs.items()} == {
        "演示一村": True,
        "演示二村": False,
        "演示夏村": False,
    }
    assert "超时" in proofs["演示二村"].why
    assert str(called["round"]) in proofs["演示一村"].url


@pytest.mark.parametrize(("at", "left_out"), [(4.999, True), (5, True), (5.001, False)])
def test_a_term_that_still_runs_is_listed_and_not_counted(
    called: Any, at: float, left_out: bool
) -> None:
    (proof,) = (p for p in villages_confirmed(SCOPE, minutes(at)) if p.label.startswith("演示夏"))
    assert proof.left_out is left_out


def test_people_are_counted_a_round(called: Any) -> None:
    (proof,) = people_answered(SCOPE, minutes(20))
    assert (proof.part, proof.whole) == (1, 5)
    measures = {measure.name: measure for measure in registry.measures()}
    figure = measures["call-people-answered"].query(SCOPE, minutes(20))
    assert figure.percent == 20
    assert measures["call-villages-confirmed"].query(SCOPE, minutes(20)).whole == 3
    assert measures["call-villages-confirmed"].query(SCOPE, minutes(-1)).percent is None


def test_a_year_later_nothing_of_it_is_counted(called: Any) -> None:
    assert people_answered(SCOPE, minutes(60 * 24 * 366)) == []


def test_counts_by_unit_and_township_hold_everybody_once(called: Any) -> None:
    lines = lines_of(CallAddressee.objects.all())
    assert sum(line.total for line in lines) == 5
    for line in lines:
        assert sum(part.total for part in line.townships) == line.total
        assert sum(line.counts[state] for state in CallState) == line.total
    assert median_minutes(CallAddressee.objects.all()) == 6
