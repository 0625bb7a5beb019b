"""Text that is stored stands in the language of the city, not of whoever acts."""

from django.conf import settings
from django.utils.translation import gettext, override


def in_city_language(label: str, **parts: str) -> str:
    """The label in the language of the city, with its named parts filled in."""
    with override(settings.LANGUAGE_CODE):
        return gettext(label).format(**parts)
