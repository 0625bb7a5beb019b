"""Whether a tree has the shape of a CAP 1.2 message.

Decides every way in which elements, order, number, words and forms differ from `structure.py`.

Source: OASIS CAP 1.2 schema. Edge cases: a signature may stand at the end; attributes are not
part of CAP, but the hint where the schema lies is let pass.
"""

from collections.abc import Iterator
from typing import Final

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.warning.rules.cap.finding import Finding
from anlan.warning.rules.cap.safety import Element
from anlan.warning.rules.cap.structure import (
    ALERT,
    NAMESPACE,
    SIGNATURE_NAMESPACE,
    Form,
    Slot,
)
from anlan.warning.rules.cap.text import (
    Unreadable,
    is_language,
    is_uri,
    read_decimal,
    read_time,
    read_whole,
)

_SCHEMA_HINTS: Final = frozenset(
    "{http://www.w3.org/2001/XMLSchema-instance}" + name
    for name in ("schemaLocation", "noNamespaceSchemaLocation")
)
_BLANKS: Final = " \t\r\n"
_LONGEST_ECHO: Final = 60


def local_name(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def namespace_of(element: Element) -> str:
    return str(element.tag).rpartition("}")[0].removeprefix("{")


def shape_findings(root: Element) -> tuple[Finding, ...]:
    """Everything that the schema would refuse, in the order of the document."""
    if root.tag != f"{{{NAMESPACE}}}alert":
        note = Message.of(
            gettext_noop("This is not a CAP 1.2 message: its root is “{name}” of “{namespace}”."),
            name=local_name(root)[:_LONGEST_ECHO],
            namespace=namespace_of(root)[:_LONGEST_ECHO],
        )
        return (Finding(rule="cap-namespace", where="", note=note),)
    is_signature = [namespace_of(child) == SIGNATURE_NAMESPACE for child in root]
    body = [child for child, signs in zip(root, is_signature, strict=True) if not signs]
    findings = [*_own(root, "alert"), *_children(body, ALERT, "alert")]
    if any(is_signature[: len(body)]):
        said = gettext_noop("A signature stands before other elements; it belongs at the end.")
        findings.append(_finding("cap-element-order", "alert", said))
    return tuple(findings)


def _own(element: Element, where: str) -> Iterator[Finding]:
    """Attributes and text of an element that holds others."""
    yield from _attributes(element, where)
    pieces = [element.text, *(child.tail for child in element)]
    if any((piece or "").strip(_BLANKS) for piece in pieces):
        said = gettext_noop("There is text between the elements; put it into one of them.")
        yield _finding("cap-stray-text", where, said)


def _attributes(element: Element, where: str) -> Iterator[Finding]:
    for name in element.attrib:
        if name not in _SCHEMA_HINTS:
            said = gettext_noop("CAP has no attributes; remove “{name}”.")
            yield _finding("cap-attribute", where, said, name=str(name)[:_LONGEST_ECHO])


def _children(children: list[Element], slots: tuple[Slot, ...], where: str) -> Iterator[Finding]:
    place, counts = 0, [0] * len(slots)
    by_name = {slot.name: index for index, slot in enumerate(slots)}
    for child in children:
        index = by_name.get(local_name(child), -1) if namespace_of(child) == NAMESPACE else -1
        if index < 0:
            said = gettext_noop("There is no element “{name}” here; remove it.")
            name = local_name(child)[:_LONGEST_ECHO]
            yield _finding("cap-element-unknown", where, said, name=name)
            continue
        slot = slots[index]
        counts[index] += 1
        path = f"{where}/{slot.name}" + (f"[{counts[index]}]" if slot.most > 1 else "")
        if index < place:
            said = gettext_noop("“{name}” stands too late; it belongs before “{other}”.")
            other = slots[place].name
            yield _finding("cap-element-order", path, said, name=slot.name, other=other)
        place = max(place, index)
        if counts[index] > slot.most:
            said = gettext_noop("“{name}” may stand only once here.")
            yield _finding("cap-element-repeated", path, said, name=slot.name)
        yield from _content(child, slot, path)
    for slot, count in zip(slots, counts, strict=True):
        if count < slot.least:
            said = gettext_noop("“{name}” is missing; add it.")
            yield _finding("cap-element-missing", where, said, name=slot.name)


def _content(element: Element, slot: Slot, where: str) -> Iterator[Finding]:
    if isinstance(slot.holds, tuple):
        yield from _own(element, where)
        yield from _children(list(element), slot.holds, where)
        return
    yield from _attributes(element, where)
    if len(element):
        said = gettext_noop("“{name}” holds text only; remove the elements inside.")
        yield _finding("cap-element-unknown", where, said, name=slot.name)
        return
    text = element.text or ""
    if isinstance(slot.holds, frozenset):
        if text not in slot.holds:
            said = gettext_noop("“{value}” is not one of {choices}.")
            choices = ", ".join(sorted(slot.holds))
            yield _finding("cap-value", where, said, value=_echo(text), choices=choices)
        return
    yield from _form(text, slot.holds, where)


def _form(text: str, form: Form, where: str) -> Iterator[Finding]:
    if form is Form.TIME and not _reads(read_time, text):
        said = gettext_noop(
            "“{value}” is not a time such as 2024-07-15T10:30:00+08:00: with a zone in digits, "
            "without Z and without fractions of a second."
        )
        yield _finding("cap-datetime", where, said, value=_echo(text))
    if form is Form.LANGUAGE and not is_language(text):
        said = gettext_noop("“{value}” is not a language such as zh-CN.")
        yield _finding("cap-language", where, said, value=_echo(text))
    if form is Form.URI and not is_uri(text):
        said = gettext_noop("“{value}” is not an address such as https://….")
        yield _finding("cap-uri", where, said, value=_echo(text))
    if (form is Form.WHOLE and not _reads(read_whole, text)) or (
        form is Form.DECIMAL and not _reads(read_decimal, text)
    ):
        yield _finding(
            "cap-number", where, gettext_noop("“{value}” is not a number."), value=_echo(text)
        )


def _reads(read: object, text: str) -> bool:
    try:
        read(text)  # type: ignore[operator]
    except Unreadable:
        return False
    return True


def _echo(text: str) -> str:
    return text if len(text) <= _LONGEST_ECHO else text[:_LONGEST_ECHO] + "…"


def _finding(rule: str, where: str, said: str, **params: str) -> Finding:
    return Finding(rule=rule, where=where, note=Message.of(said, **params))
