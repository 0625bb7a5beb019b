"""Text that is stored stands in the language of the city, not of whoever acts."""

from contextlib import AbstractContextManager

from django.conf import settings
from django.utils.translation import gettext, override


def city_language() -> AbstractContextManager[None]:
    """What is said inside is said in the language of the city."""
    spoken: AbstractContextManager[None] = override(settings.LANGUAGE_CODE)
    return spoken


def in_city_language(label: str, **parts: str) -> str:
    """The label in the language of the city, with its named parts filled in."""
    with city_language():
        return gettext(label).format(**parts)
