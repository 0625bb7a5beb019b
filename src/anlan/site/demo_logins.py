"""Sign-ins of the demonstration instance. Invented people; refused in a real instance."""

from dataclasses import dataclass

from anlan.base.rules.labels import gettext_noop

DEMO_PASSWORD = "anlan-demo-2026"  # noqa: S105 - printed at start, demonstration only


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoLogin:
    """`body` is a code of the profile; `role` a code of `registers.rules.scope.Role`."""

    login: str
    label: str
    person: str
    title: str
    body: str
    role: str


DEMO_LOGINS = (
    DemoLogin(
        login="bureau",
        label=gettext_noop("Plan office of the bureau"),
        person="演示·张明远",
        title="规划办主任",
        body="emergency",
        role="bureau",
    ),
    DemoLogin(
        login="department",
        label=gettext_noop("Department contact (water)"),
        person="演示·李水生",
        title="规划联络员",
        body="water",
        role="department",
    ),
    DemoLogin(
        login="county",
        label=gettext_noop("County contact (Xinjiang county)"),
        person="演示·王新华",
        title="县级联络员",
        body="emergency-xinjiang",
        role="county",
    ),
    DemoLogin(
        login="public",
        label=gettext_noop("Public reader"),
        person="演示·公众",
        title="公众读者",
        body="city-government-office",
        role="public",
    ),
    DemoLogin(
        login="admin",
        label=gettext_noop("System administrator"),
        person="演示·赵管理",
        title="系统管理员",
        body="emergency",
        role="system-administrator",
    ),
)
