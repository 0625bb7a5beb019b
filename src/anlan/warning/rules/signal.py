"""Words that every rule of warning shares: levels, hazards, kinds of change.

Sources: the four colours, Emergency Response Law 2024 Art.63; hazards, CMA Order 16 (2007)
《气象灾害预警信号发布与传播办法》 annex and its provincial additions; kinds of change as stations
print them (首次, 升级, 降级, 继续发布, 解除).
"""

from enum import StrEnum
from typing import Final

from anlan.base.rules.labels import gettext_noop


class Level(StrEnum):
    """Warning level, highest first."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"


LEVEL_LABELS: Final = {
    Level.RED: gettext_noop("red"),
    Level.ORANGE: gettext_noop("orange"),
    Level.YELLOW: gettext_noop("yellow"),
    Level.BLUE: gettext_noop("blue"),
}
RANK: Final = {level: rank for rank, level in enumerate(reversed(Level), start=1)}
"""1 (blue) to 4 (red): a higher number is more severe."""


class Hazard(StrEnum):
    """What is warned of."""

    RAINSTORM = "rainstorm"
    SNOWSTORM = "snowstorm"
    COLD_WAVE = "cold-wave"
    GALE = "gale"
    SANDSTORM = "sandstorm"
    HEAT = "heat"
    DROUGHT = "drought"
    LIGHTNING = "lightning"
    HAIL = "hail"
    FROST = "frost"
    FOG = "fog"
    HAZE = "haze"
    ICY_ROAD = "icy-road"
    TYPHOON = "typhoon"
    THUNDERSTORM_GALE = "thunderstorm-gale"
    STRONG_CONVECTION = "strong-convection"
    ICE_ACCRETION = "ice-accretion"
    RIVER_FLOOD = "river-flood"
    LOW_FLOW = "low-flow"
    FLASH_FLOOD = "flash-flood"
    GEOLOGICAL = "geological"
    FOREST_FIRE = "forest-fire"
    OTHER = "other"


HAZARD_LABELS: Final = {
    Hazard.RAINSTORM: gettext_noop("rainstorm"),
    Hazard.SNOWSTORM: gettext_noop("snowstorm"),
    Hazard.COLD_WAVE: gettext_noop("cold wave"),
    Hazard.GALE: gettext_noop("gale"),
    Hazard.SANDSTORM: gettext_noop("sandstorm"),
    Hazard.HEAT: gettext_noop("heat"),
    Hazard.DROUGHT: gettext_noop("drought"),
    Hazard.LIGHTNING: gettext_noop("lightning"),
    Hazard.HAIL: gettext_noop("hail"),
    Hazard.FROST: gettext_noop("frost"),
    Hazard.FOG: gettext_noop("fog"),
    Hazard.HAZE: gettext_noop("haze"),
    Hazard.ICY_ROAD: gettext_noop("icy road"),
    Hazard.TYPHOON: gettext_noop("typhoon"),
    Hazard.THUNDERSTORM_GALE: gettext_noop("thunderstorm gale"),
    Hazard.STRONG_CONVECTION: gettext_noop("strong convection"),
    Hazard.ICE_ACCRETION: gettext_noop("ice accretion on lines"),
    Hazard.RIVER_FLOOD: gettext_noop("river flood"),
    Hazard.LOW_FLOW: gettext_noop("low flow"),
    Hazard.FLASH_FLOOD: gettext_noop("flash flood"),
    Hazard.GEOLOGICAL: gettext_noop("geological hazard"),
    Hazard.FOREST_FIRE: gettext_noop("forest fire danger"),
    Hazard.OTHER: gettext_noop("other hazard"),
}


class Change(StrEnum):
    """What a message does to the warning that it belongs to."""

    ISSUE = "issue"
    RAISE = "raise"
    LOWER = "lower"
    RENEW = "renew"
    LIFT = "lift"


CHANGE_LABELS: Final = {
    Change.ISSUE: gettext_noop("issued"),
    Change.RAISE: gettext_noop("raised"),
    Change.LOWER: gettext_noop("lowered"),
    Change.RENEW: gettext_noop("issued again"),
    Change.LIFT: gettext_noop("lifted"),
}
