"""Frozen facts of an evaluation: figures with the records they count, as a value and as JSON.

House rule: a figure is frozen with numerator, denominator and keys of its records; a share of
nothing is not determinable and never 0 %. `forms` are the ways in which a figure may be printed,
so that a number in a sentence can be held against it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from anlan.base.rules.labels import gettext_noop

FORMAT: Final = 1
NOT_DETERMINABLE: Final = "无法判定"


class EvaluationKind(StrEnum):
    ANNUAL = "annual"
    MIDTERM = "midterm"
    FINAL = "final"

    @property
    def label(self) -> str:
        return KIND_LABELS[self]


KIND_LABELS: Final = {
    EvaluationKind.ANNUAL: gettext_noop("annual monitoring analysis"),
    EvaluationKind.MIDTERM: gettext_noop("mid-term evaluation"),
    EvaluationKind.FINAL: gettext_noop("final evaluation"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """`whole` is None for a plain count; `said` is a printed value that is no count, e.g. a
    target; `records` are keys of frozen records."""

    key: str
    label: str
    part: int = 0
    whole: int | None = None
    said: str = ""
    records: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return self.said or str(self.part)

    @property
    def percent(self) -> str:
        if not self.whole:
            return NOT_DETERMINABLE
        return f"{100 * self.part / self.whole:.1f}%"

    @property
    def shown(self) -> str:
        """For a list of evidence: 12/40（30.0%）, 12, or the printed value."""
        if self.whole is None:
            return self.text
        return f"{self.part}/{self.whole}（{self.percent}）"

    @property
    def forms(self) -> tuple[str, ...]:
        if self.said:
            return (self.said, self.said.rstrip("%"))
        if self.whole is None:
            return (str(self.part),)
        whole_percent = self.percent.replace(".0%", "%") if self._is_exact else self.percent
        return (str(self.part), self.percent, whole_percent, str(self.whole))

    @property
    def _is_exact(self) -> bool:
        """A share in whole per cent: 30% says as much as 30.0%."""
        return bool(self.whole) and 100 * self.part % (self.whole or 1) == 0

    @property
    def is_short(self) -> bool:
        """A share that is not whole, or cannot be determined: "all" contradicts it."""
        return self.whole is not None and (self.whole == 0 or self.part < self.whole)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenRecord:
    """A record as it was: what it is called, its page at that instant, how it stood."""

    label: str
    url: str
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    key: str
    kind: str
    heading: str
    lamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorFacts:
    """`value` is empty while it is not determinable; `missing` says what is missing then."""

    key: str
    name: str
    target: str
    base: str = ""
    value: str = ""
    progress: str = ""
    met: bool | None = None
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementFacts:
    """A statement of the sub-goal: the measures that stand for it as printed, its judgement,
    what is missing to determine it."""

    number: int
    text: str
    measures: tuple[str, ...] = ()
    improved: bool | None = None
    missing: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SubGoalFacts:
    """`composition` is the paper by which measures stand for statements, empty without one;
    `improved` is None while a statement is not determined."""

    key: str
    name: str
    composition: str
    statements: tuple[StatementFacts, ...]
    improved: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`subgoal` is None for a notice without one, and in editions frozen before it was read."""

    kind: EvaluationKind
    year: int
    frozen_at: str
    day: str
    notice_title: str
    notice_number: str
    issuer: str
    figures: Mapping[str, Figure]
    records: Mapping[str, FrozenRecord]
    items: tuple[ItemFacts, ...]
    indicators: tuple[IndicatorFacts, ...]
    measures: tuple[str, ...]
    subgoal: SubGoalFacts | None = None

    def figure(self, key: str) -> Figure:
        return self.figures[key]

    def to_json(self) -> dict[str, Any]:
        found = asdict(self) | {"format": FORMAT, "kind": self.kind.value}
        found["figures"] = {key: asdict(figure) for key, figure in self.figures.items()}
        return found


def facts_from(said: Mapping[str, Any]) -> Facts:
    """The value again, from what `to_json` gave and a database kept."""
    figures = {
        key: Figure(**{**row, "records": tuple(row["records"])})
        for key, row in said["figures"].items()
    }
    indicators = tuple(
        IndicatorFacts(**{**row, "missing": tuple(row["missing"])}) for row in said["indicators"]
    )
    plain = ("year", "frozen_at", "day", "notice_title", "notice_number", "issuer")
    return Facts(
        kind=EvaluationKind(said["kind"]),
        figures=figures,
        records={key: FrozenRecord(**row) for key, row in said["records"].items()},
        items=tuple(ItemFacts(**row) for row in said["items"]),
        indicators=indicators,
        measures=tuple(said["measures"]),
        subgoal=_subgoal_from(said.get("subgoal")),
        **{name: said[name] for name in plain},
    )


def _subgoal_from(said: Mapping[str, Any] | None) -> SubGoalFacts | None:
    if said is None:
        return None
    statements = tuple(
        StatementFacts(**{**row, "measures": tuple(row["measures"])}) for row in said["statements"]
    )
    return SubGoalFacts(**{**said, "statements": statements})
