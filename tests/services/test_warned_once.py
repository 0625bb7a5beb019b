"""Workers and the node of the stream are killed amid a storm: nothing lost, nothing warned twice."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.services.instance import WAIT_S, Instance, Template
from tests.services.servers import Nats

pytestmark = pytest.mark.services
SCRIPT = ROOT / "tests" / "warning" / "separate_process.py"
STATIONS = 4
STORM_ENDS = 20 * 60
"""Minute of the first day at which every storm of these stations is over."""
READINGS = STATIONS * STORM_ENDS // 5


@pytest.fixture(scope="module")
def storm(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("storm"), SCRIPT, (f"make:{STATIONS}", "watch:0"))


@pytest.fixture
def instance(storm: Template, tmp_path: Path, stream: Nats) -> Iterator[Instance]:
    found = storm.copy(tmp_path / "home", ANLAN_STREAM_URL=f"nats://127.0.0.1:{stream.port}")
    yield found
    found.end()


def test_a_storm_is_told_once_whatever_is_killed(instance: Instance, stream: Nats) -> None:
    workers = [instance.work("work"), instance.work("work")]
    half = STATIONS // 2
    senders = [
        instance.start(f"hand_over:{first}:{last}:0:{STORM_ENDS}")
        for first, last in ((0, half), (half, STATIONS))
    ]
    watcher = instance.start(f"watch_steps:{STORM_ENDS}:0")
    instance.wait_for(READINGS // 6)
    instance.kill(workers[0])
    stream.kill()
    stream.start()
    watcher.kill()
    watcher.communicate()
    instance.work("work")
    for sender in senders:
        _, err = sender.communicate(timeout=WAIT_S)
        assert sender.returncode == 0, err
    instance.wait_for(READINGS)
    assert instance.instants() == READINGS
    watch = [f"watch:{STORM_ENDS + 15}"] * 2
    found = instance.run(*watch, "found")
    notices = Counter(code for code, _, _ in found["notices"])
    assert notices == {f"YC-R-{number:03d}": 1 for number in range(1, STATIONS)}
    assert {level for _, level, _ in found["notices"]} == {"orange"}
    assert (found["raised_twice"], found["open_twice"], found["journal"]) == (0, 0, True)
