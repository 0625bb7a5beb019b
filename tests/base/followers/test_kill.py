"""A process killed while a follower works leaves both the result and the place, or neither."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import os, sys, signal, datetime as dt
os.environ["DJANGO_SETTINGS_MODULE"] = "anlan.site.settings"
import django
django.setup()
from django.core.management import call_command
from anlan.base import following
from anlan.base.actor import Actor
from anlan.base.journal import keys, sealing
from anlan.base.journal.recording import recording
from anlan.base.models import FollowerPlace
from anlan.base.parts import Follower
from anlan.registers.models import Region
NOW = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)
verb = sys.argv[1]

def add(code, request_id, action):
    with recording(action=action, actor=Actor(account="k"), now=NOW, request_id=request_id) as rec:
        if not rec.repeated:
            rec.add(Region(code=code, name=code, level="county"))

def die():
    os.kill(os.getpid(), signal.SIGKILL)

def mirror(entry, now):
    if verb == "die-before":
        die()
    add("m" + entry.content["images"][0]["after"]["code"], entry.request_id, "t.mirror")
    if verb == "die-after-recording":
        die()

if verb == "make":
    keys.make_key_if_absent()
    call_command("migrate", verbosity=0)
    add("a1", "first-entry", "t.add")
    sealing.seal(NOW)
if verb == "die-at-commit":
    save = FollowerPlace.save
    def saves_and_dies(self, *a, **k):
        save(self, *a, **k)
        die()
    FollowerPlace.save = saves_and_dies
follower = Follower(name="mirror", handle=mirror, actions=frozenset({"t.add"}), from_beginning=True)
if verb == "make":
    following.place_of(follower)
else:
    following.follow(follower, NOW)
print(Region.objects.filter(code="ma1").count(), FollowerPlace.objects.get().seq)
"""


def run(home: Path, verb: str) -> tuple[int, str]:
    environment = {k: v for k, v in os.environ.items() if k != "ANLAN_DATABASE_URL"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, verb],
        env=environment | {"ANLAN_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    return done.returncode, done.stdout.strip()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("follower") / "home"
    assert run(home, "make") == (0, "0 0")
    return home


@pytest.mark.faults
@pytest.mark.parametrize("verb", ["die-before", "die-after-recording", "die-at-commit"])
def test_killed_at_any_moment_then_once(made: Path, tmp_path: Path, verb: str) -> None:
    home = tmp_path / "home"
    shutil.copytree(made, home)
    assert run(home, verb)[0] == -signal.SIGKILL
    assert run(home, "follow") == (0, "1 1")
    assert run(home, "follow")[1].startswith("1 ")
