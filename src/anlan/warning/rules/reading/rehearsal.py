"""Whether a text calls itself a drill or a test (演练, 测试).

`rehearsal_in` finds the words that say so.

Source: House rule: the marks that platforms and stations put on such texts: in brackets, at the
beginning, doubled, or as a kind of message (演练信息, 测试短信). That a drill is advised against
(取消户外演练) or something is to be tested says nothing of the text.
Edge cases: the first mark counts; whether it is meant nevertheless is for a person to say.
"""

import re
from typing import Final

from anlan.warning.rules.reading.heads import Piece, piece
from anlan.warning.rules.reading.plain import Plain

_WORD: Final = "演练|演习|测试|试发"
_NOUN: Final = "信息|消息|短信|内容|预警|信号|使用|用语"
_MARK: Final = re.compile(
    rf"[\[【(<《][^\]】)>》。]{{0,8}}(?:{_WORD})[^\]】)>》。]{{0,8}}[\]】)>》]"
    rf"|^(?:{_WORD}){{2,}}|^(?:{_WORD})[:,、!]"
    rf"|(?:{_WORD})(?:{_NOUN})"
    rf"|(?:此|本|以上|该)(?:条)?(?:{_NOUN})?(?:仅)?(?:为|是|系|用于)(?:{_WORD})"
)


def rehearsal_in(plain: Plain) -> Piece:
    """The words that call the text a drill or a test; empty where none do."""
    found = _MARK.search(plain.text)
    return piece(plain, *found.span()) if found else Piece()
