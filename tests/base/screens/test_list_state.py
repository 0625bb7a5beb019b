"""The address of a list is its whole state."""

from django.http import QueryDict

from anlan.base.screens.list_state import ListState


def read(query: str) -> ListState:
    return ListState.read(QueryDict(query), ["kind", "unit"])


def test_an_empty_address_is_the_default() -> None:
    state = read("")
    assert (state.search, state.sort, state.page, state.per) == ("", "", 1, 50)
    assert state.address() == "?"


def test_the_address_comes_back_as_it_was_read() -> None:
    query = "q=yh&kind=party&sort=-name&cols=name%2Ckind&per=100&page=3"
    assert read(query).address() == f"?{query}"


def test_repeated_columns_of_a_form_become_one_list() -> None:
    assert read("cols=name&cols=kind&cols=name").columns == ("name", "kind")


def test_senseless_numbers_fall_back() -> None:
    state = read("page=-4&per=7&page=abc")
    assert (state.page, state.per) == (1, 50)
    assert read("page=99999999999999999999").page == 1
    assert read("page=٣").page == 1


def test_unknown_names_are_dropped() -> None:
    assert read("password=x&kind=party").address() == "?kind=party"


def test_a_change_of_filter_begins_at_page_one() -> None:
    state = read("kind=party&page=3&q=yh")
    assert state.without("kind").address() == "?q=yh"
    assert state.without("q").address() == "?kind=party"


def test_null_bytes_never_reach_the_database() -> None:
    assert read("q=a%00b").search == "ab"
    assert read("kind=a%00b").filters == {"kind": "ab"}
