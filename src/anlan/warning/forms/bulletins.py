"""Forms of bulletins: what is written, and the steps of its life."""

import re
from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from anlan.registers.forms.common import CHOOSE, CityTimeField, OfferingForm, RecordChoice
from anlan.registers.models import Body, Region
from anlan.warning.actions.bulletins.drafting import Draft
from anlan.warning.actions.receiving import Drawn
from anlan.warning.choices import CHANGE_CHOICES, HAZARD_CHOICES, LEVEL_CHOICES
from anlan.warning.rules.bulletin.content import MOST_HEADLINE_CHARS, MOST_TEXT_CHARS, Part
from anlan.warning.rules.bulletin.outline_text import OutlineTextRefused, read_outlines
from anlan.warning.rules.drawn import MOST_OUTLINES, OutlineRefused, kept_outline

_BETWEEN: Final = re.compile(r"[\s,，、;；]+")
TREE_LEVELS: Final = ("city", "county", "township")


def _chosen(label: Any, choices: Sequence[tuple[str, Any]], **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=[("", CHOOSE), *choices], **more)


def _words(label: Any, rows: int, **more: Any) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(
        label=label, required=False, max_length=MOST_TEXT_CHARS, widget=widget, **more
    )


class BulletinForm(OfferingForm):
    """What is written. Only body, hazard, level and change are asked for at once: a draft may be
    unfinished, and says itself what is missing before it is submitted."""

    body = RecordChoice(label=_("body that writes"), model=Body)
    hazard = _chosen(_("hazard"), HAZARD_CHOICES)
    level = _chosen(_("warning level"), LEVEL_CHOICES)
    change = forms.ChoiceField(label=_("kind of change"), choices=CHANGE_CHOICES)
    owner = forms.CharField(
        label=_("owner of the warning"),
        required=False,
        max_length=120,
        help_text=_(
            "Only for a proposal whose owner the register of rights does not name: to whom it "
            "goes."
        ),
    )
    headline = forms.CharField(label=_("headline"), required=False, max_length=MOST_HEADLINE_CHARS)
    text = _words(
        _("what the warning says"),
        4,
        help_text=_("Where, when, how strong. No head, no signature."),
    )
    instruction = _words(
        _("what people are to do"), 3, help_text=_("Cautions and measures for the people inside.")
    )
    effective_at = CityTimeField(
        label=_("holds from"), required=False, help_text=_("Empty: from the moment of issue.")
    )
    expires_at = CityTimeField(
        label=_("expires at"),
        required=False,
        help_text=_("Asked for before it is submitted; a lift has none."),
    )
    regions = forms.MultipleChoiceField(
        label=_("where it holds"), required=False, widget=forms.CheckboxSelectMultiple
    )
    more_codes = forms.CharField(
        label=_("further divisions by code"),
        required=False,
        max_length=2000,
        help_text=_("Villages and others that are not in the list: codes, parted by commas."),
    )
    outlines = forms.CharField(
        label=_("drawn area"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 5, "class": "mono", "spellcheck": "false"}),
        help_text=_(
            "One corner a line: longitude, latitude, such as 111.02, 35.61. An empty line begins "
            "another area. The map writes here, and what is written here is drawn on the map."
        ),
    )
    origin = forms.CharField(
        label=_("written because of"),
        required=False,
        max_length=300,
        help_text=_("Monitoring notice, report or call. Not part of the warning."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False
        self.fields["reason"].widget = forms.HiddenInput()
        for part in Part:  # asked for before it is submitted
            self.fields[part.value].is_asked_for = True  # type: ignore[attr-defined]
        self.fields["regions"].choices = [  # type: ignore[attr-defined]
            (code, name)
            for code, name in Region.objects.filter(level__in=TREE_LEVELS)
            .order_by("code")
            .values_list("code", "name")
        ]

    def clean_more_codes(self) -> list[str]:
        codes = [code for code in _BETWEEN.split(self.cleaned_data["more_codes"]) if code]
        known = set(Region.objects.filter(code__in=codes).values_list("code", flat=True))
        unknown = [code for code in codes if code not in known]
        if unknown:
            said = gettext("No division has the code {codes}. Look it up in the list of regions.")
            raise forms.ValidationError(said.format(codes="、".join(unknown)))
        return codes

    def clean_outlines(self) -> tuple[Drawn, ...]:
        try:
            found = read_outlines(self.cleaned_data["outlines"])
            drawn = tuple(Drawn(outline=kept_outline(outline)) for outline in found)
        except (OutlineTextRefused, OutlineRefused) as refused:
            raise forms.ValidationError(refused.message.text(gettext)) from refused
        if len(drawn) > MOST_OUTLINES:
            said = gettext("At most {most} drawn areas. Join some of them.")
            raise forms.ValidationError(said.format(most=MOST_OUTLINES))
        return drawn

    def draft(self, follows: Any = None) -> Draft:
        """What was written, for the action."""
        data = self.cleaned_data
        codes = [*data["regions"], *data["more_codes"]]
        keys = Region.objects.filter(code__in=codes).order_by("code").values_list("pk", flat=True)
        same = (
            *("hazard", "level", "change", "owner", "headline", "text", "instruction"),
            *("effective_at", "expires_at", "origin", "outlines"),
        )
        return Draft(
            body=data["body"].pk,
            regions=tuple(keys),
            follows=follows,
            **{name: data[name] for name in same},
        )


class StepForm(OfferingForm):
    """A step that needs no reason."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = False


class SendBackForm(OfferingForm):
    """The writer is told why."""


class ApproveForm(StepForm):
    signer = forms.CharField(
        label=_("signed by (post)"),
        max_length=80,
        help_text=_("The post that signed, without the name of the person."),
    )


class AnswerForm(StepForm):
    outcome = forms.ChoiceField(
        label=_("what the owner decided"),
        choices=[("adopted", _("adopts it")), ("declined", _("does not adopt it"))],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("answer of the owner"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Who answered, when and what. Its own warning comes in by the inbox."),
    )
