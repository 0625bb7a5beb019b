"""Bytes of a text file to characters.

Source: GB 18030—2022 and Unicode; the order of attempts is a house rule: byte order mark, UTF-8,
then whichever of GB18030 and UTF-16 gives Chinese text.
Units and valid range: the whole file.
Edge cases: UTF-16 without a mark; bytes that GB18030 happens to accept but that give no Chinese
text are in no encoding of ours (None).
"""

import codecs
from typing import Final

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GUESSES: Final = ("gb18030", "utf-16-le", "utf-16-be")
SAMPLE_CHARS: Final = 20_000
LEAST_COMMON_SHARE: Final = 0.9


def text_and_encoding(data: bytes) -> tuple[str, str] | None:
    """The text and the name of its encoding, None when it is none of ours."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            text = _decoded(data, encoding)
            return None if text is None else (text, encoding)
    text = _decoded(data, "utf-8")
    if text is not None and "\x00" not in text:
        return text, "utf-8"
    guesses = [(share, text, name) for name in _GUESSES for share, text in _guess(data, name)]
    if not guesses or max(guesses)[0] < LEAST_COMMON_SHARE:
        return None
    _, text, encoding = max(guesses, key=lambda guess: guess[0])
    return text, encoding


def _guess(data: bytes, encoding: str) -> list[tuple[float, str]]:
    text = _decoded(data, encoding)
    return [] if not text else [(common_share(text), text)]


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def common_share(text: str) -> float:
    """The share of characters that Chinese office text is made of."""
    sample = text[:SAMPLE_CHARS]
    return sum(map(_is_common, sample)) / len(sample) if sample else 0.0


def _is_common(char: str) -> bool:
    if char.isascii():
        return char.isprintable() or char in "\r\n\t\f"
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return char in "—―·“”‘’…《》〔〕【】★≤≥①②③④⑤⑥⑦⑧⑨⑩\u3000\ufeff\xa0"
    return True
