"""Walls that the import contracts cannot see."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from django.urls import URLPattern

from anlan.base.records import Record
from anlan.site.discovery import stage_modules
from tests.conftest import ROOT

SOURCE = ROOT / "src" / "anlan"
ORDER = [*settings.ANLAN_STAGES, "site"]
RECORDS = [model for model in apps.get_models() if issubclass(model, Record)]


def stage_of(model: type[models.Model]) -> str:
    return model.__module__.split(".")[1]


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
def test_foreign_keys_point_left_and_protect(model: type[models.Model]) -> None:
    for field in model._meta.concrete_fields:
        if not isinstance(field, models.ForeignKey):
            continue
        target = stage_of(field.related_model)
        assert ORDER.index(target) <= ORDER.index(stage_of(model)), field
        assert field.remote_field.on_delete is models.PROTECT, field
        if target != stage_of(model):
            assert field.remote_field.related_name == "+", field


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
def test_a_record_says_who_may_see_it(model: type[Record]) -> None:
    assert model.visible_q.__func__ is not Record.visible_q.__func__  # type: ignore[attr-defined]


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
def test_columns_have_names_for_screens(model: type[Record]) -> None:
    for field in model._meta.concrete_fields:
        assert str(field.verbose_name) != field.name.replace("_", " ") or " " not in field.name


def test_templates_link_only_to_the_left() -> None:
    names = {
        pattern.name: module.__name__.split(".")[1]
        for module in stage_modules("routes")
        for pattern in module.urlpatterns
        if isinstance(pattern, URLPattern)
    }
    wrong = []
    for stage in settings.ANLAN_STAGES:
        for path in (SOURCE / stage).rglob("*.html"):
            for name in re.findall(r"{% url ['\"]([\w-]+)['\"]", path.read_text(encoding="utf-8")):
                if name in names and ORDER.index(names[name]) > ORDER.index(stage):
                    wrong.append((path.name, name))
    assert wrong == []


def asset_files() -> list[Path]:
    kinds = ("*.html", "*.css", "*.js", "*.svg")
    return sorted(path for kind in kinds for path in SOURCE.rglob(kind))


@pytest.mark.parametrize("path", asset_files(), ids=lambda path: path.name)
def test_no_asset_names_a_foreign_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    hosts = set(re.findall(r"(?:https?:)?//([\w.-]+\.[a-z]{2,})", text))
    assert hosts <= {"www.w3.org"}  # names of XML vocabularies, never fetched


def test_rules_do_not_reach_the_framework() -> None:
    """Rules run without Django: importing every rule module must not bring it in."""
    import subprocess
    import sys

    script = (
        "import sys, importlib, pkgutil\n"
        "import anlan.base.rules, anlan.registers.rules, anlan.losses.rules\n"
        "import anlan.sensing.rules, anlan.warning.rules, anlan.preparedness.rules\n"
        "import anlan.review.rules, anlan.plan.rules\n"
        "stages = (anlan.base, anlan.registers, anlan.losses, anlan.sensing, anlan.warning)\n"
        "stages += (anlan.preparedness, anlan.review, anlan.plan)\n"
        "for package in (stage.rules for stage in stages):\n"
        "    for module in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        importlib.import_module(module.name)\n"
        "sys.exit('django' in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
def test_personal_columns_can_be_sealed_and_erased(model: type[Record]) -> None:
    """World files hold sealed text in them; erasing a person must find the rows."""
    for name in model.PERSONAL | model.SECRET:
        assert isinstance(model._meta.get_field(name), models.CharField | models.TextField), name
    if model.PERSONAL:
        assert model.rows_of_person.__func__ is not Record.rows_of_person.__func__  # type: ignore[attr-defined]
