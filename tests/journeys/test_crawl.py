"""Every demonstration sign-in follows every link and button."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from anlan.registers.models import (
    Account,
    Body,
    Enterprise,
    Person,
    Region,
    ReportingUnit,
    Substance,
)
from anlan.sensing.rules.observed_property import QUANTITIES
from anlan.warning.models import MonitoringRule
from tests.journeys.crawler import Crawler


def names_in_english() -> frozenset[str]:
    """Words that are data on Chinese pages too: English names and pinyin initials,
    codes of reporting units and of monitoring rules, units of measurement, sign-in names."""
    names = " ".join(
        row
        for model in (Region, Substance)
        for row in model.objects.values_list("name_en", flat=True)
    )
    logins = Account.objects.values_list("login", flat=True)
    initials = [
        row
        for model in (Region, Body, Person, Enterprise, Substance)
        for row in model.objects.values_list("initials", flat=True)
    ]
    units = ReportingUnit.objects.values_list("code", flat=True)
    measured = " ".join(unit for one in QUANTITIES.values() for unit in one.factors)
    words = re.findall(r"[A-Za-z]+", f"{names} {measured}")
    rules = MonitoringRule.objects.values_list("code", flat=True)
    return frozenset([*words, *initials, *units, *rules, *logins])


ALWAYS = ("public",)
BESIDE = ("department", "bureau", "leader", "county", "admin", "security", "audit")
"""Walked by `make test-long`: each takes minutes on two processors."""


@pytest.mark.parametrize(
    "login", [*ALWAYS, *(pytest.param(login, marks=pytest.mark.long) for login in BESIDE)]
)
def test_every_link_and_button(client_as: Callable[[str], Client], login: str) -> None:
    found = Crawler(client_as(login), names_in_english()).crawl()
    assert found.broken == []
    assert found.empty == []
    assert found.foreign == []
    assert dict(found.english) == {}
    assert found.pages > 20
