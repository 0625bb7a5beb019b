"""Draft, submitted, signed: every act in every state, and what a signature needs."""

import datetime as dt

import pytest

from anlan.plan.rules.evaluation.life import (
    DayRefused,
    EvaluationAct,
    EvaluationActRefused,
    EvaluationState,
    NumberRefused,
    SameHand,
    after,
    check_four_eyes,
    check_signing,
)

S, A = EvaluationState, EvaluationAct
ALLOWED = {
    (S.DRAFT, A.EDIT): S.DRAFT,
    (S.DRAFT, A.FREEZE): S.DRAFT,
    (S.DRAFT, A.SUBMIT): S.SUBMITTED,
    (S.SUBMITTED, A.RETURN): S.DRAFT,
    (S.SUBMITTED, A.SIGN): S.SIGNED,
}
DAY = dt.date(2026, 3, 5)


@pytest.mark.parametrize("state", list(S))
@pytest.mark.parametrize("act", list(A))
def test_every_act_in_every_state(state: S, act: A) -> None:
    if (state, act) in ALLOWED:
        assert after(state, act) is ALLOWED[state, act]
    else:
        with pytest.raises(EvaluationActRefused):
            after(state, act)


@pytest.mark.parametrize("number", ["运应急发〔2026〕3号", "运政办函〔2023〕9号"])
def test_numbers_of_documents(number: str) -> None:
    check_signing(number, DAY, DAY, DAY)


@pytest.mark.parametrize(
    "number",
    [
        *("", "3号", "运应急发[2026]3号", "运应急发〔26〕3号", "运应急发〔2026〕第3号"),
        *("运应急发〔2026〕03号", "运应急发〔2026〕3", "YJ〔2026〕3号"),
    ],
)
def test_what_is_no_number_of_a_document(number: str) -> None:
    with pytest.raises(NumberRefused):
        check_signing(number, DAY, DAY, DAY)


@pytest.mark.parametrize(("shift", "refused"), [(-1, True), (0, False), (9, False), (10, True)])
def test_the_day_lies_between_freezing_and_today(shift: int, refused: bool) -> None:
    day, today = DAY + dt.timedelta(days=shift), DAY + dt.timedelta(days=9)
    if refused:
        with pytest.raises(DayRefused):
            check_signing("运应急发〔2026〕3号", day, DAY, today)
    else:
        check_signing("运应急发〔2026〕3号", day, DAY, today)


def test_four_eyes() -> None:
    check_four_eyes("a", "b")
    with pytest.raises(SameHand):
        check_four_eyes("a", "a")
