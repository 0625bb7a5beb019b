"""Whether released warnings are shown to the public. What is shown is in the feeds."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from anlan.base.api.writing import Change, expected_version, stated, tagged
from anlan.exchange.actions.public import set_public_release
from anlan.exchange.models import PublicRelease
from anlan.exchange.queries import public_release
from anlan.registers.api.common import scope_for
from anlan.registers.rules.scope import Capability

router = Router(tags=["warnings"])


class PublicReleaseRow(Schema):
    """`version` 0: nobody has set it. Without `map_approval` no map and no outline is shown."""

    is_on: bool
    map_approval: str
    version: int


class PublicReleaseInput(Change):
    is_on: bool
    map_approval: Annotated[str, Field(max_length=60)] = ""


@router.get("/public-release", response=PublicReleaseRow)
def get_public_release(request: HttpRequest, response: HttpResponse) -> dict[str, Any]:
    scope_for(request, Capability.READ_INTERNAL)
    row = public_release()
    tagged(response, row.version)
    return _row(row)


@router.put(
    "/public-release",
    response=PublicReleaseRow,
    openapi_extra={"x-states": ["expected_version"]},
)
def put_public_release(request: HttpRequest, body: PublicReleaseInput) -> dict[str, Any]:
    """Switch it. `expected_version` is stated once it was ever set."""
    scope_for(request, Capability.KEEP_INSTANCE)
    is_first = public_release().version == 0
    version = 0 if is_first else expected_version(request, body)
    set_public_release(
        is_on=body.is_on,
        map_approval=body.map_approval,
        expected_version=version,
        **stated(request, body).kwargs(),
    )
    return _row(public_release())


def _row(row: PublicRelease) -> dict[str, Any]:
    return {"is_on": row.is_on, "map_approval": row.map_approval, "version": row.version}
