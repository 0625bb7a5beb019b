"""Verbs of the plan on the command line: `plan parse`, `import`, `status`, `report`."""

import argparse
import hashlib
import json
from pathlib import Path
from typing import Any

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.documents.errors import NoSuchFile
from anlan.base.documents.reader import read_document, refuse_size
from anlan.base.documents.secrecy import refuse_secret
from anlan.base.errors import Refused
from anlan.base.identity import new_id
from anlan.base.journal.content import plain_digest
from anlan.base.journal.sealing import seal
from anlan.base.papers.word import document_xml
from anlan.base.parts import Command
from anlan.base.rules.labels import gettext_noop
from anlan.base.screens.sheets import demonstration_mark
from anlan.base.worlds.past import as_of, day_of, end_of
from anlan.plan.actions.evaluating.freezing import open_evaluation
from anlan.plan.actions.importing import NoticeText, check_importable, import_notice
from anlan.plan.choices import KIND_CHOICES, NoticeSource
from anlan.plan.queries import items as plan_items
from anlan.plan.queries import overview
from anlan.plan.queries.evaluation.draft import draft_of, evaluations, paper_bytes
from anlan.plan.rules.evaluation.facts import EvaluationKind
from anlan.plan.rules.notice.parse import parse
from anlan.plan.rules.notice.values import ParsedNotice
from anlan.registers.rules.scope import PROGRAM


class NoNotice(Refused):
    code = "no-notice"
    status = 404
    message = gettext_noop("There is no notice yet. Read one in first: anlan plan import FILE")


OPERATOR = Actor(account="program:command-line", scope=PROGRAM)


def _file_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help=".txt, .docx or .pdf")


def _read(path: Path) -> tuple[str, str]:
    """(text, digest) of a file; refusals as on the screen."""
    refuse_size(path.stat().st_size)
    data = path.read_bytes()
    document = read_document(data, path.name)
    refuse_secret(document.text)
    return document.text, plain_digest(data)


def _parse(options: argparse.Namespace) -> int:
    if not options.file.is_file():
        raise NoSuchFile(file=options.file)
    text, _ = _read(options.file)
    parsed = parse(text)
    if options.json:
        print(json.dumps(parsed.to_json(), ensure_ascii=False))
    else:
        _print_parsed(parsed)
    return 0


def _print_parsed(parsed: ParsedNotice) -> None:
    head = parsed.document
    print(f"{head.number} {head.title}".strip())
    for clause in parsed.clauses:
        units = "、".join(clause.lead_units) or "—"
        others = "、".join(clause.support_units)
        print(f"{clause.id:<5} {clause.heading}  [{units}] {others}".rstrip())
    unread = parsed.coverage.chars - parsed.coverage.read
    print(f"{len(parsed.clauses)} clauses, {unread} of {parsed.coverage.chars} characters unread")
    for span in parsed.coverage.unread:
        print(f"  unread {span.start}-{span.end}: {span.text.strip()[:60]}")


def _import(options: argparse.Namespace) -> int:
    if not options.file.is_file():
        raise NoSuchFile(file=options.file)
    text, digest = _read(options.file)
    parsed = parse(text)
    check_importable(parsed)
    result = import_notice(
        NoticeText(
            parsed=parsed,
            text=text,
            source_kind=NoticeSource.FILE,
            file_name=options.file.name,
            file_digest=digest,
            is_draft=options.draft,
        ),
        actor=OPERATOR,
        now=clock.now(),
        request_id=new_id().hex,
        reason=options.reason,
    )
    if options.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        print(f"{result['clauses']} clauses, {result['unread_chars']} characters unread")
        if result["unmatched"]:
            print("not matched yet: " + "、".join(result["unmatched"]))
    return 0


def _import_options(parser: argparse.ArgumentParser) -> None:
    _file_option(parser)
    parser.add_argument("--reason", default="", help="why, kept in the journal")
    parser.add_argument("--draft", action="store_true", help="a new notice, not in force yet")


def _status_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--as-of", help="YYYY-MM-DD: as it was known at the end of that day")


def _status(options: argparse.Namespace) -> int:
    if not options.as_of:
        return _print_status(options)
    now = clock.now()
    seal(now)
    with as_of(end_of(day_of(options.as_of), now)):
        return _print_status(options)


def _print_status(options: argparse.Namespace) -> int:
    notice = plan_items.current_notice(PROGRAM)
    if notice is None:
        raise NoNotice
    edition = plan_items.edition_of(notice)
    found = overview.matrix(notice, clock.today())
    kinds: dict[str, int] = {}
    for kind in plan_items.items(PROGRAM).filter(notice=notice).values_list("kind", flat=True):
        kinds[kind] = kinds.get(kind, 0) + 1
    status: dict[str, Any] = {
        "notice": notice.number,
        "title": notice.title,
        "edition": notice.current_edition,
        "items": found.items,
        "kinds": {kind: kinds.get(kind, 0) for kind, _ in KIND_CHOICES},
        "bodies": len(found.rows),
        "open_names": found.open_names,
        "unread_chars": edition.chars - edition.chars_read,
    }
    if options.as_of:
        status["as_of"] = options.as_of
    if options.json:
        print(json.dumps(status, ensure_ascii=False))
    else:
        print("\n".join(f"{name}: {value}" for name, value in status.items()))
    return 0


def _report_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("kind", choices=[kind.value for kind in EvaluationKind])
    parser.add_argument("--year", type=int, required=True)
    parser.add_argument("-o", "--output", type=Path, required=True, metavar="FILE.docx")
    parser.add_argument("--base-url", default="", help="where links of the paper lead to")


def _report(options: argparse.Namespace) -> int:
    """The evaluation of that kind and year; opened over the figures of now when there is none."""
    notice = plan_items.current_notice(PROGRAM)
    if notice is None:
        raise NoNotice
    kind = EvaluationKind(options.kind)
    known = evaluations(PROGRAM).filter(notice=notice, kind=kind.value, year=options.year)
    row = known.first()
    is_new = row is None
    if row is None:
        open_evaluation(
            notice.pk,
            kind,
            options.year,
            actor=OPERATOR,
            now=clock.now(),
            request_id=new_id().hex,
        )
        row = known.get()
    draft = draft_of(row)
    content = paper_bytes(draft, mark=demonstration_mark(), base_url=options.base_url)
    options.output.write_bytes(content)
    said = {
        "file": str(options.output),
        "title": row.title,
        "state": row.state,
        "opened": is_new,
        "edition": draft.edition.number,
        "frozen_at": draft.facts.frozen_at,
        "digest": draft.edition.digest,
        "document_sha256": hashlib.sha256(document_xml(content)).hexdigest(),
        "findings": len(draft.findings),
    }
    if options.json:
        print(json.dumps(said, ensure_ascii=False))
    else:
        print("\n".join(f"{name}: {value}" for name, value in said.items()))
    return 0


COMMANDS = (
    Command(
        path=("plan", "report"),
        help="write an evaluation as .docx",
        configure=_report_options,
        run=_report,
    ),
    Command(
        path=("plan", "parse"),
        help="read a notice and print what it says",
        configure=_file_option,
        run=_parse,
        needs_database=False,
    ),
    Command(
        path=("plan", "import"),
        help="read a notice into the plan",
        configure=_import_options,
        run=_import,
    ),
    Command(
        path=("plan", "status"),
        help="what the plan holds",
        configure=_status_options,
        run=_status,
    ),
)
