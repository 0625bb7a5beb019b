"""Read a division-of-work notice: items, bodies and their roles, years, targets, the rest.

Source: House rule: contract of `anlan plan parse` in design.md §6; prose in
docs/rules/plan-notice.md.
Units and valid range: any text; offsets count its characters. Cost grows linearly with its length.
Edge cases: a text that is no notice gives no clause with bodies and is never refused here
(`values.require_notice` does that); nothing is dropped: what no part understood is `unread`.
"""

from anlan.plan.rules.notice.assembly import assemble
from anlan.plan.rules.notice.coverage import measure_coverage
from anlan.plan.rules.notice.head import read_head
from anlan.plan.rules.notice.normalise import clean
from anlan.plan.rules.notice.outline import read_outline
from anlan.plan.rules.notice.values import ParsedNotice


def parse(text: str) -> ParsedNotice:
    """What the text says about who does what by when; never raises."""
    source = clean(text)
    outline = read_outline(source)
    head = read_head(source, outline.front, has_body=bool(outline.items or outline.tables))
    body = assemble(source, outline, head.head)
    contents = [(line.start, line.end) for line in outline.contents]
    read = [*head.read, *body.read, *contents]
    coverage = measure_coverage(text, source, read, body.doubtful)
    return ParsedNotice(document=head.head, clauses=body.clauses, coverage=coverage)
