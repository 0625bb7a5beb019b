"""The item numbers that Word prints by itself and does not store as text.

Source: ECMA-376-1, 17.9 (numbering): numId → abstractNum → level (numFmt, lvlText, start).
Units and valid range: levels 0–8.
Edge cases: numbering given by the paragraph's style; a level starts anew below a higher one; a
format we do not know is printed in Arabic digits, so that a number is never lost; bullets print ●.
"""

from collections.abc import Iterator
from typing import Any, Final

from docx.oxml.ns import qn

_CHINESE: Final = frozenset(
    (
        "chineseCounting", "chineseCountingThousand", "chineseLegalSimplified",
        "ideographDigital", "japaneseCounting", "japaneseDigitalTenThousand", "koreanCounting",
        "taiwaneseCounting", "taiwaneseCountingThousand", "taiwaneseDigital",
    )
)  # fmt: skip
_CIRCLED: Final = frozenset(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"))
_DIGITS: Final = "零一二三四五六七八九"
_DEEPEST_STYLE: Final = 12


class WordNumbering:
    """Counts through a document; ask `label` for each paragraph in printed order."""

    def __init__(self, document: Any) -> None:
        self.levels: dict[tuple[str, int], dict[str, str]] = {}
        self.abstract_of: dict[str, str] = {}
        self.style_numbers: dict[str, tuple[str, int]] = {}
        self.counts: dict[tuple[str, int], int] = {}
        numbering = _root_of(document, "numbering_part")
        if numbering is not None:
            self._load(numbering)
        for style in _styles_of(document):
            self._load_style(style)

    def _load(self, numbering: Any) -> None:
        for abstract in numbering.iter(qn("w:abstractNum")):
            key = abstract.get(qn("w:abstractNumId"), "")
            for level in abstract.iter(qn("w:lvl")):
                self.levels[(key, _int(level.get(qn("w:ilvl"))))] = _level(level)
        for num in numbering.iter(qn("w:num")):
            number = num.get(qn("w:numId"), "")
            abstract = num.find(qn("w:abstractNumId"))
            own = f"{abstract.get(qn('w:val'))}" if abstract is not None else ""
            self.abstract_of[number] = own
            if num.find(qn("w:lvlOverride")) is not None:
                self._override(number, own, num)

    def _override(self, number: str, abstract: str, num: Any) -> None:
        """A list with changes of its own counts apart from its siblings."""
        key = f"{abstract}/{number}"
        for (name, depth), level in list(self.levels.items()):
            if name == abstract:
                self.levels[(key, depth)] = dict(level)
        for change in num.iter(qn("w:lvlOverride")):
            depth = _int(change.get(qn("w:ilvl")))
            level = change.find(qn("w:lvl"))
            if level is not None:
                self.levels[(key, depth)] = _level(level)
            start = change.find(qn("w:startOverride"))
            if start is not None:
                self.levels.setdefault((key, depth), {})["start"] = start.get(qn("w:val"), "1")
        self.abstract_of[number] = key

    def _load_style(self, style: Any) -> None:
        properties = style.find(qn("w:pPr"))
        found = _number_of(properties)
        based = style.find(qn("w:basedOn"))
        name = style.get(qn("w:styleId"), "")
        if found is not None:
            self.style_numbers[name] = found
        elif based is not None and based.get(qn("w:val")) in self.style_numbers:
            self.style_numbers[name] = self.style_numbers[based.get(qn("w:val"))]

    def label(self, paragraph: Any) -> str:
        """The number that Word prints before a paragraph, "" when it prints none."""
        properties = paragraph.find(qn("w:pPr"))
        found = _number_of(properties)
        if found is None and properties is not None:
            style = properties.find(qn("w:pStyle"))
            found = (
                self.style_numbers.get(style.get(qn("w:val"), "")) if style is not None else None
            )
        if found is None or found[0] == "0":
            return ""
        key, depth = self.abstract_of.get(found[0], ""), found[1]
        level = self.levels.get((key, depth))
        return "" if level is None else self._count(key, depth, level)

    def _count(self, key: str, depth: int, level: dict[str, str]) -> str:
        start = _int(level.get("start", "1"))
        self.counts[(key, depth)] = self.counts.get((key, depth), start - 1) + 1
        for deeper in range(depth + 1, 9):
            self.counts.pop((key, deeper), None)
        if level.get("format") in ("bullet", "none"):
            return "●" if level.get("format") == "bullet" else ""
        text = level.get("text", "")
        for above in range(depth + 1):
            other = self.levels.get((key, above), {})
            value = self.counts.get((key, above), _int(other.get("start", "1")))
            style = "decimal" if level.get("legal") else other.get("format", "decimal")
            text = text.replace(f"%{above + 1}", _printed(value, style))
        return text


def _root_of(document: Any, name: str) -> Any:
    try:
        return getattr(document.part, name).element
    except (KeyError, NotImplementedError, AttributeError):
        return None


def _styles_of(document: Any) -> Iterator[Any]:
    """Styles, each after the style it is based on."""
    root = document.styles.element
    waiting = list(root.iter(qn("w:style")))
    done: set[str] = set()
    for _ in range(_DEEPEST_STYLE):
        later = []
        for style in waiting:
            based = style.find(qn("w:basedOn"))
            if based is None or based.get(qn("w:val")) in done:
                done.add(style.get(qn("w:styleId"), ""))
                yield style
            else:
                later.append(style)
        waiting = later


def _number_of(properties: Any) -> tuple[str, int] | None:
    numbering = properties.find(qn("w:numPr")) if properties is not None else None
    if numbering is None:
        return None
    number, level = numbering.find(qn("w:numId")), numbering.find(qn("w:ilvl"))
    if number is None:
        return None
    return number.get(qn("w:val"), "0"), _int(level.get(qn("w:val"))) if level is not None else 0


def _level(level: Any) -> dict[str, str]:
    found = {"start": "1", "format": "decimal", "text": "%1."}
    for name, tag in (("start", "w:start"), ("format", "w:numFmt"), ("text", "w:lvlText")):
        element = level.find(qn(tag))
        if element is not None:
            found[name] = element.get(qn("w:val"), found[name])
    if level.find(qn("w:isLgl")) is not None:
        found["legal"] = "1"
    return found


def _int(value: str | None) -> int:
    return int(value) if value and value.lstrip("-").isdigit() else 0


def _printed(value: int, style: str) -> str:
    if style in _CHINESE:
        return _chinese(value)
    if style in _CIRCLED and 1 <= value <= 20:
        return chr(0x2460 + value - 1)
    if style in ("lowerLetter", "upperLetter") and 1 <= value <= 26:
        return chr((97 if style == "lowerLetter" else 65) + value - 1)
    return str(value)


def _chinese(value: int) -> str:
    if not 0 < value < 100:
        return str(value)
    tens, ones = divmod(value, 10)
    lead = "" if tens == 0 else ("十" if tens == 1 else f"{_DIGITS[tens]}十")
    return lead + (_DIGITS[ones] if ones else "")
