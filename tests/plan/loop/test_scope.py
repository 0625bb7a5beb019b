"""What a scope sees of the working loop, against a rule written anew, under random scopes."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anlan.plan.models import Assignment, Deliverable, Evidence, Obstacle, ProgressReport
from anlan.registers.models import Body, ReportingUnit
from anlan.registers.rules.scope import Capability, Scope

pytestmark = pytest.mark.django_db
FEW = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@FEW
@given(data=st.data())
def test_nothing_outside_the_scope_is_seen(city: None, data: Any) -> None:
    codes = list(ReportingUnit.objects.values_list("code", flat=True))
    names = list(Body.objects.values_list("code", flat=True))
    units = data.draw(st.frozensets(st.sampled_from(codes), max_size=4))
    bodies = data.draw(st.frozensets(st.sampled_from(names), max_size=3))
    reads = data.draw(st.booleans())
    scope = Scope(
        capabilities=frozenset({Capability.READ_INTERNAL} if reads else ()),
        bodies=bodies,
        units=units,
    )
    for model in (Assignment, Deliverable):
        rows = model.objects.select_related("unit")
        expected = {row.pk for row in rows if reads and row.unit.code in units}
        assert set(model.objects.visible_to(scope).values_list("pk", flat=True)) == expected
    reports = {row.pk for row in _reports() if reads and _sees_report(row, units, bodies)}
    seen = set(ProgressReport.objects.visible_to(scope).values_list("pk", flat=True))
    assert seen == reports
    files = Evidence.objects.visible_to(scope).values_list("report", flat=True)
    assert set(files) <= reports
    obstacles = {
        row.pk
        for row in Obstacle.objects.select_related("unit", "body", "addressee")
        if reads and (row.unit.code in units or {row.body.code, row.addressee.code} & bodies)
    }
    assert set(Obstacle.objects.visible_to(scope).values_list("pk", flat=True)) == obstacles


def _reports() -> list[ProgressReport]:
    return list(ProgressReport.objects.select_related("unit", "body", "reviewer"))


def _sees_report(row: ProgressReport, units: frozenset[str], bodies: frozenset[str]) -> bool:
    if row.body.code in bodies:
        return True
    return row.state != "draft" and (row.unit.code in units or row.reviewer.code in bodies)
