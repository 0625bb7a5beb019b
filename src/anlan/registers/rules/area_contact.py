"""What somebody is responsible for in a place: kinds of area contacts (责任人).

Source: kinds named by the call-and-confirm practice (city and county press of Shanxi, fact sheet
hazards-and-response §6.4). House rule: the list itself and its order.
Edge cases: a person may be several kinds of contact in several places; each is a row of its own.
"""

from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop


class ContactKind(StrEnum):
    """From the village up to the city."""

    VILLAGE = "village-contact"
    GRID_WARDEN = "grid-warden"
    SITE_WARDEN = "site-warden"
    SCHOOL = "school"
    ENTERPRISE = "enterprise-safety"
    FIRST_RESPONDER = "first-responder"
    TOWNSHIP_DUTY = "township-duty"
    TOWNSHIP_HEAD = "township-head"
    COUNTY_DUTY = "county-duty"
    COUNTY_LEADER_IN_CHARGE = "county-leader-in-charge"
    FLOOD_HQ_HEAD = "flood-hq-head"
    EMERGENCY_DIRECTOR = "emergency-director"
    COUNTY_CHIEF_LEADER = "county-chief-leader"
    CITY_DUTY = "city-duty"
    CITY_CHIEF_LEADER = "city-chief-leader"


CONTACT_KIND_LABELS: Final = {
    ContactKind.VILLAGE: gettext_noop("village contact"),
    ContactKind.GRID_WARDEN: gettext_noop("grid warden or patrol"),
    ContactKind.SITE_WARDEN: gettext_noop("warden of a hazard site"),
    ContactKind.SCHOOL: gettext_noop("school"),
    ContactKind.ENTERPRISE: gettext_noop("safety officer of an enterprise"),
    ContactKind.FIRST_RESPONDER: gettext_noop("community first responder"),
    ContactKind.TOWNSHIP_DUTY: gettext_noop("township duty"),
    ContactKind.TOWNSHIP_HEAD: gettext_noop("head of the township"),
    ContactKind.COUNTY_DUTY: gettext_noop("county duty"),
    ContactKind.COUNTY_LEADER_IN_CHARGE: gettext_noop("county leader in charge"),
    ContactKind.FLOOD_HQ_HEAD: gettext_noop("head of the flood headquarters"),
    ContactKind.EMERGENCY_DIRECTOR: gettext_noop("director of the emergency bureau"),
    ContactKind.COUNTY_CHIEF_LEADER: gettext_noop("chief leader of the county"),
    ContactKind.CITY_DUTY: gettext_noop("city duty"),
    ContactKind.CITY_CHIEF_LEADER: gettext_noop("chief leader of the city"),
}
STANDING_ABOVE: Final = frozenset(
    {
        ContactKind.TOWNSHIP_DUTY,
        ContactKind.TOWNSHIP_HEAD,
        ContactKind.COUNTY_DUTY,
        ContactKind.COUNTY_LEADER_IN_CHARGE,
        ContactKind.FLOOD_HQ_HEAD,
        ContactKind.EMERGENCY_DIRECTOR,
        ContactKind.COUNTY_CHIEF_LEADER,
        ContactKind.CITY_DUTY,
        ContactKind.CITY_CHIEF_LEADER,
    }
)
"""Who answers for a whole division, wherever in it the danger is."""
