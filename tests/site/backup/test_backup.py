"""Backup and restore, rehearsed with processes that are killed in the middle of their work."""

import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from anlan.site.backup.locked_keys import lock, unlock
from tests.conftest import ROOT

SERVER = os.environ.get("ANLAN_DATABASE_URL", "")
PASSPHRASE = "五里墩 yan-hu 1408"
_numbers = itertools.count()


class Instance:
    """An instance in files (and, on PostgreSQL, in a database) of its own."""

    def __init__(self, home: Path, *, on_server: bool = bool(SERVER)) -> None:
        self.home = home
        self.url = ""
        if on_server:
            name = f"backup_{os.getpid()}_{next(_numbers)}"
            _on_server(f"CREATE DATABASE {name}")
            self.url = f"{SERVER.rsplit('/', 1)[0]}/{name}"

    def environment(self, **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("ANLAN_")}
        own = {"ANLAN_HOME": str(self.home), "ANLAN_DEMO": "0", "ANLAN_DATABASE_URL": self.url}
        return kept | own | {"DJANGO_SETTINGS_MODULE": "anlan.site.settings"} | more

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", *arguments],
            cwd=ROOT,
            env=self.environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **more: str) -> tuple[int, str, str]:
        process = self.start(*arguments, **more)
        out, err = process.communicate(timeout=180)
        return process.returncode, out, err

    def run_script(self, script: str, **more: str) -> tuple[int, str, str]:
        done = subprocess.run(
            [sys.executable, "-c", script],
            cwd=ROOT,
            env=self.environment(**more),
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    def anlan(self, *arguments: str, **more: str) -> tuple[int, str, str]:
        return self.run("anlan.site.cli", *arguments, **more)

    def write(self, count: int) -> None:
        code, _, err = self.run("tests.site.backup.writer", str(count))
        assert code == 0, err

    def state(self) -> dict[str, Any]:
        code, out, err = self.run("tests.site.backup.state")
        assert code == 0, err
        found: dict[str, Any] = json.loads(out)
        return found


def _on_server(statement: str) -> None:
    import psycopg

    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[arg-type]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Instance]]:
    made: list[Instance] = []

    def one(name: str, *, on_server: bool = bool(SERVER)) -> Instance:
        made.append(Instance(tmp_path / name, on_server=on_server))
        return made[-1]

    yield one
    for instance in made:
        if instance.url:
            _on_server(f"DROP DATABASE {instance.url.rsplit('/', 1)[1]} WITH (FORCE)")


def kill_after(process: subprocess.Popen[str], lines: int) -> list[int]:
    """Read some numbers, then kill -9 in the middle of the next write."""
    assert process.stdout is not None
    seen = [int(process.stdout.readline()) for _ in range(lines)]
    process.send_signal(signal.SIGKILL)
    rest, _ = process.communicate()
    return seen + [int(line) for line in rest.split()]


@pytest.mark.long
def test_a_backup_of_a_killed_program_comes_back_on_a_new_machine(
    make: Callable[..., Instance], tmp_path: Path
) -> None:
    old, new, file = make("old"), make("new"), tmp_path / "all.anlan"
    seen = kill_after(old.start("tests.site.backup.writer", "0"), 9)
    code, out, err = old.anlan(
        "backup", str(file), "--keys", "--json", ANLAN_PASSPHRASE=PASSPHRASE
    )
    assert code == 0, err
    made = json.loads(out)
    assert made["with_keys"] and made["journal_seq"] >= 8
    code, _, err = new.anlan("restore", str(file), "--keys", ANLAN_PASSPHRASE=PASSPHRASE)
    assert code == 0, err
    before, after = old.state(), new.state()
    assert after["digests"] == before["digests"]
    assert after["files"] == before["files"]
    assert after["notes"][0] == after["notes"][1]
    assert int(after["notes"][0]) >= seen[-1]
    assert new.anlan("journal", "verify")[0] == 0
    new.write(3)  # it goes on: keys, sequences and chain fit
    assert new.anlan("journal", "verify")[0] == 0


@pytest.mark.long
def test_a_backup_beside_a_writing_program_is_of_one_moment(
    make: Callable[..., Instance], tmp_path: Path
) -> None:
    old, file = make("old"), tmp_path / "all.anlan"
    old.write(2)
    writer = old.start("tests.site.backup.writer", "0")
    assert writer.stdout is not None
    writer.stdout.readline()
    code, _, err = old.anlan("backup", str(file))
    kill_after(writer, 1)
    assert code == 0, err
    with zipfile.ZipFile(file) as archive:
        lines = archive.read("tables/registers.body.jsonl").decode().splitlines()
        bodies = [json.loads(line) for line in lines]
        entries = len(archive.read("tables/base.journalentry.jsonl").splitlines())
        files = {Path(n).stem for n in archive.namelist() if n.startswith("uploads/")}
    notes = {body["note"] for body in bodies if body["code"] in ("water", "emergency")}
    assert len(notes) == 1
    number = int(notes.pop())
    assert number == entries - 1
    assert str(number) in files
    new = make("new")
    shutil.copytree(old.home / "keys", new.home / "keys")
    code, _, err = new.anlan("restore", str(file))
    assert code == 0, err
    assert new.anlan("journal", "verify")[0] == 0


@pytest.mark.long
def test_a_killed_backup_or_restore_leaves_what_was(
    make: Callable[..., Instance], tmp_path: Path
) -> None:
    old, other, file = make("old"), make("other"), tmp_path / "all.anlan"
    old.write(4)
    file.write_bytes(b"the last good one")
    for pause_s in (0.3, 0.8, 1.2):
        process = old.start("anlan.site.cli", "backup", str(file))
        time.sleep(pause_s)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        assert file.read_bytes() == b"the last good one" or zipfile.is_zipfile(file)
    assert old.anlan("backup", str(file), "--keys", ANLAN_PASSPHRASE=PASSPHRASE)[0] == 0
    other.write(2)
    before = other.state()
    process = other.start(
        *("anlan.site.cli", "restore", str(file), "--keys", "--replace"),
        ANLAN_PASSPHRASE=PASSPHRASE,
    )
    time.sleep(0.9)  # before the program has read the file to its end
    process.send_signal(signal.SIGKILL)
    process.communicate()
    now = other.state()
    assert now["digests"] in (before["digests"], old.state()["digests"])
    code, _, err = other.anlan(
        "restore", str(file), "--keys", "--replace", ANLAN_PASSPHRASE=PASSPHRASE
    )
    assert code == 0, err
    assert other.state()["digests"] == old.state()["digests"]
    assert other.anlan("journal", "verify")[0] == 0


def changed(file: Path, name: str, content: bytes, *, digest: bool = False) -> Path:
    """A copy of a backup in which one member is another; `digest`: its digest is made to fit."""
    from hashlib import sha256

    copy = file.with_name(f"changed-{digest}-{name.replace('/', '-')}")
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(copy, "w") as target:
        for item in source.namelist():
            data = content if item == name else source.read(item)
            if digest and item == "manifest.json":
                manifest = json.loads(data)
                manifest["digests"][name] = sha256(content).hexdigest()
                data = json.dumps(manifest).encode()
            target.writestr(item, data)
    return copy


@pytest.mark.long
def test_what_cannot_be_proven_is_refused_and_nothing_changes(
    make: Callable[..., Instance], tmp_path: Path
) -> None:
    old, other, file = make("old"), make("other"), tmp_path / "all.anlan"
    old.write(3)
    assert old.anlan("backup", str(file), "--keys", ANLAN_PASSPHRASE=PASSPHRASE)[0] == 0
    other.write(1)
    before = other.state()
    cut = tmp_path / "cut.anlan"
    cut.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    body = "tables/registers.body.jsonl"
    with zipfile.ZipFile(file) as archive:
        edited = archive.read(body).replace(b"water", b"waters")
        manifest = json.loads(archive.read("manifest.json"))
    newer = manifest | {"version": "9.9", "shape": manifest["shape"] | {"registers": "9999_later"}}
    cases = [
        (cut, "不能作为备份读取"),
        (tmp_path / "absent.anlan", "不能作为备份读取"),
        (changed(file, body, edited), "被改动"),
        (changed(file, body, edited, digest=True), "日志密钥"),
        (changed(file, "manifest.json", json.dumps(newer).encode()), "9.9"),
    ]
    for path, word in cases:
        code, out, err = other.anlan(
            "restore", str(path), "--keys", "--replace", ANLAN_PASSPHRASE=PASSPHRASE
        )
        assert code == 1, (path, out)
        assert word in err, err
        english = re.search("missing|was changed|were added|not a zip", err.replace(str(path), ""))
        assert english is None, err
    wrong = other.anlan("restore", str(file), "--keys", "--replace", ANLAN_PASSPHRASE="wrong")
    assert wrong[0] == 1 and "口令" in wrong[2]
    full = other.anlan("restore", str(file), "--keys", ANLAN_PASSPHRASE=PASSPHRASE)
    assert full[0] == 1 and "--replace" in full[2]
    no_keys = other.anlan("restore", str(file), "--replace")
    assert no_keys[0] == 1 and "日志密钥" in no_keys[2]
    demo = other.anlan("restore", str(file), "--keys", ANLAN_PASSPHRASE=PASSPHRASE, ANLAN_DEMO="1")
    assert demo[0] == 1 and "正式系统" in demo[2]
    assert other.state() == before
    assert other.anlan("journal", "verify")[0] == 0


@pytest.mark.long
def test_a_full_disk_is_said_and_leaves_nothing(
    make: Callable[..., Instance], tmp_path: Path
) -> None:
    """/dev/full stands for a disk without room; a folder that is not there for a wrong path."""
    old = make("old")
    old.write(1)
    code, _, err = old.anlan("backup", str(tmp_path / "no" / "folder" / "x.anlan"))
    assert code == 1 and "无法写入" in err
    file = tmp_path / "x.anlan"
    (tmp_path / ".x.anlan.unfinished").symlink_to("/dev/full")
    code, _, err = old.anlan("backup", str(file))
    assert code == 1 and "无法写入" in err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old"]


def test_keys_open_with_their_passphrase_only(tmp_path: Path) -> None:
    from anlan.site.backup.errors import WrongPassphrase

    (tmp_path / "journal.key").write_text("aa" * 32)
    (tmp_path / "first-run.code").write_text("not a key")
    sealed = lock(tmp_path, PASSPHRASE)
    assert unlock(sealed, PASSPHRASE) == {"journal.key": b"aa" * 32}
    for wrong in (PASSPHRASE + " ", "", PASSPHRASE[:-1]):
        with pytest.raises(WrongPassphrase):
            unlock(sealed, wrong)
    with pytest.raises(WrongPassphrase):
        unlock(sealed[:-1] + bytes([sealed[-1] ^ 1]), PASSPHRASE)
