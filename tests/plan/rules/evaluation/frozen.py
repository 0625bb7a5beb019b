"""Frozen facts for tests of rules: small, and complete."""

from anlan.plan.rules.evaluation.facts import (
    EvaluationKind,
    Facts,
    Figure,
    FrozenRecord,
    IndicatorFacts,
    ItemFacts,
    StatementFacts,
    SubGoalFacts,
)
from anlan.plan.rules.evaluation.skeleton import LAMP_WORDS, SECTIONS, STATES

GOAL = SubGoalFacts(
    key="I7",
    name="分项目标",
    composition="运安委〔2024〕3号",
    statements=(
        StatementFacts(
            number=1, text="甲", measures=("按期报告率：基线70%，冻结时80%",), improved=True
        ),
        StatementFacts(number=2, text="乙", missing="还没有度量"),
    ),
)


def facts(
    kind: EvaluationKind = EvaluationKind.ANNUAL,
    done: int = 12,
    subgoal: SubGoalFacts | None = GOAL,
) -> Facts:
    records = {f"d:{at}": FrozenRecord(label=f"成果{at}", url=f"/d/{at}/") for at in range(40)}
    keys = tuple(records)
    found = [
        Figure(key="d.all", label="列入统计的成果", part=40, records=keys),
        _share("d.done", done, 40, keys),
        _share("p.done", 3, 9, keys[:9]),
        _share("i.known", 0, 1, ()),
        _share("i.met", 0, 1, ()),
        _share("g.known", 1, 2, keys[:2]),
        _share("g.improved", 1, 2, keys[:2]),
        Figure(key="g.I7.1", label="I7 甲", said="有提升", records=keys[:1]),
        Figure(key="g.I7.2", label="I7 乙", said="无法判定", records=keys[1:2]),
        _share("v.proven", 0, 0, ()),
        _share("m.test", 1, 2, keys[:2]),
        *(_count(f"d.{state}", 2, keys) for state, _ in STATES[1:]),
        *(_count(key, 1, keys) for key in ("d.backfilled", "p.overdue", "items.all", "i.all")),
        *(_count(key, 1, keys) for key in ("o.all", "o.open", "v.visits", "i.I1")),
        *(_count(f"lamp.{lamp}", 1, keys) for lamp in LAMP_WORDS),
        *(_count(f"{kind_}.{state}", 1, keys) for kind_, _ in SECTIONS for state, _ in STATES),
        _share("item.T1.done", 1, 3, keys[:3]),
        *(_count(f"item.T1.{name}", 0, ()) for name in ("running", "overdue", "tofill", "late")),
        Figure(key="item.T1.lamp", label="T1的状态", said="无信息"),
    ]
    return Facts(
        kind=kind,
        year=2025,
        frozen_at="2026-01-15T02:00:00+00:00",
        day="2026-01-15",
        notice_title="规划",
        notice_number="运政办函〔2023〕9号",
        issuer="应急局",
        figures={figure.key: figure for figure in found},
        records=records,
        items=(ItemFacts(key="T1", kind="task", heading="完善领导指挥体制", lamp="grey"),),
        indicators=(
            IndicatorFacts(key="I1", name="死亡人数", target="下降15%", missing=("死亡人数",)),
        ),
        measures=("m.test",),
        subgoal=subgoal,
    )


def _share(key: str, part: int, whole: int, records: tuple[str, ...]) -> Figure:
    return Figure(key=key, label=f"标签{key}", part=part, whole=whole, records=records)


def _count(key: str, part: int, records: tuple[str, ...]) -> Figure:
    return Figure(key=key, label=f"标签{key}", part=part, records=records[:part])
