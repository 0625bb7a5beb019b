"""Institutions (制度成果): the instrument that a clause asks for, and the records that use it."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.registers.choices import InstrumentKind
from anlan.registers.models.bodies import Body
from anlan.registers.models.common import Sourced, by_unit
from anlan.registers.rules.instrument import InstrumentDates
from anlan.registers.rules.invented import is_invented
from anlan.registers.rules.scope import Scope


class Instrument(Record, Sourced):
    """A mechanism, system, list, catalogue or the like. Its state follows from its days by a rule;
    its text lies beside it as an attachment."""

    name = models.CharField(_("name"), max_length=160)
    number = models.CharField(_("document number"), max_length=60, blank=True)
    kind = models.CharField(_("kind"), max_length=10, choices=InstrumentKind)
    issuer = models.ForeignKey(
        Body, on_delete=models.PROTECT, related_name="instruments", verbose_name=_("issuer")
    )
    adopted_on = models.DateField(_("adopted on"), null=True, blank=True)
    in_force_from = models.DateField(_("in force from"), null=True, blank=True)
    in_force_until = models.DateField(_("no longer in force from"), null=True, blank=True)
    review_on = models.DateField(_("next review on"), null=True, blank=True)
    review_due = models.ForeignKey(
        "base.Due",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
        verbose_name=_("term of the review"),
    )
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replaced_by",
        verbose_name=_("replaces"),
    )
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institutions")
        ordering = ("-adopted_on", "id")
        constraints = (
            models.UniqueConstraint(fields=("issuer", "name", "number"), name="instrument_once"),
            models.CheckConstraint(
                condition=Q(in_force_until__isnull=True)
                | Q(in_force_from__isnull=True)
                | Q(in_force_until__gt=F("in_force_from")),
                name="instrument_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(in_force_from__isnull=True) | Q(adopted_on__isnull=False),
                name="instrument_in_force_is_adopted",
            ),
        )

    def __str__(self) -> str:
        return f"《{self.name}》" if self.name[:1] != "《" else self.name

    def is_invented_row(self) -> bool:
        return is_invented(names=(self.name,), mark=self.mark)

    def to_domain(self) -> InstrumentDates:
        return InstrumentDates(
            adopted_on=self.adopted_on,
            in_force_from=self.in_force_from,
            in_force_until=self.in_force_until,
            review_on=self.review_on,
        )

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return by_unit(scope, "issuer__unit__code")


class Citation(Record):
    """A record of any stage that used an instrument on a day. The record is known by the label of
    its table and its key, so that nothing here points to the right."""

    instrument = models.ForeignKey(
        Instrument,
        on_delete=models.PROTECT,
        related_name="citations",
        verbose_name=_("institution"),
    )
    subject_model = models.CharField(_("kind of record"), max_length=60)
    subject_key = models.CharField(_("record"), max_length=60)
    subject_name = models.CharField(_("name of the record"), max_length=200)
    cited_on = models.DateField(_("used on"))
    note = models.CharField(_("what for"), max_length=300, blank=True)
    account = models.CharField(_("sign-in name"), max_length=80)
    made_at = models.DateTimeField(_("entered at"))

    class Meta:
        verbose_name = _("use of an institution")
        verbose_name_plural = _("uses of institutions")
        ordering = ("-cited_on", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=("instrument", "subject_model", "subject_key", "cited_on"),
                name="citation_once_a_day",
            ),
        )
        indexes = (
            models.Index(fields=("subject_model", "subject_key"), name="citation_of_record"),
            models.Index(fields=("instrument", "cited_on"), name="citation_by_day"),
        )

    def __str__(self) -> str:
        return f"{self.instrument} · {self.cited_on}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return by_unit(scope, "instrument__issuer__unit__code")
