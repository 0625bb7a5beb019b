import pytest

from anlan.registers.rules.body_name import Found, NamedBody, find_body, index_names, plain

NAMES = [
    NamedBody(name="运城市水务局", body="water", unit="city"),
    NamedBody(name="市水务局", body="water", unit="city"),
    NamedBody(name="市应急局", body="emergency", unit="city"),
    NamedBody(name="市应急局", body="emergency-yongji", unit="yongji", only_in_unit=True),
    NamedBody(name="县应急局", body="emergency-jiang", unit="jiang", only_in_unit=True),
    NamedBody(name="县应急局", body="emergency-xia", unit="xia", only_in_unit=True),
    NamedBody(name="绛县应急局", body="emergency-jiang", unit="jiang"),
    NamedBody(name="教育局", body="education-jiang", unit="jiang"),
    NamedBody(name="教育局", body="education-xia", unit="xia"),
    NamedBody(name="双名局", body="one-jiang", unit="jiang"),
    NamedBody(name="双名局", body="two-jiang", unit="jiang"),
]
UNITS = {"运城市": "city", "市本级": "city", "绛县": "jiang", "夏县": "xia", "永济市": "yongji"}
KNOWN = index_names(NAMES, UNITS)


@pytest.mark.parametrize(
    ("printed", "unit", "body"),
    [
        ("市水务局", "", "water"),
        (" 运城市 水务局 ", "", "water"),
        ("市水务局", "市本级", "water"),
        ("市应急局", "", "emergency"),  # the city's own before one that is valid only inside
        ("市应急局", "永济市", "emergency-yongji"),
        ("县应急局", "绛县", "emergency-jiang"),
        ("绛县 县应急局", "", "emergency-jiang"),
        ("夏县教育局", "", "education-xia"),
    ],
)
def test_one_body_is_meant(printed: str, unit: str, body: str) -> None:
    answer = find_body(printed, unit, KNOWN)
    assert (answer.found, answer.body) == (Found.ONE, body)


@pytest.mark.parametrize(
    ("printed", "unit", "candidates"),
    [
        ("县应急局", "", {"emergency-jiang", "emergency-xia"}),
        ("教育局", "", {"education-jiang", "education-xia"}),
        ("双名局", "绛县", {"one-jiang", "two-jiang"}),
    ],
)
def test_nobody_is_chosen_among_several(printed: str, unit: str, candidates: set[str]) -> None:
    answer = find_body(printed, unit, KNOWN)
    assert (answer.found, answer.body) == (Found.SEVERAL, "")
    assert set(answer.candidates) == candidates


def test_the_nearest_names_are_given() -> None:
    answer = find_body("市水利局", "", KNOWN)
    assert answer.found is Found.NONE
    assert answer.candidates[0] == "water"
    inside = find_body("县应急管理局", "夏县", KNOWN)
    assert inside.candidates == ("emergency-xia",)
    assert find_body("绛县天文台", "", KNOWN).body == ""


def test_an_unknown_unit_is_said() -> None:
    assert find_body("市水务局", "临汾市", KNOWN).found is Found.NO_SUCH_UNIT


def test_names_are_compared_without_width() -> None:
    assert plain("市审批局(市 政务局)") == "市审批局（市政务局）"
