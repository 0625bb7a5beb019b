"""Sites, installations, inventories and substances. Places are internal."""

import datetime as dt
import decimal
import uuid
from typing import Annotated, Any, Literal

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from anlan.base.api.finding import by_key, named, only
from anlan.base.api.paging import Page, Paging, page_of
from anlan.base.api.shapes import Code, Day, Named, Point, Search, Text, exact, point
from anlan.base.api.writing import Change, Write, expected_version, stated, tagged
from anlan.base.rules.coordinates import Datum
from anlan.registers.actions.sites import (
    add_installation,
    add_inventory,
    add_site,
    change_installation,
    change_inventory,
    change_site,
)
from anlan.registers.api.common import Proof, proof, scope_for
from anlan.registers.choices import (
    DataGrade,
    InstallationKind,
    InstallationState,
    Mark,
    PlaceState,
)
from anlan.registers.models import (
    Enterprise,
    Installation,
    Inventory,
    Region,
    Site,
    Substance,
)
from anlan.registers.rules.amount import MassUnit, in_tonnes
from anlan.registers.rules.scope import Capability, Scope

router = Router(tags=["sites"])
Line = Annotated[str, Field(min_length=1, max_length=120)]
ShortLine = Annotated[str, Field(min_length=1, max_length=80)]
Address = Annotated[str, Field(max_length=200)]
Degrees = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Amount = Annotated[
    decimal.Decimal, Field(ge=0, max_digits=14, decimal_places=6, allow_inf_nan=False)
]
Maximum = Annotated[
    decimal.Decimal, Field(gt=0, max_digits=14, decimal_places=6, allow_inf_nan=False)
]


class Ref(Schema):
    id: str
    name: str


class SiteQuery(Paging):
    """`enterprise` takes an id, `region` a code (with the regions below it)."""

    enterprise: uuid.UUID | None = None
    region: Code | None = None
    q: Search = ""
    sort: Literal["name", "-name"] = "name"


class SiteRow(Proof):
    """`place` is a GeoJSON point in CGCS2000; `source_datum` is the datum it was read in."""

    id: str
    enterprise: Ref
    name: str
    address: str
    region: Named
    place: Point | None
    source_datum: str
    place_state: PlaceState
    grade: DataGrade
    version: int


class SiteColumns(Schema):
    """`datum` is that of the two degrees; they are converted once. `region` only without them."""

    name: Line
    address: Address = ""
    longitude_deg: Degrees | None = None
    latitude_deg: Degrees | None = None
    datum: Datum = Datum.CGCS2000
    region: Code | None = None
    grade: DataGrade = DataGrade.INTERNAL
    source: Text
    mark: Mark = Mark.VERIFIED


class SiteInput(Write, SiteColumns):
    enterprise: uuid.UUID


class SiteChangeInput(Change, SiteColumns):
    """All columns of the site as they shall be."""


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


def ref(row: Any) -> dict[str, str]:
    return {"id": str(row.pk), "name": row.name}


def site_row(row: Site) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "enterprise": ref(row.enterprise),
        "name": row.name,
        "address": row.address,
        "region": named(row.region),
        "place": point(row.longitude_deg, row.latitude_deg),
        "source_datum": row.source_datum,
        "place_state": row.place_state,
        "grade": row.grade,
        "version": row.version,
        **proof(row),
    }


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


@router.get("/sites", response=Page[SiteRow])
def list_sites(request: HttpRequest, query: Query[SiteQuery]) -> dict[str, Any]:
    """Sites of the enterprises in view, with their places; for internal use only."""
    rows = _sites(scope_for(request, Capability.READ_INTERNAL))
    if query.enterprise:
        rows = rows.filter(enterprise=query.enterprise)
    if query.region:
        paths = ("region", "region__parent", "region__parent__parent")
        inside = Q()
        for path in paths:
            inside |= Q(**{f"{path}__code": query.region})
        rows = rows.filter(inside)
    if query.q:
        rows = rows.filter(Q(name__icontains=query.q) | Q(enterprise__name__icontains=query.q))
    return page_of(request, rows.order_by(query.sort, "pk"), query, site_row)


@router.get("/sites/{uuid:site_id}", response=SiteRow)
def get_site(request: HttpRequest, response: HttpResponse, site_id: uuid.UUID) -> dict[str, Any]:
    return _site(response, scope_for(request, Capability.READ_INTERNAL), site_id)


@router.post("/sites", response={201: SiteRow})
def post_site(
    request: HttpRequest, response: HttpResponse, body: SiteInput
) -> Status[dict[str, Any]]:
    """A site. Its region follows from the point; a point outside the city is refused."""
    scope = scope_for(request, Capability.KEEP_OWN)
    enterprise = only(Enterprise.objects.visible_to(scope).filter(pk=body.enterprise))
    values = _place(body, scope) | {"enterprise": enterprise}
    result = add_site(values, **stated(request, body).kwargs())
    return Status(201, _site(response, scope, result["id"]))


@router.put(
    "/sites/{uuid:site_id}",
    response=SiteRow,
    openapi_extra={"x-states": ["expected_version"]},
)
def put_site(
    request: HttpRequest, response: HttpResponse, site_id: uuid.UUID, body: SiteChangeInput
) -> dict[str, Any]:
    scope = scope_for(request, Capability.KEEP_OWN)
    version = expected_version(request, body)
    row = only(_sites(scope).filter(pk=site_id))
    values = _place(body, scope)
    change_site(row.pk, values, expected_version=version, **stated(request, body).kwargs())
    return _site(response, scope, site_id)


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


def _sites(scope: Scope) -> QuerySet[Site]:
    return Site.objects.visible_to(scope).select_related("enterprise", "region")


def _installations(scope: Scope) -> QuerySet[Installation]:
    return Installation.objects.visible_to(scope).select_related("site")


def _inventories(scope: Scope) -> QuerySet[Inventory]:
    rows = Inventory.objects.visible_to(scope).select_related("installation", "substance")
    return rows.order_by("-counted_on", "pk")


def _site(response: HttpResponse, scope: Scope, key: Any) -> dict[str, Any]:
    row = only(_sites(scope).filter(pk=key))
    tagged(response, row.version)
    return site_row(row)


def _installation(response: HttpResponse, scope: Scope, key: Any) -> dict[str, Any]:
    counted = Prefetch("inventories", queryset=_inventories(scope))
    row = only(_installations(scope).prefetch_related(counted).filter(pk=key))
    tagged(response, row.version)
    counts = [inventory_row(one) for one in row.inventories.all()]
    return installation_row(row) | {"inventories": counts}


def _place(body: SiteColumns, scope: Scope) -> dict[str, Any]:
    region = body.region and by_key(Region.objects.visible_to(scope), body.region)
    return {
        "name": body.name,
        "address": body.address,
        "longitude_deg": body.longitude_deg,
        "latitude_deg": body.latitude_deg,
        "datum": body.datum.value,
        "region": region or None,
        "grade": body.grade.value,
        "source": body.source,
        "mark": body.mark.value,
    }


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
