"""Fixtures of the plan screens: uploads of a test alone, the notice, an import by hand."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

BODIES = ("市应急局", "市水务局", "市交通局", "市住建局", "市教育局", "市财政局")
DIGITS = "一二三四五六七八九十"


def division_of_work(items: int, *, number: str = "试政办函〔2026〕1号", heads: str = "") -> str:
    """A notice of this many items in sections; `heads` stands in place of the first lead."""
    lines = [
        "运城市人民政府办公室",
        "关于印发试验工作分工方案的通知",
        number,
        "各县（市、区）人民政府，市直各有关单位：",
    ]
    each = -(-items // len(DIGITS))
    for index in range(items):
        if index % each == 0:
            lines.append(f"{DIGITS[index // each]}、第{index // each + 1}组任务")
        lead = heads if heads and index == 0 else BODIES[index % 6]
        others = "、".join(BODIES[(index + step) % 6] for step in (1, 2))
        lines.append(
            f"（{index % each + 1}）落实第{index + 1}项试验任务。2027年底前完成第{index + 1}项"
            f"试验任务。（{lead}牵头，{others}按职责分工负责）"
        )
    return "\n".join([*lines, "运城市人民政府办公室", "2026年3月2日"])


@pytest.fixture
def notice_text() -> Callable[..., str]:
    return division_of_work


@pytest.fixture(autouse=True)
def _fresh(settings: Any, tmp_path: Path) -> Iterator[None]:
    """An upload folder of its own; no roll-up of another test's database."""
    from anlan.plan.queries.memory import forget_rollups

    settings.ANLAN_UPLOADS = tmp_path / "uploads"
    forget_rollups()
    yield
    forget_rollups()


@pytest.fixture
def notice(city: None) -> Any:
    """The notice of the profile."""
    from anlan.plan.models import Notice

    return Notice.objects.get(number="运政办函〔2023〕9号")


@pytest.fixture
def bureau(client_as: Callable[[str], Client]) -> Client:
    return client_as("bureau")


@pytest.fixture
def upload(bureau: Client) -> Callable[..., Any]:
    """`upload(b"…", "name.txt")`: the answer to the form."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    def send(data: bytes, name: str = "notice.txt", client: Client | None = None) -> Any:
        file = SimpleUploadedFile(name, data)
        return (client or bureau).post("/plan/import/", {"file": file})

    return send


@pytest.fixture
def waiting_files(settings: Any) -> Callable[[], list[str]]:
    def names() -> list[str]:
        folder = Path(settings.ANLAN_UPLOADS)
        return sorted(path.name for path in folder.glob("*")) if folder.exists() else []

    return names


@pytest.fixture
def imported(actor_as: Callable[[str], Any], request_ids: Callable[[], str], now: Any) -> Any:
    """`imported(text)`: a text imported as the plan office; gives the notice."""
    from anlan.plan.actions.importing import NoticeText, import_notice
    from anlan.plan.choices import NoticeSource
    from anlan.plan.models import Notice
    from anlan.plan.rules.notice.parse import parse

    def run(text: str) -> Any:
        result = import_notice(
            NoticeText(
                parsed=parse(text),
                text=text,
                source_kind=NoticeSource.FILE,
                file_name="test.txt",
            ),
            actor=actor_as("bureau"),  # type: ignore[arg-type]
            now=now,
            request_id=request_ids(),
        )
        return Notice.objects.get(pk=result["notice"])

    return run
