"""The dues with their pauses, and the calendar of working days."""

import datetime as dt
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.clock import CITY_ZONE
from anlan.base.records import Record
from anlan.base.rules.due.addressee import Addressee, Reach
from anlan.base.rules.due.clock import Clock, ClockKind, Pause
from anlan.base.rules.due.ladder import Policy
from anlan.base.rules.due.state import OPEN_STATES, STORED_STATES, DueState
from anlan.base.rules.verdict import SourceStatus
from anlan.base.rules.working_days import FIRST_DAY, LAST_DAY, HolidayNotice

INVENTED_NAME = "演示"
READ_INTERNAL = "read-internal"
READ_PUBLISHED = "read-published"
IS_OPEN = Q(answered_at__isnull=True, withdrawn_at__isnull=True)
"""Open dues, in words that an index over them alone can be recognised by."""


class HolidayYear(Record):
    """What the State Council Office's notice of one year says beyond the ordinary week. A year
    that is not announced yet has no row."""

    year = models.PositiveSmallIntegerField(_("year"), unique=True)
    source = models.CharField(_("source"), max_length=200)
    document_number = models.CharField(_("document number"), max_length=60, blank=True)
    days_off = models.JSONField(_("days off (Monday to Friday)"), default=list, blank=True)
    worked_weekend_days = models.JSONField(_("worked weekend days"), default=list, blank=True)
    status = models.CharField(
        _("proof"),
        max_length=1,
        choices=[(s.value, _(s.label)) for s in SourceStatus],
        default=SourceStatus.VERIFIED.value,
    )

    class Meta:
        verbose_name = _("year of holidays")
        verbose_name_plural = _("working-day calendar")
        ordering = ("-year",)

    def __str__(self) -> str:
        return str(self.year)

    @classmethod
    def visible_q(cls, scope: Any) -> Q | None:
        return Q() if scope.may(READ_PUBLISHED) else None

    def clean(self) -> None:
        if not FIRST_DAY.year <= self.year <= LAST_DAY.year:
            said = _("Give a year from %(first)s to %(last)s.")
            raise ValidationError(
                {"year": said % {"first": FIRST_DAY.year, "last": LAST_DAY.year}}
            )
        try:
            self.to_domain()
        except (TypeError, ValueError) as error:
            said = _(
                "The days do not fit the year: days off lie on Monday to Friday, worked days on "
                "Saturday or Sunday, all of them in the year of the notice."
            )
            raise ValidationError({"days_off": said}) from error

    def to_domain(self) -> HolidayNotice:
        return HolidayNotice(
            year=self.year,
            source=self.source,
            status=SourceStatus(self.status),
            days_off=tuple(dt.date.fromisoformat(day) for day in self.days_off),
            worked_weekend_days=tuple(
                dt.date.fromisoformat(day) for day in self.worked_weekend_days
            ),
        )


class Due(Record):
    """A clock that runs for somebody: something is expected by an instant.

    Codes and keys of bodies, units, posts, people and accounts are text: `base` knows no tables
    to its right. `doer` is the key of "my work", see `rules.due.addressee`.
    """

    UNREAD: ClassVar[frozenset[str]] = frozenset(
        {"policy", "doer", "subject_model", "subject_key", "rule"}
        | {"body", "unit", "post", "person", "account", "issuer"}
    )

    subject_model = models.CharField(_("kind of subject"), max_length=60)
    subject_key = models.CharField(_("key of the subject"), max_length=60)
    title = models.CharField(_("what is expected"), max_length=200)
    rule = models.CharField(_("rule"), max_length=60)
    source = models.CharField(_("source"), max_length=200)
    body = models.CharField(_("body"), max_length=60, blank=True)
    unit = models.CharField(_("reporting unit"), max_length=12, blank=True)
    post = models.CharField(_("post"), max_length=40, blank=True)
    person = models.CharField(_("person"), max_length=40, blank=True)
    account = models.CharField(_("account"), max_length=40, blank=True)
    reach = models.CharField(
        _("reached"),
        max_length=10,
        choices=[(r.value, _(r.label)) for r in Reach],
        default=Reach.NAMED.value,
    )
    doer = models.CharField(_("whose work it is"), max_length=80)
    issuer = models.CharField(_("set by the body"), max_length=60, blank=True)
    start_at = models.DateTimeField(_("clock started"))
    clock = models.CharField(
        _("counted in"), max_length=14, choices=[(k.value, _(k.label)) for k in ClockKind]
    )
    amount = models.PositiveIntegerField(_("term"), default=0)
    fixed_on = models.DateField(_("fixed day"), null=True, blank=True)
    due_at = models.DateTimeField(_("due"), null=True, blank=True)
    is_provisional = models.BooleanField(_("provisional"), default=False)
    state = models.CharField(
        _("state"), max_length=10, choices=[(s.value, _(s.label)) for s in STORED_STATES]
    )
    policy = models.JSONField(_("ladder"))
    level = models.PositiveSmallIntegerField(_("level reached"), default=0)
    next_level_at = models.DateTimeField(_("next level after"), null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.CharField(_("answered by"), max_length=80, blank=True)
    answer = models.CharField(_("answer"), max_length=500, blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawn_by = models.CharField(_("withdrawn by"), max_length=80, blank=True)
    withdrawn_reason = models.CharField(_("why withdrawn"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("due")
        verbose_name_plural = _("dues")
        ordering = ("due_at", "id")
        indexes = (
            models.Index(fields=("doer", "due_at"), name="due_of_doer", condition=IS_OPEN),
            models.Index(fields=("body", "due_at"), name="due_of_body", condition=IS_OPEN),
            models.Index(
                fields=("next_level_at",),
                name="due_next_level",
                condition=Q(next_level_at__isnull=False),
            ),
            models.Index(fields=("subject_model", "subject_key"), name="due_of_subject"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in OPEN_STATES]) & IS_OPEN
                | Q(
                    state=DueState.ANSWERED.value,
                    answered_at__isnull=False,
                    withdrawn_at__isnull=True,
                )
                | Q(
                    state=DueState.WITHDRAWN.value,
                    answered_at__isnull=True,
                    withdrawn_at__isnull=False,
                ),
                name="due_closed_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=DueState.RUNNING.value) | Q(due_at__isnull=False),
                name="due_running_has_end",
            ),
            models.CheckConstraint(condition=~Q(body="") | ~Q(unit=""), name="due_has_addressee"),
        )

    def __str__(self) -> str:
        return self.title

    @classmethod
    def visible_q(cls, scope: Any) -> Q | None:
        """City-wide roles see all; others what is addressed to their bodies, units, posts or to
        themselves, and what their bodies have set."""
        if not scope.may(READ_INTERNAL):
            return None
        if scope.is_city_wide:
            return Q()
        bodies = Q(body__in=scope.bodies) | Q(issuer__in=scope.bodies)
        return bodies | Q(unit__in=scope.kept_units) | Q(doer__in=doer_keys(scope))

    def is_invented_row(self) -> bool:
        return self.title.startswith(INVENTED_NAME)

    def addressee(self) -> Addressee:
        return Addressee(
            body=self.body,
            unit=self.unit,
            post=self.post,
            person=self.person,
            account=self.account,
        )

    def to_clock(self, pauses: "list[DuePause]") -> Clock:
        """The clock with its pauses, which the caller has in the order of time."""
        return Clock(
            kind=ClockKind(self.clock),
            start=self.start_at,
            amount=self.amount,
            fixed_on=self.fixed_on,
            pauses=tuple(Pause(start=pause.from_at, end=pause.until_at) for pause in pauses),
        )

    def to_policy(self) -> Policy:
        return Policy.from_json(self.policy)


class DuePause(Record):
    """A span in which the clock of a due stands still: who stopped it, and why."""

    due = models.ForeignKey(
        Due, on_delete=models.PROTECT, related_name="pauses", verbose_name=_("due")
    )
    from_at = models.DateTimeField(_("stopped"))
    by = models.CharField(_("stopped by"), max_length=80)
    reason = models.CharField(_("why stopped"), max_length=300)
    until_at = models.DateTimeField(_("ran on"), null=True, blank=True)
    ended_by = models.CharField(_("set running by"), max_length=80, blank=True)
    ended_reason = models.CharField(_("why set running"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("pause of a due")
        verbose_name_plural = _("pauses of dues")
        ordering = ("from_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("due",), condition=Q(until_at__isnull=True), name="due_one_open_pause"
            ),
            models.CheckConstraint(
                condition=Q(until_at__isnull=True) | Q(until_at__gte=models.F("from_at")),
                name="due_pause_span",
            ),
        )

    def __str__(self) -> str:
        return f"{self.due} · {self.from_at.astimezone(CITY_ZONE):%Y-%m-%d}"

    @classmethod
    def visible_q(cls, scope: Any) -> Q | None:
        dues = Due.visible_q(scope)
        return None if dues is None else Q(due__in=Due.objects.filter(dues))


def doer_keys(scope: Any) -> list[str]:
    """The keys of "my work" of somebody: account, person, posts, bodies, units that are kept."""
    keys = [f"account:{scope.account}"] if scope.account else []
    keys += [f"person:{scope.person}"] if scope.person else []
    for kind, values in (
        ("post", scope.posts),
        ("body", scope.bodies),
        ("unit", scope.kept_units),
    ):
        keys += [f"{kind}:{value}" for value in sorted(values)]
    return keys
