"""The map of a carrier's fields: filled, read, and what proves nothing."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.dispatch import Outcome
from anlan.exchange.rules.carrier import (
    PLACEHOLDERS,
    Accepted,
    BadMap,
    ReceiptMap,
    at_path,
    check_template,
    fill,
    is_accepted,
    read_receipts,
    reference_of,
)

VALUES = {name: f"<{name}>" for name in PLACEHOLDERS}
VOICE = ReceiptMap(
    key="id",
    state="s.code",
    pressed="dtmf",
    delivered=("0",),
    failed=("9",),
    unanswered=("5",),
    confirmed=("1",),
)


def test_fields_are_filled_with_what_the_message_says() -> None:
    fields = {"to": "{number}", "msg": "[A]{text}/{subject}", "fixed": "x"}
    assert fill(fields, VALUES) == {
        "to": "<number>",
        "msg": "[A]<text>/<subject>",
        "fixed": "x",
    }


@given(st.text(max_size=60))
def test_what_a_text_contains_is_never_read_as_a_place(text: str) -> None:
    assert fill({"m": "{text}"}, VALUES | {"text": text}) == {"m": text}
    assert fill({"m": "{text}"}, VALUES | {"text": "{secret}"}) == {"m": "{secret}"}


@pytest.mark.parametrize("template", ["{password}", "{}", "a{numbers}b"])
def test_an_unknown_place_is_refused_when_the_settings_are_read(template: str) -> None:
    with pytest.raises(BadMap):
        check_template({"x": template})


def test_known_places_are_taken() -> None:
    check_template({name: f"{{{name}}}" for name in PLACEHOLDERS})


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
    assert is_accepted(rule, document) is accepted
    assert is_accepted(Accepted(), document)


def test_the_name_that_the_carrier_gives() -> None:
    rule = Accepted(reference="d.id")
    assert reference_of(rule, {"d": {"id": 77}}) == "77"
    assert reference_of(rule, {"d": {}}) == ""
    assert reference_of(Accepted(), {"d": {"id": 77}}) == ""
    assert len(reference_of(rule, {"d": {"id": "x" * 300}})) == 80


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


@pytest.mark.parametrize("values", [{"field": "code"}, {"values": ("0",)}])
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
