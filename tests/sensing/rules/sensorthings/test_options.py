"""Options and paths of an address: what is read, what is too much, what is not there."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anlan.base.rules.message import RuleRefused
from anlan.sensing.rules.sensorthings import vocabulary as names
from anlan.sensing.rules.sensorthings.options import (
    DEEPEST,
    DEFAULT_EXPANDED,
    DEFAULT_TOP,
    MOST_EXPANDED,
    MOST_TOP,
    options_of,
    split_outside,
)
from anlan.sensing.rules.sensorthings.refusals import BadQuery, NoSuchEntity, NotOffered
from anlan.sensing.rules.sensorthings.resource_path import MOST_STEPS, address_of

THINGS, OBSERVATIONS = names.KINDS[names.THINGS], names.KINDS[names.OBSERVATIONS]


def things(**given_options: str) -> Any:
    return options_of(THINGS, [(f"${name}", text) for name, text in given_options.items()])


def test_defaults_and_limits_of_a_page() -> None:
    assert things().top == DEFAULT_TOP
    assert things(top=str(MOST_TOP)).top == MOST_TOP
    assert things(top=str(MOST_TOP + 1)).top == MOST_TOP
    assert things(top="0").top == 0
    assert things(skip="7", count="true", select="name,@iot.id").select == ("name", "id")
    assert things(count="false").count is False


def test_expansions_nest_with_their_own_options() -> None:
    found = things(
        expand="Datastreams($top=2;$filter=name eq 'a;b,(c)';$expand=Observations/Datastream),Locations"
    )
    (first, streams), (second, _) = found.expand
    assert (first, second, streams.top) == ("Datastreams", "Locations", 2)
    ((deeper, inner),) = streams.expand
    assert (deeper, inner.top) == ("Observations", DEFAULT_EXPANDED)
    assert inner.expand[0][0] == "Datastream"
    assert things(expand="Datastreams()").expand[0][1].top == DEFAULT_EXPANDED


@pytest.mark.parametrize(
    "given_options",
    [
        *({"top": "-1"}, {"top": "x"}, {"top": "1e3"}, {"skip": "99999999999"}, {"count": "yes"}),
        *({"select": "colour"}, {"expand": "Colours"}, {"expand": "Datastreams("}, {"filter": ""}),
        *({"expand": "Datastreams,Datastreams"}, {"expand": "Datastreams x"}, {"expand": "("}),
        *({"filter": "colour eq 1"}, {"filter": "name/x eq 1"}, {"orderby": "colour"}),
        *({"expand": "Datastreams($resultFormat=dataArray)"}, {"expand": "Datastreams($x=1)"}),
        *({"expand": "Datastreams($skiptoken=1)"}, {"wrong": "1"}, {"expand": ""}),
        {"resultFormat": "dataArray"},
        {
            "expand": "Datastreams($expand=Thing($expand=Datastreams($expand=Thing($expand=Locations))))"
        },
        {"expand": "Datastreams($expand=Thing($top=1))"},
        {"expand": ",".join(["Datastreams", "Locations"] * MOST_EXPANDED)},
    ],
)
def test_what_is_not_understood_is_refused(given_options: dict[str, str]) -> None:
    with pytest.raises(BadQuery) as refusal:
        things(**given_options)
    assert refusal.value.message.text()


def test_more_expansions_than_are_read_are_refused() -> None:
    deep = ",".join(f"Datastreams/Thing/{name}" for name in ("Locations", "Datastreams"))
    with pytest.raises(BadQuery):
        things(expand=deep)  # the same way twice
    many = (
        "Thing,Sensor,ObservedProperty($expand=Datastreams($expand=Thing,Sensor,ObservedProperty))"
    )
    wide = f"Datastreams($expand={many},Observations($expand=Datastream($expand=Thing,Sensor),FeatureOfInterest))"
    with pytest.raises(BadQuery, match=str(MOST_EXPANDED)):
        things(expand=wide)
    assert DEEPEST > 2


@pytest.mark.parametrize(
    "given_options",
    [
        *({"filter": "Datastreams/Observations/result eq 1"}, {"expand": "HistoricalLocations"}),
        *({"filter": "HistoricalLocations/time eq 'x'"}, {"resultFormat": "CSV"}),
    ],
)
def test_what_the_standard_has_and_this_program_not_is_said_so(
    given_options: dict[str, str],
) -> None:
    with pytest.raises(NotOffered):
        things(**given_options)


def test_data_arrays_are_for_observations_without_expansions() -> None:
    pairs = [("$resultFormat", "dataArray")]
    assert options_of(OBSERVATIONS, pairs).is_data_array
    with pytest.raises(NotOffered):
        options_of(OBSERVATIONS, [*pairs, ("$expand", "Datastream")])


def test_an_option_twice_or_of_a_set_at_one_entity_is_refused() -> None:
    with pytest.raises(BadQuery):
        options_of(THINGS, [("$top", "1"), ("$top", "2")])
    with pytest.raises(BadQuery):
        options_of(THINGS, [("$top", "1")], is_set=False)
    assert options_of(THINGS, [("$select", "name")], is_set=False).select == ("name",)


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("", (None, False, "")),
        ("Things", ("Things", True, "")),
        ("Things('a')", ("Things", False, "")),
        ("Things(a)/Datastreams", ("Datastreams", True, "")),
        ("Things(a)/Datastreams(b)/Observations", ("Observations", True, "")),
        ("Datastreams('b')/Thing/Locations", ("Locations", True, "")),
        ("Observations('o''1')/result/$value", ("Observations", False, "result")),
        ("Observations(1)/@iot.id", ("Observations", False, "id")),
        ("Things/$ref", ("Things", True, "")),
    ],
)
def test_a_path_leads_to_a_set_an_entity_or_a_property(path: str, wanted: Any) -> None:
    found = address_of(path)
    assert (found.kind.name if found.kind else None, found.is_set, found.property) == wanted


def test_a_quote_in_an_id_is_written_twice() -> None:
    assert address_of("Things('o''1')").steps[0].id == "o'1"


@pytest.mark.parametrize(
    "path",
    [
        *("Colours", "Things(", "Things()", "Things/Datastreams", "Things(a)/Colours", "$value"),
        *("Datastreams(a)/Thing(b)", "Things(a)/$value", "Observations(1)/result/x", "$ref/$ref"),
        *("Observations(1)/result/$ref", "Things(a)/name(b)", "Things(a)/$value/$ref"),
    ],
)
def test_a_path_to_nowhere_is_not_found(path: str) -> None:
    with pytest.raises(NoSuchEntity):
        address_of(path)


def test_paths_beyond_what_is_held_or_read() -> None:
    for path in ("HistoricalLocations", "Things(a)/HistoricalLocations", "$batch"):
        with pytest.raises(NotOffered):
            address_of(path)
    with pytest.raises(BadQuery):
        address_of("/".join(["Things(a)"] * (MOST_STEPS + 1)))


def test_names_that_are_no_set_no_way_or_no_value() -> None:
    with pytest.raises(BadQuery):
        names.kind_named("Colours")
    with pytest.raises(NotOffered):
        names.kind_named("Tasks")
    with pytest.raises(BadQuery):
        names.check_path(OBSERVATIONS, ("Datastream",))
    with pytest.raises(BadQuery):
        names.check_path(OBSERVATIONS, ("result", "x"))
    names.check_path(OBSERVATIONS, ("Datastream", "Thing", "properties", "unit", "code"))


@given(st.text("a,;()'", max_size=20))
def test_parts_put_together_are_the_whole(text: str) -> None:
    try:
        assert ",".join(split_outside(text, ",")) == text
    except BadQuery:
        assert any(mark in text for mark in "()'")


@given(
    st.lists(
        st.sampled_from(
            ["Things", "(", ")", "'", "/", "a", "$value", "$ref", "Datastreams", "Thing", "id"]
        ),
        max_size=10,
    ).map("".join)
)
def test_any_path_is_an_address_or_a_refusal(path: str) -> None:
    try:
        address_of(path)
    except RuleRefused as refusal:
        assert refusal.message.text()


def test_ways_to_many_in_a_path() -> None:
    things = names.KINDS["Things"]
    assert names.many_in(things, ("Datastreams", "ObservedProperty", "id")) == (("Datastreams",),)
    assert names.many_in(things, ("name",)) == ()
    twice = ("Datastreams", "ObservedProperty", "Datastreams", "name")
    assert names.many_in(things, twice) == (twice[:1], twice[:3])
    assert names.many_in(things, ("Locations",)) == (("Locations",),)


def test_an_order_through_one_is_an_order() -> None:
    found = options_of(names.KINDS["Observations"], [("$orderby", "Datastream/name desc,result")])
    assert [falls for _, falls in found.order] == [True, False]
