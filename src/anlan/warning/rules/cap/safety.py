"""Bytes from anywhere into an XML tree, without doing what they ask.

House rule: at most two megabytes, UTF-8 or a Chinese encoding, no document type at all: so no
external entity is fetched, no entity grows, no schema of the sender is read. The bytes are
decoded first, so that no encoding hides one. Comments and processing instructions are dropped.
Nothing is repaired: what is not well-formed is refused.
"""

import re
from typing import Any, Final

from lxml import etree  # type: ignore[import-untyped]

from anlan.base.rules.labels import gettext_noop
from anlan.base.rules.message import Message
from anlan.warning.rules.cap.finding import Finding

Element = Any
"""An element of lxml, which has no types."""

LARGEST_BYTES: Final = 2 * 1024 * 1024
_DECLARED: Final = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_CODECS: Final = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "us-ascii": "ascii",
    "gb18030": "gb18030",
    "gbk": "gb18030",
    "gb2312": "gb18030",
}
_BOM: Final = b"\xef\xbb\xbf"
_DOCTYPE: Final = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


class CapRefused(ValueError):
    """The bytes are no message; `finding` says why in words."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.note.text())
        self.finding = finding


def parse_tree(data: bytes) -> Element:
    """The root of the tree; refuses with `CapRefused`."""
    if len(data) > LARGEST_BYTES:
        said = gettext_noop("The file is larger than {most} bytes and was not read.")
        raise _refusal("cap-size", Message.of(said, most=LARGEST_BYTES))
    text = _decoded(data)
    if _DOCTYPE.search(text):
        said = gettext_noop(
            "The file declares a document type or an entity. Such a file could fetch or grow "
            "what it likes and was not read; ask the sender for one without it."
        )
        raise _refusal("cap-doctype", Message.of(said))
    return _parsed(text.encode("utf-8"))


def _parsed(data: bytes) -> Element:
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        said = gettext_noop("The file is not well-formed XML; look at line {line}.")
        line = error.position[0] or 1
        raise _refusal("cap-not-well-formed", Message.of(said, line=line)) from None


def _decoded(data: bytes) -> str:
    start = data.removeprefix(_BOM)
    declared = _DECLARED.match(start)
    name = declared.group(1).decode("ascii").lower() if declared else "utf-8"
    try:
        return start.decode(_CODECS[name])
    except (KeyError, UnicodeDecodeError):
        said = gettext_noop("Only UTF-8 and GB 18030 are read; save the file as UTF-8.")
        raise _refusal("cap-encoding", Message.of(said)) from None


def _refusal(rule: str, note: Message) -> CapRefused:
    return CapRefused(Finding(rule=rule, where="", note=note))
