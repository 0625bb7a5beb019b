"""parse: seconds to read the seed notice, and how the cost of a clause grows with the notice.

Peer, for context only: a regular expression that splits lines and takes `（X牵头，Y负责）`. It
reads no headings, years, targets, modes or coverage, and stands here to say how much of the time
the language itself takes.
"""

import os
import re
import sys
import tempfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from anlan.plan.rules.notice.parse import parse
from anlan.plan.rules.notice.values import Kind
from bench.rig.made_notice import lead_of_text, made_text
from bench.rig.measure import Target, at_most, interleaved
from bench.rig.run import CHECKOUT, BenchFailed, require, say, start

FULL = {"seed_rounds": 15, "clauses": [1_000, 3_000, 10_000], "rounds": 3}
SMALL = {"seed_rounds": 1, "clauses": [10, 30], "rounds": 1}
SEED_S = 0.2
GROWTH = 1.3
"""Cost of a clause, longest notice over shortest: above this it is not linear."""
SEED_CLAUSES = 60
PUBLISHED = CHECKOUT.parent / "shared/data/plan-documents/yuncheng-14th-fyp-rules.txt"
PROFILE = CHECKOUT / "profiles" / "yuncheng"
BRACKET = re.compile(r"（([^（）]*?)牵头，([^（）]*?)(?:按职责分工)?负责）")


def measure(sizes: dict[str, Any]) -> dict[str, Any]:
    return {
        "seed": _seed(sizes["seed_rounds"]),
        "growth": {style: _growth(sizes, style) for style in ("brackets", "labels")},
    }


def judge(figures: dict[str, Any]) -> Sequence[Target]:
    seeds = [
        at_most(f"seed, {name}, seconds", found["seconds"].median, SEED_S)
        for name, found in figures["seed"].items()
        if "seconds" in found
    ]
    growth = [
        at_most(f"growth with {name}, cost of a clause", found["cost_ratio"], GROWTH)
        for name, found in figures["growth"].items()
    ]
    return seeds + growth


def _seed(rounds: int) -> dict[str, Any]:
    texts = {"rendered": _rendered()}
    if PUBLISHED.exists():
        texts["published"] = PUBLISHED.read_text(encoding="utf-8")
    found: dict[str, Any] = {}
    for name, text in texts.items():
        parsed = parse(text)
        named = [clause for clause in parsed.clauses if clause.kind is not Kind.CLAUSE]
        require(f"{name} seed: clauses", len(named), SEED_CLAUSES)
        seconds = interleaved({name: partial(parse, text)}, rounds)[name]
        found[name] = {"characters": len(text), "clauses": len(parsed.clauses), "seconds": seconds}
    if "published" not in found:
        found["published"] = {"not_run": f"{PUBLISHED} is not on this machine"}
    return found


def _rendered() -> str:
    """The notice of the profile as text: what every clone can measure."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.site.settings")
    with tempfile.TemporaryDirectory(prefix="anlan-bench-") as home:
        os.environ["ANLAN_HOME"] = home
        import django

        django.setup()
        from anlan.base.profile import Profile
        from anlan.plan.actions.facts import facts_of
        from anlan.plan.rules.notice.render import render

        profile = Profile(folder=PROFILE, build_folder=Path(home))
        return render(facts_of(profile.table(profile.meta["files"]["notices"][0])))


def _growth(sizes: dict[str, Any], style: str) -> dict[str, Any]:
    say(f"parse: made notices with {style}")
    texts = {clauses: made_text(clauses, style=style) for clauses in sizes["clauses"]}
    for clauses, text in texts.items():
        _check(clauses, text)
    sides = {str(clauses): partial(parse, text) for clauses, text in texts.items()}
    if style == "brackets":
        longest = texts[max(texts)]
        sides["peer"] = partial(plain_split, longest)
    seconds = interleaved(sides, sizes["rounds"])
    cost = {clauses: seconds[str(clauses)].median / clauses for clauses in texts}
    found: dict[str, Any] = {"seconds": seconds, "seconds_a_clause": cost}
    found["cost_ratio"] = cost[max(cost)] / cost[min(cost)]
    if style == "brackets":
        found["plain_splitter_ratio"] = seconds[str(max(texts))].median / seconds["peer"].median
    return found


def _check(clauses: int, text: str) -> None:
    parsed = parse(text)
    expected = [(lead_of_text(position),) for position in range(clauses)]
    if [clause.lead_units for clause in parsed.clauses] != expected:
        raise BenchFailed(f"{clauses} made clauses: other leads than were printed")
    require("characters left unread", parsed.coverage.chars - parsed.coverage.read, 0)
    if BRACKET.search(text):
        require("peer: leads", [row[0] for row in plain_split(text)], [e[0] for e in expected])


def plain_split(text: str) -> list[tuple[str, list[str]]]:
    """The peer: (lead, others) of each line that has a bracket."""
    found = (BRACKET.search(line) for line in text.splitlines())
    return [(match[1], match[2].split("、")) for match in found if match]


if __name__ == "__main__":
    sys.exit(start("parse", sizes=FULL, small=SMALL, measure=measure, judge=judge))
