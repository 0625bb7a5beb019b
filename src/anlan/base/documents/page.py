"""Text of a web page that was saved as a file: what people see, one line per block.

Source: House rule; notices are often saved from a government site with another extension.
Units and valid range: decoded text that begins as HTML does; cost grows linearly.
Edge cases: scripts, styles and the head are left out; a literal `<0.03` is text; cells of a table
row are parted by a tab; a page that is cut off is read as far as it goes.
"""

import re
from html.parser import HTMLParser
from typing import Final

_OPENING: Final = re.compile(
    r"\ufeff?\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype\s+html|html)\b", re.I
)
_HIDDEN: Final = frozenset(("script", "style", "head", "template", "noscript"))
_BLOCKS: Final = frozenset(
    ("p", "br", "div", "tr", "li", "ul", "ol", "table", "section", "article", "header", "footer",
     "h1", "h2", "h3", "h4", "h5", "h6", "body", "center", "hr", "caption")
)  # fmt: skip
_CELLS: Final = frozenset(("td", "th"))


def is_page(text: str) -> bool:
    """Whether the text begins as a web page does."""
    return _OPENING.match(text[:1000]) is not None


def page_text(text: str) -> str:
    """What people see of the page."""
    collector = _Collector()
    collector.feed(text)
    collector.close()
    lines = "".join(collector.pieces).split("\n")
    return "\n".join(line.removeprefix("\t").rstrip(" ") for line in lines if line.strip())


class _Collector(HTMLParser):
    """Blocks become lines; line breaks of the source are white space."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.hidden = 0
        self.in_cell = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "body":
            self.hidden = 0
        if tag in _HIDDEN:
            self.hidden += 1
        elif tag in _CELLS:
            self.in_cell += 1
            self.pieces.append("\t")
        elif tag in _BLOCKS:
            self.pieces.append("\v" if self.in_cell and tag != "tr" else "\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self.hidden = max(self.hidden - 1, 0)
        elif tag in _CELLS:
            self.in_cell = max(self.in_cell - 1, 0)
        elif tag in _BLOCKS and tag != "br":
            self.pieces.append("\v" if self.in_cell and tag != "tr" else "\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.pieces.append(re.sub(r"[\r\n\t]+", " ", data))
