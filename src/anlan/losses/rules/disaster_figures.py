"""What the figures of a natural disaster must satisfy, and what of them fell.

Source: the definitions of the core indicators, 自然灾害情况统计调查制度 (应急〔2020〕19号; names
checked, definitions from memory); the checks are a House rule that follows from the definitions:
failed ≤ damaged ≤ affected area; dead and missing ≤ affected; relocated and in need ≤ affected;
households ≤ rooms; parts of the loss ≤ the loss, and equal to it when all parts are given. A
later report that is lower needs a note: 自然灾害情况统计调查制度, verification rules of provinces
(figures normally only grow).
Units and valid range: persons, rooms 间, households 户, hectares, fen; none below zero.
Edge cases: equality holds. A figure not reported is not compared: it is never zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.base.rules.verdict import HOUSE_RULE, Reason, SourceStatus, Verdict, pairs

RULE: Final = "disaster-figures-check"

FIELD_LABELS: Final[Mapping[str, str]] = {
    "affected_person_times": gettext_noop("affected people"),
    "deaths": gettext_noop("deaths of the disaster"),
    "missing": gettext_noop("missing people"),
    "injured_sick": gettext_noop("injured and sick people"),
    "evacuated_avoidance": gettext_noop("evacuated to avoid danger"),
    "relocated_collective": gettext_noop("relocated, sheltered collectively"),
    "relocated_scattered": gettext_noop("relocated, sheltered scattered"),
    "need_urgent_relief": gettext_noop("in need of urgent relief"),
    "water_shortage": gettext_noop("short of drinking water because of drought"),
    "crop_affected_ha": gettext_noop("crops affected (ha)"),
    "crop_damaged_ha": gettext_noop("crops damaged (ha)"),
    "crop_failed_ha": gettext_noop("crops failed (ha)"),
    "house_collapsed_rooms": gettext_noop("collapsed houses (rooms)"),
    "house_collapsed_households": gettext_noop("collapsed houses (households)"),
    "house_severe_rooms": gettext_noop("severely damaged houses (rooms)"),
    "house_severe_households": gettext_noop("severely damaged houses (households)"),
    "house_slight_rooms": gettext_noop("slightly damaged houses (rooms)"),
    "house_slight_households": gettext_noop("slightly damaged houses (households)"),
    "direct_loss_fen": gettext_noop("direct economic loss (10 000 yuan)"),
    "loss_housing_fen": gettext_noop("loss of housing (10 000 yuan)"),
    "loss_household_goods_fen": gettext_noop("loss of household goods (10 000 yuan)"),
    "loss_agriculture_fen": gettext_noop("loss of agriculture (10 000 yuan)"),
    "loss_industry_fen": gettext_noop("loss of industry (10 000 yuan)"),
    "loss_infrastructure_fen": gettext_noop("loss of infrastructure (10 000 yuan)"),
    "loss_public_services_fen": gettext_noop("loss of public services (10 000 yuan)"),
}
"""Every core field, in the order of the form."""
LOSS_PARTS: Final = tuple(name for name in FIELD_LABELS if name.startswith("loss_"))
HECTARES: Final = tuple(name for name in FIELD_LABELS if name.endswith("_ha"))
FEN: Final = tuple(name for name in FIELD_LABELS if name.endswith("_fen"))


@dataclass(frozen=True, slots=True, kw_only=True)
class DisasterFigures:
    """The core fields of one unit in one report; None: not reported."""

    affected_person_times: int | None = None
    deaths: int | None = None
    missing: int | None = None
    injured_sick: int | None = None
    evacuated_avoidance: int | None = None
    relocated_collective: int | None = None
    relocated_scattered: int | None = None
    need_urgent_relief: int | None = None
    water_shortage: int | None = None
    crop_affected_ha: Decimal | None = None
    crop_damaged_ha: Decimal | None = None
    crop_failed_ha: Decimal | None = None
    house_collapsed_rooms: int | None = None
    house_collapsed_households: int | None = None
    house_severe_rooms: int | None = None
    house_severe_households: int | None = None
    house_slight_rooms: int | None = None
    house_slight_households: int | None = None
    direct_loss_fen: int | None = None
    loss_housing_fen: int | None = None
    loss_household_goods_fen: int | None = None
    loss_agriculture_fen: int | None = None
    loss_industry_fen: int | None = None
    loss_infrastructure_fen: int | None = None
    loss_public_services_fen: int | None = None

    @property
    def is_empty(self) -> bool:
        return all(getattr(self, each.name) is None for each in fields(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A figure that cannot stand, with the words that say what to do."""

    field: str
    message: Message


NOT_ABOVE: Final[tuple[tuple[tuple[str, ...], str], ...]] = (
    (("crop_failed_ha",), "crop_damaged_ha"),
    (("crop_damaged_ha",), "crop_affected_ha"),
    (("crop_failed_ha",), "crop_affected_ha"),
    (("deaths", "missing"), "affected_person_times"),
    (
        ("relocated_collective", "relocated_scattered", "need_urgent_relief"),
        "affected_person_times",
    ),
    (("house_collapsed_households",), "house_collapsed_rooms"),
    (("house_severe_households",), "house_severe_rooms"),
    (("house_slight_households",), "house_slight_rooms"),
    (LOSS_PARTS, "direct_loss_fen"),
)
"""(parts, whole): the sum of the reported parts is not above the whole."""


def faults_of(figures: DisasterFigures) -> tuple[Fault, ...]:
    """Everything that cannot stand, in the order of the fields."""
    found = [fault for name in FIELD_LABELS if (fault := _negative(figures, name))]
    if found:
        return tuple(found)
    found = [f for parts, whole in NOT_ABOVE if (f := _above(figures, parts, whole))]
    short = _parts_short(figures)
    return (*found, short) if short else tuple(found)


def check_figures(figures: DisasterFigures) -> Verdict[bool]:
    """True when every check holds; the reasons say which did not."""
    faults = faults_of(figures)
    reasons = tuple(_reason(figures, fault.message, fault.field) for fault in faults)
    return Verdict(value=not faults, reasons=reasons or (_reason(figures, None, ""),))


def fallen(before: DisasterFigures, after: DisasterFigures) -> tuple[str, ...]:
    """Fields that are lower than they were, or no longer reported."""
    return tuple(
        name for name in FIELD_LABELS if _fell(getattr(before, name), getattr(after, name))
    )


def _fell(before: int | Decimal | None, after: int | Decimal | None) -> bool:
    return before is not None and (after is None or after < before)


def label(name: str) -> Message:
    return Message.of(FIELD_LABELS[name])


def _negative(figures: DisasterFigures, name: str) -> Fault | None:
    value = getattr(figures, name)
    if value is None or value >= 0:
        return None
    said = gettext_noop("“{field}” cannot be below zero. Leave it empty if it is not known.")
    return Fault(field=name, message=Message.of(said, field=label(name)))


def _above(figures: DisasterFigures, parts: tuple[str, ...], whole: str) -> Fault | None:
    limit = getattr(figures, whole)
    given = [name for name in parts if getattr(figures, name) is not None]
    if limit is None or not given:
        return None
    if sum(getattr(figures, name) for name in given) <= limit:
        return None
    said = gettext_noop("{parts} cannot be more than “{whole}”. Compare both with the report.")
    message = Message.of(said, parts=tuple(label(name) for name in given), whole=label(whole))
    return Fault(field=given[0], message=message)


def _parts_short(figures: DisasterFigures) -> Fault | None:
    parts = [getattr(figures, name) for name in LOSS_PARTS]
    total = figures.direct_loss_fen
    if total is None or any(part is None for part in parts) or sum(parts) >= total:
        return None
    said = gettext_noop(
        "All parts of the loss are given and their sum is below the loss. Correct a part, or "
        "leave the part empty that is not known."
    )
    return Fault(field="direct_loss_fen", message=Message.of(said))


def _reason(figures: DisasterFigures, note: Message | None, field: str) -> Reason:
    given = {n: getattr(figures, n) for n in FIELD_LABELS if getattr(figures, n) is not None}
    return Reason(
        rule=RULE,
        source=HOUSE_RULE,
        status=SourceStatus.HOUSE_DEFAULT,
        inputs=pairs(**given),
        note=note,
        details=pairs(field=field) if field else (),
    )
