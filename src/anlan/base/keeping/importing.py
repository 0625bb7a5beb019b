"""Import of a register from a file: the dry run, and the import as one journal entry."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from import_export.results import Result

from anlan.base.actor import Actor
from anlan.base.admin_resource import Writer
from anlan.base.errors import Invalid
from anlan.base.journal.recording import Recording
from anlan.base.keeping.declared import Keeping
from anlan.base.keeping.intake import REFUSED, Intake, RowOutcome, intake_for
from anlan.base.keeping.upload import Upload, dataset_of, recognised
from anlan.base.models import ColumnMapping
from anlan.base.rules.labels import gettext_noop


class RowsRefused(Invalid):
    code = "rows-refused"
    message = gettext_noop(
        "Nothing was imported: {count} rows were refused. Correct them in the file, or say that "
        "they are to be left out."
    )


class ImportRefused(Invalid):
    code = "import-refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a file is to be read. `mapping`: place of a column → its name."""

    upload: Upload
    mapping: Mapping[int, str]
    clears: bool = False
    left_out: frozenset[int] = frozenset()

    def without_left_out(self) -> Upload:
        lines = tuple(line for line in self.upload.lines if line[0] not in self.left_out)
        return Upload(heads=self.upload.heads, lines=lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class DryRun:
    """What would happen to each line. `seen` binds an import to what was looked at."""

    outcomes: tuple[RowOutcome, ...]
    seen: str
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def refused(self) -> list[RowOutcome]:
        return [line for line in self.outcomes if line.outcome == REFUSED]

    @property
    def kept_cells(self) -> int:
        return sum(len(line.kept) for line in self.outcomes)

    @property
    def writes(self) -> bool:
        return any(self.counts[name] for name in ("new", "changed"))


def offered_mapping(upload: Upload, keeping: Keeping) -> dict[int, str]:
    """What the columns meant when such a file came last, else what their heads say."""
    kept = ColumnMapping.objects.filter(register=keeping.label, heads=upload.digest).first()
    if kept is None:
        return recognised(upload, keeping)
    known = {*keeping.file_columns, "version"}
    return {place: name for place, name in enumerate(kept.columns) if name in known}


def dry_run(keeping: Keeping, reading: Reading, *, actor: Actor, now: dt.datetime) -> DryRun:
    """The import without its traces. Raises what is wrong with the file as a whole."""
    keeping.require(actor)
    intake, result = _run(keeping, reading, Writer(actor=actor, now=now), dry=True)
    return _found(intake, result)


def take(
    keeping: Keeping,
    reading: Reading,
    *,
    seen: str,
    actor: Actor,
    now: dt.datetime,
    request_id: str,
    reason: str,
) -> dict[str, int]:
    """All rows as one entry, or none. Returns how many were new and changed; a file that says
    what is saved already writes nothing."""
    keeping.require(actor)
    writer = Writer(actor=actor, now=now, request_id=request_id, reason=reason, seen=seen)
    intake, result = _run(keeping, reading, writer, dry=False)
    if not intake.outcomes and not result.has_errors():
        return {"new": result.totals["new"], "changed": result.totals["update"]}
    found = _found(intake, result)
    if found.refused:
        raise RowsRefused(count=len(found.refused))
    return {"new": found.counts["new"], "changed": found.counts["changed"]}


def _run(
    keeping: Keeping, reading: Reading, writer: Writer, *, dry: bool
) -> tuple[Intake, Result]:
    upload = reading.without_left_out()
    data = dataset_of(upload, reading.mapping, keeping)
    numbers = [number for number, _cells in upload.lines]
    intake = intake_for(keeping, writer=writer, clears=reading.clears, numbers=numbers)

    def remember(rec: Recording) -> None:
        if rec.images:
            _remember(rec, keeping, reading)

    intake.beside_rows = remember  # type: ignore[method-assign]
    return intake, intake.import_data(data, dry_run=dry)


def _found(intake: Intake, result: Result) -> DryRun:
    if result.base_errors:
        raise ImportRefused(
            "{reason}", reason=" ".join(str(error.error) for error in result.base_errors)
        )
    counts = Counter(line.outcome for line in intake.outcomes)
    return DryRun(outcomes=tuple(intake.outcomes), seen=intake.seen(), counts=counts)


def _remember(rec: Recording, keeping: Keeping, reading: Reading) -> None:
    """Only what the heads do not say by themselves."""
    upload = reading.upload
    columns = [reading.mapping.get(place, "") for place in range(len(upload.heads))]
    kept = ColumnMapping.objects.filter(register=keeping.label, heads=upload.digest).first()
    if kept is None:
        if dict(reading.mapping) != recognised(upload, keeping):
            heads = upload.digest
            rec.add(ColumnMapping(register=keeping.label, heads=heads, columns=columns))
        return
    row = rec.lock(ColumnMapping, kept.pk)
    row.columns = columns
    rec.save(row)
