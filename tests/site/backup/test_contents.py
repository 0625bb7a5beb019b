"""Nothing is in or out of a backup by accident; what is in comes back on either engine."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps

from anlan.base.file_store import STORES
from anlan.site.backup import rows
from anlan.site.backup.contents import (
    FORGOTTEN,
    LEFT_FILES,
    LEFT_TABLES,
    TAKEN_APART,
    TAKEN_FOLDERS,
    TAKEN_TABLES,
)
from anlan.site.backup.making import LAST
from anlan.site.backup.restoring import OLD, READY
from tests.conftest import ROOT
from tests.site.backup.test_backup import PASSPHRASE, Instance, make

__all__ = ["make"]
SOURCE = ROOT / "src" / "anlan"
CONSTANTS = {"LAST": LAST, "READY": READY, "OLD": OLD, "folder": "uploads"}
PLACE = re.compile(r"(?:ANLAN_HOME\)?|\bhome) / (?:\"([^\"]+)\"|(\w+))")


def test_somebody_decided_on_every_table() -> None:
    """A new table fails here until it is named in `contents`: taken, or left out for a reason."""
    known = {m._meta.label_lower for m in apps.get_models(include_auto_created=True)}
    assert known == TAKEN_TABLES | set(LEFT_TABLES)
    assert not TAKEN_TABLES & set(LEFT_TABLES)
    assert {m._meta.label_lower for m in rows.tables()} == TAKEN_TABLES
    assert all(LEFT_TABLES.values())
    assert set(FORGOTTEN) <= set(LEFT_TABLES)


def test_no_taken_row_points_to_one_that_was_left_out() -> None:
    for model in rows.tables():
        for field in model._meta.concrete_fields:
            if field.related_model is not None:
                assert field.related_model._meta.label_lower in TAKEN_TABLES, field


def test_somebody_decided_on_every_folder() -> None:
    """Every place below ANLAN_HOME that the source names."""
    decided = {*TAKEN_FOLDERS, *TAKEN_APART, *LEFT_FILES}
    named = {store.folder for store in STORES}  # said once, by `store.folder`
    for path in SOURCE.rglob("*.py"):
        for text, constant in PLACE.findall(path.read_text(encoding="utf-8")):
            if constant not in ("store", "self"):
                named.add(text or CONSTANTS[constant])
    assert {*TAKEN_FOLDERS, "keys", "anchor", "anlan.sqlite3"} <= named
    assert named <= decided, named - decided


def everything(instance: Instance) -> dict[str, Any]:
    code, _, err = instance.run("tests.site.backup.everything", ANLAN_DEMO="1")
    assert code == 0, err
    return state_of(instance)


def state_of(instance: Instance) -> dict[str, Any]:
    code, out, err = instance.run("tests.site.backup.state", ANLAN_DEMO="1")
    assert code == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def carry(source: Instance, target: Instance, file: Path) -> None:
    """Back up one instance and restore it as another, keys included."""
    secret = {"ANLAN_DEMO": "1", "ANLAN_PASSPHRASE": PASSPHRASE}
    code, _, err = source.anlan("backup", str(file), "--keys", **secret)
    assert code == 0, err
    code, _, err = target.anlan("restore", str(file), "--keys", **secret)
    assert code == 0, err


def unmeasured(instance: Instance) -> set[str]:
    """Filled tables of which the server knows nothing, so that it would plan blindly."""
    code, out, err = instance.run_script(
        "import django; django.setup()\n"
        "from django.db import connection\n"
        "from anlan.site.backup import rows\n"
        "filled = {m._meta.db_table for m in rows.tables() if m._default_manager.exists()}\n"
        "with connection.cursor() as cursor:\n"
        '    cursor.execute("SELECT DISTINCT tablename FROM pg_stats")\n'
        "    known = {name for name, in cursor.fetchall()}\n"
        "assert filled\n"
        "print(*sorted(filled - known))",
        ANLAN_DEMO="1",
    )
    assert code == 0, err
    return set(out.split())


@pytest.mark.long
def test_a_whole_demonstration_comes_back(make: Callable[..., Instance], tmp_path: Path) -> None:
    old, new = make("old"), make("new")
    before = everything(old)
    for label in ("dispatch", "dispatchoutcome", "due", "comment", "attachment", "worldfork"):
        assert before["counts"][f"base.{label}"], label
    named = {path.name for path in old.home.iterdir()}
    assert named <= {*TAKEN_FOLDERS, *TAKEN_APART, *LEFT_FILES}, "a folder nobody decided on"
    assert {name.split("/")[0] for name in before["files"]} == {
        *("uploads", "attachments", "evidence")
    }
    assert set(before["exercises"]) == {"演练"}
    carry(old, new, tmp_path / "all.anlan")
    assert state_of(new) == before
    for arguments in (("journal", "verify"), ("world", "list")):
        code, out, err = new.anlan(*arguments, ANLAN_DEMO="1")
        assert code == 0, err
    assert "演练" in out


@pytest.mark.postgres
def test_from_sqlite_to_postgresql_and_back(make: Callable[..., Instance], tmp_path: Path) -> None:
    first = make("first", on_server=False)
    second, third = make("second", on_server=True), make("third", on_server=False)
    before = everything(first)
    carry(first, second, tmp_path / "one.anlan")
    assert unmeasured(second) == set()
    assert state_of(second) == before
    assert second.anlan("journal", "verify", ANLAN_DEMO="1")[0] == 0
    carry(second, third, tmp_path / "two.anlan")
    assert state_of(third) == before
    assert third.anlan("journal", "verify", ANLAN_DEMO="1")[0] == 0


@pytest.mark.long
def test_an_older_instance_is_not_migrated_for_a_file_that_is_refused(
    make: Callable[..., Instance], tmp_path: Path
) -> None:
    """Refused before the tables change; a journal that does not verify is found in a scratch
    database first."""
    from tests.site.backup.test_backup import changed

    old, older, file = make("old"), make("older"), tmp_path / "all.anlan"
    old.write(3)
    older.write(1)
    code, _, err = old.anlan("backup", str(file), "--keys", ANLAN_PASSPHRASE=PASSPHRASE)
    assert code == 0, err
    code, _, err = older.anlan("django", "migrate", "registers", "0005")
    assert code == 0, err

    def applied() -> str:
        return older.anlan("django", "showmigrations", "registers")[1]

    before = applied()
    assert "[ ] 0006_linked_identity" in before
    body = "tables/registers.body.jsonl"
    other = tmp_path / "other.anlan"
    assert older.anlan("restore", str(changed(file, body, b"{}\n")), "--replace")[0] == 1
    assert older.anlan("restore", str(file), "--keys", ANLAN_PASSPHRASE=PASSPHRASE)[0] == 1
    wrong = older.anlan("restore", str(file), "--keys", "--replace", ANLAN_PASSPHRASE="wrong")
    assert wrong[0] == 1
    unproven(old, other)
    code, _, err = older.anlan(
        "restore", str(other), "--keys", "--replace", ANLAN_PASSPHRASE=PASSPHRASE
    )
    assert code == 1 and "日志" in err, err
    assert applied() == before
    code, _, err = older.anlan(
        "restore", str(file), "--keys", "--replace", ANLAN_PASSPHRASE=PASSPHRASE
    )
    assert code == 0, err
    assert "[X] 0006_linked_identity" in applied()
    assert older.state()["digests"] != {}
    assert older.anlan("journal", "verify")[0] == 0


def unproven(instance: Instance, file: Path) -> None:
    """A genuine backup of an instance whose journal somebody had changed."""
    statement = "UPDATE base_journalentry SET content = replace(content, 'water', 'wader')"
    script = (
        "import django; django.setup()\n"
        "from django.db import connection\n"
        f'connection.cursor().execute("{statement}")\n'
    )
    code, _, err = instance.run_script(script)
    assert code == 0, err
    code, _, err = instance.anlan("backup", str(file), "--keys", ANLAN_PASSPHRASE=PASSPHRASE)
    assert code == 0, err
