"""Validators of passwords beyond those of the framework."""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class NotUsedBefore:
    """The present password and the last ones are not taken again."""

    def validate(self, password: str, user: Any = None) -> None:
        known = [user.password, *user.past_passwords.splitlines()] if user is not None else []
        if any(digest and check_password(password, digest) for digest in known):
            raise ValidationError(
                _("You had this password before. Choose another."), code="password-used-before"
            )

    def get_help_text(self) -> str:
        count = settings.ANLAN_PASSWORD_HISTORY
        return ngettext(
            "It is not your last password.", "It is none of your last {n} passwords.", count
        ).format(n=count)
