"""Parts: what a stage offers to others, declared in its `parts.py` and found by `site`.

Nothing to the right of a stage is imported by it: navigation, loaders and commands reach the
program through these values.
"""

import argparse
import datetime as dt
import threading
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, Final, Literal

from anlan.base import clock
from anlan.base.measures import Measure
from anlan.base.rules.due.addressee import Addressee, Holding

Progress = Callable[[str], None]
Hearer = Callable[[dt.datetime, range], object]
"""Told when readings were kept: what time it is, and the numbers of their batches in the order of
being known; none where they are not known to follow one another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NavigationItem:
    """An entry of the main menu. Shown when `permits(scope)`; `order` sorts within `group`. Pages
    below the addresses named in `covers` belong to it, too."""

    label: str
    url_name: str
    group: str
    order: int
    permits: Callable[[Any], bool]
    covers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Loader:
    """Loads a stage's share of a profile into an empty or older instance; safe to repeat.

    `load(profile, progress)`; `order` sorts across stages. A loader that is not `automatic` runs
    when somebody decides so: the first run of a real instance, the story of a demonstration.
    """

    name: str
    order: int
    load: Callable[[Any, Progress], None]
    automatic: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One invented act: `play()` writes one journal entry with `key` as its request id while the
    clock stands at `at`. A scene whose key is in the journal is not played again."""

    key: str
    at: dt.datetime
    play: Callable[[], Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """Invented life of a demonstration instance; never told in a real one.

    `scenes(profile)` gives its acts; `site` plays those of all stages in the order of their
    times, so that the journal reads like a life.
    """

    name: str
    order: int
    scenes: Callable[[Any], Iterable[Scene]]

    def tell(self, profile: Any, progress: Progress) -> None:
        """This story alone, in a demonstration that was not told it yet."""
        scenes = sorted(self.scenes(profile), key=lambda scene: scene.at)
        for scene in scenes:
            with clock.at(scene.at):
                scene.play()
        progress(f"{self.name}: {len(scenes)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A verb of the command line, e.g. path ("plan", "parse"). `run` returns the exit code."""

    path: tuple[str, ...]
    help: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Callable[[argparse.Namespace], int]
    needs_database: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A source of the global search box: `find(scope, text, limit)` gives (label, kind, url)."""

    name: str
    find: Callable[[Any, str, int], list[tuple[str, str, str]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A box that a stage adds to the object page of another stage's record.

    `subject` names the page, e.g. "registers.body"; `render(request, record)` gives HTML, or None
    when there is nothing to show to this reader.
    """

    subject: str
    order: int
    label: str
    render: Callable[[Any, Any], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """Records of a stage that point to a record of a register, for its page and for a merge.

    `subject` is the model they point to, e.g. "registers.body"; `field` the column of `model`.
    `url(row)` opens one, `joins` are what its name needs. On a merge the rows that are `open_rows`
    (None: all) are pointed to the record that stays. The others say what was asked of the merged
    record in its own time: they go on pointing to it, and its page shows them and leads on.

    A row that says the same as one there refuses the merge, is removed when `drops_duplicates`,
    and stays behind when `settle_twin(recording, row)` does for it what is left to do.
    """

    subject: str
    model: Any
    field: str
    label: str
    url: Callable[[Any], str]
    joins: tuple[str, ...] = ()
    drops_duplicates: bool = False
    open_rows: Any = None
    settle_twin: Callable[[Any, Any], None] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """A register whose duplicates can be merged. `absorb(recording, winner, loser, now)` writes
    what the register needs beyond the references (e.g. names that must stay findable); the winner
    has its chosen values then, and is saved after it."""

    subject: str
    absorb: Callable[[Any, Any, Any, dt.datetime], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """What a register checks and writes beside a row that came by a file, a bulk change or the
    administration, so that no way in passes its own actions.

    `prepare(recording, row, stored)` refuses or completes the row before it is written, `follow`
    writes what goes with it after; `stored` is the row as it was, None for a new one. An undo
    restores what was written beside a row by itself, and calls neither.
    """

    subject: str
    prepare: Callable[[Any, Any, Any], None]
    follow: Callable[[Any, Any, Any], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Recurring work over rows that wait: `run(now)` does what is due and returns how many.

    Its state is in the rows alone, so it may be repeated, killed at any moment, and run by two
    processes at once. `every_s` is the pause after a run that ended well. One that runs
    `in_exercises` does the same work in each exercise, by its clock: rows of that world only, and
    nothing that leaves the program.
    """

    name: str
    every_s: float
    run: Callable[[dt.datetime], int]
    in_exercises: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """Work that lasts as long as the program serves, e.g. listening to a broker: `run(stop)`
    returns when it is told to stop, and survives whatever comes from outside. Off unless it is
    configured; a verb of the command line runs the same in a process of its own."""

    name: str
    is_on: Callable[[], bool]
    run: Callable[[threading.Event], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consequence:
    """What a stage concludes from readings that were just taken in, for whoever replayed them.

    `tell(streams, first, last, now)` looks at readings of these datastreams observed between two
    instants and answers with rows that JSON can hold; it may write through its own actions.
    """

    name: str
    tell: Callable[[Sequence[uuid.UUID], dt.datetime, dt.datetime, dt.datetime], list[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddresseeBook:
    """Who stands behind the addressees of dues; declared by the stage that keeps people.

    `holdings(addressees, day)` answers in the same order. `names(keys)` gives the names of
    `body:…`, `unit:…`, `post:…`, `person:…` and `account:…` as far as they are known.
    """

    holdings: Callable[[Sequence[Addressee], dt.date], list[Holding]]
    names: Callable[[Iterable[str]], dict[str, str]]


DueAct = Literal["answer", "withdraw", "day"]
EVERY_ACT: Final[frozenset[DueAct]] = frozenset({"answer", "withdraw", "day"})
"""The acts of the subject sign, report, reply, withdraw and date by themselves."""
ANSWER_AND_DAY: Final[frozenset[DueAct]] = frozenset({"answer", "day"})
"""Where only the office can say that something is no longer expected, on the page of the due."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DueSubject:
    """What a due may be about: `model` is the label of its table, `label` what people call it,
    `url(key)` its page, or empty when it has none (any more).

    `own_acts` are the acts on its dues that the subject keeps for itself: signing closes the term
    for signing. They are refused on the page of the due, which leads to the page of the subject.
    """

    model: str
    label: str
    url: Callable[[str], str]
    own_acts: frozenset[DueAct] = field(default=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A sealed entry as a follower gets it. `content` is what the journal keeps (images before
    and after, notes, result); `request_id` is what the handler gives to the action it calls."""

    seq: int
    id: uuid.UUID
    action: str
    actor: str
    known_at: dt.datetime
    content: dict[str, Any]
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Follower:
    """What a stage does because of entries of stages to its left (or of its sibling).

    `handle(entry, now)` calls one action with `entry.request_id`. It runs in the transaction that
    moves the follower's place; an exception keeps the place and is shown to administrators.
    Followed are entries of `actions`, and entries that touch a model of `models`
    (`registers.body`). A new follower begins at the first entry, or with what comes from now on.
    """

    name: str
    handle: Callable[[Followed, dt.datetime], Any]
    actions: frozenset[str] = frozenset()
    models: frozenset[str] = frozenset()
    from_beginning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeHandler:
    """What a stage does when an outgoing row of its `purpose` was delivered, confirmed or failed.

    `apply(rec, news)` writes inside the recording that it is given (`news` is
    `base.dispatch.settling.News`). It is called once an outcome, after that is on record; what it
    refuses or fails at is tried again later and holds up nothing else.
    """

    purpose: str
    apply: Callable[[Any, Any], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything one stage declares. `actions` are (journal action, label of history tabs)."""

    stage: str
    navigation: tuple[NavigationItem, ...] = field(default=())
    loaders: tuple[Loader, ...] = field(default=())
    stories: tuple[Story, ...] = field(default=())
    commands: tuple[Command, ...] = field(default=())
    searches: tuple[Search, ...] = field(default=())
    panels: tuple[Panel, ...] = field(default=())
    sweeps: tuple[Sweep, ...] = field(default=())
    services: tuple[Service, ...] = field(default=())
    hearers: tuple[Hearer, ...] = field(default=())
    """What is done at once when readings were kept, by whoever kept them and before the sender has
    an answer: short, and never needed, since a sweep does the same later."""
    due_subjects: tuple[DueSubject, ...] = field(default=())
    addressees: AddresseeBook | None = None
    followers: tuple[Follower, ...] = field(default=())
    outcome_handlers: tuple[OutcomeHandler, ...] = field(default=())
    references: tuple[Reference, ...] = field(default=())
    merges: tuple[Merge, ...] = field(default=())
    besides: tuple[Beside, ...] = field(default=())
    measures: tuple[Measure, ...] = field(default=())
    consequences: tuple[Consequence, ...] = field(default=())
    actions: tuple[tuple[str, str], ...] = field(default=())


def joined(stage: str, *families: Parts) -> Parts:
    """The parts of one stage that declares them in several files, one a family."""
    names = {part.name for part in fields(Parts)} - {"stage", "addressees"}
    rows = {name: tuple(row for f in families for row in getattr(f, name)) for name in names}
    books = [f.addressees for f in families if f.addressees is not None]
    return Parts(stage=stage, addressees=books[-1] if books else None, **rows)


class PartsRegistry:
    """The parts of all stages, in the order of the arrow. Filled once at start by `site`."""

    def __init__(self) -> None:
        self._parts: list[Parts] = []

    def declare(self, parts: Parts) -> None:
        if any(known.stage == parts.stage for known in self._parts):
            raise ValueError(f"stage {parts.stage} declared its parts twice")
        self._parts.append(parts)

    def is_filled(self) -> bool:
        return bool(self._parts)

    def navigation(self, scope: Any) -> list[NavigationItem]:
        items = [item for parts in self._parts for item in parts.navigation if item.permits(scope)]
        return sorted(items, key=lambda item: (item.order, item.url_name))

    def loaders(self) -> list[Loader]:
        loaders = [loader for parts in self._parts for loader in parts.loaders]
        return sorted(loaders, key=lambda loader: loader.order)

    def stories(self) -> list[Story]:
        stories = [story for parts in self._parts for story in parts.stories]
        return sorted(stories, key=lambda story: story.order)

    def commands(self) -> list[Command]:
        return [command for parts in self._parts for command in parts.commands]

    def searches(self) -> list[Search]:
        return [search for parts in self._parts for search in parts.searches]

    def panels(self, subject: str) -> list[Panel]:
        panels = [p for parts in self._parts for p in parts.panels if p.subject == subject]
        return sorted(panels, key=lambda panel: panel.order)

    def references(self, subject: str) -> list[Reference]:
        return [r for parts in self._parts for r in parts.references if r.subject == subject]

    def merge_of(self, subject: str) -> Merge | None:
        found = [m for parts in self._parts for m in parts.merges if m.subject == subject]
        return found[0] if found else None

    def beside_of(self, subject: str) -> Beside | None:
        found = [b for parts in self._parts for b in parts.besides if b.subject == subject]
        return found[0] if found else None

    def sweeps(self) -> list[Sweep]:
        return [sweep for parts in self._parts for sweep in parts.sweeps]

    def services(self) -> list[Service]:
        return [row for parts in self._parts for row in parts.services if row.is_on()]

    def hearers(self) -> list[Hearer]:
        return [hear for parts in self._parts for hear in parts.hearers]

    def due_subject(self, model: str) -> DueSubject | None:
        subjects = (s for parts in self._parts for s in parts.due_subjects)
        return next((s for s in subjects if s.model == model), None)

    def addressees(self) -> AddresseeBook | None:
        """The book of whoever keeps people; the last one declared."""
        books = [parts.addressees for parts in self._parts if parts.addressees is not None]
        return books[-1] if books else None

    def followers(self) -> list[Follower]:
        return [follower for parts in self._parts for follower in parts.followers]

    def outcome_handler(self, purpose: str) -> OutcomeHandler | None:
        handlers = (handler for parts in self._parts for handler in parts.outcome_handlers)
        return next((handler for handler in handlers if handler.purpose == purpose), None)

    def measures(self) -> list[Measure]:
        return [measure for parts in self._parts for measure in parts.measures]

    def consequences(self) -> list[Consequence]:
        return [each for parts in self._parts for each in parts.consequences]

    def action_labels(self) -> dict[str, str]:
        return {action: label for parts in self._parts for action, label in parts.actions}


registry = PartsRegistry()
