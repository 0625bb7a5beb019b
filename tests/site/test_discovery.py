"""Stages are found by what they have: an absent room is no defect."""

from anlan.site.discovery import rule_catalogue, stage_modules


def test_a_stage_without_rules_is_passed_over() -> None:
    found = [module.__name__ for module in stage_modules("rules.registry")]
    assert "anlan.base.rules.registry" in found
    assert "anlan.exchange.rules.registry" not in found
    assert rule_catalogue().listing(lambda text: text)


def test_stages_come_in_the_order_of_the_arrow() -> None:
    found = [module.__name__ for module in stage_modules("parts")]
    assert found.index("anlan.plan.parts") < found.index("anlan.exchange.parts")
