"""One thing that is wrong, or worth a look, in a message.

Source: `data/cap_rules.toml`, where every rule has its section, trust and weight.
"""

from dataclasses import dataclass
from functools import lru_cache

from anlan.base.rules.message import Message
from anlan.base.rules.verdict import Reason, SourceStatus, pairs
from anlan.warning.rules.thresholds.source import read_table

TABLE = "cap_rules"
ERROR = "error"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`rule` is an id of the table, `where` the path of the element."""

    rule: str
    where: str
    note: Message

    def __post_init__(self) -> None:
        if self.rule not in read_table(TABLE)["rules"]:
            raise ValueError(f"{self.rule} is not a rule of the table")

    @property
    def is_error(self) -> bool:
        return bool(read_table(TABLE)["rules"][self.rule]["weight"] == ERROR)

    def reason(self) -> Reason:
        return _reason(self.rule, self.where, self.note)


def _reason(rule: str, where: str, note: Message) -> Reason:
    table = read_table(TABLE)
    row = table["rules"][rule]
    return Reason(
        rule=rule,
        source=table["source"],
        article=row["article"],
        edition=table["edition"],
        status=SourceStatus(row["status"]),
        inputs=pairs(where=where),
        note=note,
        details=pairs(weight=row["weight"]),
    )


@lru_cache(maxsize=1)
def rule_ids() -> tuple[str, ...]:
    """Every id that a finding may carry."""
    return tuple(read_table(TABLE)["rules"])
