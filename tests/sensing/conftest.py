from collections.abc import Iterator
from pathlib import Path

import pytest

from anlan.sensing.store import engine
from tests.registers.kept import make_kept_city


@pytest.fixture
def kept(db: None) -> None:
    make_kept_city()


@pytest.fixture
def own_store(settings: object, tmp_path: Path) -> Iterator[Path]:
    """A store of this test alone."""
    settings.ANLAN_OBSERVATIONS = tmp_path / "observations"  # type: ignore[attr-defined]
    yield tmp_path / "observations"
    engine.close()
