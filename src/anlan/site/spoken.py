"""The language in which the command line refuses: one setting, Chinese unless it says otherwise.

Refusals, questions and advice follow it. Help, names of options and the names in results are the
same in every language, because scripts read them.
"""

import gettext
import os
from functools import cache
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

LOCALES = Path(__file__).resolve().parents[3] / "locale"
CATALOGUES = {"zh-hans": "zh_Hans", "en": "en"}


def language() -> str:
    """`ANLAN_LANGUAGE`, or a refusal to start that names it."""
    chosen = os.environ.get("ANLAN_LANGUAGE") or "zh-hans"
    if chosen not in CATALOGUES:
        raise ImproperlyConfigured(f"ANLAN_LANGUAGE must be zh-hans or en, not {chosen!r}")
    return chosen


def translate(text: str) -> str:
    """For verbs that work without the framework."""
    return _catalogue(CATALOGUES[language()]).gettext(text)


@cache
def _catalogue(name: str) -> gettext.NullTranslations:
    return gettext.translation("django", LOCALES, [name], fallback=True)
