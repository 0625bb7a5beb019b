"""Improvements (改进措施): what is done against a problem, by whom, and with what effect."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.registers.models import Sourced, by_unit
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import Scope
from anlan.review.choices import EFFECT_CHOICES, Direction, Origin
from anlan.review.rules.effect import Effect, Reading, Wanted
from anlan.review.rules.improvement import Course


class Improvement(Record, Sourced):
    """A problem, what is to be done about it, who does it by when, and the check of its effect
    against a measure. The record in which the problem came to light is known by the label of its
    table and its key, the plan's item by its key: both stand to the right. Figures and verdict are
    written by the program alone."""

    UNREAD: ClassVar[frozenset[str]] = frozenset({"reasons"})

    unit = models.ForeignKey(
        "registers.ReportingUnit",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("reporting unit"),
        editable=False,
    )
    owner = models.ForeignKey(
        "registers.Body",
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("body that carries it out"),
    )
    person = models.ForeignKey(
        "registers.Person",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person in charge"),
    )
    problem = models.CharField(_("problem"), max_length=500)
    origin = models.CharField(
        _("came to light by"), max_length=12, choices=Origin, default=Origin.OTHER
    )
    subject_model = models.CharField(_("kind of record"), max_length=60, blank=True)
    subject_key = models.CharField(_("record"), max_length=60, blank=True)
    subject_name = models.CharField(_("name of the record"), max_length=200, blank=True)
    item_key = models.CharField(_("item of the plan"), max_length=20, blank=True)
    todo = models.CharField(_("what is to be done"), max_length=500)
    due_on = models.DateField(_("to be done by"))
    due = models.ForeignKey(
        "base.Due",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("term"),
    )
    measure = models.CharField(_("measure of the effect"), max_length=60)
    direction = models.CharField(
        _("direction"), max_length=4, choices=Direction, editable=False, default=Direction.UP
    )
    wanted_percent = models.DecimalField(
        _("wanted figure (%)"), max_digits=6, decimal_places=2, null=True, blank=True
    )
    check_on = models.DateField(_("effect checked on"))
    before_part = models.PositiveBigIntegerField(_("counted at the start"), editable=False)
    before_whole = models.PositiveBigIntegerField(_("of all at the start"), editable=False)
    before_on = models.DateField(_("figure at the start of"), editable=False)
    done = models.CharField(_("what was done"), max_length=500, blank=True)
    done_on = models.DateField(_("done on"), null=True, blank=True)
    done_by = models.CharField(_("said by"), max_length=80, blank=True)
    taken_on = models.DateField(_("taken as done on"), null=True, blank=True)
    taken_by = models.CharField(_("taken as done by"), max_length=80, blank=True)
    word = models.CharField(_("word of the second look"), max_length=300, blank=True)
    after_part = models.PositiveBigIntegerField(_("counted at the check"), null=True, blank=True)
    after_whole = models.PositiveBigIntegerField(_("of all at the check"), null=True, blank=True)
    after_on = models.DateField(_("figure at the check of"), null=True, blank=True)
    effect = models.CharField(
        _("effect of the improvement"), max_length=16, choices=EFFECT_CHOICES, blank=True
    )
    reasons = models.JSONField(_("grounds of the verdict"), default=dict, blank=True)
    follows = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name=_("follows the improvement"),
    )
    withdrawn_on = models.DateField(_("withdrawn on"), null=True, blank=True)
    withdrawn_why = models.CharField(_("withdrawn because"), max_length=300, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    recorded_at = models.DateTimeField(_("recorded at"), editable=False)
    recorded_by = models.CharField(_("recorded by"), max_length=80, editable=False)

    class Meta:
        verbose_name = _("improvement")
        verbose_name_plural = _("improvements")
        ordering = ("due_on", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("owner", "problem", "due_on"), name="improvement_once"
            ),
            models.CheckConstraint(
                condition=Q(check_on__gte=F("due_on")), name="improvement_checked_after_term"
            ),
            models.CheckConstraint(
                condition=Q(taken_on__isnull=True) | (Q(done_on__isnull=False) & ~Q(done="")),
                name="improvement_taken_was_done",
            ),
            models.CheckConstraint(
                condition=Q(effect="") | Q(taken_on__isnull=False),
                name="improvement_effect_of_what_was_done",
            ),
        )
        indexes = (
            models.Index(fields=("subject_model", "subject_key"), name="improvement_of_record"),
            models.Index(fields=("effect", "check_on"), name="improvement_to_check"),
        )

    def __str__(self) -> str:
        return self.problem[:80]

    def is_invented_row(self) -> bool:
        return is_invented(names=(self.problem,), mark=self.mark)

    def to_course(self) -> Course:
        return Course(
            due_on=self.due_on,
            done_on=self.done_on,
            taken_on=self.taken_on,
            effect=Effect(self.effect) if self.effect else None,
            is_withdrawn=self.withdrawn_on is not None,
        )

    def before(self) -> Reading:
        return Reading(part=self.before_part, whole=self.before_whole, day=self.before_on)

    def wanted(self) -> Wanted:
        return Wanted(is_up=self.direction == Direction.UP, percent=self.wanted_percent)

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return by_unit(scope, "unit__code")
