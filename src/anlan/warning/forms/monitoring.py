"""Forms of monitoring notices."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from anlan.registers.forms.common import OfferingForm
from anlan.warning.choices import Judged


class AcknowledgeForm(OfferingForm):
    """What was seen or done stands in the reason of the entry as well."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = _("what was seen or done")


class JudgeForm(OfferingForm):
    judged = forms.ChoiceField(
        label=_("was there an event"),
        choices=[row for row in Judged.choices if row[0]],
        widget=forms.RadioSelect,
    )


class EndNoticeForm(OfferingForm):
    """The end by hand has a reason."""
