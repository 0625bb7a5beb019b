"""Call-and-confirm (叫应): rounds, whom they call, and what came of each call."""

import uuid
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.base.rules.verdict import HOUSE_RULE
from anlan.registers.choices import CONTACT_KIND_CHOICES
from anlan.registers.models.area_contacts import of_own_units
from anlan.registers.models.common import Sourced
from anlan.registers.rules.area_contact import ContactKind
from anlan.registers.rules.scope import Capability, Scope
from anlan.warning.choices import (
    CALL_STATE_CHOICES,
    FOUND_CHOICES,
    HAZARD_CHOICES,
    LEVEL_CHOICES,
    WAY_CHOICES,
    CallEventKind,
    RoundEnd,
)
from anlan.warning.models.received import IssuedWarning, WarningMessage
from anlan.warning.rules.call_state import CallState, Place
from anlan.warning.rules.ladder import BadLadder, Ladder, Step, Way, Who
from anlan.warning.rules.signal import Level

PLACE_COLUMNS = (
    *("step", "failures", "was_tried", "is_alarmed", "next_step_at", "answer_by", "called_at"),
    *("read_at", "answered_at", "is_late", "released_at"),
)


class CallLadder(Record, Sourced):
    """The ladder that a unit sets for a level (and a hazard, where it names one), from a day on.
    A county's own goes before the city's; without any the house default holds."""

    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reporting unit"),
    )
    level = models.CharField(_("warning level"), max_length=6, choices=LEVEL_CHOICES)
    hazard = models.CharField(_("hazard"), max_length=20, choices=HAZARD_CHOICES, blank=True)
    kinds = models.JSONField(_("who is called"))
    steps = models.JSONField(_("steps"))
    answer_within_minutes = models.PositiveSmallIntegerField(
        _("answer within (minutes)"), null=True, blank=True
    )
    alarm_after_failures = models.PositiveSmallIntegerField(_("alarm after (failures)"), default=3)
    valid_from = models.DateField(_("valid from"))

    class Meta:
        verbose_name = _("ladder of calls")
        verbose_name_plural = _("ladders of calls")
        ordering = ("unit", "level", "hazard", "-valid_from")
        constraints = (
            models.UniqueConstraint(
                fields=("unit", "level", "hazard", "valid_from"), name="call_ladder_once_a_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.unit} {self.get_level_display()} {self.valid_from}"

    def clean(self) -> None:
        try:
            self.to_domain()
        except (BadLadder, KeyError, TypeError, ValueError) as error:
            said = gettext(
                "The ladder cannot be climbed: the first step calls the contact, a time has 1 to "
                "1440 minutes, there are at most 12 steps and at least one kind of contact."
            )
            raise ValidationError({"steps": said}) from error

    def to_domain(self) -> Ladder:
        return Ladder(
            level=Level(self.level),
            kinds=frozenset(ContactKind(kind) for kind in self.kinds),
            steps=tuple(
                Step(who=Who(one["who"]), way=Way(one["channel"]), minutes=one["minutes"])
                for one in self.steps
            ),
            answer_within_minutes=self.answer_within_minutes,
            alarm_after_failures=self.alarm_after_failures,
            source=self.source or HOUSE_RULE,
            edition=f"{self.valid_from}",
            is_default=False,
        )

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return Q() if scope.may(Capability.READ_INTERNAL) else None


class CallRound(Record):
    """One round of calls for one message: the ladder is frozen in it. A message that renews or
    raises the warning opens a round of its own, which names the one before."""

    warning = models.ForeignKey(
        IssuedWarning, on_delete=models.PROTECT, related_name="rounds", verbose_name=_("warning")
    )
    message = models.OneToOneField(
        WarningMessage,
        on_delete=models.PROTECT,
        related_name="call_round",
        verbose_name=_("message"),
    )
    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reporting unit"),
    )
    level = models.CharField(_("warning level"), max_length=6, choices=LEVEL_CHOICES)
    ladder = models.JSONField(_("ladder, as it stood"))
    mode = models.CharField(_("mode"), max_length=8)
    opened_at = models.DateTimeField(_("opened at"), db_index=True)
    opened_by = models.CharField(_("opened by"), max_length=80)
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("round before it"),
    )
    addressees_count = models.PositiveIntegerField(_("addressees"), default=0)
    unlocated_count = models.PositiveIntegerField(_("place not known"), default=0)
    addressees_digest = models.CharField(_("digest of the addressees"), max_length=64, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    closed_because = models.CharField(
        _("closed because"), max_length=10, choices=RoundEnd, blank=True
    )

    class Meta:
        verbose_name = _("round of calls")
        verbose_name_plural = _("rounds of calls")
        ordering = ("-opened_at", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True, closed_because="")
                | (Q(closed_at__isnull=False) & ~Q(closed_because="")),
                name="call_round_end_has_reason",
            ),
        )

    def __str__(self) -> str:
        return str(self.warning)

    def to_ladder(self) -> Ladder:
        return Ladder.from_json(self.ladder)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return Q() if scope.may(Capability.READ_INTERNAL) else None


class CallUnit(Record):
    """A round in one reporting unit: how many it calls, and the clocks that run for the unit. The
    clock of the answers is the ladder's; the alarm begins with the first who stays silent."""

    round = models.ForeignKey(
        CallRound, on_delete=models.PROTECT, related_name="units", verbose_name=_("round")
    )
    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reporting unit"),
    )
    called_count = models.PositiveIntegerField(_("addressees"))
    due = models.UUIDField(_("term of the answers"), null=True, blank=True)
    alarm = models.UUIDField(_("term of the alarm"), null=True, blank=True)
    moved_at = models.DateTimeField(_("last change"), null=True, blank=True)

    class Meta:
        verbose_name = _("unit of a round")
        verbose_name_plural = _("units of rounds")
        ordering = ("round", "unit")
        constraints = (
            models.UniqueConstraint(fields=("round", "unit"), name="unit_in_round_once"),
        )

    def __str__(self) -> str:
        return f"{self.unit} · {self.round}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return of_own_units(scope, "unit")


class CallAddressee(Record):
    """Somebody whom a round calls, and how far it came. A bulk fact: the round holds number and
    digest; what a person does to a row is a change of that record, what the clock does is one
    entry a batch. The columns of the place are those of `rules.call_state.Place`."""

    PERSONAL: ClassVar[frozenset[str]] = frozenset({"said", "promised"})
    IS_BULK: ClassVar[bool] = True

    round = models.ForeignKey(
        CallRound, on_delete=models.PROTECT, related_name="addressees", verbose_name=_("round")
    )
    contact = models.ForeignKey(
        "registers.AreaContact",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("area contact"),
    )
    person = models.ForeignKey(
        "registers.Person", on_delete=models.PROTECT, related_name="+", verbose_name=_("person")
    )
    deputy = models.ForeignKey(
        "registers.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("deputy"),
    )
    upper = models.ForeignKey(
        "registers.AreaContact",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("level above"),
    )
    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reporting unit"),
    )
    region = models.ForeignKey(
        "registers.Region", on_delete=models.PROTECT, related_name="+", verbose_name=_("region")
    )
    kind = models.CharField(_("called as"), max_length=24, choices=CONTACT_KIND_CHOICES)
    found = models.CharField(_("why on the list"), max_length=10, choices=FOUND_CHOICES)
    state = models.CharField(_("state"), max_length=12, choices=CALL_STATE_CHOICES)
    step = models.SmallIntegerField(_("step"), default=-1)
    failures = models.PositiveSmallIntegerField(_("failures"), default=0)
    was_tried = models.BooleanField(_("tried"), default=False)
    is_alarmed = models.BooleanField(_("alarm raised"), default=False)
    next_step_at = models.DateTimeField(_("next step after"), null=True, blank=True)
    answer_by = models.DateTimeField(_("answer by"), null=True, blank=True)
    called_at = models.DateTimeField(_("called at"), null=True, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    answered_at = models.DateTimeField(_("time of the answer"), null=True, blank=True)
    is_late = models.BooleanField(_("answer after the term"), default=False)
    released_at = models.DateTimeField(_("released at"), null=True, blank=True)
    answered_by = models.ForeignKey(
        "registers.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person who answered"),
    )
    answer_way = models.CharField(_("channel"), max_length=8, choices=WAY_CHOICES, blank=True)
    said = models.CharField(_("what was said"), max_length=300, blank=True)
    promised = models.CharField(_("action promised"), max_length=300, blank=True)
    recorded_by = models.CharField(_("recorded by"), max_length=80, blank=True)
    after_release_at = models.DateTimeField(_("spoke after the release"), null=True, blank=True)
    is_carried = models.BooleanField(_("answered in the round before"), default=False)

    class Meta:
        verbose_name = _("addressee of a round")
        verbose_name_plural = _("addressees of rounds")
        ordering = ("round", "region", "id")
        indexes = (
            models.Index(
                fields=("next_step_at",),
                name="call_next_step",
                condition=Q(next_step_at__isnull=False),
            ),
            models.Index(fields=("round", "unit", "state"), name="call_of_round"),
            models.Index(fields=("person", "round"), name="call_of_person"),
        )
        constraints = (
            models.UniqueConstraint(fields=("round", "contact"), name="contact_in_round_once"),
            models.CheckConstraint(
                condition=Q(state=CallState.ANSWERED.value, answered_at__isnull=False)
                | (~Q(state=CallState.ANSWERED.value) & Q(answered_at__isnull=True)),
                name="call_answered_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=(CallState.ANSWERED.value, CallState.RELEASED.value))
                | Q(next_step_at__isnull=True),
                name="call_closed_has_no_step",
            ),
        )

    def __str__(self) -> str:
        return f"{self.region} {self.get_kind_display()}"

    def person_id_for_key(self) -> uuid.UUID | None:
        return self.person_id

    @classmethod
    def rows_of_person(cls, person: uuid.UUID) -> models.QuerySet[Any]:
        return cls.objects.filter(person=person)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        """A county sees its own addressees only."""
        return of_own_units(scope, "unit")

    def to_place(self) -> Place:
        columns = {name: getattr(self, name) for name in PLACE_COLUMNS}
        return Place(state=CallState(self.state), **columns)

    def take_place(self, place: Place) -> None:
        self.state = place.state.value
        for name in PLACE_COLUMNS:
            setattr(self, name, getattr(place, name))


class CallEvent(Record):
    """One fact about one addressee; appended, never changed. `report` tells a repeat apart. No
    words of anybody stand here: what was said is a column of the addressee, under its key. A bulk
    fact, as the addressee is."""

    IS_BULK: ClassVar[bool] = True

    addressee = models.ForeignKey(
        CallAddressee,
        on_delete=models.PROTECT,
        related_name="events",
        verbose_name=_("addressee"),
        db_index=False,
    )
    report = models.CharField(_("report"), max_length=80)
    kind = models.CharField(_("what happened"), max_length=12, choices=CallEventKind)
    step = models.SmallIntegerField(_("step"))
    way = models.CharField(_("channel"), max_length=8, choices=WAY_CHOICES, blank=True)
    person = models.UUIDField(_("person"), null=True, blank=True)
    happened_at = models.DateTimeField(_("happened at"))
    known_at = models.DateTimeField(_("known at"))
    by = models.CharField(_("recorded by"), max_length=80)

    class Meta:
        verbose_name = _("event of a call")
        verbose_name_plural = _("events of calls")
        ordering = ("known_at", "id")
        constraints = (
            models.UniqueConstraint(fields=("addressee", "report"), name="call_report_once"),
        )

    def __str__(self) -> str:
        return str(self.get_kind_display())

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return of_own_units(scope, "addressee__unit")
