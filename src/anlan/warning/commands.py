"""Verbs of warning on the command line: `warn cap validate`, `warn cap import`."""

import argparse
import json
import sys
import uuid
from pathlib import Path

from django.utils.translation import gettext as _

from anlan.base import clock
from anlan.base.actor import Actor
from anlan.base.documents.errors import NoSuchFile
from anlan.base.errors import NotFound
from anlan.base.identity import new_id
from anlan.base.parts import Command
from anlan.base.rules.labels import gettext_noop
from anlan.registers.models import ReportingUnit
from anlan.registers.rules.scope import PROGRAM
from anlan.warning.actions.receiving_cap import CapFile, import_cap
from anlan.warning.actions.signing import make_signing_key
from anlan.warning.queries.release import own_certificate
from anlan.warning.rules.cap.safety import LARGEST_BYTES
from anlan.warning.rules.cap.signing import read_certificate, subject_of
from anlan.warning.rules.cap.validating import CapValidation, validate_cap


class UnknownUnit(NotFound):
    message = gettext_noop(
        "There is no reporting unit {code}. The register of them has the codes."
    )


def _file_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="CAP 1.2 XML")


def _validate(options: argparse.Namespace) -> int:
    if not options.file.is_file():
        raise NoSuchFile(file=options.file)
    with options.file.open("rb") as file:
        validation = validate_cap(file.read(LARGEST_BYTES + 1))
    answer = validation.to_json()
    if options.json:
        print(json.dumps(answer, ensure_ascii=False))
    else:
        print(answer["verdict"], answer["format"])
    if not options.json or answer["verdict"] != "valid":
        _print_findings(validation)
    return 0 if answer["verdict"] == "valid" else 1


def _print_findings(validation: CapValidation) -> None:
    for finding in validation.findings:
        print(f"  {finding.rule} {finding.where}: {finding.note.text(_)}", file=sys.stderr)


def _import_options(parser: argparse.ArgumentParser) -> None:
    _file_option(parser)
    parser.add_argument("--unit", default="", help="code of the reporting unit that carries it on")


def _import(options: argparse.Namespace) -> int:
    """Exit code 0: the file is here, now or before; what is left open waits for a person."""
    if not options.file.is_file():
        raise NoSuchFile(file=options.file)
    with options.file.open("rb") as file:
        data = file.read(LARGEST_BYTES + 1)
    now = clock.now()
    result = import_cap(
        CapFile(name=options.file.name, data=data, received_at=now, unit=_unit(options.unit)),
        actor=Actor(account="program:command-line", scope=PROGRAM),
        now=now,
        request_id=new_id().hex,
        reason=options.file.name[:300],
    )
    if options.json:
        print(json.dumps(result, ensure_ascii=False))
    else:
        print(result["state"], "repeated" if result["is_repeated"] else "", result["id"])
    if result["left"] or result["rules"]:
        said = ", ".join([*result["rules"], *result["left"]])
        words = _("Left to a person, or worth a look, in the inbox of warnings: {codes}")
        print(words.format(codes=said), file=sys.stderr)
    return 0


def _no_options(parser: argparse.ArgumentParser) -> None:
    """Nothing to say."""


def _key(options: argparse.Namespace) -> int:
    """The certificate goes to stdout, so that it can be sent to others; that of an earlier key
    where there is one."""
    known = own_certificate()
    if known:
        subject = subject_of(read_certificate(known))
        print(json.dumps({"subject": subject, "certificate": known}) if options.json else known)
        return 0
    result = make_signing_key(
        actor=Actor(account="program:command-line", scope=PROGRAM),
        now=clock.now(),
        request_id=new_id().hex,
    )
    print(json.dumps(result, ensure_ascii=False) if options.json else result["certificate"])
    return 0


def _unit(code: str) -> uuid.UUID | None:
    if not code:
        return None
    key: uuid.UUID | None = (
        ReportingUnit.objects.filter(code=code).values_list("pk", flat=True).first()
    )
    if key is None:
        raise UnknownUnit(code=code)
    return key


COMMANDS = (
    Command(
        path=("warn", "cap", "validate"),
        help="whether a file is a valid CAP 1.2 message, and by which rules it is not",
        configure=_file_option,
        run=_validate,
        needs_database=False,
    ),
    Command(
        path=("warn", "cap", "import"),
        help="take a CAP 1.2 file into the inbox of warnings; what it leaves open waits there",
        configure=_import_options,
        run=_import,
    ),
    Command(
        path=("warn", "cap", "key"),
        help="make the key with which this instance signs CAP files; prints its certificate",
        configure=_no_options,
        run=_key,
    ),
)
