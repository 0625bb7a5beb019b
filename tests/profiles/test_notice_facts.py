"""The facts of the notice: counts against a second count, and against the published brackets.

Needs no database. What stands in ../shared is read when it is there, else "not run".
"""

import csv
import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROFILE = ROOT / "profiles" / "yuncheng"
SHARED = ROOT.parent / "shared"
DELIVERABLE_CHARS = range(4, 15)
# A longer run of the published wording in a deliverable would be a quotation, not a fact.
LONGEST_COMMON_RUN = 8

Item = dict[str, Any]


def facts() -> dict[str, Any]:
    return tomllib.loads((PROFILE / "notice-2023-9.toml").read_text(encoding="utf-8"))


def items() -> list[Item]:
    return list(facts()["item"])


def item(key: str) -> Item:
    return next(row for row in items() if row["id"] == key)


def shared_text(*parts: str) -> str:
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"not run: {path.name} is not on this machine")
    return path.read_text(encoding="utf-8-sig")


def published() -> str:
    """The published text without white space, its tags gone, its punctuation full width."""
    text = shared_text("data", "plan-documents", "yuncheng-14th-fyp-rules.txt")
    text = re.sub(r"\s+", "", re.sub(r"</?p>", "", text))
    return text.translate(str.maketrans("(),:;", "（），：；"))


def test_sixty_six_rows_in_the_printed_order() -> None:
    keys = [row["id"] for row in items()]
    expected = [f"R{n}" for n in range(1, 4)] + [f"I{n}" for n in range(1, 8)]
    expected += [f"T{n}" for n in range(1, 12)] + [f"S{n}" for n in range(1, 10)]
    expected += [f"T{n}" for n in range(12, 29)] + [f"P{n}" for n in range(1, 17)]
    expected += [f"W{n}" for n in range(1, 4)]
    assert keys == expected
    assert Counter(row["kind"] for row in items()) == {
        "indicator": 6,
        "subgoal": 1,
        "task": 28,
        "focus": 9,
        "project": 16,
        "clause": 6,
    }


def test_modes() -> None:
    by_mode: dict[str, list[str]] = {}
    for row in items():
        by_mode.setdefault(row["mode"], []).append(row["id"])
    assert len(by_mode["lead_support"]) == 54
    assert by_mode["joint"] == ["T7", "T9", "S9", "T14"]
    assert by_mode["sole"] == ["S3", "P12"]
    assert by_mode["none"] == ["R1", "R2", "R3", "W1", "W2", "W3"]
    for row in items():
        assert bool(row["lead_units"]) == (row["mode"] == "lead_support"), row["id"]
        assert bool(row["support_units"]) == (row["mode"] != "none"), row["id"]
        units = row["lead_units"] + row["support_units"]
        assert len(units) == len(set(units)), row["id"]


def test_years() -> None:
    for row in items():
        key, number = row["id"], int(row["id"][1:])
        if key[0] == "T":
            expected = [] if number == 20 else [2023]
        elif key[0] == "P":
            expected = [2022, 2025] if number <= 7 else [] if number == 12 else [2023]
        else:
            expected = []
        assert row["years"] == expected, key


def test_targets() -> None:
    targets = {row["id"]: row["indicator"] for row in items() if "indicator" in row}
    assert {key: (t["operator"], t["value"], t["unit"]) for key, t in targets.items()} == {
        "I1": ("down", 15, "%"),
        "I2": ("<", 0.03, ""),
        "I3": ("<", 0.04, ""),
        "I4": ("<", 0.8, ""),
        "I5": ("<", 13000, ""),
        "I6": ("<", 0.8, "%"),
    }


def test_sections_and_parents() -> None:
    sections = {row["key"]: row for row in facts()["section"]}

    def path(key: str) -> list[str]:
        row = sections[key]
        above = path(row["parent"]) if row["parent"] else []
        return [*above, row["number"] + row["title"]]

    for row in items():
        assert row["section"] == path(row["section_key"]), row["id"]
        assert row["parent"] == ("T11" if row["kind"] == "focus" else ""), row["id"]


def test_deliverables_are_short() -> None:
    for row in items():
        assert row["deliverables"], row["id"]
        for phrase in row["deliverables"]:
            assert len(phrase) in DELIVERABLE_CHARS, (row["id"], phrase)


def test_every_unit_is_in_the_register() -> None:
    with (PROFILE / "body_names.csv").open(encoding="utf-8", newline="") as file:
        names = {row["name"] for row in csv.DictReader(file)}
    with (PROFILE / "body_group_names.csv").open(encoding="utf-8", newline="") as file:
        names |= {row["name"] for row in csv.DictReader(file)}
    used = {unit for row in items() for unit in row["lead_units"] + row["support_units"]}
    assert used <= names
    assert len(used) == 43


def test_counts_agree_with_the_second_count() -> None:
    leads: Counter[str] = Counter()
    supports: Counter[str] = Counter()
    jointly: Counter[str] = Counter()
    for row in items():
        leads.update(row["lead_units"])
        side = supports if row["mode"] == "lead_support" else jointly
        # The second count includes the name that project 6 prints twice.
        side.update(row["support_units"] + row.get("printed_twice", []))
    table = shared_text("domain", "yuncheng_agencies.csv")
    counted = {
        row["short_name"]: (
            int(row["lead_count"]),
            int(row["participant_count"]),
            int(row["no_lead_joint_count"]),
        )
        for row in csv.DictReader(table.splitlines())
    }
    ours = {name: (leads[name], supports[name], jointly[name]) for name in counted}
    assert ours == counted
    assert set(leads | supports | jointly) == set(counted)


def test_brackets_of_the_published_text() -> None:
    """A second reading, by brackets alone, must give the same bodies in the same order."""
    text = published()
    part = text[text.index("二、工作分工") : text.index("三、工作要求")]
    brackets = [words for words in outer_brackets(part) if "负责" in words]
    rows = [row for row in items() if row["mode"] != "none"]
    assert len(brackets) == len(rows) == 60
    for words, row in zip(brackets, rows, strict=True):
        lead, comma, rest = words.rpartition("牵头，")
        open_ended = re.search(r"等(和|按|负责)", rest) is not None
        assert (split_units(lead), split_units(rest), bool(comma), open_ended) == (
            row["lead_units"],
            row["support_units"],
            row["mode"] == "lead_support",
            row["open_ended"],
        ), row["id"]


def outer_brackets(text: str) -> list[str]:
    found, depth, start = [], 0, 0
    for place, sign in enumerate(text):
        if sign == "（":
            start = place + 1 if depth == 0 else start
            depth += 1
        elif sign == "）":
            depth -= 1
            if depth == 0:
                found.append(text[start:place])
    return found


def split_units(words: str) -> list[str]:
    words = re.sub(r"(按职责分工)?负责$", "", words)
    words = re.sub(r"等(?=和|$)", "", words)
    words = re.sub(r"和(?=各县|运城开发区|承担)", "、", words)
    words = words.replace("（市、区）", "（市#区）")
    units = [unit.replace("#", "、") for unit in words.split("、") if unit]
    return list(dict.fromkeys(units))


def test_headings_are_printed_and_deliverables_are_not() -> None:
    text = published()
    document = facts()["document"]
    assert document["number"] in text
    for name in [document["title"], document["issuer"], *document["addressees"]]:
        assert name in text
    for row in facts()["section"]:
        assert row["title"] in text
    for row in items():
        assert row["heading"] in text, row["id"]
        for phrase in row["deliverables"]:
            assert longest_run_in(phrase, text) <= LONGEST_COMMON_RUN, (row["id"], phrase)


def longest_run_in(phrase: str, text: str) -> int:
    spans = ((a, b) for a in range(len(phrase)) for b in range(a + 1, len(phrase) + 1))
    return max(b - a for a, b in spans if phrase[a:b] in text or b == a + 1)


def test_special_rows() -> None:
    assert item("P6")["printed_twice"] == ["市审批服务管理局（市政务信息管理局）"]
    assert item("P5")["support_units"][-1] == "各县政府"
    assert item("W3")["organiser"] == "市应急局"
    assert [row["year"] for row in facts()["shared_milestone"]] == [2022, 2025]
