"""Observations of the standard → readings: links, arrays, what cannot be kept."""

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.message import RuleRefused
from anlan.sensing.rules.decoding.decoded import Why
from anlan.sensing.rules.decoding.sensorthings import (
    Named,
    instant_in,
    items_of_arrays,
    items_of_one,
    readings_of,
)
from anlan.sensing.rules.sensorthings.refusals import BadQuery, NotOffered

NOW = dt.datetime(2026, 11, 24, 8, tzinfo=dt.UTC)
KNOWN = {"s1": Named(station="YC-R-001", key="rain", feature="f1")}
LINK = {"@iot.id": "s1"}


def body(**more: Any) -> bytes:
    row = {"Datastream": LINK, "result": 1.5, "phenomenonTime": "2026-11-24T07:00:00Z"}
    return json.dumps(row | more).encode()


def test_one_observation_is_one_reading() -> None:
    (item,) = items_of_one(body(resultTime="2026-11-24T07:00:00Z", parameters={}), None)
    (reading,) = readings_of([item], KNOWN, NOW).readings
    assert (reading.station, reading.key, reading.value) == ("YC-R-001", "rain", 1.5)
    assert reading.at == NOW - dt.timedelta(hours=1) == instant_in(item, NOW)
    (there,) = items_of_one(b'{"result": 2}', "s1")
    assert there.datastream == "s1"
    assert readings_of([there], KNOWN, NOW).readings[0].at == NOW  # the moment of receipt
    assert instant_in(there, NOW) == NOW


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"Datastream": {"@iot.id": "x"}}, Why.UNKNOWN_PROPERTY),
        ({"FeatureOfInterest": {"@iot.id": "other"}}, Why.OTHER_FEATURE),
        ({"result": None}, Why.EMPTY),
        ({"result": "wet"}, Why.NOT_A_NUMBER),
        ({"result": True}, Why.NOT_A_NUMBER),
        ({"result": 10**400}, Why.NOT_A_NUMBER),
        ({"result": {"value": 1}}, Why.NOT_A_NUMBER),
        ({"phenomenonTime": 1795640527}, Why.NOT_A_TIME),
        ({"phenomenonTime": ""}, Why.NOT_A_TIME),
        ({"phenomenonTime": "2026-11-24"}, Why.NOT_A_TIME),
        ({"phenomenonTime": False}, Why.NOT_A_TIME),
        ({"phenomenonTime": "2026-11-24T07:00:00Z/2026-11-24T08:00:00Z"}, Why.NOT_A_TIME),
    ],
)
def test_what_is_no_reading_has_its_reason(more: dict[str, Any], why: Why) -> None:
    items = items_of_one(body(**more), None)
    found = readings_of(items, KNOWN, NOW)
    assert [row.why for row in found.rejected] == [why]
    assert not found.readings


def test_the_stations_own_feature_is_taken() -> None:
    items = items_of_one(body(FeatureOfInterest={"id": "F1"}), None)
    assert len(readings_of(items, KNOWN, NOW).readings) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"validTime": "2026-11-24T07:00:00Z"},
        {"parameters": {"a": 1}},
        {"resultQuality": "good"},
        {"FeatureOfInterest": {"name": "new", "feature": {}}},
    ],
)
def test_what_cannot_be_kept_is_refused(more: dict[str, Any]) -> None:
    with pytest.raises(NotOffered):
        items_of_one(body(**more), None)


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b'{"result": NaN}', b'{"result": 1}', b"\xff", b"[" * 100_000),
        *(b'{"Datastream": "s1", "result": 1}', b'{"Datastream": {}, "result": 1}'),
    ],
)
def test_what_is_no_observation_is_refused(content: bytes) -> None:
    with pytest.raises(BadQuery) as refusal:
        items_of_one(content, None)
    assert refusal.value.message.text()


def test_an_address_and_a_body_must_name_the_same_datastream() -> None:
    with pytest.raises(BadQuery):
        items_of_one(body(), "s2")


def group(*rows: Any, components: Any = ("phenomenonTime", "result")) -> dict[str, Any]:
    return {"Datastream": LINK, "components": list(components), "dataArray": list(rows)}


def test_arrays_are_counted_over_all_groups() -> None:
    content = [
        group(["2026-11-24T07:00:00Z", 1], ["2026-11-24T07:05:00Z", 2]),
        group(["2026-11-24T07:10:00Z"], ["2026-11-24T07:15:00Z", 4]),
    ]
    items = items_of_arrays(json.dumps(content).encode())
    found = readings_of(items, KNOWN, NOW)
    assert [row.line for row in found.readings] == [1, 2, 4]
    assert [row.line for row in found.rejected] == [3]
    with_feature = group([1, "f1"], [2, 7], components=("result", "FeatureOfInterest/id"))
    items = items_of_arrays(json.dumps([with_feature]).encode())
    assert [item.feature for item in items] == ["f1", "7"]
    found = readings_of(items, KNOWN, NOW)
    assert [(row.line, row.why) for row in found.rejected] == [(2, Why.OTHER_FEATURE)]


@pytest.mark.parametrize("feature", [7, 0, "", True, [], {}, {"@iot.id": "other"}])
def test_a_feature_that_is_not_that_of_the_station_is_never_passed_over(feature: Any) -> None:
    for name in ("FeatureOfInterest/id", "FeatureOfInterest/@iot.id"):
        content = [group([1, feature], [2, None], components=("result", name))]
        items = items_of_arrays(json.dumps(content).encode())
        found = readings_of(items, KNOWN, NOW)
        assert [(row.line, row.why) for row in found.rejected] == [(1, Why.OTHER_FEATURE)]
        assert [row.line for row in found.readings] == [2]


@pytest.mark.parametrize(
    "text",
    [
        '{"Datastream": {"@iot.id": "s1"}, "result": 1, "result": 2}',
        '{"Datastream": {"@iot.id": "s1"}, "result": 1, "\\u0072esult": 2}',
        '{"Datastream": {"@iot.id": "s1", "@iot.id": "s2"}, "result": 1}',
        '{"Datastream": {"@iot.id": "s1", "id": "s2"}, "result": 1}',
        '{"Datastream": {"@iot.id": "s1"}, "phenomenonTime": null, "phenomenonTime": "x", "result": 1}',
    ],
)
def test_a_name_twice_refuses_the_observation(text: str) -> None:
    with pytest.raises(BadQuery) as refusal:
        items_of_one(text.encode(), None)
    assert refusal.value.message.text()


@pytest.mark.parametrize(
    "text",
    [
        '[{"Datastream": {"@iot.id": "s1"}, "components": ["result", "result"], "dataArray": []}]',
        '[{"Datastream": {"@iot.id": "s1"}, "components": ["result"], "dataArray": [[1]], '
        '"dataArray": [[2]]}]',
        '[{"Datastream": {"@iot.id": "s1"}, "components": ["result", "FeatureOfInterest/id", '
        '"FeatureOfInterest/@iot.id"], "dataArray": [[1, "f1", "other"]]}]',
    ],
)
def test_a_name_twice_refuses_the_arrays(text: str) -> None:
    with pytest.raises(BadQuery) as refusal:
        items_of_arrays(text.encode())
    assert refusal.value.message.text()


@pytest.mark.parametrize(
    "content",
    [
        *({}, [1], [{}], [{"Datastream": LINK}], [{"Datastream": LINK, "components": ["x"]}]),
        [{"Datastream": LINK, "components": ["phenomenonTime"], "dataArray": []}],
    ],
)
def test_what_is_no_array_of_data_is_refused(content: Any) -> None:
    with pytest.raises(BadQuery):
        items_of_arrays(json.dumps(content).encode())


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["Datastream", "@iot.id", "result", "components", "dataArray", "phenomenonTime"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_ends_in_readings_or_a_refusal(content: Any) -> None:
    for read in (lambda raw: items_of_one(raw, None), items_of_arrays):
        try:
            items = read(json.dumps(content).encode())
        except RuleRefused:
            continue
        found = readings_of(items, KNOWN, NOW)
        assert len(found.readings) + len(found.rejected) == len(items)
