"""JSON whose objects know which of their names stand more than once.

Source: RFC 8259, clause 4: names SHOULD be unique; what a reader does else is not foreseen. House
rule: one of two values would be lost, so whoever needs a name refuses it twice. Units and valid
range: any text. Edge cases: NaN and Infinity are no JSON; names are compared as they are meant,
not as they are written (`\\u0061` is `a`).
"""

import json
from collections import Counter
from typing import Any, Final, NoReturn

NOT_JSON: Final = (ValueError, RecursionError)
"""What `loaded` raises."""


class Members(dict[str, Any]):
    """An object in which a name stands more than once; as a dictionary it has the last of each."""

    pairs: list[tuple[str, Any]]


def loaded(text: str, *, is_once: bool = False) -> Any:
    """`is_once`: it is known that nothing stands twice, which is read faster."""
    hook = None if is_once else _object
    return json.loads(text, object_pairs_hook=hook, parse_constant=_no_constant)


def names_twice(found: Any) -> frozenset[str]:
    """The names that stand more than once in an object itself, not in what it holds."""
    if not isinstance(found, Members):
        return frozenset()
    return frozenset(
        name for name, number in Counter(n for n, _ in found.pairs).items() if number > 1
    )


def written(found: Any) -> str:
    """As it was sent, each name as often as it stood there."""
    if not isinstance(found, Members):
        return json.dumps(found, ensure_ascii=False)
    members = (f"{written(name)}: {written(value)}" for name, value in found.pairs)
    return f"{{{', '.join(members)}}}"


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    members = Members(found)
    members.pairs = pairs
    return members


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
