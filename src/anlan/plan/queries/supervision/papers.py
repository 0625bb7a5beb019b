"""A paper of supervision as an official one: a slip (督办单) or a letter (函), laid to GB/T 9704.

The fields of a slip are those of the practice of matter registration (`docs/rules`): number,
source, matter, who is responsible, requirement, end of the term, reply. Until it is signed it is a
draft without red head, number, day or seal.
"""

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext

from anlan.base.city_language import city_language
from anlan.base.clock import CITY_ZONE
from anlan.base.papers.paper import Block, Head, Paper, PaperForm, Paragraph, Run, Signature, Table
from anlan.base.papers.word import paper_file
from anlan.base.rules.labels import gettext_noop
from anlan.plan.models import SlipReply, SupervisionSlip
from anlan.plan.rules.supervision.life import SlipState
from anlan.plan.rules.supervision.paper import Paper as PaperKind

PAPER_RELATED = ("order__item__notice", "order__unit", "to", "issuer", "due", "order__matter")
"""What a paper reads: join it before one is written."""
TITLE = gettext_noop("{paper} ({level}): {title}")
ROWS = {
    "source": gettext_noop("source of the matter"),
    "body": gettext_noop("responsible body"),
    "due": gettext_noop("was due by"),
    "term": gettext_noop("reply by"),
}
WITHIN = gettext_noop("Reply by the end of {day}.")


def paper_of_slip(slip: SupervisionSlip, *, mark: str) -> Paper:
    """`slip` with `PAPER_RELATED` joined; texts in the city's language."""
    with city_language():
        return _paper(slip, mark)


def slip_file(slip: SupervisionSlip, *, mark: str, base_url: str = "") -> bytes:
    """The .docx; its times are those of the paper, so that it is the same bytes each time."""
    made_at = slip.issued_at or slip.prepared_at
    return paper_file(paper_of_slip(slip, mark=mark), made_at=made_at, base_url=base_url)


def slip_file_name(slip: SupervisionSlip) -> str:
    draft = gettext("draft") if slip.state == SlipState.PREPARED.value else slip.number
    parts = [str(slip.get_paper_display()), draft, slip.order.title[:40]]
    return "-".join(part for part in parts if part) + ".docx"


def _paper(slip: SupervisionSlip, mark: str) -> Paper:
    is_draft = slip.issued_at is None
    issuer = slip.issuer.full_name if slip.issuer is not None else ""
    is_letter = slip.paper == PaperKind.LETTER.value
    named = not is_draft and issuer and slip.number
    return Paper(
        title=gettext(TITLE).format(
            paper=slip.get_paper_display(),
            level=slip.get_level_display(),
            title=slip.order.title,
        ),
        is_draft=is_draft,
        addressee=_addressee(slip),
        blocks=_blocks(slip),
        head=Head(issuer=issuer, number=slip.number) if named else None,
        signature=Signature(body=issuer, signed_on=_day(slip.issued_at)) if issuer else None,
        form=PaperForm.LETTER if is_letter else PaperForm.PAPER,
        mark=mark,
    )


def _blocks(slip: SupervisionSlip) -> tuple[Block, ...]:
    order = slip.order
    link = reverse("plan-supervision-order", args=[order.pk])
    item = order.item
    source = f"{item.notice} · {item.key} {item.heading}" if item is not None else "—"
    end = slip.due.due_at if slip.due is not None and slip.issued_at is not None else None
    rows = [("source", source), ("body", _addressee(slip)), ("due", _last(order.matter.due_at))]
    if end is not None:
        rows.append(("term", _last(end)))
    table = Table(
        caption="",
        columns=(gettext("supervision slip"), slip.number or gettext("draft")),
        rows=tuple(((Run(text=gettext(ROWS[name])),), (Run(text=text),)) for name, text in rows),
        weights=(1, 3),
    )
    blocks: list[Block] = [
        Paragraph(runs=(Run(text=order.title, link=link),)),
        Paragraph(runs=(Run(text=slip.requirement),)),
    ]
    if end is not None:
        blocks.append(Paragraph(runs=(Run(text=gettext(WITHIN).format(day=_last(end))),)))
    blocks.append(table)
    for reply in SlipReply.objects.filter(slip=slip):
        said = f"{gettext('reply')}（{_day(reply.replied_at)}）：{reply.text}"
        blocks.append(Paragraph(runs=(Run(text=said, link=link),)))
    return tuple(blocks)


def _addressee(slip: SupervisionSlip) -> str:
    return slip.to.full_name if slip.to is not None else slip.order.unit.name


def _day(at: dt.datetime | None) -> dt.date | None:
    return at.astimezone(CITY_ZONE).date() if at is not None else None


def _last(end: dt.datetime | None) -> str:
    """The last day of a term that ends at 24:00 of it."""
    day = _day(end - dt.timedelta(microseconds=1)) if end is not None else None
    return day.isoformat() if day is not None else "—"
