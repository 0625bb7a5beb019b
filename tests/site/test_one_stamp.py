"""The stamp of the instance is read in one place."""

import re

from tests.conftest import ROOT

READS = re.compile(r"InstanceStamp\.objects\S*\.(?:first|get|exists|values)")
KNOWN = {"base/instance_stamp.py", "site/instance.py"}
"""Who reads it, who claims a database."""


def test_nobody_else_reads_the_stamp() -> None:
    source = ROOT / "src" / "anlan"
    found = {
        path.relative_to(source).as_posix()
        for path in source.rglob("*.py")
        if "InstanceStamp" in path.read_text(encoding="utf-8")
        and "migrations" not in path.parts
        and "models" not in path.parts
    }
    assert found == KNOWN
    reading = {name for name in found if READS.search((source / name).read_text("utf-8"))}
    assert reading == {"base/instance_stamp.py"}
