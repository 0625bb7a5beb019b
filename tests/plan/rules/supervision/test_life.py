from itertools import product

import pytest

from anlan.plan.rules.supervision.life import (
    NEXT,
    OPEN_SLIPS,
    SlipAct,
    SlipActRefused,
    SlipState,
    after,
)


@pytest.mark.parametrize(("state", "act"), list(product(SlipState, SlipAct)))
def test_every_act_is_either_a_step_or_refused(state: SlipState, act: SlipAct) -> None:
    if (state, act) in NEXT:
        assert after(state, act) is NEXT[state, act]
    else:
        with pytest.raises(SlipActRefused):
            after(state, act)


def test_what_is_over_is_not_changed() -> None:
    assert {state for state, _act in NEXT} == OPEN_SLIPS


def test_nothing_is_answered_that_was_not_issued() -> None:
    assert (SlipState.PREPARED, SlipAct.REPLY) not in NEXT
    assert (SlipState.PREPARED, SlipAct.APPEAL) not in NEXT
