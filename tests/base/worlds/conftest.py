"""Worlds of one test: files in a folder of its own, and the state by brute force to compare with."""

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

State = dict[tuple[str, str], dict[str, Any]]


@pytest.fixture
def home(settings: Any, tmp_path: Path, anchor: Path) -> Path:
    """ANLAN_HOME of this test alone."""
    settings.ANLAN_HOME = tmp_path / "home"
    return tmp_path / "home"


def brute_force(instant: dt.datetime) -> State:
    """Every image of every sealed entry known by an instant, one after the other."""
    from anlan.base.journal.personal import is_sealed, open_value
    from anlan.base.models import JournalEntry

    rows: State = {}
    entries = JournalEntry.objects.filter(seq__isnull=False, known_at__lte=instant)
    for entry in entries.order_by("seq"):
        for image in json.loads(entry.content)["images"]:
            name = (image["model"], image["key"])
            rows.pop(name, None)
            if "after" in image:
                rows[name] = image["after"]
    for image in rows.values():
        for column, value in image.items():
            if is_sealed(value):
                readable, plain = open_value(value)
                image[column] = plain if readable else "已删除"
    return rows


def rows_now() -> State:
    """Every record of the world that is current; bulk rows have no image to compare with."""
    from anlan.base.rows import row_image
    from anlan.base.worlds.tables import record_models

    return {
        (model._meta.label_lower, str(row.pk)): row_image(row)
        for model in record_models()
        if not model.IS_BULK
        for row in model._default_manager.order_by()
    }


def comparable(state: State) -> State:
    """Without secrets and columns of which the journal keeps a digest."""
    from django.apps import apps

    found: State = {}
    for (label, key), image in state.items():
        model = apps.get_model(label)
        hidden = model.SECRET | model.IMAGE_BY_DIGEST  # type: ignore[attr-defined]
        found[label, key] = {name: v for name, v in image.items() if name not in hidden}
    return found


@pytest.fixture
def keeper() -> Any:
    from anlan.base.actor import Actor
    from anlan.registers.rules.scope import PROGRAM

    return Actor(account="keeper", scope=PROGRAM)


@pytest.fixture
def as_reader() -> Callable[[], None]:
    from django.utils import translation

    return lambda: translation.activate("zh-hans")
