"""Which unit a warning is offered to where its issuer names none and the register has no order."""

import pytest

from anlan.base import clock
from anlan.registers.models import Account, ReportingUnit
from anlan.registers.queries import actor_for
from anlan.registers.rules.scope import Scope
from anlan.warning.queries.received import read_here, suggest_unit, units_received_for
from tests.registers.small_city import NOW, TODAY

pytestmark = pytest.mark.usefixtures("kept")


def test_units_of_the_same_position_stand_by_their_code() -> None:
    assert set(ReportingUnit.objects.values_list("position", flat=True)) == {0}
    scope = actor_for(Account.objects.get(login="bureau"), TODAY).scope
    assert isinstance(scope, Scope)
    codes = [unit.code for unit in units_received_for(scope)]
    assert codes == sorted(codes)
    with clock.at(NOW):
        reading = read_here("发布暴雨橙色预警。", NOW).known()
    found = suggest_unit(reading, scope)
    assert found is not None
    assert found.code == codes[0]
