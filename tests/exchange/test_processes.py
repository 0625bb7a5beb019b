"""Workers that are killed, and workers that race: on one SQLite file, and on PostgreSQL."""

import shutil
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.processes import WAIT_S, Instance

SCRIPT = Path(__file__).with_name("separate_process.py")
LEASE_OVER = 61


@pytest.fixture(scope="module")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("dispatch") / "home"
    Instance(home, SCRIPT).run("make")
    return home


@pytest.fixture
def instance(empty_home: Path, tmp_path: Path) -> Instance:
    shutil.copytree(empty_home, tmp_path / "home")
    return Instance(tmp_path / "home", SCRIPT)


def whole(found: dict[str, Any], rows: int) -> None:
    """All rows arrived, once, and the journal is whole."""
    assert found["states"] == {"delivered": rows}
    assert (found["heard"], found["twice"]) == (rows, 0)
    assert found["outcomes"]["delivered"] == rows
    assert found["journal"]


@pytest.mark.faults
def test_killed_before_the_commit_leaves_nothing(instance: Instance) -> None:
    instance.killed("die_inside_write:5")
    assert instance.run("sweep", "found")["states"] == {}


@pytest.mark.faults
def test_killed_between_commit_and_send(instance: Instance) -> None:
    instance.killed("write_and_die:5")
    whole(instance.run("sweep", "found"), 5)


@pytest.mark.faults
def test_killed_between_claim_and_send(instance: Instance) -> None:
    instance.killed("write:5", "claim_and_die:5")
    assert instance.run("sweep", "found")["states"] == {"leased": 5}
    whole(instance.run(f"sweep:{LEASE_OVER}", "found"), 5)


@pytest.mark.faults
@pytest.mark.parametrize("moment", ["send_and_die", "die_while_recording"])
def test_killed_between_send_and_record(instance: Instance, moment: str) -> None:
    """The gateway heard the rows; they come again under the same keys and are not sent twice."""
    instance.killed("write:5", moment)
    found = instance.run("sweep", "found")
    assert (found["states"], found["heard"]) == ({"leased": 5}, 5)
    found = instance.run(f"sweep:{LEASE_OVER}", "found")
    whole(found, 5)
    assert found["attempts"] == 10


@pytest.mark.faults
def test_sweepers_and_writers_at_once_on_one_file(instance: Instance) -> None:
    processes = [instance.start(*["write:40"] * 3, "sweep_on:5") for _ in range(3)]
    for process in processes:
        _, err = process.communicate(timeout=WAIT_S)
        assert process.returncode == 0, err
    found = instance.run("sweep", "found")
    whole(found, 360)
    assert found["attempts"] == 360  # nobody took a row that somebody else held


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_sweepers_race_on_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each row is claimed by one of four workers that sweep at the same moment."""
    from django.db import connection

    from anlan.base.models.dispatch import Dispatch
    from anlan.exchange import sweep as sweeping
    from tests.exchange.outgoing import NOW, listening, stamp, write

    monkeypatch.setattr(sweeping, "ROWS_AT_ONCE", 10)
    stamp(is_demonstration=False)
    write(400)
    gateways, real, _ = listening()
    start = threading.Barrier(4)
    swept: list[int] = []

    def work() -> None:
        start.wait()
        for _ in range(60):  # rows that another worker holds are skipped: look again
            swept.append(sweeping.sweep(NOW, gateways=gateways))
        connection.close()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=WAIT_S)
    assert sum(swept) == len(real.heard) == 400
    assert max(Counter(row.key for row in real.heard).values()) == 1
    assert set(Dispatch.objects.values_list("state", "attempts")) == {("delivered", 1)}
