"""Forms of natural disasters: a process, and the table of figures of its units."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.losses.choices import Hazard, ReportKind
from anlan.losses.forms.accidents import Offered
from anlan.losses.models.fen import WanField
from anlan.losses.rules.disaster_figures import FEN, FIELD_LABELS, HECTARES, DisasterFigures
from anlan.registers.forms.common import CityTimeField, OfferingForm, date_field

MOST_COUNT = 100_000_000
NOTE, SEEN = "note", "seen"


class DisasterForm(OfferingForm):
    title = forms.CharField(label=_("title"), max_length=120)
    hazard = forms.ChoiceField(
        label=_("hazard"),
        choices=Hazard.choices,
        help_text=_("Of several hazards in one process the main one."),
    )
    began_on = date_field(_("began on"))
    began_at = CityTimeField(
        label=_("onset at"),
        required=False,
        help_text=_("With the hour the clocks of the reports run; without it there are none."),
    )
    ended_on = date_field(_("ended on"), required=False)
    unit = Offered(label=_("opened by"))
    code = forms.CharField(
        label=_("number of the process"),
        max_length=30,
        required=False,
        help_text=_("Empty: the program gives one."),
    )
    note = forms.CharField(label=_("note"), max_length=300, required=False)
    source = forms.CharField(label=_("source"), max_length=200, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
        self.fields["reason"].widget = forms.HiddenInput()


class DisasterChangeForm(OfferingForm):
    title = forms.CharField(label=_("title"), max_length=120)
    hazard = forms.ChoiceField(label=_("hazard"), choices=Hazard.choices)
    ended_on = date_field(_("ended on"), required=False)
    note = forms.CharField(label=_("note"), max_length=300, required=False)


def cell_field(name: str) -> forms.Field:
    if name in FEN:
        return WanField(required=False)
    if name in HECTARES:
        return forms.DecimalField(
            required=False, min_value=0, max_value=10**9, max_digits=12, decimal_places=2
        )
    return forms.IntegerField(required=False, min_value=0, max_value=MOST_COUNT)


class FiguresForm(OfferingForm):
    """One column of cells a unit; a unit whose cells are as before reports nothing."""

    is_offline = True
    report_kind = forms.ChoiceField(label=_("report"), choices=ReportKind.choices)
    reported_at = CityTimeField(label=_("reported at"))
    body = Offered(label=_("reported by"))
    source = forms.CharField(label=_("source"), max_length=200, required=False)

    def __init__(self, *args: Any, units: Sequence[Any] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.units = list(units)
        self.fields["reason"].required = False
        self.fields["reason"].widget = forms.HiddenInput()
        for unit in self.units:
            for name, label in FIELD_LABELS.items():
                field = cell_field(name)
                field.label = f"{unit.short_name} · {_(label)}"
                field.widget.attrs |= {"aria-label": field.label, "inputmode": "decimal"}
                self.fields[f"{unit.code}__{name}"] = field
            self.fields[f"{unit.code}__{NOTE}"] = forms.CharField(
                label=f"{unit.short_name} · {_('note')}", required=False, max_length=300
            )
            self.fields[f"{unit.code}__{SEEN}"] = forms.IntegerField(
                required=False, widget=forms.HiddenInput, min_value=0
            )

    def head_fields(self) -> Iterator[Any]:
        """The fields above the table."""
        for name in ("report_kind", "reported_at", "body", "source"):
            yield self[name]

    def lines(self) -> Iterator[tuple[Any, list[Any]]]:
        """(label, one cell a unit) for the table, the note last."""
        for name, label in (*FIELD_LABELS.items(), (NOTE, _("note"))):
            cells = [self[f"{unit.code}__{name}"] for unit in self.units]
            yield _(str(label)), cells

    def seen_fields(self) -> Iterator[Any]:
        for unit in self.units:
            yield self[f"{unit.code}__{SEEN}"]

    def figures_of(self, unit: Any) -> tuple[DisasterFigures, str, int]:
        """What was typed for a unit: figures, note, and the statement it was based on."""
        data = self.cleaned_data
        figures = DisasterFigures(**{n: data[f"{unit.code}__{n}"] for n in FIELD_LABELS})
        return figures, data[f"{unit.code}__{NOTE}"], data[f"{unit.code}__{SEEN}"] or 0
