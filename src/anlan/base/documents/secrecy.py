"""The secrecy mark of a document.

Source: GB/T 9704—2012, 7.2.2 (密级和保密期限, upper left corner of the first page: 秘密★1年);
保守国家秘密法 (2024), Art. 23 (marks). Coverage: 涉密不得上传.
Units and valid range: the head area is the first lines of the text and of each page.
Edge cases: 保守秘密 or 商业秘密 in a sentence is no mark; 机密★, 绝密级, 秘 密 with space and
密级：机密 are; 密级：公开 and 内部 are not; tags around a mark do not hide it.
"""

import re
from typing import Final

from anlan.base.documents.errors import SecretDocument

_LEVEL = r"(?:秘\s*密|机\s*密|绝\s*密)"
_TERM = r"(?:\s*(?:\d{1,2}|[一二三四五六七八九十]{1,3})\s*(?:年|个月|月)|\s*长期)"
_STARRED: Final = re.compile(rf"(?<![业守家作人\u201c]){_LEVEL}\s*级?\s*[★☆✩*＊]{_TERM}?")
_WHOLE_LINE: Final = re.compile(
    rf"(?:\d{{6}}|特急|加急|急件|平急|No\.?\s*\d+|第\s*\d+\s*号|[【\[(（<《\s])*(?:密\s*级\s*[:：]?\s*)?"
    rf"{_LEVEL}\s*(?:级|件|文件)?{_TERM}?(?:[】\])）>》\s]|特急|加急|急件|平急|\d{{6}})*"
)
_LABELLED: Final = re.compile(rf"密\s*级\s*[:：]\s*{_LEVEL}")
_TAG: Final = re.compile(r"</?[a-zA-Z][^<>]{0,200}>")
_INLINE_TAG: Final = re.compile(r"</?(?:b|i|u|em|strong|span|font|a)(?:\s[^<>]{0,200})?>", re.I)
HEAD_LINES: Final = 30
PAGE_HEAD_LINES: Final = 3


def secrecy_mark(text: str) -> str | None:
    """The mark that stands in the head area of a document or of one of its pages."""
    pages = text.split("\f")
    heads = [_first_lines(pages[0], HEAD_LINES)]
    heads.extend(_first_lines(page, PAGE_HEAD_LINES) for page in pages[1:])
    for line in (line for head in heads for line in head):
        found = _STARRED.search(line) or _WHOLE_LINE.fullmatch(line) or _LABELLED.search(line)
        if found is not None:
            return "".join(found[0].split())
    return None


def _first_lines(page: str, count: int) -> list[str]:
    words = _TAG.sub("\n", _INLINE_TAG.sub("", page[:20_000]))
    lines = (line.strip() for line in words.splitlines())
    return [line for line in lines if line][:count]


def refuse_secret(text: str) -> None:
    """Refuse a document that bears a secrecy mark."""
    mark = secrecy_mark(text)
    if mark is not None:
        raise SecretDocument(mark=mark)
