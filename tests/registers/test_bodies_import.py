"""Upload of bodies: adds, sets right, confirms; all or nothing; old names stay findable."""

from typing import Any

import pytest

from anlan.base.models import InstanceStamp, JournalEntry
from anlan.registers.actions.bodies import import_bodies, plan_bodies
from anlan.registers.actions.bodies_check import BodyLine
from anlan.registers.actions.row_errors import RowsRefused
from anlan.registers.models import Body, BodyName
from tests.registers.small_city import ADMINISTRATOR, NOW, make_small_city


@pytest.fixture(autouse=True)
def city(db: None) -> None:
    make_small_city(is_demonstration=False)


def line(row: int = 2, **cells: Any) -> BodyLine:
    given = {"full_name": "新绛县教育局", "short_name": "县教育局", "unit": "新绛县"}
    return BodyLine(**{"row": row, "source": "名单.csv", **given, **cells})


def take(*lines: BodyLine, request_id: str = "take-one") -> dict[str, int]:
    return import_bodies(lines, actor=ADMINISTRATOR, now=NOW, request_id=request_id)


def refused(*lines: BodyLine) -> list[tuple[int, str, str]]:
    plan = plan_bodies(lines, actor=ADMINISTRATOR)
    return [(error.row, error.field, error.refusal.code) for error in plan.errors]


def test_a_body_is_added_with_its_names() -> None:
    assert take(line(full_name="新绛县 教育局", kind="政府部门"))["new"] == 1
    body = Body.objects.get(short_name="县教育局")
    assert body.code == "xianjiaoyuju-xinjiang"
    assert (body.full_name, body.kind, body.mark) == ("新绛县教育局", "department", "V")
    assert (body.source, body.position) == ("名单.csv", 6)
    names = {(n.kind, n.name, n.only_in_unit) for n in BodyName.objects.filter(body=body)}
    assert names == {("full", "新绛县教育局", False), ("short", "县教育局", True)}


def test_the_same_short_name_in_two_counties_are_two_bodies() -> None:
    take(line(2), line(3, full_name="夏县教育局", unit="140828"))
    assert Body.objects.filter(short_name="县教育局").count() == 2


def test_a_full_name_is_set_right_and_the_old_one_stays_findable() -> None:
    right = line(
        full_name="运城市民航机场建设服务中心", short_name="市民航机场建设中心", unit="城市"
    )
    assert refused(right) == [(2, "unit", "no-such-unit")]
    assert take(line(**{**_cells(right), "unit": "运城市"}))["renamed"] == 1
    body = Body.objects.get(code="airport")
    assert (body.full_name, body.mark, body.version) == ("运城市民航机场建设服务中心", "V", 2)
    names = set(BodyName.objects.filter(body=body).values_list("kind", "name", "mark"))
    assert names == {
        ("full", "运城市民航机场建设服务中心", "V"),
        ("alias", "市民航机场建设中心", "M"),
        ("short", "市民航机场建设中心", "V"),
    }


def _cells(given: BodyLine) -> dict[str, str]:
    return {"full_name": given.full_name, "short_name": given.short_name}


def test_renaming_to_and_fro_keeps_each_name_once() -> None:
    cells = {"short_name": "市水务局", "unit": "city"}
    for number, name in enumerate(("运城市水利局", "运城市水务局", "运城市水利局")):
        take(line(full_name=name, **cells), request_id=f"take-{number}-x")
    rows = BodyName.objects.filter(body__code="water").values_list("kind", "name")
    assert sorted(rows) == [
        ("alias", "运城市水务局"),
        ("full", "运城市水利局"),
        ("short", "市水务局"),
    ]


def test_a_name_from_memory_is_confirmed_once() -> None:
    known = line(full_name="夏县应急管理局", short_name="夏县应急局", unit="夏县")
    assert take(known)["confirmed"] == 1
    body = Body.objects.get(code="emergency-xia")
    assert (body.mark, body.source) == ("V", "名单.csv")
    assert take(known, request_id="take-two")["unchanged"] == 1
    assert not JournalEntry.objects.filter(request_id="take-two").exists()
    assert take(known)["confirmed"] == 1  # the same request: the first answer


def test_a_code_finds_the_body_whose_short_name_changes() -> None:
    take(line(code="WATER", full_name="运城市水务局", short_name="市水利局", unit="市本级"))
    assert Body.objects.get(code="water").short_name == "市水利局"


@pytest.mark.parametrize(
    ("cells", "field", "code"),
    [
        ({"full_name": ""}, "full_name", "cell-missing"),
        ({"short_name": " "}, "short_name", "cell-missing"),
        ({"unit": ""}, "unit", "cell-missing"),
        ({"full_name": "长" * 121}, "full_name", "cell-too-long"),
        ({"unit": "河津"}, "unit", "no-such-unit"),
        ({"kind": "公司"}, "kind", "unknown-kind"),
        ({"code": "A B"}, "code", "bad-code"),
        ({"code": "water"}, "code", "code-of-another"),
        ({"full_name": "新绛县应急管理局"}, "full_name", "name-of-another"),
        ({"full_name": "演示新绛县教育局"}, "full_name", "invented-row"),
        ({"mark": "X"}, "full_name", "invented-row"),
        ({"source": "演示数据"}, "full_name", "invented-row"),
    ],
)
def test_a_row_that_cannot_be_taken(cells: dict[str, str], field: str, code: str) -> None:
    assert refused(line(5, **cells)) == [(5, field, code)]


def test_rows_of_one_file_do_not_repeat_each_other() -> None:
    assert refused(line(2), line(3, full_name="别名")) == [(3, "short_name", "repeated-row")]


def test_codes_made_for_one_file_differ() -> None:
    take(line(2), line(3, full_name="新绛县校教育局", short_name="县教遇局"))
    codes = Body.objects.filter(unit__code="xinjiang").values_list("code", flat=True)
    assert {"xianjiaoyuju-xinjiang", "xianjiaoyuju-2-xinjiang"} <= set(codes)


def test_nothing_is_half_imported() -> None:
    with pytest.raises(RowsRefused):
        take(line(2), line(3, short_name="县体育局", unit="临汾"))
    assert not Body.objects.filter(short_name="县教育局").exists()


def test_a_demonstration_marks_what_it_invents() -> None:
    InstanceStamp.objects.update(is_demonstration=True)
    invented = line(full_name="演示·新绛县教育局", short_name="演示·教育局")
    take(invented)
    assert Body.objects.get(full_name="演示·新绛县教育局").mark == "X"
    assert take(invented, request_id="take-two")["unchanged"] == 1
