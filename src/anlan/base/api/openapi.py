"""Completes the OpenAPI document: what every address has in common is written once, here."""

from typing import Any, Final

from anlan.base.api.problems import MEDIA_TYPE

PROBLEM: Final[dict[str, Any]] = {
    "title": "Problem",
    "description": "RFC 9457 problem details. `code` is stable; title and detail are for people.",
    "type": "object",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": {"type": "string", "description": "urn:anlan:problem:<code>"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "field": {"type": "string", "description": "the field that was refused"},
        "instance": {"type": "string", "description": "number of an incident"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "location", "code", "message"],
                "properties": {
                    name: {"type": "string"} for name in ("field", "location", "code", "message")
                },
            },
        },
        "expected_version": {"type": "integer", "description": "409: the version you sent"},
        "current_version": {"type": "integer", "description": "409: the version now recorded"},
        "current": {"type": "object", "description": "409: the record as it is now"},
    },
}
WORDS: Final = {
    400: "The body cannot be read",
    401: "Nobody is signed in, or the token is not valid",
    403: "The actor's posts do not permit this",
    404: "No such record, none in the actor's scope, or a page beyond the end",
    405: "The address does not know this method",
    409: "Somebody else changed the record, or the request id was used for something else",
    413: "The body is too large",
    415: "The body has another media type",
    422: "A value was refused",
    428: "The version that the change is based on is missing",
    503: "The database is busy; nothing was changed",
}
READING: Final = (401, 403, 404, 405, 422, 503)
WRITING: Final = (*READING, 400, 409, 413, 415, 428)
KEY_HEADER: Final[dict[str, Any]] = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "description": "A repeat with the same key returns the first result and writes nothing.",
    "schema": {"type": "string", "pattern": "^[A-Za-z0-9_-]{8,64}$"},
}
MATCH_HEADER: Final[dict[str, Any]] = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "description": "ETag of the record that the change is based on; or expected_version.",
    "schema": {"type": "string", "pattern": '^"[1-9][0-9]{0,8}"$'},
}
MEDIA_KEY: Final = "x-media-type"
JSON_TYPE: Final = "application/json"


def completed(document: Any) -> Any:
    """The document with problems, write headers and media types on every operation."""
    schemas = document["components"].setdefault("schemas", {})
    schemas["Problem"] = PROBLEM
    _close(schemas)
    for path in document["paths"].values():
        for method, operation in path.items():
            _complete(method, operation)
    return document


def _complete(method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    media = operation.pop(MEDIA_KEY, None)
    for answer in responses.values():
        if media and JSON_TYPE in answer.get("content", {}):
            answer["content"] = {media: answer["content"][JSON_TYPE]}
    writes = method != "get"
    for status in WRITING if writes else READING:
        responses.setdefault(status, _answer(status))
    if writes and operation.get("requestBody"):
        headers = [KEY_HEADER]
        if "expected_version" in operation.pop("x-states", ()):
            headers.append(MATCH_HEADER)
        operation["parameters"] = [*operation["parameters"], *headers]
    operation.pop("x-states", None)


def _answer(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": WORDS[status], "content": {MEDIA_TYPE: {"schema": schema}}}


def _close(schemas: dict[str, Any]) -> None:
    """Titles that pydantic derives from names say nothing: drop them, keep descriptions."""
    for schema in schemas.values():
        for detail in schema.get("properties", {}).values():
            detail.pop("title", None)
