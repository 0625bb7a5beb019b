"""The map of a carrier's fields: filled, read, and what proves nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.dispatch import Outcome
from anlan.exchange.rules.carrier import (
    Accepted,
    Answer,
    BadMap,
    ReceiptMap,
    answer_of,
    at_path,
    read_receipts,
)

VOICE = ReceiptMap(
    key="id",
    state="s.code",
    pressed="dtmf",
    delivered=("0",),
    failed=("9",),
    unanswered=("5",),
    confirmed=("1",),
)


@pytest.mark.parametrize(
    ("document", "accepted"),
    [
        ({"r": {"code": 0}}, True),
        ({"r": {"code": "0"}}, True),
        ({"r": {"code": 1}}, False),
        ({"r": {"code": None}}, False),
        ({"r": {"code": [0]}}, False),
        ({"r": []}, False),
        ({}, False),
        (None, False),
        ("0", False),
    ],
)
def test_what_counts_as_taken(document: Any, accepted: bool) -> None:
    rule = Accepted(field="r.code", values=("0", "OK"), reference="r.id")
    wanted = Answer.TAKEN if accepted else Answer.REFUSED
    assert answer_of(rule, document, "")[0] is wanted
    assert answer_of(Accepted(), document, "")[0] is Answer.TAKEN


def test_the_name_that_the_carrier_gives() -> None:
    rule = Accepted(reference="d.id")
    assert answer_of(rule, {"d": {"id": 77}}, "")[1] == "77"
    assert answer_of(rule, {"d": {}}, "")[1] == ""
    assert answer_of(Accepted(), {"d": {"id": 77}}, "")[1] == ""
    assert len(answer_of(rule, {"d": {"id": "x" * 300}}, "")[1]) == 80


def test_a_truth_is_compared_as_the_settings_write_it() -> None:
    rule = Accepted(field="success", values=("true",))
    assert answer_of(rule, {"success": True}, "")[0] is Answer.TAKEN
    assert answer_of(rule, {"success": False}, "")[0] is Answer.REFUSED


def test_a_place_in_a_list_is_counted_from_nought() -> None:
    rule = Accepted(field="set.0.code", values=("Ok",), reference="set.0.id")
    assert answer_of(rule, {"set": [{"code": "Ok", "id": "A1"}]}, "") == (Answer.TAKEN, "A1")
    assert answer_of(rule, {"set": []}, "")[0] is Answer.REFUSED
    assert at_path({"set": ["a", "b"]}, "set.1") == "b"
    assert at_path({"set": ["a", "b"]}, "set.-1") is None
    assert at_path({"set": ["a", "b"]}, "set.2") is None


@pytest.mark.parametrize(
    ("text", "meant", "reference"),
    [
        ("0,8812345\r\n", Answer.TAKEN, "8812345"),
        ("0,", Answer.REFUSED, ""),
        ("-3,余额不足", Answer.REFUSED, ""),
        ("-9,请求过于频繁", Answer.AGAIN, ""),
        ("", Answer.REFUSED, ""),
    ],
)
def test_an_answer_that_is_no_json(text: str, meant: Answer, reference: str) -> None:
    rule = Accepted(pattern=r"^0,(?P<reference>\d+)", again=("^-9,",))
    assert answer_of(rule, None, text) == (meant, reference)


def test_a_code_that_asks_to_come_again() -> None:
    rule = Accepted(field="code", values=("0",), again=("1010",))
    assert answer_of(rule, {"code": 1010}, "")[0] is Answer.AGAIN
    assert answer_of(rule, {"code": 1011}, "")[0] is Answer.REFUSED


@pytest.mark.parametrize(
    ("line", "outcome", "detail"),
    [
        ({"id": "k", "s": {"code": 0}, "dtmf": "1"}, Outcome.ACKNOWLEDGED, ""),
        ({"id": "k", "dtmf": 1}, Outcome.ACKNOWLEDGED, ""),
        ({"id": "k", "s": {"code": 0}, "dtmf": "11"}, Outcome.DELIVERED, "not-confirmed"),
        ({"id": "k", "s": {"code": 0}, "dtmf": ""}, Outcome.DELIVERED, "not-confirmed"),
        ({"id": "k", "dtmf": "2"}, Outcome.DELIVERED, "not-confirmed"),
        ({"id": "k", "s": {"code": "5"}}, Outcome.FAILED, "nobody-answered"),
        ({"id": "k", "s": {"code": 9}}, Outcome.FAILED, "not-delivered"),
    ],
)
def test_what_a_receipt_proves(line: Any, outcome: Outcome, detail: str) -> None:
    (found,), unread = read_receipts(VOICE, line)
    assert (found.outcome, found.detail, found.key, unread) == (outcome, detail, "k", 0)


@pytest.mark.parametrize(
    "line",
    [
        {"id": "k"},
        {"id": "k", "s": {"code": "4"}},
        {"id": "k", "s": "0"},
        {"s": {"code": "0"}},
        {"id": "", "s": {"code": "0"}},
        None,
        [],
        7,
    ],
)
def test_what_proves_nothing_is_left_unread(line: Any) -> None:
    found, unread = read_receipts(VOICE, line)
    assert found == []
    assert unread == (0 if line == [] else 1)


def test_many_receipts_and_one_that_is_broken() -> None:
    rule = ReceiptMap(key="k", state="s", many="data.list", delivered=("ok",))
    document = {"data": {"list": [{"k": "a", "s": "ok"}, {"k": "b"}, {"k": "c", "s": "ok"}]}}
    found, unread = read_receipts(rule, document)
    assert ([one.key for one in found], unread) == (["a", "c"], 1)


def test_a_plain_receipt_without_a_key_press_is_plainly_delivered() -> None:
    rule = ReceiptMap(reference="id", report="rid", state="s", delivered=("ok",))
    (found,), _ = read_receipts(rule, {"id": "C1", "rid": "r" * 90, "s": "ok"})
    assert (found.detail, found.reference, len(found.report)) == ("", "C1", 60)


@pytest.mark.parametrize(
    "values",
    [
        {"state": "s"},
        {"key": "k"},
        {"key": "k", "pressed": "p"},
        {"key": "k", "state": "s", "confirmed": ("1",)},
        {"key": "k", "state": "s", "delivered": ("0",), "failed": ("0",)},
    ],
)
def test_a_map_that_cannot_decide_is_refused(values: Any) -> None:
    with pytest.raises(BadMap):
        ReceiptMap(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"field": "code"},
        {"values": ("0",)},
        {"field": "code", "values": ("0",), "pattern": "0"},
        {"field": "code", "values": ("0",), "again": ("0",)},
        {"again": ("0",)},
        {"pattern": "("},
        {"pattern": "0", "again": ("(",)},
        {"pattern": "0", "reference": "id"},
    ],
)
def test_an_acceptance_that_cannot_decide_is_refused(values: Any) -> None:
    with pytest.raises(BadMap):
        Accepted(**values)


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "s", "code", "dtmf", "x"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(documents)
def test_no_document_breaks_the_reading(document: Any) -> None:
    found, unread = read_receipts(VOICE, document)
    lines = document if isinstance(document, list) else [document]
    assert len(found) + unread == len(lines)
    for one in found:
        if one.outcome is Outcome.ACKNOWLEDGED:
            assert any(at_path(line, "dtmf") == "1" for line in lines)
