import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from decimal import Decimal
from enum import Enum, IntEnum, StrEnum
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.message import Message
from anlan.base.rules.verdict import (
    HOUSE_RULE,
    UNKNOWN,
    Reason,
    SourceStatus,
    Undecided,
    Verdict,
    json_safe,
    pairs,
    shown,
)


class Colour(StrEnum):
    RED = "RED"


class Rank(IntEnum):
    FIRST = 1


class Pair(Enum):
    BOTH = (1, 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadline:
    level: Colour
    due_at: datetime


REASON = Reason(
    rule="accident-grade",
    source="国务院令第493号",
    article="第三条",
    edition="2007",
    status=SourceStatus.VERIFIED,
    inputs=pairs(deaths=3, loss_yuan=Decimal("1e7"), on=date(2025, 3, 3)),
    valid_from=date(2007, 6, 1),
)


def test_json_has_the_contract_keys() -> None:
    verdict = Verdict(value=Colour.RED, reasons=(REASON,))
    assert verdict.to_json() == {
        "value": "RED",
        "reasons": [
            {
                "rule": "accident-grade",
                "source": "国务院令第493号",
                "article": "第三条",
                "edition": "2007",
                "inputs": {"deaths": 3, "loss_yuan": 10_000_000, "on": "2025-03-03"},
                "status": "V",
                "valid_from": "2007-06-01",
            }
        ],
    }
    json.dumps(verdict.to_json(), allow_nan=False)


def test_note_details_and_end_are_shown_when_there() -> None:
    reason = Reason(
        rule="r",
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        note=Message.of("until {day}", day=date(2025, 1, 1)),
        details=pairs(provisional=True, years=(2027,)),
        valid_until=date(2030, 1, 1),
    )
    assert reason.to_json() == {
        "rule": "r",
        "source": "House rule",
        "article": "",
        "edition": "",
        "inputs": {},
        "status": "D",
        "note": "until 2025-01-01",
        "valid_until": "2030-01-01",
        "provisional": True,
        "years": [2027],
    }
    assert reason.to_json(lambda msgid: {HOUSE_RULE: "本系统约定"}.get(msgid, msgid))[
        "source"
    ] == ("本系统约定")


def test_a_published_source_is_never_translated() -> None:
    assert REASON.to_json(lambda msgid: "x")["source"] == "国务院令第493号"


def test_reason_without_source_or_with_clashing_details_is_refused() -> None:
    with pytest.raises(ValueError, match="names its rule and its source"):
        Reason(rule="r", source="", status=SourceStatus.VERIFIED)
    with pytest.raises(ValueError, match="names its rule and its source"):
        Reason(rule="", source="s", status=SourceStatus.VERIFIED)
    with pytest.raises(ValueError, match="inputs"):
        Reason(rule="r", source="s", status=SourceStatus.VERIFIED, details=pairs(inputs=1))


def test_verdict_needs_a_reason_and_unknown_a_note() -> None:
    with pytest.raises(ValueError, match="at least one reason"):
        Verdict(value=1, reasons=())
    with pytest.raises(ValueError, match="what is missing"):
        Verdict.unknown(REASON)


def test_unknown_is_not_a_value() -> None:
    missing = Reason(
        rule="r", source="s", status=SourceStatus.VERIFIED, note=Message.of("deaths are missing")
    )
    verdict: Verdict[int] = Verdict.unknown(REASON, missing)
    assert verdict.value is UNKNOWN
    assert verdict.to_json()["value"] == "UNKNOWN"
    with pytest.raises(Undecided):
        verdict.known()


def test_known_value_and_further_reasons() -> None:
    verdict = Verdict(value=7, reasons=(REASON,))
    assert verdict.known() == 7
    assert verdict.because(REASON).reasons == (REASON, REASON)
    assert hash(verdict) == hash(Verdict(value=7, reasons=(REASON,)))


@pytest.mark.parametrize("status", SourceStatus)
def test_every_status_has_a_label(status: SourceStatus) -> None:
    assert status.label


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (3, 3),
        ("甲", "甲"),
        (1.5, 1.5),
        (Decimal("0.03"), 0.03),
        (Decimal("1e8"), 100_000_000),
        (Decimal("-0.5"), -0.5),
        (Decimal("1e30"), 1e30),
        (Fraction(1, 3), 0.333333333333),
        (date(2025, 3, 3), "2025-03-03"),
        (time(8, 30), "08:30:00"),
        (datetime(2025, 3, 3, 8, tzinfo=UTC), "2025-03-03T08:00:00+00:00"),
        (
            datetime(2025, 3, 3, 8, tzinfo=timezone(timedelta(hours=8))),
            "2025-03-03T08:00:00+08:00",
        ),
        (Colour.RED, "RED"),
        (Rank.FIRST, 1),
        (Pair.BOTH, [1, 2]),
        (UNKNOWN, "UNKNOWN"),
        (Message.of("{n} days", n=2), "2 days"),
        ((1, (2,)), [1, [2]]),
        (frozenset({3, 1, 2}), [1, 2, 3]),
        ({Colour.RED: (1,), 2: None}, {"RED": [1], "2": None}),
        (
            Deadline(level=Colour.RED, due_at=datetime(2025, 1, 1, tzinfo=UTC)),
            {"level": "RED", "due_at": "2025-01-01T00:00:00+00:00"},
        ),
    ],
)
def test_json_safe(value: object, expected: object) -> None:
    assert json_safe(value) == expected
    assert type(json_safe(value)) is type(expected)


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), Decimal("NaN"), Decimal("Infinity"), Decimal("1e400")]
)
def test_no_json_form_for_what_is_not_a_number(value: object) -> None:
    with pytest.raises((ValueError, OverflowError)):
        json_safe(value)


def test_naive_times_and_unknown_types_are_refused() -> None:
    with pytest.raises(ValueError, match="zone"):
        json_safe(datetime(2025, 3, 3, 8))  # noqa: DTZ001
    with pytest.raises(TypeError, match="object"):
        json_safe(object())


def test_shown_rounds_half_even_to_twelve_digits() -> None:
    assert shown(Fraction(69 * 10, 23299)) == Decimal("0.0296150049358")
    assert shown(Fraction(5, 2), digits=1) == Decimal("2")


@given(st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9)))
def test_decimals_survive_as_numbers(value: Decimal) -> None:
    if value.adjusted() < 11:
        assert Decimal(str(json_safe(value))) == value
