"""Which body a printed name means; nobody is chosen among several."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.plan.rules.matching import KnownName, MatchState, directory, match_name, plain

NAMES = (
    KnownName(name="市应急局", body="emergency", unit="city"),
    KnownName(name="运城市应急管理局", body="emergency", unit="city"),
    KnownName(name="市审批服务管理局（市政务信息管理局）", body="approvals", unit="city"),
    KnownName(name="市人防办", body="civil-defence", unit="city"),
    KnownName(name="市国动办", body="civil-defence", unit="city", is_former=True),
    KnownName(name="县应急局", body="emergency-jiang", unit="jiang", only_in_unit=True),
    KnownName(name="县应急局", body="emergency-xia", unit="xia", only_in_unit=True),
    KnownName(name="市应急局", body="emergency-yongji", unit="yongji", only_in_unit=True),
    KnownName(name="城关派出所", body="station-a", unit="jiang"),
    KnownName(name="城关派出所", body="station-b", unit="xia"),
)
GROUPS = {"各县（市、区）政府": "county-governments"}


def known(unit: str = "city", **decided: dict[str, str]):
    return directory(
        unit=unit,
        names=NAMES,
        groups=GROUPS,
        decided_bodies=decided.get("bodies", {}),
        decided_groups=decided.get("groups", {}),
    )


@pytest.mark.parametrize(
    ("printed", "state", "body", "group"),
    [
        ("市应急局", MatchState.NAME, "emergency", ""),
        ("市 应急局", MatchState.NAME, "emergency", ""),
        ("市审批服务管理局(市政务信息管理局)", MatchState.NAME, "approvals", ""),
        ("市国动办", MatchState.FORMER, "civil-defence", ""),
        ("各县(市、区)政府", MatchState.GROUP, "", "county-governments"),
        ("县应急局", MatchState.OPEN, "", ""),
        ("城关派出所", MatchState.OPEN, "", ""),
        ("市不存在局", MatchState.OPEN, "", ""),
        ("", MatchState.OPEN, "", ""),
    ],
)
def test_names_in_a_notice_of_the_city(
    printed: str, state: MatchState, body: str, group: str
) -> None:
    found = match_name(printed, known())
    assert (found.state, found.body, found.group) == (state, body, group)


def test_one_short_form_in_two_counties_never_merges() -> None:
    assert match_name("县应急局", known("jiang")).body == "emergency-jiang"
    assert match_name("县应急局", known("xia")).body == "emergency-xia"
    assert match_name("市应急局", known("yongji")).body == "emergency-yongji"


def test_several_bodies_are_candidates_and_none_is_chosen() -> None:
    assert set(match_name("城关派出所", known()).candidates) == {"station-a", "station-b"}
    assert match_name("城关派出所", known("xia")).body == "station-b"


def test_a_left_out_prefix_is_only_suggested() -> None:
    found = match_name("应急局", known())
    assert found.state is MatchState.OPEN
    assert found.candidates == ("emergency",)


def test_a_decision_of_a_person_comes_first() -> None:
    decided = known(bodies={"市应急局": "civil-defence"})
    found = match_name("市应急局", decided)
    assert (found.state, found.body) == (MatchState.PERSON, "civil-defence")
    grouped = known(groups={"市应急局": "county-governments"})
    assert match_name("市应急局", grouped).group == "county-governments"


@given(st.text(max_size=30))
def test_any_text_is_matched_to_one_thing_or_left_open(printed: str) -> None:
    found = match_name(printed, known())
    assert (found.state is MatchState.OPEN) == (not found.body and not found.group)
    assert not (found.body and found.group)


@given(st.text(max_size=30))
def test_the_plain_form_is_stable(name: str) -> None:
    assert plain(plain(name)) == plain(name)
