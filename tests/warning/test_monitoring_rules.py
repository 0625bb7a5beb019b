"""Loading the rules that the program brings: what is new comes, what is there stays."""

import pytest
from django.core.exceptions import ValidationError

from anlan.base.journal.recording import recording
from anlan.base.models import JournalEntry
from anlan.warning.actions import monitoring_rules
from anlan.warning.models import MonitoringCriterion, MonitoringRule
from anlan.warning.rules.monitoring.house_rules import house_rules
from tests.registers.kept import said
from tests.warning.watched import rules

pytestmark = pytest.mark.usefixtures("kept")
NEW = {
    "code": "new-wind",
    "name": "演示",
    "hazard": "gale",
    "method": "fixed",
    "observed": "wind",
    "source": "演示",
    "mark": "D",
    "valid_from": house_rules()[0]["valid_from"],
    "criteria": [{"operation": "MAX", "window_min": 0, "yellow": 17.2}],
}


def test_a_row_that_is_added_reaches_an_instance_that_has_loaded_the_table(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The name of the edition need not change for it."""
    rules()
    before, entries = MonitoringRule.objects.count(), JournalEntry.objects.count()
    monkeypatch.setattr(monitoring_rules, "house_rules", lambda: (*house_rules(), NEW))
    rules()
    assert MonitoringRule.objects.count() == before + 1
    assert MonitoringCriterion.objects.get(rule__code="new-wind").yellow == 17.2
    assert JournalEntry.objects.count() == entries + 1


def test_the_same_table_is_loaded_once() -> None:
    rules()
    entries = JournalEntry.objects.count()
    rules()
    assert JournalEntry.objects.count() == entries


def test_what_the_city_changed_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    rules()
    who = {key: value for key, value in said().items() if key != "reason"}
    with recording(**who, action="test.changed") as rec:
        row = rec.lock(MonitoringRule, MonitoringRule.objects.get(code="gale").pk)
        row.name = "本市大风"
        rec.save(row)
    monkeypatch.setattr(monitoring_rules, "house_rules", lambda: (*house_rules(), NEW))
    rules()
    assert MonitoringRule.objects.get(code="gale").name == "本市大风"


@pytest.mark.parametrize(
    ("observed", "operation", "blue", "is_refused"),
    [
        ("temperature", "MAX", -5.0, False),
        ("temperature", "MAX", 0.0, False),
        ("temperature", "PERSISTENCE", -5.0, False),
        ("temperature", "DIFFERENCE", 0.0, True),
        ("rain", "MAX", 0.0, True),
        ("rain", "SUM", 0.0, True),
        ("rain", "SUM", 0.001, False),
        ("temperature", "MAX", 2e6, True),
        ("temperature", "none", 1.0, True),
    ],
)
def test_only_an_amount_has_limits_above_nought_alone(
    observed: str, operation: str, blue: float, is_refused: bool
) -> None:
    rules()
    rule = MonitoringRule.objects.get(code="rainstorm")
    rule.observed = observed
    row = MonitoringCriterion(
        rule=rule, code="c", operation=operation, blue=blue, source="演示", mark="D"
    )
    if is_refused:
        with pytest.raises(ValidationError):
            row.full_clean()
    else:
        row.full_clean()


@pytest.mark.parametrize(
    ("observed", "operation", "is_refused"),
    [
        ("temperature", "MAX", False),
        ("temperature", "PERSISTENCE", False),
        ("temperature", "DIFFERENCE", True),
        ("temperature", "SUM", True),
        ("rain", "MAX", True),
    ],
)
def test_an_amount_is_not_watched_downwards(
    observed: str, operation: str, is_refused: bool
) -> None:
    """The engine would never say so: it is refused when it is entered, from either side."""
    rules()
    rule = MonitoringRule.objects.get(code="rainstorm")
    rule.observed, rule.comparison = observed, "below"
    row = MonitoringCriterion(
        rule=rule, code="c", operation=operation, blue=1.0, source="演示", mark="D"
    )
    if is_refused:
        with pytest.raises(ValidationError, match=r"不能按|not watched"):
            row.full_clean()
    else:
        row.full_clean()


def test_a_rule_with_sums_is_not_turned_downwards() -> None:
    rules()
    rule = MonitoringRule.objects.get(code="rainstorm")
    rule.full_clean()
    rule.comparison = "at-most"
    with pytest.raises(ValidationError) as refused:
        rule.full_clean()
    assert set(refused.value.message_dict) == {"comparison"}
