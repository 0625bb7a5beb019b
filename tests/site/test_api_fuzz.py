"""Fuzz of the whole API, in process: no request may end in a 5xx or in an undocumented answer."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = {GenerationMode.POSITIVE: 8, GenerationMode.NEGATIVE: 4}

pytestmark = pytest.mark.long


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Refusals are what is asked for here: no line for each."""
    logging.disable(logging.WARNING)
    yield
    logging.disable(logging.NOTSET)


@contextmanager
def one_connection() -> Iterator[None]:
    """The requests run inside the test's transaction: none of them may close its connection.
    (The test client does this for itself; the requests of the fuzz go by WSGI.)"""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in signals:
            signal.connect(close_old_connections)


@pytest.fixture
def token_of(city: None, actor_as: Callable[[str], Any]) -> Callable[[str], str]:
    """The secret of a fresh token that acts as a demonstration sign-in."""
    from anlan.base import clock
    from anlan.base.identity import new_id
    from anlan.registers.actions.people import issue_token
    from anlan.registers.models import Account

    def issued(login: str) -> str:
        account = Account.objects.get(login=login)
        _, secret = issue_token(
            account,
            f"fuzz {login}",
            actor=actor_as("security"),
            now=clock.now(),
            request_id=new_id().hex,
        )
        return secret

    return issued


SIGN_IN = "POST /api/v1/session"
_ENDS = ("/withdraw", "/paper")
LOOP = (
    ("assignments", "assignment_id", ("/sign", "/refuse", "/withdraw")),
    ("deliverables", "deliverable_id", ("/day", "/withdraw", "/back-fill")),
    ("reports", "report_id", ("/accept", "/return", "/evidence")),
    ("obstacles", "obstacle_id", ("/reply", "/settle", "/escalate")),
    ("supervision", "order_id", ()),
    (
        "supervision-papers",
        "slip_id",
        ("/sign", "/reply", "/accept", "/return", "/appeal", "/judge", "/stop", "/run", *_ENDS),
    ),
    ("supervision/issuers", "issuer_id", ("/end",)),
    ("collections", "collection_id", ("/close",)),
    ("carry-overs", "carry_over_id", ("/refresh", "/close", "/decide")),
    ("carried-items", "carried_id", ("/decide", "/undo", "/owner")),
    ("returned-workbooks", "returned_id", ("/differences", "/take", "/set-aside")),
    ("mechanism", "row_id", ("/confirm",)),
    ("inspections", "inspection_id", ("/problems",)),
    ("problems", "problem_id", ("/effect", "/decide")),
    (
        "evaluations",
        "evaluation_id",
        ("/freeze", "/submit", "/return", "/sign", "/paper"),
    ),
    ("improvements", "improvement_id", ("/done", "/look", "/withdraw")),
    ("upward-reports", "report_id", ("/send", "/receipt", "/return", "/withdraw")),
    ("instruments", "instrument_id", ("/citations",)),
    ("instrument-requirements", "requirement_id", ("/link", "/withdraw")),
    (
        "projects",
        "project_id",
        (
            *("/back-fill", "/places", "/milestones", "/payments", "/photographs"),
            *("/acceptance", "/delay"),
        ),
    ),
    ("accidents", "accident_id", ("/statements", "/reports", "/counting")),
    ("disasters", "disaster_id", ("/reports",)),
    ("warnings", "warning_id", ()),
    ("warnings/messages", "message_id", ("/correct",)),
    (
        "bulletins",
        "bulletin_id",
        (
            *("/words", "/change", "/update", "/cancel", "/submit", "/take-back", "/discard"),
            *("/approve", "/send-back", "/issue", "/propose", "/answer"),
        ),
    ),
    ("monitoring/notices", "notice_id", ("/acknowledge", "/judge", "/end")),
    ("monitoring/rules", "rule_id", ()),
    ("warnings/messages", "message_id", ("/correct", "/receipt")),
    ("warnings/cap", "document_id", ("/reading", "/keep", "/dismiss")),
    ("warnings/cap/senders", "sender_id", ("/change", "/end")),
    ("call-replies", "reply_id", ("/read", "/name", "/dismiss")),
    ("stations", "station_id", ()),
    (
        "datastreams",
        "datastream_id",
        ("/observations", "/observations.csv", "/observations.arrows"),
    ),
    ("thresholds", "threshold_id", ("/end",)),
)
"""Records of the working loop with their acts: path, parameter, acts."""
OF_ACCOUNTS = ("unlock", "second-proofs/remove", "sessions/end")


def known_keys(client: Client, headers: dict[str, str]) -> dict[str, dict[str, str]]:
    """Path parameters that exist, by address: without them every request would be a 404."""

    def first(path: str, name: str = "id", **query: str) -> str:
        rows = client.get(f"/api/v1/{path}", query, headers=headers).json().get("results") or [{}]
        return str(rows[0].get(name, "00000000-0000-7000-8000-000000000000"))

    notice, item, body = first("notices"), first("items"), first("bodies", "code")
    group = first("body-groups", "code")
    members = client.get(f"/api/v1/body-groups/{group}", headers=headers).json()["members"]
    membership = members[0]["id"] if members else notice
    region, due = first("regions", "code", level="county"), first("dues")
    record = {"model": "plan.planitem", "record_id": item}
    step, place = (
        first(f"projects/{first('projects')}/{each}") for each in ("milestones", "places")
    )
    lines = client.get("/api/v1/item-measures", headers=headers).json()["results"]
    figure = lines[0]["figures"][0]["id"] if lines else notice
    loop = {
        f"/api/v1/{path}/{{{name}}}{act}": {name: first(path)}
        for path, name, acts in LOOP
        for act in ("", *acts)
    } | {"/api/v1/items/{item_id}/handling": {"item_id": item}}
    evaluation = "/api/v1/evaluations/{evaluation_id}"
    block = {"evaluation_id": first("evaluations"), "block": "own.proposals"}
    composition = client.get("/api/v1/sub-goal", headers=headers).json()["composition"]
    return {
        f"{evaluation}/blocks/{{block}}": block,
        f"{evaluation}/blocks/{{block}}/generated": block,
        f"{evaluation}/editions/{{number}}": {**block, "number": "1"},
        "/api/v1/dues/{due_id}": {"due_id": due},
        **{
            f"/api/v1/dues/{{due_id}}/{verb}": {"due_id": due}
            for verb in ("answer", "pause", "resume", "withdraw", "day")
        },
        "/api/v1/holiday-years/{year}": {"year": "2026"},
        "/api/v1/registers/{model}/change": {"model": "registers.body"},
        "/api/v1/registers/{model}/merge": {"model": "registers.body"},
        "/api/v1/records/{model}/{record_id}/comments": record,
        "/api/v1/records/{model}/{record_id}/attachments": record,
        "/api/v1/journal/entries/{entry_id}/undo": {"entry_id": first("journal")},
        "/api/v1/regions/{code}": {"code": region},
        "/api/v1/regions/{code}/outline": {"code": region},
        "/api/v1/statistics/{figure_id}": {"figure_id": first("statistics")},
        "/api/v1/reporting-units/{code}": {"code": first("reporting-units", "code")},
        "/api/v1/bodies/{code}": {"code": body},
        "/api/v1/bodies/{code}/duties": {"code": body},
        "/api/v1/body-groups/{code}": {"code": group},
        "/api/v1/body-groups/{code}/members": {"code": group},
        "/api/v1/memberships/{membership_id}": {"membership_id": membership},
        "/api/v1/memberships/{membership_id}/end": {"membership_id": membership},
        "/api/v1/people/{person_id}": {"person_id": first("people")},
        "/api/v1/people/{person_id}/erase": {"person_id": first("people")},
        "/api/v1/followers/{name}/retry": {"name": "erase-in-exercises"},
        "/api/v1/worlds/{name}": {"name": "演练"},
        "/api/v1/posts/{post_id}": {"post_id": first("posts")},
        "/api/v1/posts/{post_id}/tenures": {"post_id": first("posts")},
        "/api/v1/enterprises/{enterprise_id}": {"enterprise_id": first("enterprises")},
        "/api/v1/enterprises/{enterprise_id}/state": {"enterprise_id": first("enterprises")},
        "/api/v1/sites/{site_id}": {"site_id": first("sites")},
        "/api/v1/area-contacts/{contact_id}": {"contact_id": first("area-contacts")},
        **{
            f"/api/v1/call-rounds/{{round_id}}{act}": {"round_id": first("call-rounds")}
            for act in ("", "/close", "/unlocated", "/addressees")
        },
        **{
            f"/api/v1/call-addressees/{{addressee_id}}{act}": {"addressee_id": notice}
            for act in ("", "/calls", "/events")
        },
        "/api/v1/my-calls/{addressee_id}/answer": {"addressee_id": notice},
        "/api/v1/installations/{installation_id}": {"installation_id": first("installations")},
        "/api/v1/installations/{installation_id}/inventories": {
            "installation_id": first("installations")
        },
        "/api/v1/substances/{substance_id}": {"substance_id": first("substances")},
        "/api/v1/duty-shifts/{shift_id}": {"shift_id": first("duty-shifts")},
        "/api/v1/duty-shifts/{shift_id}/assignments": {"shift_id": first("duty-shifts")},
        "/api/v1/duty-shifts/{shift_id}/signatures": {"shift_id": first("duty-shifts")},
        "/api/v1/post-numbers/{number_id}": {"number_id": first("post-numbers")},
        "/api/v1/tenures/{tenure_id}/end": {"tenure_id": notice},
        "/api/v1/tenures/{tenure_id}/hand-over": {"tenure_id": notice},
        "/api/v1/inventories/{inventory_id}": {"inventory_id": notice},
        "/api/v1/bodies/{code}/duty-findings": {"code": body},
        "/api/v1/duty-assignments/{assignment_id}/swap": {"assignment_id": notice},
        "/api/v1/tokens/{token_id}/revoke": {"token_id": notice},
        "/api/v1/corrections/{correction_id}/withdraw": {"correction_id": notice},
        "/api/v1/accounts/{account_id}": {"account_id": first("accounts")},
        "/api/v1/me/sessions/{session_id}/end": {"session_id": notice},
        "/api/v1/accounts/{account_id}/posts": {"account_id": first("accounts")},
        **{
            f"/api/v1/accounts/{{account_id}}/{verb}": {"account_id": first("accounts")}
            for verb in ("identities", "identities/unlink", *OF_ACCOUNTS)
        },
        "/api/v1/messages/{message_id}": {"message_id": first("messages")},
        "/api/v1/messages/{message_id}/acknowledge": {"message_id": first("messages")},
        "/api/v1/channels/{channel}/check": {"channel": "sms"},
        "/api/v1/gateways/{name}/receipts": {"name": "carrier"},
        "/api/v1/gateways/{name}/replies": {"name": "carrier"},
        "/api/v1/dispatches/{dispatch_id}": {"dispatch_id": first("dispatches")},
        "/api/v1/dispatches/{dispatch_id}/retry": {"dispatch_id": first("dispatches")},
        "/api/v1/dispatches/{dispatch_id}/cancel": {"dispatch_id": first("dispatches")},
        "/api/v1/journal/history/{model}/{record_id}": {
            "model": "plan.planitem",
            "record_id": item,
        },
        "/api/v1/notices/{notice_id}": {"notice_id": notice},
        "/api/v1/notices/{notice_id}/unread": {"notice_id": notice},
        "/api/v1/notices/{notice_id}/open-names": {"notice_id": notice},
        "/api/v1/notices/{notice_id}/matrix": {"notice_id": notice},
        "/api/v1/notices/{notice_id}/units": {"notice_id": notice},
        "/api/v1/notices/{notice_id}/names": {"notice_id": notice},
        "/api/v1/notices/{notice_id}/draft": {"notice_id": notice},
        "/api/v1/notices/{notice_id}/orphans": {"notice_id": notice},
        "/api/v1/orphans/{kind}/{work_id}": {
            "kind": "deliverable",
            "work_id": first("deliverables"),
        },
        "/api/v1/notices/{notice_id}/deliverables": {"notice_id": notice},
        "/api/v1/items/{key}": {"key": "T3"},
        "/api/v1/items/{item_id}/corrections": {"item_id": item},
        "/api/v1/rules/{name}": {"name": "working-day-add"},
        "/api/v1/indicators/{key}": {"key": "I4"},
        "/api/v1/indicators/{key}/causes": {"key": "I1"},
        "/api/v1/indicators/{key}/years/{year}/records": {"key": "I4", "year": "2023"},
        "/api/v1/indicator-editions/{edition_id}": {"edition_id": first("indicator-editions")},
        "/api/v1/sub-goal-compositions/{composition_id}/sign": {"composition_id": composition},
        "/api/v1/measures/{name}/records": {"name": "signed-in-time"},
        "/api/v1/measures/{name}/days": {"name": "signed-in-time"},
        "/api/v1/item-measures/{row_id}/bounds": {"row_id": figure},
        "/api/v1/milestones/{milestone_id}/move": {"milestone_id": step},
        "/api/v1/milestones/{milestone_id}/tick": {"milestone_id": step},
        "/api/v1/project-places/{place_id}": {"place_id": place},
        **loop,
    }


def known_values(client: Client, headers: dict[str, str]) -> dict[str, Any]:
    """Values of bodies that exist: without them a write is refused before it is tried."""
    me = client.get("/api/v1/accounts?q=public", headers=headers).json()["results"][0]
    body = client.get("/api/v1/bodies", headers=headers).json()["results"][0]
    notice = client.get("/api/v1/notices", headers=headers).json()["results"][0]
    return {
        "notice": notice["id"],
        "body": body["id"],
        "account": me["id"],
        "region": "140800",
        "expected_version": 1,
        "group": None,
        "printed_name": "市水务局",
    }


def steered(body: Any, known: dict[str, Any]) -> Any:
    """A generated body whose references exist."""
    if not isinstance(body, dict):
        return body
    return {name: known.get(name, value) for name, value in body.items()}


def fuzz(
    operation: Any,
    mode: GenerationMode,
    keys: dict[str, dict[str, str]],
    secret: str,
    known: dict[str, Any],
) -> Counter[int]:
    """Try one address; returns how many answers of each status came back."""
    made: Counter[int] = Counter()
    here = keys.get(operation.path)
    strategy = operation.as_strategy(generation_mode=mode, path_parameters=here)

    @given(case=strategy)
    @settings(
        max_examples=EXAMPLES[mode],
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    def attempt(case: Any) -> None:
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        if mode is GenerationMode.POSITIVE and made.total() % 2:
            case.body = steered(case.body, known)
        made[case.call_and_validate(headers=headers, checks=CHECKS).status_code] += 1

    attempt()
    return made


@pytest.mark.parametrize("login", ["admin", "public", ""])
def test_no_request_ends_in_a_5xx(
    city: None, client: Client, token_of: Callable[[str], str], login: str
) -> None:
    secret = token_of(login) if login else ""
    headers = {"Authorization": f"Bearer {token_of('admin')}"}
    keys, known = known_keys(client, headers), known_values(client, headers)
    answers: Counter[int] = Counter()
    with one_connection():
        schema = schemathesis.openapi.from_wsgi("/api/openapi.json", get_wsgi_application())
        operations = [found.ok() for found in schema.get_all_operations()]
        for operation in operations:
            if not login and operation.label == SIGN_IN:  # the one address open to anybody
                continue
            answers += fuzz(operation, GenerationMode.POSITIVE, keys, secret, known)
            if login:
                with suppress(Unsatisfiable):  # what takes no parameters has no wrong ones
                    answers += fuzz(operation, GenerationMode.NEGATIVE, {}, secret, known)
    assert len(operations) >= 40
    assert answers.total() >= 3 * (len(operations) - 1)
    assert answers[200] if login else set(answers) == {401}, answers
    assert not [status for status in answers if status >= 500]
