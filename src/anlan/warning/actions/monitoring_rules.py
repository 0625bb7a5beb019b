"""Loads the monitoring rules that the program brings; what the city changed is left as it is."""

from anlan.base import clock
from anlan.base.journal.recording import recording
from anlan.base.parts import Progress
from anlan.base.profile import Profile
from anlan.base.upkeep import validate
from anlan.registers.actions.profile import LOADER
from anlan.warning.models import MonitoringCriterion, MonitoringRule
from anlan.warning.rules.monitoring.house_rules import digest_of, edition, house_rules


def load_monitoring_rules(profile: Profile | None, progress: Progress) -> None:
    """The table of this program, one entry for what it says now. A rule whose code is there
    already stays."""
    table = house_rules()
    with recording(
        action="warning.monitoring.load",
        actor=LOADER,
        now=clock.now(),
        request_id=f"monitoring-rules-{digest_of(table)}",
        payload={"edition": edition()},
    ) as rec:
        if not rec.repeated:
            known = set(MonitoringRule.objects.values_list("code", flat=True))
            rows = [row for row in table if row["code"] not in known]
            for values in rows:
                rule = MonitoringRule(**{k: v for k, v in values.items() if k != "criteria"})
                validate(rule)
                rec.add(rule)
                for numbers in values["criteria"]:
                    criterion = MonitoringCriterion(
                        code=f"{rule.code}-{numbers['operation'].lower()}-{numbers['window_min']}",
                        rule=rule,
                        source=rule.source,
                        mark=rule.mark,
                        article=rule.article,
                        **{k: v for k, v in numbers.items()},
                    )
                    validate(criterion)
                    rec.add(criterion)
            rec.note(edition=edition())
            rec.result = {"rows": len(rows)}
    progress(f"monitoring rules: {rec.result['rows']}")
