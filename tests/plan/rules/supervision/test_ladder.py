import pytest

from anlan.base.rules.due.clock import ClockKind
from anlan.plan.rules.supervision.ladder import (
    HOUSE_LADDER,
    MOST_DAYS,
    BadLadder,
    Ladder,
    Rung,
    SlipLevel,
    Step,
)


def step(level: SlipLevel, term: int = 3, kind: ClockKind = ClockKind.WORKING_DAYS) -> Step:
    return Step(level=level, kind=kind, term=term, to=Rung.BODY, is_signed=True)


def ladder(*steps: Step) -> Ladder:
    return Ladder(name="n", version="1", source="文", steps=steps)


def test_levels_are_ordered_by_rank() -> None:
    ranks = [level.rank for level in SlipLevel]
    assert ranks == [1, 2, 3, 4]
    assert SlipLevel.RED.rank > SlipLevel.ORANGE.rank > SlipLevel.BLUE.rank


def test_the_house_ladder_goes_up_by_one_and_says_that_it_is_ours() -> None:
    found = []
    level = None
    while (following := HOUSE_LADDER.step_after(level)) is not None:
        found.append(following.level)
        level = following.level
    assert found == list(SlipLevel)
    assert HOUSE_LADDER.is_ours
    assert not HOUSE_LADDER.steps[0].is_signed
    assert all(one.is_signed for one in HOUSE_LADDER.steps[1:])


def test_a_ladder_comes_back_from_its_frozen_form() -> None:
    assert Ladder.from_json(HOUSE_LADDER.to_json()) == HOUSE_LADDER


@pytest.mark.parametrize("term", [0, -1, MOST_DAYS + 1])
def test_a_term_outside_its_range_is_refused(term: int) -> None:
    with pytest.raises(BadLadder):
        step(SlipLevel.BLUE, term)


@pytest.mark.parametrize("term", [1, MOST_DAYS])
def test_a_term_at_its_bounds_is_taken(term: int) -> None:
    assert step(SlipLevel.BLUE, term).term == term


@pytest.mark.parametrize("kind", [ClockKind.HOURS, ClockKind.FIXED_DAY, ClockKind.NOT_SET])
def test_terms_are_counted_in_named_days(kind: ClockKind) -> None:
    with pytest.raises(BadLadder):
        step(SlipLevel.BLUE, 3, kind)


@pytest.mark.parametrize(
    "levels",
    [
        (),
        (SlipLevel.BLUE, SlipLevel.BLUE),
        (SlipLevel.RED, SlipLevel.BLUE),
        (SlipLevel.REMINDER, SlipLevel.ORANGE, SlipLevel.BLUE),
    ],
)
def test_steps_that_are_no_ladder_are_refused(levels: tuple[SlipLevel, ...]) -> None:
    with pytest.raises(BadLadder):
        ladder(*(step(level) for level in levels))


def test_a_city_may_leave_levels_out() -> None:
    short = ladder(step(SlipLevel.REMINDER), step(SlipLevel.RED))
    following = short.step_after(SlipLevel.REMINDER)
    assert following is not None
    assert following.level is SlipLevel.RED
    assert short.step_after(SlipLevel.RED) is None
