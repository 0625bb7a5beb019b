"""Fixtures of all tests: an instance of its own, a city from the profile, people of each role."""

import datetime as dt
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

os.environ["ANLAN_HOME"] = tempfile.mkdtemp(prefix="anlan-tests-")
os.environ["ANLAN_DEMO"] = "1"
os.environ["ANLAN_STATIC_ROOT"] = tempfile.mkdtemp(prefix="anlan-tests-static-")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "anlan.site.settings")

import pytest
from django.test import Client

from tests import city_copy

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
NOW = dt.datetime(2026, 11, 24, 2, 0, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def _fast_passwords(settings: object) -> None:
    """Argon2 is slow by design; tests sign in often."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # type: ignore[attr-defined]


@pytest.fixture(scope="session", autouse=True)
def journal_key() -> None:
    from anlan.base.journal import keys

    keys.make_key_if_absent()


@pytest.fixture(autouse=True)
def _own_readings(settings: object) -> Iterator[None]:
    """Readings stand in a file that no rollback empties: each test has one of its own. What is
    remembered of them and of the registers is that of the test before."""
    from anlan.plan.queries.memory import forget_rollups
    from anlan.sensing.store import engine
    from anlan.warning.queries.monitoring_memory import memory

    memory.forget()
    forget_rollups()
    folder = Path(os.environ["ANLAN_HOME"]) / "observations" / uuid.uuid4().hex
    settings.ANLAN_OBSERVATIONS = folder  # type: ignore[attr-defined]
    yield
    engine.close()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def anchor(settings: object, tmp_path: Path) -> Path:
    """An anchor file of this test alone."""
    path = tmp_path / "anchor.jsonl"
    settings.ANLAN_ANCHOR_FILE = path  # type: ignore[attr-defined]
    return path


@pytest.fixture
def now() -> dt.datetime:
    return NOW


@pytest.fixture
def request_ids() -> Callable[[], str]:
    """Fresh request ids, one a call."""
    from anlan.base.identity import new_id

    return lambda: new_id().hex


@pytest.fixture
def city(db: None, anchor: Path) -> Iterator[None]:
    """The demonstration city: profile, invented people, stamp; an anchor of this test alone, so
    that no other test has sealed more than it."""
    from anlan.base import clock
    from anlan.base.models import InstanceStamp
    from anlan.plan.queries.memory import forget_rollups
    from anlan.site import instance, preparing

    forget_rollups()  # keys and entries are those of the test before
    if not InstanceStamp.objects.exists() and not city_copy.put_back():
        profile = preparing.profile()
        instance.claim(profile=profile.folder.name, edition=profile.edition, now=NOW)
        for stage in preparing.registry.loaders():
            stage.load(profile, lambda line: None)
        stories = preparing.registry.stories()
        scenes = [scene for story in stories for scene in story.scenes(profile)]
        for scene in sorted(scenes, key=lambda scene: scene.at):
            with clock.at(scene.at):
                scene.play()
        instance.mark_ready(NOW)
        city_copy.keep()
    yield
    instance.forget()


@pytest.fixture
def actor_as(city: None) -> Callable[[str], object]:
    """`actor_as("county")`: the actor of a demonstration sign-in."""
    from anlan.base import clock
    from anlan.registers import queries
    from anlan.registers.models import Account

    return lambda login: queries.actor_for(Account.objects.get(login=login), clock.today())


@pytest.fixture
def client_as(city: None) -> Callable[[str], Client]:
    """`client_as("bureau")`: a signed-in browser client."""
    from anlan.registers.models import Account

    def signed_in(login: str) -> Client:
        client = Client()
        client.force_login(Account.objects.get(login=login))
        return client

    return signed_in


@pytest.fixture
def plan_documents() -> Path:
    """Published notices outside the repository."""
    folder = SHARED / "data" / "plan-documents"
    if not folder.exists():
        pytest.skip("not run: the published documents are not on this machine")
    return folder


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Tests of what only PostgreSQL does belong to `make test-postgres`."""
    if os.environ.get("ANLAN_DATABASE_URL"):
        return
    left_out = [item for item in items if item.get_closest_marker("postgres")]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if not item.get_closest_marker("postgres")]


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    """In continuous integration a test that was not run is a failure."""
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]
    if os.environ.get("CI") == "true" and report.skipped and "not run" in str(report.longrepr):
        report.outcome = "failed"
