"""The main menu: folded groups, so that every group is in sight; open is where one is."""

from anlan.base.parts import NavigationItem
from anlan.base.templatetags.anlan_page import menu


def item(url_name: str, group: str) -> NavigationItem:
    return NavigationItem(
        label=url_name, url_name=url_name, group=group, order=1, permits=lambda scope: True
    )


ITEMS = [
    item("my-work", "Work"),
    item("warning-list", "Warning"),
    item("call-round-list", "Warning"),
    item("station-list", "Sensing"),
]


def opened(path: str) -> list[str]:
    return [group.label for group in menu(ITEMS, path) if group.is_open]


def test_open_are_everybodys_work_and_the_group_of_the_page() -> None:
    assert opened("/calls/") == ["Work", "Warning"]
    assert opened("/my-work/") == ["Work"]


def test_a_page_below_an_entry_opens_its_group() -> None:
    assert opened("/warnings/paste/") == ["Work", "Warning"]


def test_an_entry_covers_pages_of_other_addresses() -> None:
    desk = NavigationItem(
        label="desk",
        url_name="warning-desk",
        group="Warning",
        order=1,
        permits=lambda scope: True,
        covers=("bulletin-compose",),
    )
    (_, group, _) = menu([ITEMS[0], desk, ITEMS[1], ITEMS[3]], "/warnings/compose/")
    assert [entry.is_within for entry in group.entries] == [True, False]


def test_a_page_of_no_entry_opens_the_work_alone() -> None:
    assert opened("/nowhere/") == ["Work"]
    assert menu([], "/calls/") == []
