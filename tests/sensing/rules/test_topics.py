"""Topics: what each says, and that nothing is dropped."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.sensing.rules import topics
from anlan.sensing.rules.decoding.decoded import Reading, Why
from anlan.sensing.rules.topics import heard, may_answer, subscription

BASE = "anlan/v1/140800"
AT = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
TIME = AT.isoformat()


def test_one_value_in_either_form() -> None:
    topic = f"{BASE}/water/value/YC-R-001/rain"
    wanted = Reading(1, "YC-R-001", "rain", AT, 0.2, "")
    for payload in (f"{TIME},0.2", f'{{"time":"{TIME}","value":0.2}}'):
        found = heard(topic, payload.encode(), "140800")
        assert found is not None
        assert (found.sender, found.form, found.decoded.readings) == ("water", "value", (wanted,))


def test_a_batch_by_its_form() -> None:
    content = (
        f"station,property,time,value\nYC-R-001,rain,{TIME},1\nYC-R-001,rain,{TIME},".encode()
    )
    found = heard(f"{BASE}/water/csv", content, "140800")
    assert found is not None
    assert (len(found.decoded.readings), found.decoded.rejected[0].why) == (1, Why.EMPTY)


@pytest.mark.parametrize(
    ("topic", "payload", "why"),
    [
        (f"{BASE}/water/xml", b"<a/>", Why.UNKNOWN_TOPIC),
        (f"{BASE}/water", b"1", Why.UNKNOWN_TOPIC),
        (f"{BASE}/water/value/YC-R-001", b"1", Why.UNKNOWN_TOPIC),
        (f"{BASE}//csv", b"1", Why.UNKNOWN_TOPIC),
        ("anlan/v1/140100/water/csv", b"1", Why.UNKNOWN_TOPIC),
        (f"{BASE}/water/json", b"{", Why.NOT_READABLE),
        (f"{BASE}/water/value/S/rain", b"{", Why.NOT_READABLE),
        (f"{BASE}/water/value/S/rain", b"1", Why.NOT_A_TIME),
        (f"{BASE}/water/value/S/rain", b'{"time":"x","value":1,"unit":[1]}', Why.UNKNOWN_UNIT),
        (f"{BASE}/water/value/S/rain", f"{TIME},".encode(), Why.EMPTY),
        *(
            (f"{BASE}/water/value/S/rain", f'{{"time":"{TIME}",{rest}}}'.encode(), why)
            for rest, why in (
                ('"value":1,"value":2', Why.NAME_TWICE),
                ('"value":1,"unit":"mm","unit":"cm"', Why.NAME_TWICE),
                ('"value":1,"\\u0074ime":"x"', Why.NAME_TWICE),
                ('"value":1,"unit":0', Why.UNKNOWN_UNIT),
                ('"value":1,"unit":false', Why.UNKNOWN_UNIT),
                ('"value":true', Why.NOT_A_NUMBER),
                ('"value":1e999', Why.NOT_A_NUMBER),
                ('"value":NaN', Why.NOT_READABLE),
                ('"value":{}', Why.NOT_A_NUMBER),
            )
        ),
        (f"{BASE}/water/value/S/rain", b'{"time":1795640527,"value":1}', Why.NOT_A_TIME),
        (f"{BASE}/water/value/S/rain", b"24/11/2026 8:00,1", Why.NOT_A_TIME),
        (f"{BASE}/water/value/S/rain", f"{TIME},1,5".encode(), Why.NOT_A_NUMBER),
        (f"{BASE}/water/json", b'{"observations":[],"observations":[]}', Why.NOT_READABLE),
        (f"{BASE}/water/csv", b"x" * (topics.MOST_BYTES + 1), Why.TOO_LARGE),
    ],
)
def test_what_is_no_reading_is_one_rejected_row(topic: str, payload: bytes, why: Why) -> None:
    found = heard(topic, payload, "140800")
    assert found is not None
    assert [row.why for row in found.decoded.rejected] == [why]
    assert not found.decoded.readings


def test_more_rows_than_a_message_takes() -> None:
    content = b"\n".join([b"{}"] * (topics.MOST_ROWS + 1))
    found = heard(f"{BASE}/water/ndjson", content, "140800")
    assert found is not None
    assert [row.why for row in found.decoded.rejected] == [Why.TOO_LARGE]


@pytest.mark.parametrize("form", ["csv", "ndjson", "json"])
def test_more_rows_than_any_batch_takes(form: str) -> None:
    content = b"[" + b"1," * 100_001 + b"1]" if form == "json" else b"1\n" * 100_001
    head = b"station,property,time,value\n" if form == "csv" else b""
    found = heard(f"{BASE}/water/{form}", head + content, "140800")
    assert found is not None
    assert [row.why for row in found.decoded.rejected] == [Why.TOO_LARGE]


def test_what_is_not_named_may_stand_twice_beside_a_value() -> None:
    payload = f'{{"note":1,"note":2,"time":"{TIME}","value":3,"unit":null}}'.encode()
    found = heard(f"{BASE}/water/value/S/rain", payload, "140800")
    assert found is not None
    assert [row.value for row in found.decoded.readings] == [3]


def test_an_empty_message_and_an_answer_hold_nothing() -> None:
    found = heard(f"{BASE}/water/csv", b"", "140800")
    assert found is not None
    assert not found.decoded.readings and not found.decoded.rejected
    assert heard(f"{BASE}/water/answer/1", b"x", "140800") is None
    assert subscription("140800") == f"{BASE}/#"


@pytest.mark.parametrize(
    ("topic", "may"),
    [
        (f"{BASE}/water/answer", True),
        (f"{BASE}/water/answer/7", True),
        (f"{BASE}/water/answers", False),
        (f"{BASE}/water/csv", False),
        (f"{BASE}/other/answer", False),
        (f"{BASE}/water/answer/#", False),
        ("", False),
    ],
)
def test_answers_go_below_the_name_of_the_sender_alone(topic: str, may: bool) -> None:
    assert may_answer(topic, "140800", "water") is may
    assert may_answer(topic, "140800", "") is False


@given(st.text(max_size=40), st.binary(max_size=60))
def test_no_message_breaks_it(tail: str, payload: bytes) -> None:
    found = heard(f"{BASE}/{tail}", payload, "140800")
    if found is not None:
        for row in found.decoded.rejected:
            row.text.encode()
            assert "\0" not in row.text
