"""A project in the small city of the kept registers."""

import datetime as dt
from typing import Any

import pytest

from anlan.preparedness.actions.projects import add_project
from anlan.preparedness.models import Project
from anlan.registers.models import Body
from tests.registers.kept import make_kept_city, said


def body(code: str) -> Body:
    found: Body = Body.objects.select_related("unit").get(code=code)
    return found


def project_values(**more: Any) -> dict[str, Any]:
    return {
        "name": "演示·堤防加固",
        "item_key": "P3",
        "lead": body("water"),
        "budget_fen": 1_000_00,
        "planned_start_on": dt.date(2026, 1, 1),
        "planned_finish_on": dt.date(2027, 6, 30),
        "started_on": dt.date(2026, 2, 1),
        "source": "演示",
        "mark": "X",
    } | more


def make_project(login: str = "bureau", **more: Any) -> Project:
    result = add_project(project_values(**more), **said(login))
    found: Project = Project.objects.get(pk=result["id"])
    return found


@pytest.fixture
def kept(db: None) -> None:
    make_kept_city()
