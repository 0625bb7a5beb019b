"""The facts of a notice as plain values, and precision and recall against a key."""

from anlan.plan.rules.notice.values import Clause, ParsedNotice


def facts_of(notice: ParsedNotice):
    return notice.document, [facts_of_clause(clause) for clause in notice.clauses]


def facts_of_clause(clause: Clause):
    return (
        clause.id,
        clause.kind,
        clause.number,
        clause.heading,
        clause.section,
        clause.deadline_years,
        clause.mode,
        clause.lead_units,
        clause.support_units,
        clause.open_ended,
        clause.indicator,
        clause.parent,
    )


def duties_of(clauses) -> set[tuple[str, str, str]]:
    found = set()
    for clause in clauses:
        found |= {(clause.id, "lead", unit) for unit in clause.lead_units}
        found |= {(clause.id, "support", unit) for unit in clause.support_units}
    return found


def duties_of_key(key: dict) -> set[tuple[str, str, str]]:
    return {
        (clause, role, unit)
        for clause, duty in key.items()
        for role in ("lead", "support")
        for unit in duty[role]
    }


def score(clauses, key: dict) -> tuple[float, float]:
    """Precision and recall over (clause, role, body)."""
    found, wanted = duties_of(clauses), duties_of_key(key)
    hits = len(found & wanted)
    return hits / len(found), hits / len(wanted)
