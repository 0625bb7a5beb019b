"""What marks a row as invented for a demonstration.

Source: House rule (coverage.md, last section: demonstration and real apart): invented people and
enterprises are named 演示…, their mobile numbers lie in 1990000xxxx, their mark is X.
Edge cases: an empty value marks nothing.
"""

import re

NAME_PREFIX = "演示"
SOURCE = "演示数据"
MARK = "X"
_WORDS = ("演示", "虚构", "invented")
_MOBILE = re.compile(r"^1990000\d{4}$")


def is_invented(*, names: tuple[str, ...] = (), mobile: str = "", mark: str = "") -> bool:
    """True when any of the names, the mobile number or the mark says that a row is invented."""
    named = any(name.lstrip("【[（( ").startswith(NAME_PREFIX) for name in names)
    marked = mark.strip().upper() == MARK or any(word in mark.lower() for word in _WORDS)
    return named or bool(_MOBILE.match(mobile)) or marked
