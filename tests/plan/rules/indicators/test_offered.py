"""The rules of indicators by name, from text."""

from datetime import date
from typing import Any

import pytest

from anlan.base.rules.argument import BadArgument
from anlan.base.rules.catalogue import Catalogue
from anlan.plan.rules.registry import RULES

CATALOGUE = Catalogue(RULES)


def value(name: str, **raw: str) -> Any:
    return CATALOGUE.evaluate(name, raw, today=date(2026, 1, 1)).to_json()["value"]


def test_projection_by_name() -> None:
    found = value(
        "indicator-projection", counts="3,2,4", so_far="1", elapsed="0.5", remaining="1.5"
    )
    assert found["low"] <= found["estimate"] <= found["high"]
    assert found["estimate"] == pytest.approx(30 / 7)
    assert value("indicator-projection", remaining="2") == "UNKNOWN"
    with pytest.raises(BadArgument):
        value("indicator-projection", counts="-1", remaining="2")


def test_sendai_by_name() -> None:
    assert value("sendai-target", target="A-1", parts="15,3", denominator="34915616") == (
        pytest.approx(0.0515528, rel=1e-5)
    )
    assert value("sendai-target", target="A-1", parts="15,", denominator="34915616") == "UNKNOWN"
    assert value("sendai-target", target="C-1", parts="1") == "UNKNOWN"


def test_statement_by_name() -> None:
    asked = {"measure": "m", "direction": "up", "baseline": "50"}
    assert value("sub-goal-statement", **asked, value="51") == "improved"
    assert value("sub-goal-statement", **asked, value="50") == "not_improved"
    assert value("sub-goal-statement", **asked) == "not_determinable"
    assert value("sub-goal-statement", **asked | {"direction": "down"}, value="49") == "improved"
