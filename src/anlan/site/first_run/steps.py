"""The four steps of the first run: what each is for, and how far this instance is."""

from dataclasses import dataclass

from anlan.base.models import JournalEntry
from anlan.base.rules.labels import gettext_noop
from anlan.registers.models import Account, Body, Person


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """`lead` says in one sentence what the step is for."""

    number: int
    url_name: str
    label: str
    lead: str


STEPS = (
    Step(
        number=1,
        url_name="first-run-administrators",
        label=gettext_noop("Administrators"),
        lead=gettext_noop(
            "Who answers for this instance: the system administrator opens sign-ins, the security "
            "administrator gives rights, the audit administrator reads the journal. Three people: "
            "nobody holds two of the three."
        ),
    ),
    Step(
        number=2,
        url_name="first-run-bodies",
        label=gettext_noop("Bodies"),
        lead=gettext_noop(
            "Who can carry a duty: check the names that the profile brought, add what is missing."
        ),
    ),
    Step(
        number=3,
        url_name="first-run-phone-book",
        label=gettext_noop("Phone book"),
        lead=gettext_noop(
            "Whom to call in each body: people with posts and numbers, without a sign-in."
        ),
    ),
    Step(
        number=4,
        url_name="first-run-notice",
        label=gettext_noop("Notice"),
        lead=gettext_noop(
            "Which work is divided among the bodies: the notice becomes the plan that the program "
            "follows."
        ),
    ),
)


def step(url_name: str) -> Step:
    return next(step for step in STEPS if step.url_name == url_name)


def where_to_go_on() -> Step:
    """The first step that left nothing behind yet; the later ones may all be skipped."""
    if not Account.objects.exists():
        return STEPS[0]
    if Person.objects.filter(account__isnull=True).exists():
        return STEPS[3]
    checked = JournalEntry.objects.filter(action="registers.bodies.import").exists()
    return STEPS[2] if checked else STEPS[1]


def counts() -> dict[str, int]:
    """What stands beside each step, by its url name."""
    return {
        "first-run-administrators": Account.objects.count(),
        "first-run-bodies": Body.objects.count(),
        "first-run-phone-book": Person.objects.filter(account__isnull=True).count(),
    }
