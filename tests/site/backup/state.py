"""Prints what an instance holds, as one line of JSON: rows by table, the pair of numbers, files,
and the rows of exercises."""

import hashlib
import json
import sqlite3
from contextlib import closing

import django

django.setup()

from django.conf import settings

from anlan.base.models import Dispatch
from anlan.base.worlds import forks
from anlan.registers.models import Body
from anlan.sensing.store import copying
from anlan.sensing.store.tables import TABLES
from anlan.site.backup import rows


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


tables = {model._meta.label_lower: "\n".join(rows.lines_of(model)) for model in rows.tables()}
tables |= {table: "\n".join(copying.lines_of(table)) for table in TABLES}
notes = sorted(Body.objects.filter(code__in=("water", "emergency")).values_list("note", flat=True))
files = {
    path.relative_to(settings.ANLAN_HOME).as_posix(): digest(path.read_bytes().hex())
    for folder in ("uploads", "attachments", "evidence")
    for path in sorted((settings.ANLAN_HOME / folder).rglob("*"))
    if path.is_file()
}
exercises = {}
for fork in forks.all_forks():
    with closing(sqlite3.connect(forks.path_of(fork))) as db:
        exercises[fork.name] = digest("\n".join(db.iterdump()))
state = {
    "digests": {label: digest(text) for label, text in tables.items()},
    "counts": {label: text.count("\n") + bool(text) for label, text in tables.items()},
    "notes": notes,
    "files": files,
    "exercises": exercises,
    "dispatches": Dispatch.objects.count(),
}
print(json.dumps(state))
