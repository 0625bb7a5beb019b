"""The skeleton of an evaluation, filled from frozen facts: the same facts give the same blocks.

Source: report skeleton of the fact sheet support-and-community.md 9.1: title; basis and method;
overall finding with counts; indicator table; tasks by heading; projects; problems; advice;
annexes. Its words are Chinese, as a paper is. House rule: what needs a judgement (change of the
environment, reasons, proposals) is a block that a person writes, and never made up.
Edge cases: nothing to count is said as such; an indicator without value is 无法判定 and says what
is missing; 待补录 is named apart and is no delay.
"""

from collections.abc import Iterator
from typing import Final

from anlan.plan.rules.evaluation.facts import (
    NOT_DETERMINABLE,
    EvaluationKind,
    Facts,
    Figure,
    IndicatorFacts,
    ItemFacts,
)
from anlan.plan.rules.evaluation.subgoal import subgoal_blocks
from anlan.plan.rules.evaluation.text import BlockKind, Grid, Piece, TextBlock

TITLES: Final = {
    EvaluationKind.ANNUAL: "规划实施情况年度监测分析报告",
    EvaluationKind.MIDTERM: "规划实施情况中期评估报告",
    EvaluationKind.FINAL: "规划实施情况总结评估报告",
}
ACTS: Final = {
    EvaluationKind.ANNUAL: "年度监测分析",
    EvaluationKind.MIDTERM: "中期评估",
    EvaluationKind.FINAL: "总结评估",
}
LAMP_WORDS: Final = {
    "red": "逾期",
    "yellow": "临期或待协调",
    "green": "推进中",
    "grey": "无信息",
    "done": "全部完成",
}
SECTIONS: Final = (
    ("task", "重点任务进展"),
    ("focus", "重点行业领域进展"),
    ("project", "重点工程进展"),
)
STATES: Final = (
    ("done", "已完成"),
    ("running", "推进中"),
    ("overdue", "逾期"),
    ("tofill", "待补录"),
    ("notdue", "未到期"),
    ("noday", "未定期限"),
)
OWN: Final = (
    ("conditions", "环境变化和保障情况", "请填写政策、资金、组织保障和外部环境的变化及其影响。"),
    ("reasons", "", "请分析逾期和问题的原因。"),
    ("proposals", "", "请提出建议，包括是否调整指标和期限及理由。"),
)
OF_OWN: Final = {
    EvaluationKind.ANNUAL: ("reasons", "proposals"),
    EvaluationKind.MIDTERM: ("conditions", "reasons", "proposals"),
    EvaluationKind.FINAL: ("conditions", "reasons", "proposals"),
}


def title_of(facts: Facts) -> str:
    return f"{facts.year}年{TITLES[facts.kind]}"


def blocks_of(facts: Facts) -> tuple[TextBlock, ...]:
    """All blocks in the order of the paper."""
    return tuple(_blocks(facts))


def _blocks(facts: Facts) -> Iterator[TextBlock]:
    yield from _basis(facts)
    yield from _overall(facts)
    yield from _indicators(facts)
    yield from subgoal_blocks(facts)
    for kind, heading in SECTIONS:
        items = [item for item in facts.items if item.kind == kind]
        if items:
            yield _heading(f"{kind}", heading)
            for item in items:
                yield _item(facts, item)
    yield from _measures(facts)
    if "conditions" in OF_OWN[facts.kind]:
        yield from _own("conditions")
    yield from _problems(facts)
    yield from _advice(facts)
    yield from _annexes(facts)


def _basis(facts: Facts) -> Iterator[TextBlock]:
    act = ACTS[facts.kind]
    number = f"（{facts.notice_number}）" if facts.notice_number else ""
    yield _heading("basis", "依据和方法")
    yield _sentence(
        "basis.source",
        f"依据《{facts.notice_title}》{number}，对规划{_period(facts)}的实施情况进行{act}。",
    )
    yield _sentence(
        "basis.method",
        f"本报告所用数字冻结于{_day(facts)}，由实施工作中形成的记录计算得出，不采用人工填报的比例；",
        "每个数字均可查阅其所依据的记录。没有记录的事项列为“待补录”或“无法判定”，不作推断。",
    )


def _overall(facts: Facts) -> Iterator[TextBlock]:
    f = facts.figures
    yield _heading("overall", "总体情况")
    yield _sentence(
        "overall.deliverables",
        "规划共列入成果",
        _count(f["d.all"]),
        "项，已完成",
        _part(f["d.done"]),
        "项，占",
        _percent(f["d.done"]),
        "，其中补录",
        _count(f["d.backfilled"]),
        "项；逾期",
        _count(f["d.overdue"]),
        "项，待补录",
        _count(f["d.tofill"]),
        "项。",
    )
    yield _sentence(
        "overall.period",
        f"其中应于{_due_in(facts)}完成的",
        Piece(text=str(f["p.done"].whole or 0), figure="p.done"),
        "项，已完成",
        _part(f["p.done"]),
        "项，占",
        _percent(f["p.done"]),
        "，逾期",
        _count(f["p.overdue"]),
        "项。",
    )
    yield _sentence("overall.lamps", *_lamp_pieces(facts))
    yield _chart(facts)


def _lamp_pieces(facts: Facts) -> tuple[Piece | str, ...]:
    pieces: list[Piece | str] = ["纳入统计的", _count(facts.figures["items.all"]), "个条目中"]
    for code, word in LAMP_WORDS.items():
        pieces += [f"，{word}", _count(facts.figures[f"lamp.{code}"]), "个"]
    return (*pieces, "。")


def _chart(facts: Facts) -> TextBlock:
    present = [(k, h) for k, h in SECTIONS if any(item.kind == k for item in facts.items)]
    rows = tuple(
        (
            (Piece(text=heading.removesuffix("进展")),),
            *((_count(facts.figures[f"{kind}.{state}"]),) for state, _ in STATES),
        )
        for kind, heading in present
    )
    columns = ("类别", *(word for _, word in STATES))
    return TextBlock(
        key="overall.chart",
        kind=BlockKind.CHART,
        pieces=(Piece(text="各类条目成果完成情况（项）"),),
        grid=Grid(columns=columns, rows=rows),
    )


def _indicators(facts: Facts) -> Iterator[TextBlock]:
    if not facts.indicators:
        return
    yield _heading("indicators", "核心指标")
    known = sum(1 for each in facts.indicators if each.met is not None)
    met = sum(1 for each in facts.indicators if each.met)
    yield _sentence(
        "indicators.all",
        "核心指标",
        _count(facts.figures["i.all"]),
        "项，可以判定的",
        Piece(text=str(known), figure="i.known"),
        "项，达到目标的",
        Piece(text=str(met), figure="i.met"),
        "项。",
    )
    rows = tuple(_indicator_row(each) for each in facts.indicators)
    yield TextBlock(
        key="indicators.table",
        kind=BlockKind.TABLE,
        pieces=(Piece(text="核心指标完成情况"),),
        grid=Grid(
            columns=("指标", "基期值", "目标值", "实际值", "进度", "判定", "缺少"),
            rows=rows,
            weights=(6, 2, 3, 3, 2, 3, 5),
        ),
    )


def _indicator_row(each: IndicatorFacts) -> tuple[tuple[Piece, ...], ...]:
    figure = f"i.{each.key}"
    verdict = NOT_DETERMINABLE if each.met is None else "达到" if each.met else "未达到"
    cells = (
        f"{each.key} {each.name}",
        each.base or "—",
        each.target,
        each.value or "—",
        each.progress or "—",
        verdict,
        "、".join(each.missing) or "—",
    )
    return tuple((Piece(text=cell, figure="" if cell == "—" else figure),) for cell in cells)


def _item(facts: Facts, item: ItemFacts) -> TextBlock:
    f, name = facts.figures, f"item.{item.key}"
    begin = f"{item.key} {item.heading}："
    done = f[f"{name}.done"]
    if not done.whole:
        return _sentence(name, begin, "没有列入统计的成果", *_standing(facts, item))
    pieces: list[Piece | str] = [
        begin,
        "列入成果",
        Piece(text=str(done.whole), figure=done.key),
        "项，已完成",
        _part(done),
        "项",
    ]
    for state, word in STATES[1:4]:
        figure = f[f"{name}.{state}"]
        if figure.part:
            pieces += [f"，{word}", _count(figure), "项"]
    return _sentence(name, *pieces, *_standing(facts, item))


def _standing(facts: Facts, item: ItemFacts) -> tuple[Piece | str, ...]:
    """Signed tasks past their day, when there are any, and the lamp."""
    late, lamp = (facts.figures[f"item.{item.key}.{name}"] for name in ("late", "lamp"))
    said = ("；已签领任务逾期", _count(late), "项") if late.part else ()
    return (*said, "；状态为", _count(lamp), "。")


def _measures(facts: Facts) -> Iterator[TextBlock]:
    if not facts.measures:
        return
    yield _heading("measures", "工作机制运行")
    rows = tuple(
        (
            (Piece(text=facts.figures[key].label),),
            (_part(facts.figures[key]),),
            (Piece(text=str(facts.figures[key].whole or 0), figure=key),),
            (_percent(facts.figures[key]),),
        )
        for key in facts.measures
    )
    yield TextBlock(
        key="measures.table",
        kind=BlockKind.TABLE,
        pieces=(Piece(text="工作量化指标"),),
        grid=Grid(columns=("量化指标", "计入", "总数", "比例"), rows=rows, weights=(10, 2, 2, 3)),
    )


def _problems(facts: Facts) -> Iterator[TextBlock]:
    f = facts.figures
    yield _heading("problems", "存在的问题")
    yield _sentence(
        "problems.obstacles",
        "提请协调事项",
        _count(f["o.all"]),
        "件，尚未办结",
        _count(f["o.open"]),
        "件。",
    )
    yield _sentence(
        "problems.inspections",
        f"{_year_words(facts)}现场检查",
        _count(f["v.visits"]),
        "次，发现问题",
        Piece(text=str(f["v.proven"].whole or 0), figure="v.proven"),
        "个，整改成效已经证实的",
        _part(f["v.proven"]),
        "个。",
    )
    yield from _own("reasons")


def _advice(facts: Facts) -> Iterator[TextBlock]:
    f = facts.figures
    yield _heading("advice", "意见建议")
    yield _sentence(
        "advice.overdue",
        "对逾期的",
        _count(f["d.overdue"]),
        "项成果，建议逐项明确新的期限和责任人；对待补录的",
        _count(f["d.tofill"]),
        "项，建议由责任单位补录完成时间、文号和佐证，或说明未完成的情况。",
    )
    yield from _own("proposals")


def _annexes(facts: Facts) -> Iterator[TextBlock]:
    rows = tuple(
        (
            (Piece(text=f"{item.key} {item.heading}"),),
            (
                Piece(
                    text=str(facts.figures[f"item.{item.key}.done"].whole or 0),
                    figure=f"item.{item.key}.done",
                ),
            ),
            *((_part(facts.figures[f"item.{item.key}.{state}"]),) for state, _ in STATES[:4]),
            (_count(facts.figures[f"item.{item.key}.lamp"]),),
        )
        for item in facts.items
    )
    columns = ("条目", "成果", *(word for _, word in STATES[:4]), "状态")
    yield TextBlock(key="annex.items", kind=BlockKind.ANNEX, pieces=(Piece(text="条目进展表"),))
    yield TextBlock(
        key="annex.items.table",
        kind=BlockKind.TABLE,
        pieces=(),
        grid=Grid(columns=columns, rows=rows, weights=(9, 2, 2, 2, 2, 2, 3)),
    )
    yield TextBlock(
        key="annex.open", kind=BlockKind.ANNEX, pieces=(Piece(text="逾期和待补录成果清单"),)
    )
    yield TextBlock(
        key="annex.open.table",
        kind=BlockKind.TABLE,
        pieces=(),
        grid=Grid(columns=("成果", "状态"), rows=_open_rows(facts), weights=(8, 2)),
    )


def _open_rows(facts: Facts) -> tuple[tuple[tuple[Piece, ...], ...], ...]:
    found = []
    for key, word in (("d.overdue", "逾期"), ("d.tofill", "待补录")):
        for record in facts.figures[key].records:
            label = facts.records[record].label
            found.append(((Piece(text=label, figure=key),), (Piece(text=word, figure=key),)))
    return tuple(found)


def _own(name: str) -> Iterator[TextBlock]:
    for key, heading, prompt in OWN:
        if key == name:
            if heading:
                yield _heading(key, heading)
            yield TextBlock(
                key=f"own.{key}", kind=BlockKind.OWN, pieces=(Piece(text=f"【待编写】{prompt}"),)
            )


def _heading(key: str, text: str, level: int = 1) -> TextBlock:
    return TextBlock(
        key=f"heading.{key}", kind=BlockKind.HEADING, pieces=(Piece(text=text),), level=level
    )


def _sentence(key: str, *pieces: Piece | str) -> TextBlock:
    return TextBlock(
        key=key,
        kind=BlockKind.SENTENCE,
        pieces=tuple(Piece(text=p) if isinstance(p, str) else p for p in pieces),
    )


def _count(figure: Figure) -> Piece:
    return Piece(text=figure.text, figure=figure.key)


def _part(figure: Figure) -> Piece:
    return Piece(text=str(figure.part), figure=figure.key)


def _percent(figure: Figure) -> Piece:
    return Piece(text=figure.percent, figure=figure.key)


def _day(facts: Facts) -> str:
    year, month, day = (int(part) for part in facts.day.split("-"))
    return f"{year}年{month}月{day}日"


def _period(facts: Facts) -> str:
    return f"{facts.year}年度" if facts.kind is EvaluationKind.ANNUAL else f"截至{facts.year}年底"


def _due_in(facts: Facts) -> str:
    return f"{facts.year}年内" if facts.kind is EvaluationKind.ANNUAL else f"{facts.year}年底前"


def _year_words(facts: Facts) -> str:
    return _due_in(facts)
