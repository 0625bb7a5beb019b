"""A paper as a value: what it says, apart from how it is printed.

House rule (coverage.md, Papers): a draft has no red head, no number, no day and no seal; it gets
them when it is signed. `mark` is the sentence of a demonstration, or empty.
"""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum


class PaperForm(StrEnum):
    """An ordinary official paper, or a letter (函) in the letter form."""

    PAPER = "paper"
    LETTER = "letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """Words; `link` leads to the record behind them, empty where there is none."""

    text: str
    link: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    runs: tuple[Run, ...]

    @property
    def text(self) -> str:
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """Of level 1 to 4; its number is given when the paper is printed."""

    level: int
    text: str

    def __post_init__(self) -> None:
        if not 1 <= self.level <= 4:
            raise ValueError("a heading has a level from 1 to 4")


Cell = tuple[Run, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`weights` say how wide the columns are against each other; empty: all alike."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    weights: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if not self.columns or any(len(row) != len(self.columns) for row in self.rows):
            raise ValueError("every row of a table has a cell for each column")
        if self.weights and (
            len(self.weights) != len(self.columns) or any(weight < 1 for weight in self.weights)
        ):
            raise ValueError("a table has a positive weight for each column, or none")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A PNG or JPEG file of given width; never wider than the type area."""

    content: bytes
    caption: str
    width_mm: int = 156


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    name: str
    values: tuple[float | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Bars of one or more series over the same categories, drawn by the word processor."""

    caption: str
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    is_stacked: bool = False

    def __post_init__(self) -> None:
        if any(len(each.values) != len(self.categories) for each in self.series):
            raise ValueError("a series has a value, or a gap, for each category")


Block = Paragraph | Heading | Table | Picture | Chart


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    body: str
    signed_on: dt.date | None = None
    has_seal: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """The red head: who issues, and the number of the paper."""

    issuer: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Colophon:
    """The lines at the bottom of the last page."""

    copies_to: tuple[str, ...] = ()
    issuer: str = ""
    printed_on: dt.date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    title: str
    is_draft: bool
    addressee: str = ""
    blocks: tuple[Block, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    head: Head | None = None
    signature: Signature | None = None
    note: str = ""
    colophon: Colophon | None = None
    form: PaperForm = PaperForm.PAPER
    mark: str = ""

    def __post_init__(self) -> None:
        if not self.is_draft:
            return
        signed = self.signature is not None and (
            self.signature.has_seal or self.signature.signed_on is not None
        )
        printed = self.colophon is not None and self.colophon.printed_on is not None
        if self.head is not None or signed or printed:
            raise ValueError("a draft has no red head, number, day or seal")
