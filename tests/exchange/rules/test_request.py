"""How a carrier is called, by settings alone: forms, documents, digests, Chinese encodings."""

import datetime as dt
import hashlib
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree  # type: ignore[import-untyped]

from anlan.exchange.rules.carrier import PLACEHOLDERS, BadMap
from anlan.exchange.rules.request import Made, Request, rendered

NOW = dt.datetime(2026, 7, 15, 9, 30, 5, tzinfo=dt.UTC)
VALUES = {
    "key": "k1",
    "number": "19900007788",
    "text": "请组织转移",
    "subject": "转移",
    "channel": "sms",
    "addressee": "p1",
    "secret": "s3cret",
}


def test_a_form_and_its_headers() -> None:
    request = Request(
        format="form",
        fields={"to": "86{number}", "msg": "【安澜】{text}", "type": 1},
        headers={"Authorization": "Bearer {secret}"},
    )
    made = rendered(request, VALUES, NOW)
    assert made.form == {"to": "8619900007788", "msg": "【安澜】请组织转移", "type": 1}
    assert made.headers["Authorization"] == "Bearer s3cret"
    assert made.headers["Content-Type"] == "application/x-www-form-urlencoded; charset=utf-8"
    assert (made.method, made.query, made.body) == ("POST", {}, None)


def test_a_query_in_gbk_as_old_gateways_want_it() -> None:
    request = Request(
        method="GET", format="form", charset="gbk", fields={"mobile": "{number}", "c": "{text}"}
    )
    made = rendered(request, VALUES, NOW)
    assert (made.method, made.body, made.charset) == ("GET", None, "gbk")
    assert made.query == {"mobile": "19900007788", "c": "请组织转移"}
    assert "Content-Type" not in made.headers


def test_a_document_that_nests_and_keeps_numbers_as_numbers() -> None:
    request = Request(
        fields={
            "to": ["86{number}"],
            "template": {"id": 1207, "args": ["{text}", "{subject}"]},
            "test": False,
        }
    )
    assert json.loads(rendered(request, VALUES, NOW).body or b"") == {
        "to": ["8619900007788"],
        "template": {"id": 1207, "args": ["请组织转移", "转移"]},
        "test": False,
    }


def test_a_document_within_a_field() -> None:
    made = (Made(name="params", document={"content": "{text}"}),)
    request = Request(format="form", fields={"p": "{params}"}, made=made)
    form = rendered(request, VALUES | {"text": '说"转移"'}, NOW).form or {}
    assert json.loads(form["p"]) == {"content": '说"转移"'}


def test_a_digest_over_time_and_secret_and_a_body_in_base64() -> None:
    """As gateways of one carrier want it: md5 over the fields, the whole document in base64."""
    request = Request(
        encode="base64",
        fields={"mobiles": "{number}", "content": "{text}", "at": "{stamp}", "mac": "{mac}"},
        made=(
            Made(name="stamp", time="%Y%m%d%H%M%S"),
            Made(name="mac", digest="md5", of="ap{secret}{number}{text}{stamp}"),
        ),
    )
    made = rendered(request, VALUES, NOW)
    assert made.encode == "base64"
    said = json.loads(made.body or b"")
    assert said["at"] == "20260715173005"
    signed = "aps3cret19900007788请组织转移20260715173005".encode()
    assert said["mac"] == hashlib.md5(signed, usedforsecurity=False).hexdigest()
    assert said["content"] == "请组织转移"


@pytest.mark.parametrize(
    ("made", "value"),
    [
        # digests of "abc": RFC 1321, FIPS 180-4, GB/T 32905-2016 appendix A
        (Made(name="m", digest="md5", of="abc"), "900150983cd24fb0d6963f7d28e17f72"),
        (Made(name="m", digest="sha1", of="abc"), "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (
            Made(name="m", digest="sha256", of="abc", output="HEX"),
            "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
        ),
        (
            Made(name="m", digest="sm3", of="abc"),
            "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
        ),
        # RFC 4231, case 2
        (
            Made(name="m", digest="sha256", of="what do ya want for nothing?", key="Jefe"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
        ),
        (Made(name="m", digest="md5", of="abc", output="base64"), "kAFQmDzST7DWlj99KOF/cg=="),
        (Made(name="m", time="seconds"), "1784107805"),
        (Made(name="m", time="milliseconds"), "1784107805000"),
        (Made(name="m", time="%H"), "17"),
    ],
)
def test_what_is_made_for_a_call(made: Made, value: str) -> None:
    request = Request(fields={"x": "{m}"}, made=(made,))
    assert json.loads(rendered(request, VALUES, NOW).body or b"") == {"x": value}


@given(st.text(max_size=40))
def test_no_text_breaks_out_of_xml_json_or_a_header(text: str) -> None:
    given_ = VALUES | {"text": text}
    request = Request(fields={"a": "{text}", "b": ["{text}"]}, headers={"X-T": "{text}"})
    made = rendered(request, given_, NOW)
    assert "\n" not in made.headers["X-T"] and "\r" not in made.headers["X-T"]
    if text.isprintable():
        assert json.loads(made.body or b"") == {"a": text, "b": [text]}
        xml = Request(format="xml", body="<s><c>{text}</c></s>")
        root = etree.fromstring(rendered(xml, given_, NOW).body or b"")
        assert (root.findtext("c") or "", len(root)) == (text, 1)


@given(st.sampled_from(["{secret}", "{key}", "{", "}", "{}", "{unknown}"]))
def test_what_a_text_contains_is_never_read_as_a_place(text: str) -> None:
    request = Request(
        fields={"m": "{text}"},
        made=(Made(name="d", digest="md5", of="{text}"),),
    )
    made = rendered(request, VALUES | {"text": text}, NOW)
    assert json.loads(made.body or b"") == {"m": text}


def test_known_places_are_taken() -> None:
    Request(fields={name: f"{{{name}}}" for name in PLACEHOLDERS})


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"fields": {"x": "{password}"}},
        {"fields": {"x": "{}"}},
        {"fields": {"x": ["{numbers}"]}},
        {"fields": {"x": dt.date(2026, 1, 1)}},
        {"fields": {"x": "1"}, "method": "PUT"},
        {"fields": {"x": "1"}, "method": "GET"},
        {"fields": {"x": "1"}, "method": "GET", "format": "form", "encode": "base64"},
        {"fields": {"x": ["1"]}, "format": "form"},
        {"fields": {"x": "1"}, "format": "yaml"},
        {"fields": {"x": "1"}, "charset": "gbk"},
        {"fields": {"x": "1"}, "format": "form", "charset": "latin-1"},
        {"fields": {"x": "1"}, "encode": "rot13"},
        {"fields": {"x": "1"}, "body": "<x/>"},
        {"format": "xml"},
        {"format": "xml", "body": "<x/>", "fields": {"x": "1"}},
        {"fields": {"x": "1"}, "headers": {"Content-Length": "1"}},
        {"fields": {"x": "1"}, "headers": {"X Y": "1"}},
        {"fields": {"x": "1"}, "headers": {"X": "{later}"}},
        {
            "fields": {"x": "{a}"},
            "made": (
                Made(name="a", digest="md5", of="{b}"),
                Made(name="b", time="seconds"),
            ),
        },
    ],
)
def test_a_call_that_cannot_be_made_is_refused(values: Any) -> None:
    with pytest.raises(BadMap):
        Request(**values)


@pytest.mark.parametrize(
    "values",
    [
        {"name": "a"},
        {"name": "number", "time": "seconds"},
        {"name": "A b", "time": "seconds"},
        {"name": "a", "time": "seconds", "digest": "md5", "of": "x"},
        {"name": "a", "digest": "crc", "of": "x"},
        {"name": "a", "digest": "md5"},
        {"name": "a", "digest": "md5", "of": "x", "output": "octal"},
    ],
)
def test_a_placeholder_that_cannot_be_made_is_refused(values: Any) -> None:
    with pytest.raises(BadMap):
        Made(**values)
