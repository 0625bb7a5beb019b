"""Sections of a notice as a tree that opens and folds, with the items below them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.urls import reverse

from anlan.plan.models import PlanItem
from anlan.plan.queries.overview import SectionLine
from anlan.plan.screens.common import item_url, with_query, years_text


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """An item in the tree."""

    item: PlanItem
    url: str
    leads: str
    years: str


@dataclass(slots=True, kw_only=True)
class Branch:
    """A heading, what stands below it, and how many items that is in all."""

    title: str
    url: str = ""
    count: int = 0
    leaves: list[Leaf] = field(default_factory=list)
    by_title: dict[str, "Branch"] = field(default_factory=dict)

    @property
    def branches(self) -> list["Branch"]:
        return list(self.by_title.values())


def tree_of(
    lines: Sequence[SectionLine], leads: Mapping[uuid.UUID, Sequence[str]], notice: str
) -> list[Branch]:
    """Headings nested as printed. A section of a large notice links to its filtered list."""
    root = Branch(title="")
    for line in lines:
        branch = root
        for part in line.section.split(" / "):
            branch = _below(branch, part)
            branch.count += line.count
        branch.leaves = _leaves(line.items, leads)
        branch.url = with_query(reverse("plan-items"), notice=notice, section=line.section)
    return root.branches


def _below(branch: Branch, title: str) -> Branch:
    known = branch.by_title.get(title)
    if known is None:
        known = branch.by_title[title] = Branch(title=title)
    return known


def _leaves(items: Sequence[PlanItem], leads: Mapping[uuid.UUID, Sequence[str]]) -> list[Leaf]:
    return [
        Leaf(
            item=item,
            url=item_url(item),
            leads="、".join(leads.get(item.id, ())),
            years=years_text(item.deadline_years),
        )
        for item in items
    ]
