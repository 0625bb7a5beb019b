"""Printed numbers of items: 1. 1、 1） （1） (一) 一、 第三条 ① 1.1 in either width.

Source: GB/T 9704—2012, 7.3.3 (order of levels 一、 （一） 1. （1）) for official documents; the
other styles are those met in published notices.
Units and valid range: `value` is the printed number as an integer, of `1.2.3` its last part;
`printed` is the number without brackets and stops.
Edge cases: `2023.5`, `1.5亿`, `一、二级`, `（一）项`, `第三条规定` are text, not numbers of items.
"""

import re
from dataclasses import dataclass
from typing import Final

DIGITS: Final = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "○": 0,
    "两": 2,
}
_UNITS: Final = {"十": 10, "百": 100, "千": 1000}
_CN = r"[一二三四五六七八九十百千〇零]{1,7}"
_REFERENCE = (
    r"(?![、,至或的类级)\]】〕》”]|和(?!谐)|及(?!时)|与(?!会)|项(?!目)|款(?!项)|条(?!件)"
    r"|中(?!小|心|央|长|国|医|部|等|期|型|:))"
)

_PAIRED = r"(?:[级类号等、层楼期线]|产业|季度|年级)|\d+[、号级类.%]"
_NUMBER = re.compile(
    r"(?P<dot>[1-9]\d{0,2}(?:\.[1-9]\d{0,2}){1,4})(?P<dotend>[、.]?)(?![\d.%‰万亿级倍])"
    r"|(?P<ar>[1-9]\d{0,5})[.、](?:(?=20\d\d年)|(?![\d、]))"
    r"|(?P<arp>[1-9]\d{0,5})\)" + _REFERENCE +
    r"|[(〔\[【](?P<par>[1-9]\d{0,5})[)〕\]】]" + _REFERENCE +
    r"|(?P<circle>[①-⑳㉑-㉟㊱-㊿])"
    r"|(?P<pcircle>[⑴-⒇])"
    r"|(?P<dcircle>[⒈-⒛])"
    r"|[(〔](?P<cnp>" + _CN + r")[)〕](?:[、.](?!" + _CN + r"[、.)]))?" + _REFERENCE +
    r"|(?P<cn>" + _CN + r")[、.](?!" + _CN + _PAIRED + r")"
    r"|第(?P<art>" + _CN + r"|[1-9]\d{0,4})(?P<artkind>[条章节篇编])"
    r"(?![规第、的之款项,和与至或中])"
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """`style` says which list it can continue; `end` is the position after the number."""

    style: str
    value: int
    printed: str
    end: int
    prefix: str = ""


def cn_value(printed: str) -> int:
    """The value of 二十三, 一百零五 or 二〇二五; 0 when it is not a number."""
    if len(printed) > 1 and all(char in DIGITS for char in printed):
        return int("".join(str(DIGITS[char]) for char in printed))
    total, digit = 0, 0
    for char in printed:
        if char in _UNITS:
            total += (digit or (1 if char == "十" else 0)) * _UNITS[char]
            digit = 0
        else:
            digit = DIGITS.get(char, 0)
    return total + digit


def cn_text(value: int) -> str:
    """23 as 二十三; for values up to 9999."""
    parts: list[str] = []
    zero = False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = value // unit % 10
        if digit:
            parts.append(("零" if zero and parts else "") + "零一二三四五六七八九"[digit] + name)
            zero = False
        else:
            zero = True
    text = "".join(parts)
    return text[1:] if text.startswith("一十") else text


def number_at(text: str, position: int) -> Number | None:
    """The item number that is printed at a position of folded text, if one is."""
    found = _NUMBER.match(text, position)
    if found is None:
        return None
    name = _NAMES[found.lastgroup or ""]
    printed = found[name]
    if name in _CIRCLES:
        return _circled(found, name)
    value = int(printed.split(".")[-1]) if printed[0].isdigit() else cn_value(printed)
    if not value:
        return None
    style, prefix = name, ""
    if name == "dot":
        style = f"dot{printed.count('.')}"
        prefix = printed.rpartition(".")[0]
    elif name == "art":
        style = f"art{found['artkind']}"
        printed = found[0]
    return Number(style=style, value=value, printed=printed, end=found.end(), prefix=prefix)


_NAMES: Final = {"dotend": "dot", "artkind": "art"} | {
    name: name for name in ("ar", "arp", "par", "circle", "pcircle", "dcircle", "cnp", "cn", "art")
}
_CIRCLES: Final = {
    "circle": (
        "circle",
        "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳㉑㉒㉓㉔㉕㉖㉗㉘㉙㉚㉛㉜㉝㉞㉟㊱㊲㊳㊴㊵㊶㊷㊸㊹㊺㊻㊼㊽㊾㊿",
    ),
    "pcircle": ("par", "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇"),
    "dcircle": ("ar", "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛"),
}


def _circled(found: re.Match[str], name: str) -> Number:
    style, signs = _CIRCLES[name]
    value = signs.index(found[0]) + 1
    return Number(style=style, value=value, printed=str(value), end=found.end())


def circled(value: int) -> str:
    """① … ㊿, for values that have a sign."""
    return _CIRCLES["circle"][1][value - 1]


_BULLET = re.compile(r"(?:—{1,2}|[-●•◆■▪◇▲△※○◎·*★☆□➢✓✔→▶►])(?=[\u4e00-\u9fff“《])")


def bullet_at(text: str, position: int) -> Number | None:
    """A dash or dot that opens an item without a number."""
    found = _BULLET.match(text, position)
    if found is None:
        return None
    return Number(style="bullet", value=1, printed="", end=found.end())


_TIGHT = re.compile(r"([1-9]\d{0,2})[.、](?=\d)(?!\d{1,2}(?:\.\d+)?(?:%|‰|亿|万元|万亿|倍|元))")


def tight_number_at(text: str, position: int) -> Number | None:
    """A number before words that begin with a digit themselves (`2.5G基站`, `2、12个项目`): an
    item's only where it continues a list."""
    found = _TIGHT.match(text, position)
    if found is None:
        return None
    return Number(style="ar", value=int(found[1]), printed=found[1], end=found.end())


_SPACED = re.compile(r"[1-9]\d?(?=[\u4e00-\u9fff“《])")


def spaced_number_at(text: str, position: int) -> Number | None:
    """A bare number that only white space parts from its heading (`1　总则`)."""
    found = _SPACED.match(text, position)
    if found is None:
        return None
    return Number(style="ar", value=int(found[0]), printed=found[0], end=found.end())
