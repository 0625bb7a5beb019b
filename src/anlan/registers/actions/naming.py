"""Names of bodies as the uploads look them up, and as a refusal shows them."""

from collections.abc import Iterable, Mapping

from anlan.base.keeping.merging import merged_keys
from anlan.registers import queries
from anlan.registers.models import Body, ReportingUnit
from anlan.registers.rules.body_name import NamedBody, NameIndex, index_names, plain


def name_index() -> NameIndex:
    """Every name of every body, and every spelling of a reporting unit."""
    entries = [
        NamedBody(
            name=row["name"],
            body=row["body"],
            unit=row["unit"],
            only_in_unit=row["only_in_unit"],
        )
        for row in queries.known_names()
    ]
    listed = {(entry.name, entry.body) for entry in entries}
    for body in Body.objects.exclude(pk__in=merged_keys(Body)).select_related("unit"):
        for name in (body.full_name, body.short_name):
            if (name, body.code) not in listed:
                entries.append(NamedBody(name=name, body=body.code, unit=body.unit.code))
    return index_names(entries, units_by_name())


def units_by_name() -> dict[str, str]:
    """Spelling → code of a unit, in plain form. 新绛 and 新绛县 are both the county."""
    spellings: dict[str, str] = {}
    for unit in ReportingUnit.objects.select_related("region"):
        for name in (unit.short_name, unit.name, unit.code, unit.region.code):
            spellings.setdefault(plain(name), unit.code)
    return spellings


def shown_bodies(codes: Iterable[str], bodies: Mapping[str, Body]) -> str:
    """Bodies as a refusal names them, each with its unit."""
    found = [bodies[code] for code in codes if code in bodies]
    return "、".join(f"{body.short_name}（{body.unit.short_name}）" for body in found) or "—"
