"""Frozen facts for tests of rules: small, and complete."""

from anlan.plan.rules.evaluation.facts import (
    EvaluationKind,
    Facts,
    Figure,
    FrozenRecord,
    IndicatorFacts,
    ItemFacts,
)
from anlan.plan.rules.evaluation.skeleton import LAMP_WORDS, SECTIONS, STATES


def facts(kind: EvaluationKind = EvaluationKind.ANNUAL, done: int = 12) -> Facts:
    records = {f"d:{at}": FrozenRecord(label=f"成果{at}", url=f"/d/{at}/") for at in range(40)}
    keys = tuple(records)
    found = [
        Figure(key="d.all", label="列入统计的成果", part=40, records=keys),
        _share("d.done", done, 40, keys),
        _share("p.done", 3, 9, keys[:9]),
        _share("i.known", 0, 1, ()),
        _share("i.met", 0, 1, ()),
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
    )


def _share(key: str, part: int, whole: int, records: tuple[str, ...]) -> Figure:
    return Figure(key=key, label=f"标签{key}", part=part, whole=whole, records=records)


def _count(key: str, part: int, records: tuple[str, ...]) -> Figure:
    return Figure(key=key, label=f"标签{key}", part=part, records=records[:part])
