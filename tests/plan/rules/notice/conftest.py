"""Keys written by hand, self-written notices, and published documents when the machine has them."""

import json
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).resolve().parents[4]
GOLDEN = REPOSITORY / "tests" / "golden" / "notices"
PUBLISHED = REPOSITORY.parent / "shared" / "data" / "plan-documents"


def read_key(name: str) -> dict[str, Any]:
    return json.loads((GOLDEN / f"{name}.json").read_text(encoding="utf-8"))


def read_variant(name: str) -> str:
    return (GOLDEN / f"{name}.txt").read_text(encoding="utf-8")


VARIANTS = sorted(path.stem for path in GOLDEN.glob("*.txt"))


@pytest.fixture
def published():
    """Text of a published document by its path below plan-documents."""

    def read(path: str) -> str:
        file = PUBLISHED / path
        if not file.exists():
            pytest.skip(f"not run: {file} is not on this machine")
        return file.read_text(encoding="utf-8")

    return read
