"""Which clause asks for which institution, and the instrument that meets it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from anlan.base.records import Record
from anlan.plan.models.notice import PlanItem
from anlan.plan.models.visibility import internal
from anlan.registers.choices import InstrumentKind
from anlan.registers.rules.scope import Scope


class InstrumentRequirement(Record):
    """An institution that an item asks for: the phrase of the clause and our name of it. It is met
    by a linked instrument in force; `rules.instrument_requirement` decides."""

    item = models.ForeignKey(
        PlanItem,
        on_delete=models.PROTECT,
        related_name="instrument_requirements",
        verbose_name=_("plan item"),
    )
    position = models.PositiveSmallIntegerField(_("order"), default=0)
    phrase = models.CharField(_("phrase of the clause"), max_length=120)
    wanted = models.CharField(_("institution asked for"), max_length=160)
    kind = models.CharField(_("kind"), max_length=10, choices=InstrumentKind)
    is_named_exactly = models.BooleanField(_("named exactly by the clause"), default=False)
    is_ours = models.BooleanField(_("our reading of the clause"), default=False)
    instrument = models.ForeignKey(
        "registers.Instrument",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("institution"),
    )
    linked_at = models.DateTimeField(_("linked at"), null=True, blank=True)
    linked_by = models.CharField(_("linked by"), max_length=80, blank=True)
    withdrawn_at = models.DateTimeField(_("no longer asked for since"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("institution required")
        verbose_name_plural = _("institutions required")
        ordering = ("item__notice", "item__position", "position", "id")
        constraints = (
            models.UniqueConstraint(fields=("item", "wanted"), name="instrument_wanted_once"),
            models.CheckConstraint(
                condition=Q(instrument__isnull=True) | Q(linked_at__isnull=False),
                name="instrument_link_has_a_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.item.key} {self.wanted}"

    @classmethod
    def visible_q(cls, scope: Scope) -> Q | None:
        return internal(scope)
