"""Table constraints told without a query: the same answer as the database, for every constraint."""

import datetime as dt
import uuid
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from anlan.base import upkeep
from anlan.base.errors import Invalid
from anlan.base.records import Record
from anlan.base.table_checks import is_plainly_fulfilled
from anlan.registers.models import GroupMembership

CHECKS = [
    (model, constraint)
    for model in apps.get_models()
    if issubclass(model, Record)
    for constraint in model._meta.constraints
    if isinstance(constraint, models.CheckConstraint)
]
DAY = dt.date(2026, 3, 1)
INSTANT = dt.datetime(2026, 3, 1, 4, tzinfo=dt.UTC)
KEYS = [uuid.UUID(int=number) for number in (1, 2)]


def _texts(field: Any, condition: Any) -> list[str]:
    """The codes that the constraint names, and one that it does not."""
    named = {w for one in _leaves(condition) for w in one if isinstance(w, str)}
    return sorted({"", "?", *named, *(str(code) for code, _ in field.choices or ())})


def _leaves(condition: models.Q) -> list[list[Any]]:
    found = []
    for child in condition.children:
        if isinstance(child, models.Q):
            found += _leaves(child)
        else:
            found.append(child[1] if isinstance(child[1], list) else [child[1]])
    return found


def _values(field: Any, condition: Any) -> st.SearchStrategy[Any]:
    """Few values, so that equal ones and neighbours meet; empty ones everywhere."""
    if isinstance(field, models.ForeignKey | models.UUIDField):
        return st.sampled_from([None, *KEYS])
    if isinstance(field, models.BooleanField):
        return st.sampled_from([None, True, False])
    if isinstance(field, models.DateTimeField):
        return st.sampled_from([None, INSTANT, INSTANT + dt.timedelta(microseconds=1)])
    if isinstance(field, models.DateField):
        return st.sampled_from([None, DAY, DAY + dt.timedelta(days=1)])
    if isinstance(field, models.IntegerField):
        near = {
            n + step
            for one in _leaves(condition)
            for n in one
            if type(n) is int
            for step in (-1, 0, 1)
        }
        return st.sampled_from([None, *sorted(near | {0, 1, 2020, 2021})])
    if isinstance(field, models.FloatField | models.DecimalField):
        return st.sampled_from([None, -1, 0, 1, 90, 91, 180, 181])
    return st.sampled_from([None, *_texts(field, condition)])


def _asked(constraint: models.CheckConstraint, row: models.Model) -> bool:
    """What the framework says, with a query."""
    try:
        constraint.validate(type(row), row)
    except ValidationError:
        return False
    return True


class SameAsTheDatabase(TestCase):
    """Every check constraint of every register, under values that meet its limits."""

    @settings(max_examples=700, deadline=None)
    @given(data=st.data())
    def test_of_every_constraint(self, data: st.DataObject) -> None:
        model, constraint = data.draw(st.sampled_from(CHECKS))
        row = model()
        for field in model._meta.concrete_fields:
            if not field.generated and _is_named(field.name, constraint.condition):
                setattr(row, field.attname, data.draw(_values(field, constraint.condition)))
        assert is_plainly_fulfilled(constraint, row) is _asked(constraint, row), constraint.name


def _is_named(name: str, condition: models.Q) -> bool:
    for child in condition.children:
        if isinstance(child, models.Q):
            if _is_named(name, child):
                return True
        elif child[0].split("__")[0] == name or getattr(child[1], "name", "") == name:
            return True
    return False


Q, F = models.Q, models.F


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("condition", "told"),
    [
        (Q(valid_until__gt=F("valid_from")), True),
        (~Q(valid_until__gt=F("valid_from")), False),
        (~Q(valid_until__lte=F("valid_from")), True),
        (~Q(mark="?"), False),
        (Q(mark__in=["V", "?"]) & ~Q(mark="V"), True),
        (Q(mark__in=("V", "M")), False),
        (Q(valid_from=dt.date(2026, 1, 1)) ^ Q(mark="V"), False),  # not understood: asked
        (Q(mark__startswith="?"), False),  # not understood: asked
        (Q(mark__gte="?"), False),  # the order of texts is a database's own
        (Q(version__gte=1.0), False),  # another kind of number
        (Q(body__code="x"), False),
        (Q(nothing=1), False),
    ],
)
def test_what_is_told_here_and_what_is_asked(condition: Q, told: bool) -> None:
    row = GroupMembership(
        valid_from=dt.date(2026, 1, 1), valid_until=dt.date(2026, 1, 2), mark="?"
    )
    constraint = models.CheckConstraint(condition=condition, name="made_up")
    assert is_plainly_fulfilled(constraint, row) is told


def test_an_empty_value_fulfils_as_in_the_database() -> None:
    constraint = models.CheckConstraint(condition=Q(valid_until__gt=F("valid_from")), name="x")
    assert is_plainly_fulfilled(constraint, GroupMembership(valid_from=DAY))
    assert not is_plainly_fulfilled(
        models.UniqueConstraint(fields=["mark"], name="y"), GroupMembership()
    )


def test_an_instant_without_a_zone_is_asked_about() -> None:
    model, constraint = next(one for one in CHECKS if one[1].name == "shift_span")
    row = model(starts_at=INSTANT, ends_at=INSTANT.replace(tzinfo=None))
    assert not is_plainly_fulfilled(constraint, row)


@pytest.mark.django_db
def test_the_refusal_is_the_frameworks_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Field and words are those of a validation that asks the database about everything."""
    row = GroupMembership(valid_from=DAY, valid_until=DAY)

    def refusal() -> tuple[str, str]:
        with pytest.raises(ValidationError) as caught:
            row.validate_constraints()
        name, errors = next(iter(caught.value.error_dict.items()))
        return name, upkeep.plain_reason(errors)

    quick = refusal()
    monkeypatch.setattr("anlan.base.records.is_plainly_fulfilled", lambda *_: False)
    assert refusal() == quick
    with pytest.raises(Invalid):
        upkeep.validate(row)


@pytest.mark.django_db
def test_what_holds_costs_no_query() -> None:
    row = GroupMembership(valid_from=DAY, valid_until=DAY + dt.timedelta(days=1))
    checks = [one for one in GroupMembership._meta.constraints if is_plainly_fulfilled(one, row)]
    with CaptureQueriesContext(connection) as asked:
        row.validate_constraints()
    others = len(GroupMembership._meta.constraints) - len(checks)
    assert checks
    assert len(asked) <= others
