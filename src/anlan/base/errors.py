"""Expected refusals.

    Refused                    what was asked cannot be done; says what to do instead
    ├── NotAllowed             the actor may not do it
    ├── NotFound               no such record, or none that this actor may see
    ├── Invalid                a value was refused; `field` names it
    ├── Conflict               somebody else changed the record; carries both versions
    ├── RequestReused          a request id came back with other content
    └── UnjournaledWrite       a write tried to pass beside the journal (a defect, not the user)

A message is an English template (a translation key) plus parameters, so that screens show it in
the reader's language while `code` and `field` stay machine-readable.
"""

from typing import Any

from django.utils.translation import gettext

from anlan.base.rules.labels import gettext_noop


class Refused(Exception):
    code = "refused"
    status = 422
    message = gettext_noop("This cannot be done.")

    def __init__(self, message: str | None = None, /, *, field: str = "", **params: Any) -> None:
        self.template = message or self.message
        self.params = params
        self.field = field
        super().__init__(self.template.format_map(_Missing(params)))

    def text(self) -> str:
        """The message in the language that is active now."""
        return gettext(self.template).format_map(_Missing(self.params))


class NotAllowed(Refused):
    code = "not-allowed"
    status = 403
    message = gettext_noop("Your post does not permit this. Ask your administrator.")


class NotFound(Refused):
    code = "not-found"
    status = 404
    message = gettext_noop("No such record, or it is outside what your post may see.")


class Invalid(Refused):
    code = "invalid"
    status = 422
    message = gettext_noop("A value was refused.")


class Conflict(Refused):
    code = "conflict"
    status = 409
    message = gettext_noop(
        "Somebody changed this record after you opened it. Nothing was overwritten: "
        "compare both versions, then save again."
    )

    def __init__(self, *, expected: int, current: int, row: dict[str, Any] | None = None) -> None:
        super().__init__()
        self.expected = expected
        self.current = current
        self.row = row or {}


class RequestReused(Refused):
    code = "request-reused"
    status = 409
    message = gettext_noop(
        "This request id was already used for something else. Reload the page and try again."
    )


class UnjournaledWrite(Refused):
    code = "unjournaled-write"
    status = 500
    message = gettext_noop("A write to {model} tried to pass beside the journal.")


class _Missing(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
