"""What carrying over offers to the menu, the journal and the measures."""

from anlan.base.rules.labels import gettext_noop

ACTIONS = (
    ("plan.carry-over.open", gettext_noop("Carry-over to a successor opened")),
    ("plan.carry-over.refresh", gettext_noop("List of the carry-over brought up to date")),
    ("plan.carry-over.close", gettext_noop("Carry-over closed, work moved")),
    ("plan.carried-item.decide", gettext_noop("Decided what becomes of the item")),
    ("plan.carried-item.decide-many", gettext_noop("Decided what becomes of several items")),
    ("plan.carried-item.undo", gettext_noop("Decision on the item taken back")),
    ("plan.carried-item.owner", gettext_noop("Chosen who takes the work on")),
    ("plan.orphan.place", gettext_noop("Orphaned work given on or withdrawn")),
    ("plan.notice.draft", gettext_noop("Notice made a draft, or put in force")),
)
