"""Three scales that look alike and are three types. The highest is first; compare by `rank()`.

Source: grades of incidents 突发事件应对法 (2024) Art. 3; grades of geological disasters
地质灾害防治条例 Art. 4; response levels 国家自然灾害救助应急预案. A grade is never read as a
response level or a warning level: no passing from one scale to another is defined here.
"""

from collections.abc import Mapping
from enum import Enum
from typing import Final

from anlan.base.rules.labels import gettext_noop


class IncidentGrade(Enum):
    ESPECIALLY_SERIOUS = "ESPECIALLY_SERIOUS"
    SERIOUS = "SERIOUS"
    RELATIVELY_SERIOUS = "RELATIVELY_SERIOUS"
    ORDINARY = "ORDINARY"

    def rank(self) -> int:
        """1 is the highest."""
        return list(IncidentGrade).index(self) + 1

    @property
    def label(self) -> str:
        return GRADE_LABELS[self]


class GeohazardGrade(Enum):
    EXTRA_LARGE = "EXTRA_LARGE"
    LARGE = "LARGE"
    MEDIUM = "MEDIUM"
    SMALL = "SMALL"

    def rank(self) -> int:
        """1 is the highest."""
        return list(GeohazardGrade).index(self) + 1

    @property
    def label(self) -> str:
        return GEOHAZARD_LABELS[self]


class ResponseLevel(Enum):
    I = "I"  # noqa: E741 - the level is called so
    II = "II"
    III = "III"
    IV = "IV"
    NONE = "NONE"

    def rank(self) -> int:
        """1 is the highest, 5 is no response."""
        return list(ResponseLevel).index(self) + 1

    @property
    def label(self) -> str:
        return RESPONSE_LABELS[self]


GRADE_LABELS: Final[Mapping[IncidentGrade, str]] = {
    IncidentGrade.ESPECIALLY_SERIOUS: gettext_noop("especially serious"),
    IncidentGrade.SERIOUS: gettext_noop("serious"),
    IncidentGrade.RELATIVELY_SERIOUS: gettext_noop("relatively serious"),
    IncidentGrade.ORDINARY: gettext_noop("ordinary"),
}
GEOHAZARD_LABELS: Final[Mapping[GeohazardGrade, str]] = {
    GeohazardGrade.EXTRA_LARGE: gettext_noop("extra large (geological)"),
    GeohazardGrade.LARGE: gettext_noop("large (geological)"),
    GeohazardGrade.MEDIUM: gettext_noop("medium (geological)"),
    GeohazardGrade.SMALL: gettext_noop("small (geological)"),
}
RESPONSE_LABELS: Final[Mapping[ResponseLevel, str]] = {
    ResponseLevel.I: gettext_noop("relief response level I"),
    ResponseLevel.II: gettext_noop("relief response level II"),
    ResponseLevel.III: gettext_noop("relief response level III"),
    ResponseLevel.IV: gettext_noop("relief response level IV"),
    ResponseLevel.NONE: gettext_noop("no national relief response"),
}
