"""Tries of a message that fails: few, with growing pauses, then none."""

import pytest

from anlan.sensing.rules.trying import FIRST_PAUSE_S, MOST_TRIES, pause_s


@pytest.mark.parametrize(
    ("tries", "wanted"), [(1, 0.5), (2, 1.0), (3, 2.0), (4, None), (5, None), (10**6, None)]
)
def test_pauses(tries: int, wanted: float | None) -> None:
    assert pause_s(tries) == wanted


def test_what_waits_behind_it_waits_a_few_seconds_at_most() -> None:
    assert sum(pause_s(n) or 0 for n in range(1, MOST_TRIES + 1)) == 7 * FIRST_PAUSE_S


@pytest.mark.parametrize("tries", [0, -1])
def test_what_did_not_fail_has_no_pause(tries: int) -> None:
    with pytest.raises(ValueError, match=str(tries)):
        pause_s(tries)
