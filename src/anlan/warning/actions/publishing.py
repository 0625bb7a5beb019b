"""Loads the rights to publish that the law fixes; what the city enters later is left as it is."""

from anlan.base import clock
from anlan.base.journal.recording import recording
from anlan.base.parts import Progress
from anlan.base.profile import Profile
from anlan.registers.actions.profile import LOADER
from anlan.warning.models import PublishingRight
from anlan.warning.rules.publishing import publishing_table


def load_rights(profile: Profile, progress: Progress) -> None:
    """The table of this program, one entry."""
    table = publishing_table()
    with recording(
        action="warning.rights.load",
        actor=LOADER,
        now=clock.now(),
        request_id=f"publishing-rights-{table['edition']}",
        payload={"edition": table["edition"]},
    ) as rec:
        if not rec.repeated:
            known = set(PublishingRight.objects.values_list("kind", "bodies"))
            rows = [
                PublishingRight(
                    kind=row["kind"],
                    bodies=row["bodies"],
                    law=row["law"],
                    article=row.get("article", ""),
                    is_exclusive=row["is_exclusive"],
                    source=row["law"],
                    mark=row["status"],
                )
                for row in table["right"]
                if (row["kind"], row["bodies"]) not in known
            ]
            rec.add_many(rows)
            rec.note(edition=table["edition"])
            rec.result = {"rows": len(rows)}
    progress(f"rights to publish: {rec.result['rows']}")
