"""Notices made for measuring: as text for the parser, as values for the import.

Every name and number follows from the position of the clause, so a bench knows what must come out.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from anlan.plan.rules.notice.values import (
    Clause,
    Coverage,
    DocumentHead,
    Kind,
    Mode,
    ParsedNotice,
)

DUTIES_PER_CLAUSE = 4
CLAUSES_PER_SECTION = 500
KINDS = (Kind.TASK, Kind.FOCUS, Kind.PROJECT, Kind.TASK)
BUREAUS = tuple(f"市{word}局" for word in ("应急", "水务", "住建", "能源", "教育", "交通", "气象"))
DIGITS = "零一二三四五六七八九"


@dataclass(slots=True, kw_only=True)
class Made:
    """A notice and what an honest reader must find in it."""

    parsed: ParsedNotice
    text: str
    leads: Counter[tuple[str, str]] = field(default_factory=Counter)
    supports: Counter[tuple[str, str]] = field(default_factory=Counter)


def made_text(clauses: int, *, style: str = "brackets") -> str:
    """A notice in plain text: numbered sections, each clause with a lead and three others.

    `style` is where the names stand: in "brackets" behind the clause, or on "labels" below it.
    """
    lines = ["某市某年度重点工作任务分工方案", ""]
    for position in range(clauses):
        section, within = divmod(position, 9)
        if within == 0:
            lines.append(f"{_cn(section + 1)}、推进第{section + 1}部分工作")
        lead, *others = _names(BUREAUS, position)
        clause = f"{within + 1}.完成第{position + 1}号任务。{2024 + position % 5}年底前建成。"
        if style == "brackets":
            lines.append(f"{clause}（{lead}牵头，{'、'.join(others)}按职责分工负责）")
        else:
            lines += [clause, f"牵头单位：{lead}", f"责任单位：{'、'.join(others)}"]
    return "\n".join(lines) + "\n"


def lead_of_text(position: int) -> str:
    """The lead that `made_text` prints for a clause, counted from 0."""
    return _names(BUREAUS, position)[0]


def made_notice(names: Sequence[str], clauses: int, number: str) -> Made:
    """A read notice of `clauses` items over the bodies `names`, ready to be imported."""
    made = Made(parsed=ParsedNotice(document=DocumentHead(), clauses=()), text="")
    rows: list[Clause] = []
    texts: list[str] = []
    offset = 0
    for position in range(clauses):
        lead, *others = _names(names, position)
        kind = KINDS[position % len(KINDS)]
        heading = f"完成第{position + 1}号任务"
        text = f"{heading}。2025年底前建成。（{lead}牵头，{'、'.join(others)}按职责分工负责）\n"
        rows.append(
            Clause(
                id=f"C{position + 1}",
                kind=kind,
                number=str(position + 1),
                heading=heading,
                text=text.strip(),
                section=f"工作分工 / 第{position // CLAUSES_PER_SECTION + 1}部分",
                deadline_years=(2025,),
                mode=Mode.LEAD_SUPPORT,
                lead_units=(lead,),
                support_units=tuple(others),
                start=offset,
                end=offset + len(text) - 1,
            )
        )
        made.leads[lead, kind.value] += 1
        made.supports.update((other, kind.value) for other in others)
        texts.append(text)
        offset += len(text)
    head = DocumentHead(title="测量用分工方案", number=number, date=dt.date(2026, 11, 1))
    made.text = "".join(texts)
    made.parsed = ParsedNotice(
        document=head, clauses=tuple(rows), coverage=Coverage(chars=offset, read=offset)
    )
    return made


def _names(names: Sequence[str], position: int) -> list[str]:
    """`DUTIES_PER_CLAUSE` different names; each name leads about as often as any other."""
    count = len(names)
    step = 1 + (position // count) % (count // DUTIES_PER_CLAUSE)
    return [names[(position + step * turn) % count] for turn in range(DUTIES_PER_CLAUSE)]


def _cn(number: int) -> str:
    """一 … 九千九百九十九, as headings are numbered."""
    text = ""
    for value, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, number = divmod(number, value)
        if digit:
            text += DIGITS[digit] + unit
        elif text and not text.endswith("零") and number:
            text += "零"
    return "十" + text.removeprefix("一十") if text.startswith("一十") else text
