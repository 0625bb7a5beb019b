"""Refused values in the reader's language: what pydantic says, said by us."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from django.utils.translation import gettext

from anlan.base.rules.labels import gettext_noop

FALLBACK: Final = gettext_noop("This value was refused.")
MESSAGES: Final[Mapping[str, str]] = {
    "missing": gettext_noop("This value is required."),
    "extra_forbidden": gettext_noop("There is no such field here."),
    "unknown_parameter": gettext_noop("There is no such parameter here."),
    "literal_error": gettext_noop("Choose one of {expected}."),
    "enum": gettext_noop("Choose one of {expected}."),
    "int_parsing": gettext_noop("Give a whole number."),
    "int_type": gettext_noop("Give a whole number."),
    "int_from_float": gettext_noop("Give a whole number."),
    "decimal_parsing": gettext_noop("Give a number such as 12.5."),
    "decimal_type": gettext_noop("Give a number such as 12.5."),
    "decimal_max_digits": gettext_noop("This number has too many digits."),
    "decimal_max_places": gettext_noop("At most {decimal_places} digits after the point."),
    "decimal_whole_digits": gettext_noop("At most {whole_digits} digits before the point."),
    "finite_number": gettext_noop("Give a finite number."),
    "greater_than": gettext_noop("Give a value above {gt}."),
    "greater_than_equal": gettext_noop("Give a value not below {ge}."),
    "less_than": gettext_noop("Give a value below {lt}."),
    "less_than_equal": gettext_noop("Give a value not above {le}."),
    "string_type": gettext_noop("Give a text."),
    "string_too_short": gettext_noop("Give at least {min_length} characters."),
    "string_too_long": gettext_noop("Give at most {max_length} characters."),
    "string_pattern_mismatch": gettext_noop("This text does not have the form that is asked for."),
    "bool_parsing": gettext_noop("Give true or false."),
    "bool_type": gettext_noop("Give true or false."),
    "uuid_parsing": gettext_noop("Give the id of a record (a UUID)."),
    "uuid_type": gettext_noop("Give the id of a record (a UUID)."),
    "date_from_datetime_parsing": gettext_noop("Give a date such as 2026-11-24."),
    "date_from_datetime_inexact": gettext_noop("Give a date such as 2026-11-24."),
    "date_parsing": gettext_noop("Give a date such as 2026-11-24."),
    "date_type": gettext_noop("Give a date such as 2026-11-24."),
    "list_type": gettext_noop("Give a list."),
    "dict_type": gettext_noop("Give an object."),
    "model_type": gettext_noop("Give an object."),
    "model_attributes_type": gettext_noop("Give an object."),
    "repeated": gettext_noop("Give this parameter once."),
    "no_nul": gettext_noop("Control characters are not accepted."),
}


class _Missing(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"


def shown_errors(errors: Iterable[Mapping[str, Any]]) -> list[dict[str, str]]:
    """Errors of the border: field, where it stood, a stable code, and words."""
    return [_row(error) for error in errors]


def _row(error: Mapping[str, Any]) -> dict[str, str]:
    location, *path = (str(part) for part in error["loc"])
    if location == "body":
        path = path[1:]  # the name of the view's argument says nothing to a client
    kind = str(error["type"])
    context = dict(error.get("ctx") or {})
    if "expected" in context:
        context["expected"] = str(context["expected"]).replace(" or ", ", ")
    words = gettext(MESSAGES.get(kind, FALLBACK)).format_map(_Missing(context))
    return {
        "field": ".".join(path) or location,
        "location": location,
        "code": kind,
        "message": words,
    }
