"""Pages are built for Chromium 86 and old Android browsers: nothing newer in styles or scripts.

Source of the versions: the browsers' own compatibility tables (feature → first Chromium).
"""

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

SOURCE = ROOT / "src" / "anlan"
COMMENT = re.compile(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", re.DOTALL)
TOO_NEW_STYLE = {
    ":has(": 105,
    ":is(": 88,
    ":where(": 88,
    "aspect-ratio:": 88,
    "inset:": 87,
    "@container": 105,
    "@layer": 99,
    "@property": 85,
    "color-mix(": 111,
    "accent-color": 93,
    "dvh": 108,
    "svh": 108,
    "text-wrap:": 114,
    "overflow: clip": 90,
    "scrollbar-gutter": 94,
    "content-visibility": 85,
    ":user-invalid": 119,
    "popover": 114,
}
TOO_NEW_SCRIPT = {
    "structuredClone": 98,
    "Object.hasOwn": 93,
    ".at(-": 92,
    ".findLast(": 97,
    "Array.fromAsync": 121,
    ".toSorted(": 110,
    "crypto.randomUUID": 92,
    "static {": 94,
    "showPopover": 114,
    ".replaceChildren(": 86.5,
    "AbortSignal.timeout": 103,
}


def without_comments(path: Path) -> str:
    return COMMENT.sub(" ", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("static/**/*.css")), ids=lambda p: p.name)
def test_styles(path: Path) -> None:
    text = without_comments(path)
    apart = {name: "" if name[0] in ":@" else r"(?<![\w-])" for name in TOO_NEW_STYLE}
    assert [n for n, lead in apart.items() if re.search(lead + re.escape(n), text)] == []


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("static/**/*.js")), ids=lambda p: p.name)
def test_scripts(path: Path) -> None:
    text = without_comments(path)
    assert [name for name in TOO_NEW_SCRIPT if name in text] == []


def test_the_tables_find_what_they_look_for(tmp_path: Path) -> None:
    bad = tmp_path / "bad.css"
    bad.write_text("/* :has( is fine here */ a:has(b) { color: red }")
    with pytest.raises(AssertionError):
        test_styles(bad)
