import pytest

from tests.registers.kept import make_kept_city


@pytest.fixture
def kept(db: None) -> None:
    make_kept_city()
