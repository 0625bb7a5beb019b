"""Forms of people, posts and tenures."""

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.registers.forms.common import OfferingForm, PersonChoice, RecordChoice, date_field
from anlan.registers.forms.entries import BodyChoice
from anlan.registers.models import ROLE_CHOICES, Body, Person, Post


class PersonForm(OfferingForm):
    name = forms.CharField(label=_("name of the person"), max_length=60)
    mobile = forms.CharField(
        label=_("mobile"),
        max_length=20,
        required=False,
        help_text=_("Used for calls about duties of the post; others see the last four digits."),
    )
    landline = forms.CharField(label=_("office telephone"), max_length=30, required=False)


class PostForm(OfferingForm):
    body = BodyChoice(label=_("body"), queryset=Body.objects.none(), empty_label=_("Choose"))
    title = forms.CharField(label=_("post"), max_length=60)
    role = forms.ChoiceField(
        label=_("role in the program"),
        choices=ROLE_CHOICES,
        help_text=_("What the program lets the holder do, once there is a sign-in."),
    )


class BeginForm(OfferingForm):
    person = PersonChoice(
        label=_("person"),
        model=Person,
        help_text=_("Somebody who is missing here is entered under “People” first."),
    )
    held_from = date_field(_("held from"))


class EndForm(OfferingForm):
    held_until = date_field(_("held until (this day excluded)"))


class HandOverForm(OfferingForm):
    on = date_field(_("successor holds the post from"))
    successor = PersonChoice(
        label=_("successor"), model=Person, required=False, empty_label=_("nobody: vacant")
    )
    next_post = RecordChoice(
        label=_("next post of the present holder"),
        model=Post,
        required=False,
        empty_label=_("none that is entered"),
    )
