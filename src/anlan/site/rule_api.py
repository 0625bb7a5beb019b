"""The rule catalogue over the API: which rules there are, and what one decides."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext
from ninja import Router, Schema

from anlan.base import clock
from anlan.base.api.paging import is_marked
from anlan.base.api.stage_api import open_query
from anlan.base.api.writing import actor_of
from anlan.base.errors import NotFound
from anlan.base.rules.argument import BadArgument
from anlan.base.rules.catalogue import RuleNotBuilt, UnknownRule
from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.registers.access import require
from anlan.registers.rules.scope import Capability
from anlan.site.discovery import rule_catalogue

router = Router(tags=["rules"])


class NoSuchRule(NotFound):
    code = "no-such-rule"


class RuleParameter(Schema):
    name: str
    kind: str
    many: bool
    required: bool
    default: Any
    choices: list[str]
    help: str
    accepted: str


class RuleRow(Schema):
    name: str
    title: str
    stage: str
    source: str
    parameters: list[RuleParameter]
    editions: list[dict[str, Any]]


class RuleList(Schema):
    count: int
    demonstration: bool
    results: list[RuleRow]


class RuleVerdict(Schema):
    """`value` is UNKNOWN when it cannot be decided; a reason then says what is missing."""

    value: Any
    reasons: list[dict[str, Any]]


@router.get("/rules", response=RuleList)
def list_rules(request: HttpRequest) -> dict[str, Any]:
    """The rules that are built, with their parameters."""
    require(actor_of(request), Capability.READ_PUBLISHED)
    rows = rule_catalogue().listing(gettext)
    return {"count": len(rows), "demonstration": is_marked(request), "results": rows}


@router.get("/rules/{name}", response=RuleVerdict)
@open_query
def evaluate_rule(request: HttpRequest, name: str) -> dict[str, Any]:
    """Decide one case: the rule's parameters are query parameters, e.g. `?start=…&days=20`."""
    require(actor_of(request), Capability.READ_PUBLISHED)
    raw = _arguments(request)
    try:
        verdict = rule_catalogue().evaluate(name, raw, today=clock.today())
    except (UnknownRule, RuleNotBuilt) as refusal:
        raise NoSuchRule("{reason}", reason=refusal.message.text(gettext)) from refusal
    return verdict.to_json(gettext)


def _arguments(request: HttpRequest) -> dict[str, str]:
    for name, values in request.GET.lists():
        if len(values) > 1:
            once = Message.of(gettext_noop("this argument only once"))
            raise BadArgument(name[:60], values[1], once)
    return request.GET.dict()
