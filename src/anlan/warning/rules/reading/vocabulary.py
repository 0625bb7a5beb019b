"""The words that are read: hazards, colours, kinds of change, bodies.

Sources: hazards and colours, CMA Order 16 (2007) annex and its provincial additions; grade words
(一级 … 四级), Emergency Response Law 2024 Art.63. House rule: the verbs as stations print them.
"""

import re
from enum import StrEnum
from typing import Final

from anlan.warning.rules.signal import Change, Hazard, Level

HAZARD_WORDS: Final = {
    "雷雨大风": Hazard.THUNDERSTORM_GALE,
    "雷暴大风": Hazard.THUNDERSTORM_GALE,
    "强对流天气": Hazard.STRONG_CONVECTION,
    "强对流": Hazard.STRONG_CONVECTION,
    "道路结冰": Hazard.ICY_ROAD,
    "电线积冰": Hazard.ICE_ACCRETION,
    "沙尘暴": Hazard.SANDSTORM,
    "台风": Hazard.TYPHOON,
    "暴雨": Hazard.RAINSTORM,
    "暴雪": Hazard.SNOWSTORM,
    "寒潮": Hazard.COLD_WAVE,
    "大风": Hazard.GALE,
    "高温": Hazard.HEAT,
    "干旱": Hazard.DROUGHT,
    "雷电": Hazard.LIGHTNING,
    "冰雹": Hazard.HAIL,
    "霜冻": Hazard.FROST,
    "大雾": Hazard.FOG,
    "浓雾": Hazard.FOG,
    "灰霾": Hazard.HAZE,
    "霾": Hazard.HAZE,
    "山洪": Hazard.FLASH_FLOOD,
    "江河洪水": Hazard.RIVER_FLOOD,
    "河道洪水": Hazard.RIVER_FLOOD,
    "中小河流洪水": Hazard.RIVER_FLOOD,
    "洪水": Hazard.RIVER_FLOOD,
    "枯水": Hazard.LOW_FLOW,
    "地质灾害": Hazard.GEOLOGICAL,
    "高森林草原火险": Hazard.FOREST_FIRE,
    "森林草原火险": Hazard.FOREST_FIRE,
    "高森林火险": Hazard.FOREST_FIRE,
    "森林火险": Hazard.FOREST_FIRE,
}
COLOUR_WORDS: Final = {
    "红": Level.RED,
    "橙": Level.ORANGE,
    "黄": Level.YELLOW,
    "蓝": Level.BLUE,
}
GRADE_WORDS: Final = {
    "I": Level.RED,
    "II": Level.ORANGE,
    "III": Level.YELLOW,
    "IV": Level.BLUE,
    "一": Level.RED,
    "二": Level.ORANGE,
    "三": Level.YELLOW,
    "四": Level.BLUE,
}


class Verb(StrEnum):
    """What the verb of a text says; CHANGED alone says neither up nor down."""

    ISSUED = "issued"
    RENEWED = "renewed"
    RAISED = "raised"
    LOWERED = "lowered"
    CHANGED = "changed"
    LIFTED = "lifted"


VERB_WORDS: Final = {
    "继续发布": Verb.RENEWED,
    "持续发布": Verb.RENEWED,
    "再次发布": Verb.RENEWED,
    "升级发布": Verb.RAISED,
    "降级发布": Verb.LOWERED,
    "变更发布": Verb.CHANGED,
    "更新发布": Verb.CHANGED,
    "联合发布": Verb.ISSUED,
    "首次发布": Verb.ISSUED,
    "发布": Verb.ISSUED,
    "发出": Verb.ISSUED,
    "签发": Verb.ISSUED,
    "解除": Verb.LIFTED,
    "取消": Verb.LIFTED,
    "撤销": Verb.LIFTED,
    "升级": Verb.RAISED,
    "提升": Verb.RAISED,
    "提高": Verb.RAISED,
    "上调": Verb.RAISED,
    "降级": Verb.LOWERED,
    "降低": Verb.LOWERED,
    "下调": Verb.LOWERED,
    "变更": Verb.CHANGED,
    "更新": Verb.CHANGED,
    "调整": Verb.CHANGED,
}
CHANGE_OF: Final = {
    Verb.ISSUED: Change.ISSUE,
    Verb.RENEWED: Change.RENEW,
    Verb.RAISED: Change.RAISE,
    Verb.LOWERED: Change.LOWER,
    Verb.LIFTED: Change.LIFT,
}
BODY_END: Final = (
    "气象台|气象站|气象局|气象中心|预警中心|发布中心|指挥部办公室|指挥部|委员会|"
    "勘测站|监测站|水文站|水文局|办公室|人民政府|政府|台|局|厅|站|中心|委|办|部"
)
AREA_OF_ISSUER: Final = frozenset({"我市", "我县", "我区", "本市", "本县", "本区"})
"""What means the issuer's own area, and names no other."""


def one_of(words: object) -> str:
    """A pattern that finds any of the words, the longest first."""
    listed = sorted((str(word) for word in words), key=len, reverse=True)  # type: ignore[attr-defined]
    return "|".join(re.escape(word) for word in listed)


HAZARDS: Final = one_of(HAZARD_WORDS)
COLOURS: Final = "[红橙黄蓝]色?"
GRADES: Final = "(?:IV|I{1,3}|[一二三四五])级"
VERBS: Final = one_of(VERB_WORDS)
