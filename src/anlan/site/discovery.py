"""Finds what the stages declare: parts, rules, API routers. Knows stages only by position."""

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType

from django.conf import settings

from anlan.base.parts import registry
from anlan.base.rules.catalogue import Catalogue


def stage_modules(name: str) -> list[ModuleType]:
    """The module `name` of every stage that has one, in the order of the arrow."""
    paths = [f"anlan.{stage}.{name}" for stage in settings.ANLAN_STAGES]
    return [import_module(path) for path in paths if _exists(path)]


def _exists(path: str) -> bool:
    """A stage may lack the module, or the whole room around it."""
    try:
        return find_spec(path) is not None
    except ModuleNotFoundError:
        return False


def discover_parts() -> None:
    """Declare every stage's PARTS once."""
    if registry.is_filled():
        return
    if find_spec("anlan.base.own_parts") is not None:  # base.parts is the registry itself
        registry.declare(import_module("anlan.base.own_parts").PARTS)
    for module in stage_modules("parts"):
        if module.__name__ != "anlan.base.parts":
            registry.declare(module.PARTS)
    registry.declare(import_module("anlan.site.own_parts").PARTS)


def rule_catalogue() -> Catalogue:
    """All rules of all stages. Needs no database."""
    rules = [rule for module in stage_modules("rules.registry") for rule in module.RULES]
    return Catalogue(rules)
