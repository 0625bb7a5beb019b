"""Papers that the tests print."""

import datetime as dt

from anlan.base.papers.paper import (
    Attachment,
    Chart,
    Colophon,
    Head,
    Heading,
    Paper,
    PaperForm,
    Paragraph,
    Run,
    Series,
    Signature,
    Table,
)

MADE_AT = dt.datetime(2026, 1, 15, 2, tzinfo=dt.UTC)
WORDS = "运城市应急管理体系和本质安全能力建设规划实施情况年度监测分析报告"
MARK = "演示数据·非真实"


def long_text(chars: int) -> Paragraph:
    return Paragraph(runs=(Run(text=(WORDS * (chars // len(WORDS) + 1))[:chars]),))


def full_page() -> Paragraph:
    """Text that fills several pages: 26 characters on its first line, then 28 a line."""
    return long_text(26 + 28 * 70)


def linked() -> Paragraph:
    return Paragraph(runs=(Run(text="共完成"), Run(text="12", link="/plan/"), Run(text="项。")))


def wide_table(columns: int = 12, rows: int = 5) -> Table:
    return Table(
        caption="表1",
        columns=tuple(f"列{at}" for at in range(columns)),
        rows=tuple(
            tuple((Run(text=f"{row}-{at}", link="/x/"),) for at in range(columns))
            for row in range(rows)
        ),
    )


def bars() -> Chart:
    return Chart(
        caption="图1",
        categories=("甲", "乙", "丙"),
        series=(
            Series(name="完成", values=(1, 2, 3)),
            Series(name="逾期", values=(1, None, 0)),
        ),
        is_stacked=True,
    )


def draft(**changes: object) -> Paper:
    given: dict[str, object] = {
        "title": WORDS,
        "is_draft": True,
        "addressee": "市政府",
        "blocks": (
            Heading(level=1, text="总体情况"),
            Heading(level=2, text="指标"),
            full_page(),
            linked(),
            Heading(level=2, text="任务"),
            wide_table(),
            bars(),
            Heading(level=1, text="建议"),
        ),
        "attachments": (
            Attachment(title="指标表", blocks=(linked(),)),
            Attachment(title="清单", blocks=()),
        ),
        "signature": Signature(body="运城市应急管理局"),
        "note": "此件公开发布",
        "colophon": Colophon(copies_to=("省应急管理厅", "市委办公室"), issuer="局办公室"),
    }
    return Paper(**{**given, **changes})  # type: ignore[arg-type]


def signed(form: PaperForm = PaperForm.PAPER, **changes: object) -> Paper:
    return draft(
        is_draft=False,
        form=form,
        head=Head(issuer="运城市应急管理局", number="运应急发〔2026〕3号"),
        signature=Signature(body="运城市应急管理局", signed_on=dt.date(2026, 3, 5), has_seal=True),
        colophon=Colophon(
            copies_to=("省应急管理厅",), issuer="局办公室", printed_on=dt.date(2026, 3, 6)
        ),
        **changes,
    )
