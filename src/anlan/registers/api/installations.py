"""Installations, their inventories, and substances."""

import datetime as dt
import decimal
import uuid
from typing import Annotated, Any, Literal

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base.api.finding import only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Day, Search, Text, exact
from anlan.base.api.writing import Change, Write, expected_version, stated, tagged
from anlan.registers.actions.sites import (
    add_installation,
    add_inventory,
    change_installation,
    change_inventory,
)
from anlan.registers.api.common import Proof, proof, scope_for
from anlan.registers.api.sites import Address, Ref, ref
from anlan.registers.choices import (
    InstallationKind,
    InstallationState,
    Mark,
)
from anlan.registers.models import (
    Installation,
    Inventory,
    Site,
    Substance,
)
from anlan.registers.rules.amount import MassUnit, in_tonnes
from anlan.registers.rules.scope import Capability, Scope

router = Router(tags=["sites"])
ShortLine = Annotated[str, Field(min_length=1, max_length=80)]


Amount = Annotated[
    decimal.Decimal, Field(ge=0, max_digits=14, decimal_places=6, allow_inf_nan=False)
]


Maximum = Annotated[
    decimal.Decimal, Field(gt=0, max_digits=14, decimal_places=6, allow_inf_nan=False)
]


class InstallationQuery(Paging):
    site: uuid.UUID | None = None
    kind: InstallationKind | None = None
    q: Search = ""
    sort: Literal["name", "-name"] = "name"


class InventoryRow(Proof):
    """Amounts are exact decimals in tonnes as text; null is unknown, never zero."""

    id: str
    installation: Ref
    substance: Ref
    counted_on: dt.date
    amount_t: str | None
    maximum_t: str | None
    version: int


class InstallationRow(Proof):
    id: str
    site: Ref
    name: str
    kind: InstallationKind
    state: InstallationState
    commissioned_on: dt.date | None
    note: str
    version: int


class InstallationObject(InstallationRow):
    """`inventories`: every count, the newest first."""

    inventories: list[InventoryRow]


class InstallationColumns(Schema):
    name: ShortLine
    kind: InstallationKind
    state: InstallationState = InstallationState.IN_USE
    commissioned_on: Day | None = None
    note: Address = ""
    source: Text
    mark: Mark = Mark.VERIFIED


class InstallationInput(Write, InstallationColumns):
    site: uuid.UUID


class InstallationChangeInput(Change, InstallationColumns):
    """All columns of the installation as they shall be."""


class Amounts(Schema):
    """`unit_of_mass` holds for both; they are kept in tonnes."""

    amount: Amount | None = None
    maximum: Maximum | None = None
    unit_of_mass: MassUnit = MassUnit.TONNE
    source: Text
    mark: Mark = Mark.VERIFIED


class InventoryInput(Write, Amounts):
    substance: uuid.UUID
    counted_on: Day


class InventoryChangeInput(Change, Amounts):
    """The corrected amounts of one count."""


class SubstanceQuery(Paging):
    q: Search = ""
    sort: Literal["name", "-name"] = "name"


class SubstanceRow(Proof):
    """`critical_quantity_t` is an exact decimal as text; null is unknown."""

    id: str
    name: str
    name_en: str
    cas: str
    critical_quantity_t: str | None
    gas_factor: str | None
    standard: str
    note: str
    version: int


def installation_row(row: Installation) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "site": ref(row.site),
        "name": row.name,
        "kind": row.kind,
        "state": row.state,
        "commissioned_on": row.commissioned_on,
        "note": row.note,
        "version": row.version,
        **proof(row),
    }


def inventory_row(row: Inventory) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "installation": ref(row.installation),
        "substance": ref(row.substance),
        "counted_on": row.counted_on,
        "amount_t": exact(row.amount_t),
        "maximum_t": exact(row.maximum_t),
        "version": row.version,
        **proof(row),
    }


def substance_row(row: Substance) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "name": row.name,
        "name_en": row.name_en,
        "cas": row.cas,
        "critical_quantity_t": exact(row.critical_quantity_t),
        "gas_factor": exact(row.gas_factor),
        "standard": row.standard,
        "note": row.note,
        "version": row.version,
        **proof(row),
    }


@router.get("/installations", response=Page[InstallationRow])
def list_installations(request: HttpRequest, query: Query[InstallationQuery]) -> dict[str, Any]:
    rows = _installations(scope_for(request, Capability.READ_INTERNAL))
    if query.site:
        rows = rows.filter(site=query.site)
    if query.kind:
        rows = rows.filter(kind=query.kind)
    if query.q:
        rows = rows.filter(Q(name__icontains=query.q) | Q(site__name__icontains=query.q))
    return page_of(request, rows.order_by(query.sort, "pk"), query, installation_row)


@router.get("/installations/{uuid:installation_id}", response=InstallationObject)
def get_installation(
    request: HttpRequest, response: HttpResponse, installation_id: uuid.UUID
) -> dict[str, Any]:
    scope = scope_for(request, Capability.READ_INTERNAL)
    return _installation(response, scope, installation_id)


@router.post("/installations", response={201: InstallationObject})
def post_installation(
    request: HttpRequest, response: HttpResponse, body: InstallationInput
) -> Status[dict[str, Any]]:
    scope = scope_for(request, Capability.KEEP_OWN)
    site = only(Site.objects.visible_to(scope).filter(pk=body.site))
    values = _installation_columns(body) | {"site": site}
    result = add_installation(values, **stated(request, body).kwargs())
    return Status(201, _installation(response, scope, result["id"]))


@router.put(
    "/installations/{uuid:installation_id}",
    response=InstallationObject,
    openapi_extra={"x-states": ["expected_version"]},
)
def put_installation(
    request: HttpRequest,
    response: HttpResponse,
    installation_id: uuid.UUID,
    body: InstallationChangeInput,
) -> dict[str, Any]:
    scope = scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    row = only(_installations(scope).filter(pk=installation_id))
    change_installation(
        row.pk,
        _installation_columns(body),
        expected_version=version,
        **stated(request, body).kwargs(),
    )
    return _installation(response, scope, installation_id)


@router.post(
    "/installations/{uuid:installation_id}/inventories", response={201: InstallationObject}
)
def post_inventory(
    request: HttpRequest,
    response: HttpResponse,
    installation_id: uuid.UUID,
    body: InventoryInput,
) -> Status[dict[str, Any]]:
    """What the installation held on a day. An older count stays."""
    scope = scope_for(request, Capability.KEEP_OWN)
    row = only(_installations(scope).filter(pk=installation_id))
    substance = only(Substance.objects.visible_to(scope).filter(pk=body.substance))
    values = _amounts(body) | {
        "installation": row,
        "substance": substance,
        "counted_on": body.counted_on,
    }
    add_inventory(values, **stated(request, body).kwargs())
    return Status(201, _installation(response, scope, installation_id))


@router.put(
    "/inventories/{uuid:inventory_id}",
    response=InventoryRow,
    openapi_extra={"x-states": ["expected_version"]},
)
def put_inventory(
    request: HttpRequest,
    response: HttpResponse,
    inventory_id: uuid.UUID,
    body: InventoryChangeInput,
) -> dict[str, Any]:
    """Correct the amounts of one count."""
    scope = scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    row = only(Inventory.objects.visible_to(scope).filter(pk=inventory_id))
    change_inventory(
        row.pk, _amounts(body), expected_version=version, **stated(request, body).kwargs()
    )
    row = only(_inventories(scope).filter(pk=inventory_id))
    tagged(response, row.version)
    return inventory_row(row)


@router.get("/substances", response=Page[SubstanceRow])
def list_substances(request: HttpRequest, query: Query[SubstanceQuery]) -> dict[str, Any]:
    """Substances and the quantity from which the standard counts a major hazard."""
    rows = Substance.objects.visible_to(scope_for(request))
    if query.q:
        found = Q(name__icontains=query.q) | Q(name_en__icontains=query.q) | Q(cas=query.q)
        rows = rows.filter(found | Q(initials__startswith=query.q.lower()))
    sign = "-" if query.sort.startswith("-") else ""
    return page_of(request, rows.order_by(f"{sign}initials", "pk"), query, substance_row)


@router.get("/substances/{uuid:substance_id}", response=SubstanceRow)
def get_substance(
    request: HttpRequest, response: HttpResponse, substance_id: uuid.UUID
) -> dict[str, Any]:
    row = only(Substance.objects.visible_to(scope_for(request)).filter(pk=substance_id))
    tagged(response, row.version)
    return substance_row(row)


def _installations(scope: Scope) -> QuerySet[Installation]:
    return Installation.objects.visible_to(scope).select_related("site")


def _inventories(scope: Scope) -> QuerySet[Inventory]:
    rows = Inventory.objects.visible_to(scope).select_related("installation", "substance")
    return rows.order_by("-counted_on", "pk")


def _installation(response: HttpResponse, scope: Scope, key: Any) -> dict[str, Any]:
    counted = Prefetch("inventories", queryset=_inventories(scope))
    row = only(_installations(scope).prefetch_related(counted).filter(pk=key))
    tagged(response, row.version)
    counts = [inventory_row(one) for one in row.inventories.all()]
    return installation_row(row) | {"inventories": counts}


def _installation_columns(body: InstallationColumns) -> dict[str, Any]:
    return {
        "name": body.name,
        "kind": body.kind.value,
        "state": body.state.value,
        "commissioned_on": body.commissioned_on,
        "note": body.note,
        "source": body.source,
        "mark": body.mark.value,
    }


def _amounts(body: Amounts) -> dict[str, Any]:
    return {
        "amount_t": in_tonnes(body.amount, body.unit_of_mass),
        "maximum_t": in_tonnes(body.maximum, body.unit_of_mass),
        "source": body.source,
        "mark": body.mark.value,
    }
