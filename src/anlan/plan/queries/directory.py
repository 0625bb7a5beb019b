"""What names can mean in notices of a unit: input of `rules.matching`."""

import uuid
from dataclasses import dataclass

from anlan.plan.models import NameMatch
from anlan.plan.rules.matching import Directory, KnownName, directory
from anlan.registers import queries as registers


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """Record ids behind the codes of a `Directory`."""

    known: Directory
    bodies: dict[str, uuid.UUID]
    groups: dict[str, uuid.UUID]


def targets_for(unit_code: str) -> Targets:
    """Everything that a printed name may mean in a notice issued by `unit_code`."""
    decided = NameMatch.objects.filter(unit__code=unit_code).select_related("body", "group")
    groups = registers.group_phrases()
    known = directory(
        unit=unit_code,
        names=[KnownName(**row) for row in registers.known_names()],
        groups={phrase: code for phrase, code, _ in groups},
        decided_bodies={m.printed_name: m.body.code for m in decided if m.body is not None},
        decided_groups={m.printed_name: m.group.code for m in decided if m.group is not None},
    )
    return Targets(
        known=known,
        bodies=registers.body_ids(),
        groups={code: key for _, code, key in groups},
    )
