"""Monitoring rules: what is watched, by which limits, with which proof, and what it cannot say."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from anlan.base import clock
from anlan.base.screens.cells import Badge, Column, Text, plain_number
from anlan.base.screens.register_list import Filter, RegisterList, choices_of
from anlan.base.screens.register_object import Fact, RegisterObject, Relation, fact
from anlan.base.screens.signed_in import scope_of
from anlan.registers.rules.scope import Capability
from anlan.registers.screens.common import MARK_COLUMN, SOURCE_COLUMN, mark_choices
from anlan.sensing.choices import StationKind
from anlan.sensing.models import Datastream
from anlan.sensing.rules.observed_property import QUANTITIES, ObservedProperty
from anlan.sensing.screens.common import datastream_url
from anlan.warning.choices import MONITORED_CHOICES, Method
from anlan.warning.models import LateReadings, MonitoringCriterion, MonitoringRule
from anlan.warning.queries.monitoring import notices, rule_url, watching, window_words
from anlan.warning.screens.monitoring import TITLE, NoticeList

RULES = _("Monitoring rules")
SHOWN_LATE = 20


def is_in_force(row: MonitoringRule) -> bool:
    today = clock.today()
    return row.valid_from <= today and (row.valid_until is None or today < row.valid_until)


def force_badge(row: MonitoringRule) -> Badge:
    if is_in_force(row):
        return Badge(text=gettext("in force"), tone="green", icon="check")
    return Badge(text=gettext("not in force"), tone="grey", icon="info")


def seconds_text(seconds: int) -> str:
    """A time in minutes, or seconds where it is shorter."""
    if seconds % 60 or not seconds:
        return ngettext("{number} second", "{number} seconds", seconds).format(number=seconds)
    return gettext("{minutes} minutes").format(minutes=seconds // 60)


def limit_text(row: MonitoringCriterion, name: str) -> str | None:
    value = getattr(row, name)
    unit = QUANTITIES[ObservedProperty(row.rule.observed)].unit
    return None if value is None else f"{plain_number(value)} {unit}"


class RuleList(RegisterList):
    model = MonitoringRule
    capability = Capability.READ_INTERNAL
    title = RULES
    lead = _("Which limits are watched. Numbers come from the text cited; what is ours says so.")
    empty = _("No rule is entered. Take the rules of the program in by loading the profile again.")
    columns = (
        Column(
            name="name",
            label=_("name"),
            value=lambda r: r.name,
            link=lambda r: rule_url(r.pk),
            sort=("name",),
            is_title=True,
        ),
        Column(
            name="hazard",
            label=_("hazard"),
            value=lambda r: r.get_hazard_display(),
            sort=("hazard",),
        ),
        Column(
            name="observed",
            label=_("observed property"),
            value=lambda r: r.get_observed_display(),
            sort=("observed",),
        ),
        Column(
            name="method",
            label=_("how it is decided"),
            value=lambda r: r.get_method_display(),
            sort=("method",),
        ),
        Column(name="state", label=_("state"), value=force_badge, sort=("valid_until",)),
        Column(name="code", label=_("code"), value=lambda r: r.code, sort=("code",), shown=False),
        MARK_COLUMN,
        SOURCE_COLUMN,
    )
    filters = (
        Filter(
            name="hazard", label=_("hazard"), choices=lambda s: MONITORED_CHOICES, field="hazard"
        ),
        Filter(
            name="method", label=_("how it is decided"), choices=choices_of(Method), field="method"
        ),
        Filter(name="mark", label=_("proof"), choices=mark_choices, field="mark"),
    )
    search_fields = ("name__icontains", "code__icontains")
    default_sort = "code"

    def crumbs(self) -> Sequence[tuple[str, Text]]:
        return ((reverse("monitoring-notice-list"), TITLE),)


class RuleObject(RegisterObject):
    model = MonitoringRule
    capability = Capability.READ_INTERNAL
    url_name = "monitoring-rule"
    subject = "warning.monitoringrule"
    order_key = ("code",)
    template_name = "warning/monitoring_rule.html"

    def heading(self, row: MonitoringRule) -> Text:
        return row.name

    def badges(self, row: MonitoringRule) -> Sequence[Badge]:
        return (force_badge(row),)

    def crumbs(self, row: MonitoringRule) -> Sequence[tuple[str, Text]]:
        return (
            (reverse("monitoring-notice-list"), TITLE),
            (reverse("monitoring-rule-list"), RULES),
        )

    def api_url(self, row: MonitoringRule) -> str:
        return f"/api/v1/monitoring/rules/{row.pk}"

    def facts(self, row: MonitoringRule) -> Sequence[Fact]:
        found = watching(row, clock.now())
        kinds = dict(StationKind.choices)
        unseen = _("none, not a regulation") if row.mark == "D" else _("not seen")
        return (
            fact(_("code"), row.code),
            fact(_("hazard"), row.get_hazard_display()),
            fact(_("observed property"), row.get_observed_display()),
            fact(
                _("kind of station"),
                kinds.get(row.station_kind, ""),
                missing=_("every kind"),
            ),
            fact(_("how it is decided"), row.get_method_display()),
            fact(_("how a value meets a limit"), row.get_comparison_display()),
            fact(_("places watched now"), found.places),
            fact(
                _("limits in no order, not watched"), "、".join(found.refused), missing=_("none")
            ),
            fact(_("time step"), seconds_text(row.slot_s)),
            fact(_("waits for late readings"), seconds_text(row.lateness_s)),
            fact(_("silent after"), seconds_text(row.stale_s)),
            fact(_("begins after"), seconds_text(row.hold_s)),
            fact(_("ends after"), seconds_text(row.clear_s)),
            fact(_("ends below this share of the limit"), f"{row.release_percent} %"),
            fact(_("law or document"), row.source),
            fact(_("article"), row.article, missing=unseen),
            fact(_("edition"), row.edition, missing=unseen),
            fact(_("valid from"), row.valid_from),
            fact(_("valid until (excluded)"), row.valid_until, missing=_("open")),
            fact(_("note"), row.note),
        )

    def relations(self, row: MonitoringRule) -> Sequence[Relation]:
        first = (*self._limits(row), *self._parts(row))
        return (*first, self._watched(row), self._notices(row), self._late(row))

    def _limits(self, row: MonitoringRule) -> tuple[Relation, ...]:
        rows = list(row.criteria.select_related("rule"))
        if row.method != Method.FIXED:
            return ()
        colours = (
            ("blue", _("blue limit")),
            ("yellow", _("yellow limit")),
            ("orange", _("orange limit")),
            ("red", _("red limit")),
        )
        limits = tuple(
            Column(
                name=name,
                label=label,
                value=lambda c, name=name: limit_text(c, name),
                align="end",
            )
            for name, label in colours
        )
        return (
            Relation(
                label=_("Limits"),
                columns=(
                    Column(name="window", label=_("window"), value=window_words, is_title=True),
                    *limits,
                    MARK_COLUMN,
                ),
                rows=rows,
                count=len(rows),
                empty=_("No limit of its own is entered."),
            ),
        )

    def _parts(self, row: MonitoringRule) -> tuple[Relation, ...]:
        if row.method != Method.COMBINED:
            return ()
        rows = list(MonitoringRule.objects.filter(Q(code=row.first) | Q(code=row.second)))
        return (
            Relation(
                label=_("The two rules that are combined"),
                columns=RuleList.columns[:4],
                rows=rows,
                count=len(rows),
                empty=_("Neither of them is entered."),
            ),
        )

    def _watched(self, row: MonitoringRule) -> Relation:
        """The datastreams behind the number, those that the reader may see."""
        watched = [each.pk for each in watching(row, clock.now()).streams]
        found = Datastream.objects.visible_to(scope_of(self.request)).filter(pk__in=watched)
        own = _("No station of your units has the limit or the sensor that this rule asks for.")
        return Relation(
            label=_("Places watched now"),
            columns=(
                Column(
                    name="datastream",
                    label=_("datastream"),
                    value=str,
                    link=datastream_url,
                    is_title=True,
                ),
                Column(
                    name="unit", label=_("reporting unit"), value=lambda d: d.station.unit.name
                ),
            ),
            rows=list(found.select_related("station__unit").order_by("code")[:SHOWN_LATE]),
            count=found.count(),
            url=f"{reverse('datastream-list')}?observed={row.observed}",
            empty=own,
        )

    def _notices(self, row: MonitoringRule) -> Relation:
        found: QuerySet[Any] = notices(scope_of(self.request)).filter(rule=row)
        rows = list(found.order_by("is_over", "-opened_at")[:SHOWN_LATE])
        return Relation(
            label=TITLE,
            columns=(NoticeList.columns[0], *NoticeList.columns[2:5], NoticeList.columns[6]),
            rows=rows,
            count=found.count(),
            url=f"{reverse('monitoring-notice-list')}?q={row.name}",
            empty=_("This rule raised no notice yet."),
        )

    def _late(self, row: MonitoringRule) -> Relation:
        found = LateReadings.objects.visible_to(scope_of(self.request)).filter(rule=row)
        rows = list(found.select_related("datastream__station")[:SHOWN_LATE])
        return Relation(
            label=_("Readings that came late"),
            columns=(
                Column(
                    name="datastream",
                    label=_("datastream"),
                    value=lambda e: str(e.datastream),
                    link=lambda e: datastream_url(e.datastream),
                    is_title=True,
                ),
                Column(name="count", label=_("readings"), value=lambda e: e.count, align="end"),
                Column(name="first", label=_("first observed at"), value=lambda e: e.first_at),
                Column(name="last", label=_("last observed at"), value=lambda e: e.last_at),
                Column(name="known", label=_("known at"), value=lambda e: e.known_at),
            ),
            rows=rows,
            count=found.count(),
            empty=_("None came after its time was closed."),
        )
