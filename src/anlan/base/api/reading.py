"""What the border lets in: JSON of a sane size, without what no database column can hold."""

import json
import re
from typing import Any, Final, NoReturn

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.errors import ValidationError
from ninja.parser import Parser

from anlan.base.api.problems import BodyTooLarge, MalformedBody, UnsupportedMedia

JSON_LIMIT_BYTES: Final = 1024 * 1024
"""House rule: no JSON body of the API comes near this; files are sent as files."""
JSON_TYPE: Final = "application/json"
_UNFIT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def is_fit(text: str) -> bool:
    """Without control characters (tab and line breaks allowed) and lone surrogates."""
    return _UNFIT.search(text) is None


class BorderParser(Parser):
    """Reads bodies and query strings; refuses what is not JSON or unfit text."""

    def parse_body(self, request: HttpRequest) -> Any:
        if request.content_type != JSON_TYPE:
            raise UnsupportedMedia(accepted=JSON_TYPE)
        raw = request.body
        if len(raw) > JSON_LIMIT_BYTES:
            raise BodyTooLarge(limit=JSON_LIMIT_BYTES)
        try:
            value = json.loads(raw, parse_constant=_no_constant, object_pairs_hook=_no_repeats)
        except (ValueError, RecursionError) as error:
            raise MalformedBody(reason=_reason(error)) from error
        _check_texts(value, ("body", "body"))
        return value

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        for name, values in data.lists():
            texts = [value for value in values if isinstance(value, str)]
            if not is_fit(name) or not all(is_fit(text) for text in texts):
                raise _unfit(("query", name if is_fit(name) else "?"))
            if len(values) > 1 and name not in list_fields:
                raise ValidationError([{"loc": ("query", name), "type": "repeated"}])
        found: dict[str, Any] = super().parse_querydict(data, list_fields, request)
        return found


def check_names(request: HttpRequest, known: set[str]) -> None:
    """A parameter that nobody reads is refused: a misspelt filter must not widen a list."""
    unknown = [name for name in request.GET if name not in known]
    if unknown:
        raise ValidationError(
            [
                {"loc": ("query", name if is_fit(name) else "?"), "type": "unknown_parameter"}
                for name in unknown[:5]
            ]
        )


def _check_texts(value: Any, path: tuple[str, ...]) -> None:
    match value:
        case str() if not is_fit(value):
            raise _unfit(path)
        case list():
            for item in value:
                _check_texts(item, path)
        case dict():
            for name, item in value.items():
                if not is_fit(name):
                    raise _unfit((*path, "?"))
                _check_texts(item, (*path, name))


def _unfit(path: tuple[str, ...]) -> ValidationError:
    return ValidationError([{"loc": path, "type": "no_nul"}])


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON number")


def _no_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return found


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg} (line {error.lineno}, column {error.colno})"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)[:100]
