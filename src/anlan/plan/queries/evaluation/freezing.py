"""The facts of an evaluation as they are known now, read once to be frozen."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext

from anlan.base.city_language import city_language
from anlan.base.clock import CITY_ZONE
from anlan.base.parts import registry
from anlan.base.rules.due.state import DueState
from anlan.plan.models import (
    Assignment,
    Deliverable,
    Inspection,
    Notice,
    Obstacle,
    PlanItem,
    Problem,
)
from anlan.plan.queries.evaluation.indicators import readings
from anlan.plan.queries.evaluation.subgoal import subgoal_facts
from anlan.plan.queries.loop.bearers import live_from
from anlan.plan.queries.loop.progress import WAITING, board, with_state
from anlan.plan.rules.evaluation.facts import (
    EvaluationKind,
    Facts,
    Figure,
    FrozenRecord,
    IndicatorFacts,
    ItemFacts,
    SubGoalFacts,
)
from anlan.plan.rules.evaluation.skeleton import LAMP_WORDS, SECTIONS, STATES
from anlan.plan.rules.evaluation.subgoal import JUDGED_WORDS
from anlan.plan.rules.loop.assignment import AssignmentState
from anlan.plan.rules.loop.deliverable import DeliverableState

S = DeliverableState
GROUPS: dict[str, tuple[DeliverableState, ...]] = {
    "done": (S.FINISHED, S.BACK_FILLED),
    "running": (S.IN_PROGRESS, S.UNDER_REVIEW),
    "overdue": (S.OVERDUE,),
    "tofill": (S.TO_BACK_FILL,),
    "notdue": (S.NOT_DUE,),
    "noday": (S.NO_DAY,),
}
"""Groups of states under which a paper counts deliverables."""


@dataclass(slots=True, kw_only=True)
class _Gathering:
    """Figures and records on their way into a frozen value."""

    figures: dict[str, Figure] = field(default_factory=dict)
    records: dict[str, FrozenRecord] = field(default_factory=dict)

    def count(self, key: str, label: str, keys: Iterable[str]) -> None:
        kept = tuple(keys)
        self.figures[key] = Figure(key=key, label=label, part=len(kept), records=kept)

    def share(self, key: str, label: str, part: Iterable[str], whole: Iterable[str]) -> None:
        """The records of a share are all of the whole, those that count first."""
        counted = tuple(part)
        others = tuple(k for k in whole if k not in set(counted))
        self.figures[key] = Figure(
            key=key,
            label=label,
            part=len(counted),
            whole=len(counted) + len(others),
            records=(*counted, *others),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    key: str
    item: str
    kind: str
    state: DeliverableState
    due_on: dt.date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Of what an evaluation is made."""

    notice: Notice
    kind: EvaluationKind
    year: int
    issuer: str


def facts_now(wanted: Wanted, scope: Any, now: dt.datetime) -> Facts:
    """Everything an evaluation says, as it is known at `now`; in the language of the city."""
    with city_language():
        return _facts(wanted, scope, now)


def _facts(wanted: Wanted, scope: Any, now: dt.datetime) -> Facts:
    day = now.astimezone(CITY_ZONE).date()
    found = _Gathering()
    items = list(
        PlanItem.objects.filter(notice=wanted.notice, is_dropped=False)
        .order_by("position")
        .defer("text", "as_read")
    )
    shown = _items(wanted.notice, items, now)
    _deliverables(found, wanted, shown, now)
    _item_figures(found, shown, items, now)
    _others(found, wanted, scope, now)
    known = readings(wanted.notice, wanted.year, now)
    _indicator_figures(found, known, day)
    goal = subgoal_facts(wanted.notice, now)
    if goal is not None:
        _subgoal_figures(found, wanted.notice, goal, day)
    return Facts(
        kind=wanted.kind,
        year=wanted.year,
        frozen_at=now.astimezone(dt.UTC).isoformat(),
        day=day.isoformat(),
        notice_title=wanted.notice.title,
        notice_number=wanted.notice.number,
        issuer=wanted.issuer,
        figures=found.figures,
        records=found.records,
        items=shown,
        indicators=tuple(facts for _, facts in known),
        measures=_measures(found, scope, now),
        subgoal=goal,
    )


def _items(notice: Notice, items: list[PlanItem], now: dt.datetime) -> tuple[ItemFacts, ...]:
    """Items with a lamp: those of the sections; market-driven ones have none."""
    lamps = board(notice, now, by_item=True, since=live_from(notice.unit_id))
    kinds = {kind for kind, _ in SECTIONS}
    found = []
    for item in items:
        lamp = lamps.lamp_of(item.key)
        if item.kind in kinds and lamp is not None:
            found.append(
                ItemFacts(key=item.key, kind=item.kind, heading=item.heading, lamp=lamp.value)
            )
    return tuple(found)


def _deliverables(
    found: _Gathering, wanted: Wanted, shown: tuple[ItemFacts, ...], now: dt.datetime
) -> None:
    rows = list(_rows(found, wanted.notice, now))
    all_keys = [row.key for row in rows]
    found.count("d.all", "列入统计的成果", all_keys)
    found.share("d.done", "已完成的成果", _in(rows, *GROUPS["done"]), all_keys)
    found.count("d.backfilled", "补录完成的成果", _in(rows, S.BACK_FILLED))
    for state, word in STATES[1:]:
        found.count(f"d.{state}", f"{word}的成果", _in(rows, *GROUPS[state]))
    in_period = [row for row in rows if _is_in_period(row, wanted)]
    found.share(
        "p.done",
        "期限在评估期内且已完成的成果",
        _in(in_period, *GROUPS["done"]),
        [row.key for row in in_period],
    )
    found.count("p.overdue", "期限在评估期内且逾期的成果", _in(in_period, S.OVERDUE))
    for kind, heading in SECTIONS:
        of_kind = [row for row in rows if row.kind == kind]
        for state, word in STATES:
            label = f"{heading.removesuffix('进展')}{word}的成果"
            found.count(f"{kind}.{state}", label, _in(of_kind, *GROUPS[state]))
    for item in shown:
        own = [row for row in rows if row.item == item.key]
        _of_item(found, item, own)


def _of_item(found: _Gathering, item: ItemFacts, own: list[_Row]) -> None:
    name = f"item.{item.key}"
    done = _in(own, *GROUPS["done"])
    found.share(f"{name}.done", f"{item.key}已完成的成果", done, [row.key for row in own])
    for state, word in STATES[1:]:
        found.count(f"{name}.{state}", f"{item.key}{word}的成果", _in(own, *GROUPS[state]))


def _rows(found: _Gathering, notice: Notice, now: dt.datetime) -> Iterable[_Row]:
    asked = Deliverable.objects.filter(
        item__notice=notice, item__is_dropped=False, withdrawn_at__isnull=True
    )
    rows = with_state(asked, now, live_from(notice.unit_id)).select_related("item", "body")
    day = now.astimezone(CITY_ZONE).date().isoformat()
    for row in rows.order_by("item__position", "position", "pk"):
        key, state = f"deliverable:{row.pk}", S(row.state)
        page = reverse("plan-item", args=[notice.pk, row.item.key])
        who = f"（{row.body.short_name}）" if row.body is not None else ""
        found.records[key] = FrozenRecord(
            label=f"{row.item.key} {row.text}{who}",
            url=f"{page}?as_of={day}&tab=deliverables",
            state=gettext(state.label),
        )
        yield _Row(key=key, item=row.item.key, kind=row.item.kind, state=state, due_on=row.due_on)


def _in(rows: list[_Row], *states: DeliverableState) -> list[str]:
    return [row.key for row in rows if row.state in states]


def _is_in_period(row: _Row, wanted: Wanted) -> bool:
    """Due in the year of an annual analysis, or up to the end of the year of an evaluation."""
    if row.due_on is None:
        return False
    if wanted.kind is EvaluationKind.ANNUAL:
        return row.due_on.year == wanted.year
    return row.due_on.year <= wanted.year


def _item_figures(
    found: _Gathering, shown: tuple[ItemFacts, ...], items: list[PlanItem], now: dt.datetime
) -> None:
    day = now.astimezone(CITY_ZONE).date()
    by_key = {item.key: item for item in items}
    for item in shown:
        page = reverse("plan-item", args=[by_key[item.key].notice_id, item.key])
        found.records[f"item:{item.key}"] = FrozenRecord(
            label=f"{item.key} {item.heading}",
            url=f"{page}?as_of={day.isoformat()}",
            state=LAMP_WORDS[item.lamp],
        )
    _tasks(found, shown, by_key, now)
    found.count("items.all", "纳入统计的条目", (f"item:{item.key}" for item in shown))
    for lamp, word in LAMP_WORDS.items():
        keys = (f"item:{item.key}" for item in shown if item.lamp == lamp)
        found.count(f"lamp.{lamp}", f"状态为{word}的条目", keys)


def _tasks(
    found: _Gathering,
    shown: tuple[ItemFacts, ...],
    by_key: dict[str, PlanItem],
    now: dt.datetime,
) -> None:
    """Signed assignments past their day: they turn the lamp of an item as deliverables do."""
    late: dict[str, list[str]] = {}
    rows = Assignment.objects.filter(
        item__in=[item.pk for item in by_key.values()],
        state=AssignmentState.SIGNED.value,
        due__state=DueState.RUNNING.value,
        due__due_at__lt=now,
    )
    for row in rows.select_related("item", "unit", "body", "post").order_by("pk"):
        late.setdefault(row.item.key, []).append(_keep(found, "task", row, "plan-assignment"))
    for item in shown:
        name, own = f"item.{item.key}", late.get(item.key, [])
        found.count(f"{name}.late", f"{item.key}逾期的已签领任务", own)
        found.figures[f"{name}.lamp"] = Figure(
            key=f"{name}.lamp",
            label=f"{item.key}的状态",
            said=LAMP_WORDS[item.lamp],
            records=(f"item:{item.key}", *own),
        )


def _indicator_figures(
    found: _Gathering, known: list[tuple[PlanItem, IndicatorFacts]], day: dt.date
) -> None:
    for item, facts in known:
        page = reverse("plan-indicator", args=[item.key])
        key = f"indicator:{facts.key}"
        found.records[key] = FrozenRecord(
            label=f"{facts.key} {facts.name}",
            url=f"{page}?notice={item.notice_id}&as_of={day.isoformat()}",
            state=facts.value or "无法判定",
        )
        found.figures[f"i.{facts.key}"] = Figure(
            key=f"i.{facts.key}",
            label=f"{facts.key} {facts.name}",
            said=facts.value or facts.target,
            records=(key,),
        )
    keys = {facts.key: f"indicator:{facts.key}" for _, facts in known}
    found.count("i.all", "核心指标", keys.values())
    known_ones = [facts for _, facts in known if facts.met is not None]
    found.share("i.known", "可以判定的指标", (keys[f.key] for f in known_ones), keys.values())
    met = (keys[f.key] for f in known_ones if f.met)
    found.share("i.met", "达到目标的指标", met, keys.values())


def _subgoal_figures(found: _Gathering, notice: Notice, goal: SubGoalFacts, day: dt.date) -> None:
    """Each statement is a record of its own; its page shows the measures and baselines."""
    page = f"{reverse('plan-indicator', args=[goal.key])}?notice={notice.pk}"
    keys = {}
    for each in goal.statements:
        keys[each.number] = key = f"statement:{each.number}"
        found.records[key] = FrozenRecord(
            label=f"{goal.key} {each.text or each.number}",
            url=f"{page}&as_of={day.isoformat()}",
            state=JUDGED_WORDS[each.improved],
        )
        found.figures[f"g.{goal.key}.{each.number}"] = Figure(
            key=f"g.{goal.key}.{each.number}",
            label=f"{goal.key} {each.text}",
            said=JUDGED_WORDS[each.improved],
            records=(key,),
        )
    known = [keys[each.number] for each in goal.statements if each.improved is not None]
    found.share("g.known", "可以判定的分项目标表述", known, keys.values())
    if goal.improved is not None:
        better = [keys[each.number] for each in goal.statements if each.improved]
        found.share("g.improved", "有提升的分项目标表述", better, keys.values())


def _others(found: _Gathering, wanted: Wanted, scope: Any, now: dt.datetime) -> None:
    last = min(dt.date(wanted.year, 12, 31), now.astimezone(CITY_ZONE).date())
    is_annual = wanted.kind is EvaluationKind.ANNUAL
    first = dt.date(wanted.year, 1, 1) if is_annual else dt.date.min
    obstacles = Obstacle.objects.visible_to(scope).filter(item__notice=wanted.notice)
    asked = list(obstacles.select_related("item", "body").order_by("raised_at", "pk"))
    all_keys = [_keep(found, "obstacle", row, "plan-obstacle") for row in asked]
    waiting = [f"obstacle:{row.pk}" for row in asked if row.state in WAITING]
    found.count("o.all", "提请协调事项", all_keys)
    found.count("o.open", "尚未办结的协调事项", waiting)
    visits: QuerySet[Inspection] = Inspection.objects.visible_to(scope).filter(
        notice=wanted.notice, inspected_on__range=(first, last)
    )
    seen = list(visits.select_related("body").order_by("inspected_on", "pk"))
    found.count(
        "v.visits", "现场检查", [_keep(found, "visit", row, "plan-inspection") for row in seen]
    )
    problems = list(
        Problem.objects.visible_to(scope).filter(inspection__in=seen).order_by("found_on", "pk")
    )
    of_visits = [_keep(found, "problem", row, "plan-problem") for row in problems]
    proven = [f"problem:{row.pk}" for row in problems if row.proven_on is not None]
    found.share("v.proven", "整改成效已经证实的问题", proven, of_visits)


def _keep(found: _Gathering, name: str, row: Any, page: str) -> str:
    key = f"{name}:{row.pk}"
    state = row.get_state_display() if hasattr(row, "get_state_display") else ""
    found.records[key] = FrozenRecord(
        label=str(row), url=reverse(page, args=[row.pk]), state=str(state)
    )
    return key


def _measures(found: _Gathering, scope: Any, now: dt.datetime) -> tuple[str, ...]:
    """Every measure of every stage; the proofs are its records."""
    keys = []
    for measure in registry.measures():
        name = f"m.{measure.name}"
        proofs = list(measure.evidence(scope, now))
        counted, others = [], []
        for place, proof in enumerate(proofs):
            key = f"{name}:{place}"
            found.records[key] = FrozenRecord(label=proof.label, url=proof.url, state=proof.why)
            (counted if proof.counts else others).append(key)
        found.share(name, gettext(measure.label), counted, [*counted, *others])
        keys.append(name)
    return tuple(keys)
