"""Monitoring notices (监测提示): the rules, what they found, and how far each rule has read."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.base.rules.labels import gettext_noop
from anlan.registers.models.common import Sourced
from anlan.registers.rules.scope import Capability, Scope
from anlan.sensing.models.stations import by_station
from anlan.warning.choices import (
    ACCUMULATED,
    COMPARISON_CHOICES,
    LEVEL_CHOICES,
    MONITORED_CHOICES,
    OBSERVED_CHOICES,
    OPERATION_CHOICES,
    Judged,
    Method,
    NoticeEventKind,
)
from anlan.warning.rules.engine.plan import AMOUNTS
from anlan.warning.rules.monitoring.group import BadGroup, Comparison, limits_of

ALL_OF_IT = 100
NOT_DOWNWARDS = gettext_noop(
    "Rain, a sum or a change is not watched for at most or below a limit. Take the newest value "
    "or what held throughout."
)


def internal(scope: Scope) -> Q | None:
    return Q() if scope.may(Capability.READ_INTERNAL) else None


class MonitoringRule(Record, Sourced):
    """What is watched for in which readings. A rule that fires makes a notice inside the house,
    never a warning signal. Times are in seconds; the share for releasing is in percent."""

    code = models.CharField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    hazard = models.CharField(_("hazard"), max_length=20, choices=MONITORED_CHOICES)
    method = models.CharField(_("how it is decided"), max_length=12, choices=Method)
    observed = models.CharField(_("observed property"), max_length=20, choices=OBSERVED_CHOICES)
    comparison = models.CharField(
        _("how a value meets a limit"),
        max_length=8,
        choices=COMPARISON_CHOICES,
        default=Comparison.AT_LEAST.value,
    )
    station_kind = models.CharField(_("kind of station"), max_length=12, blank=True)
    slot_s = models.PositiveIntegerField(_("time step (s)"), default=300)
    lateness_s = models.PositiveIntegerField(_("waits for late readings (s)"), default=600)
    stale_s = models.PositiveIntegerField(_("silent after (s)"), default=3600)
    hold_s = models.PositiveIntegerField(_("begins after (s)"), default=0)
    clear_s = models.PositiveIntegerField(_("ends after (s)"), default=0)
    release_percent = models.PositiveSmallIntegerField(
        _("ends below this share of the limit (%)"), default=ALL_OF_IT
    )
    first = models.CharField(_("first rule of the combination"), max_length=40, blank=True)
    second = models.CharField(_("second rule of the combination"), max_length=40, blank=True)
    least = models.CharField(
        _("least level of both"), max_length=6, choices=LEVEL_CHOICES, blank=True
    )
    article = models.CharField(_("article"), max_length=60, blank=True)
    edition = models.CharField(_("edition"), max_length=20, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until (excluded)"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("monitoring rule")
        verbose_name_plural = _("monitoring rules")
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(
                condition=Q(slot_s__gte=1) & Q(slot_s__lte=86_400), name="monitoring_rule_slot"
            ),
            models.CheckConstraint(
                condition=Q(release_percent__gte=1) & Q(release_percent__lte=ALL_OF_IT),
                name="monitoring_rule_release",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="monitoring_rule_span",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        is_turned = Comparison(self.comparison).is_turned
        if is_turned and self.release_percent != ALL_OF_IT:
            said = gettext("A share of a limit that is reached from above means nothing: say 100.")
            raise ValidationError({"release_percent": said})
        has_amount = bool(self.pk) and any(each.is_amount for each in self.criteria.all())
        if is_turned and has_amount:
            raise ValidationError({"comparison": gettext(NOT_DOWNWARDS)})
        is_combined = self.method == Method.COMBINED
        if is_combined != bool(self.first and self.second and self.least):
            said = gettext(
                "A combination names two rules and the least level of both, and only it."
            )
            raise ValidationError({"first": said})

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)


class MonitoringCriterion(Record, Sourced):
    """A window of a rule with its limits in the unit of the property, blue to red. A window of
    nought minutes is the newest value. A limit that is empty is not judged."""

    code = models.CharField(_("code"), max_length=80, unique=True)
    rule = models.ForeignKey(
        MonitoringRule,
        on_delete=models.PROTECT,
        related_name="criteria",
        verbose_name=_("monitoring rule"),
    )
    operation = models.CharField(_("operation"), max_length=12, choices=OPERATION_CHOICES)
    window_min = models.PositiveIntegerField(_("window (min)"), default=0)
    blue = models.FloatField(_("blue limit"), null=True, blank=True)
    yellow = models.FloatField(_("yellow limit"), null=True, blank=True)
    orange = models.FloatField(_("orange limit"), null=True, blank=True)
    red = models.FloatField(_("red limit"), null=True, blank=True)
    article = models.CharField(_("article"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("limit of a monitoring rule")
        verbose_name_plural = _("limits of monitoring rules")
        ordering = ("rule", "window_min", "operation", "code")

    def __str__(self) -> str:
        return f"{self.rule} · {self.get_operation_display()}"

    @property
    def values(self) -> tuple[float | None, ...]:
        return (self.blue, self.yellow, self.orange, self.red)

    @property
    def is_amount(self) -> bool:
        """Whether it is nought where nothing happened: then its limits are above 0."""
        is_sum = self.operation in (each.value for each in AMOUNTS)
        return is_sum or self.rule.observed in ACCUMULATED

    def clean(self) -> None:
        comparison = Comparison(self.rule.comparison)
        if comparison.is_turned and self.is_amount:
            raise ValidationError({"operation": gettext(NOT_DOWNWARDS)})
        try:
            limits_of(comparison, self.values, is_amount=self.is_amount)
        except BadGroup as error:
            said = gettext(
                "The limits rise in severity from blue to red; those of an amount (rain, a sum, a "
                "change) lie above 0. Correct them."
            )
            raise ValidationError({"blue": said}) from error

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)


class MonitoringNotice(Record):
    """One cause at one place: opened when a limit was reached, closed when whole windows lie below
    it. `opened_at` and `ended_at` are when it happened, `known_at` when the program knew.

    `place` is the datastream, or datastream and village, in one key; one open notice for each rule
    and place. `level` is the present one (the last one, when ended), `highest` the worst of it."""

    rule = models.ForeignKey(
        MonitoringRule, on_delete=models.PROTECT, related_name="+", verbose_name=_("rule")
    )
    datastream = models.ForeignKey(
        "sensing.Datastream",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("datastream"),
    )
    region = models.ForeignKey(
        "registers.Region",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("village"),
    )
    place = models.CharField(_("key of the place"), max_length=80, editable=False)
    hazard = models.CharField(_("hazard"), max_length=20, choices=MONITORED_CHOICES)
    level = models.CharField(_("notice level"), max_length=6, choices=LEVEL_CHOICES)
    highest = models.CharField(_("highest notice level"), max_length=6, choices=LEVEL_CHOICES)
    operation = models.CharField(
        _("operation"), max_length=12, choices=OPERATION_CHOICES, blank=True
    )
    window_min = models.PositiveIntegerField(_("window (min)"), default=0)
    limit = models.FloatField(_("limit reached"), null=True, blank=True)
    value = models.FloatField(_("value of the window"), null=True, blank=True)
    value_at = models.DateTimeField(_("value of"))
    opened_at = models.DateTimeField(_("limit reached at"), db_index=True)
    known_at = models.DateTimeField(_("noticed at"))
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, db_index=True)
    silent_since = models.DateTimeField(_("silent since"), null=True, blank=True)
    grounds = models.JSONField(_("grounds"), default=dict)
    acknowledged_at = models.DateTimeField(_("acknowledged at"), null=True, blank=True)
    acknowledged_by = models.CharField(_("acknowledged by"), max_length=80, blank=True)
    acknowledged_level = models.CharField(
        _("acknowledged at the level"), max_length=6, choices=LEVEL_CHOICES, blank=True
    )
    acknowledged_note = models.CharField(_("note"), max_length=300, blank=True)
    due = models.UUIDField(_("term to acknowledge"), null=True, blank=True, editable=False)
    judged = models.CharField(_("judged"), max_length=8, choices=Judged, blank=True, default="")
    judged_at = models.DateTimeField(_("judged at"), null=True, blank=True)
    judged_by = models.CharField(_("judged by"), max_length=80, blank=True)
    judged_reason = models.CharField(_("reason of the judgement"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("monitoring notice")
        verbose_name_plural = _("monitoring notices")
        ordering = ("-opened_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("rule", "place"),
                condition=Q(ended_at__isnull=True),
                name="one_open_notice",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("opened_at")),
                name="notice_ends_after_opening",
            ),
        )

    def __str__(self) -> str:
        return f"{self.rule} · {self.datastream.station}"

    def is_invented_row(self) -> bool:
        return self.datastream.is_invented_row()

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return by_station(scope, "datastream__station")


class NoticeEvent(Record):
    """One step in the life of a notice; never changed. `at` is when it happened by the readings,
    `known_at` when the program or a person said so."""

    notice = models.ForeignKey(
        MonitoringNotice,
        on_delete=models.PROTECT,
        related_name="events",
        verbose_name=_("monitoring notice"),
    )
    kind = models.CharField(_("what happened"), max_length=12, choices=NoticeEventKind)
    at = models.DateTimeField(_("happened at"))
    known_at = models.DateTimeField(_("known at"))
    before = models.CharField(_("level before"), max_length=6, choices=LEVEL_CHOICES, blank=True)
    after = models.CharField(_("level after"), max_length=6, choices=LEVEL_CHOICES, blank=True)
    value = models.FloatField(_("value"), null=True, blank=True)
    by = models.CharField(_("by whom"), max_length=80)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("step of a notice")
        verbose_name_plural = _("steps of notices")
        ordering = ("notice", "known_at", "id")

    def __str__(self) -> str:
        return f"{self.notice} · {self.get_kind_display()}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        notices = MonitoringNotice.visible_q(scope)
        if notices is None:
            return None
        return Q(notice__in=MonitoringNotice.objects.filter(notices))


class LateReadings(Record):
    """Readings of a datastream that came after a rule had closed their time: named, and used to
    fill the windows anew. The readings themselves are in the store."""

    rule = models.ForeignKey(
        MonitoringRule, on_delete=models.PROTECT, related_name="+", verbose_name=_("rule")
    )
    datastream = models.ForeignKey(
        "sensing.Datastream",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("datastream"),
    )
    count = models.PositiveIntegerField(_("readings"))
    first_at = models.DateTimeField(_("first observed at"))
    last_at = models.DateTimeField(_("last observed at"))
    known_at = models.DateTimeField(_("known at"))

    class Meta:
        verbose_name = _("late readings")
        verbose_name_plural = _("late readings")
        ordering = ("-known_at", "id")

    def __str__(self) -> str:
        return f"{self.datastream} · {self.count}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return by_station(scope, "datastream__station")


class MonitoringPlace(models.Model):
    """How far a rule has read the store, and what it remembers of it, for places of one time step.
    Made again from the store at any time: no record, and not in the journal. Its row is the lock:
    one sweeper at a time."""

    rule = models.ForeignKey(MonitoringRule, on_delete=models.CASCADE, related_name="+")
    slot_s = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, blank=True)
    number = models.BigIntegerField(default=0)
    slot = models.BigIntegerField(default=0)
    state = models.BinaryField(default=bytes)

    class Meta:
        verbose_name = _("place of a monitoring rule")
        verbose_name_plural = _("places of monitoring rules")
        constraints = (
            models.UniqueConstraint(fields=("rule", "slot_s"), name="monitoring_place_once"),
        )

    def __str__(self) -> str:
        return f"{self.rule} {self.slot_s}"
