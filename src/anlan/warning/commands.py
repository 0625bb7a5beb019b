"""Verbs of warning on the command line: `warn cap validate`."""

import argparse
import json
import sys
from pathlib import Path

from anlan.base.parts import Command
from anlan.warning.rules.cap.safety import LARGEST_BYTES
from anlan.warning.rules.cap.validating import CapValidation, validate_cap


def _file_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="CAP 1.2 XML")


def _validate(options: argparse.Namespace) -> int:
    if not options.file.is_file():
        print(f"no such file: {options.file}", file=sys.stderr)
        return 1
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
        print(f"  {finding.rule} {finding.where}: {finding.note.text()}", file=sys.stderr)


COMMANDS = (
    Command(
        path=("warn", "cap", "validate"),
        help="whether a file is a valid CAP 1.2 message, and by which rules it is not",
        configure=_file_option,
        run=_validate,
        needs_database=False,
    ),
)
