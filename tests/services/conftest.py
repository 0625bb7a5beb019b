from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.served import free_port
from tests.services.instance import Instance, Template
from tests.services.servers import Mosquitto, Nats, mosquitto, nats, needed


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Template:
    return Template(tmp_path_factory.mktemp("services"))


@pytest.fixture
def instance_of(template: Template, tmp_path: Path) -> Iterator[Callable[..., Instance]]:
    made: list[Instance] = []

    def make(**settings: str) -> Instance:
        made.append(template.copy(tmp_path / f"home-{len(made)}", **settings))
        return made[-1]

    yield make
    for instance in made:
        instance.end()


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    needed(mosquitto(), "Mosquitto")
    server = Mosquitto(tmp_path / "mosquitto", free_port())
    server.start()
    yield server
    server.stop()


@pytest.fixture
def stream(tmp_path: Path) -> Iterator[Nats]:
    needed(nats(), "NATS")
    server = Nats(tmp_path / "nats", free_port())
    server.start()
    yield server
    server.stop()
