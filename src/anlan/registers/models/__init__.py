"""Tables of the registers: who is who, and where. Django finds every table through this page."""

from anlan.registers.models.accounts import Account, ApiToken, SecondFactor
from anlan.registers.models.area_contacts import AreaContact
from anlan.registers.models.bodies import Body, BodyGroup, BodyName, GroupMembership
from anlan.registers.models.common import ROLE_CHOICES, Sourced, by_unit, published
from anlan.registers.models.contacts import ContactProof, ContactThreshold, PostNumber
from anlan.registers.models.duty import DutyAssignment, DutyShift, HandoverSignature
from anlan.registers.models.enterprises import Enterprise
from anlan.registers.models.identities import LinkedIdentity
from anlan.registers.models.instruments import Citation, Instrument
from anlan.registers.models.people import Person, Post, Tenure
from anlan.registers.models.places import Region, RegionOutline, ReportingUnit
from anlan.registers.models.reporting_lines import ReportingLine
from anlan.registers.models.sessions import SignInSession, TokenUse
from anlan.registers.models.sites import Installation, Inventory, Site, Substance
from anlan.registers.models.statistics import Statistic

__all__ = [
    "ROLE_CHOICES",
    "Account",
    "ApiToken",
    "AreaContact",
    "Body",
    "BodyGroup",
    "BodyName",
    "Citation",
    "ContactProof",
    "ContactThreshold",
    "DutyAssignment",
    "DutyShift",
    "Enterprise",
    "GroupMembership",
    "HandoverSignature",
    "Installation",
    "Instrument",
    "Inventory",
    "LinkedIdentity",
    "Person",
    "Post",
    "PostNumber",
    "Region",
    "RegionOutline",
    "ReportingLine",
    "ReportingUnit",
    "SecondFactor",
    "SignInSession",
    "Site",
    "Sourced",
    "Statistic",
    "Substance",
    "Tenure",
    "TokenUse",
    "by_unit",
    "published",
]
