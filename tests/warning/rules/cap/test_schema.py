"""Our table of the structure against the published schema, where that is on the machine."""

import copy
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from anlan.warning.rules.cap.finding import Finding
from anlan.warning.rules.cap.safety import parse_tree
from anlan.warning.rules.cap.shape import shape_findings
from anlan.warning.rules.cap.structure import ALERT, NAMESPACE, SIGNATURE_NAMESPACE, Slot
from anlan.warning.rules.cap.validating import validate_cap
from anlan.warning.rules.cap.writing import write_cap
from tests.conftest import ROOT
from tests.warning.rules.cap.messages import ALERTS, FULL

SHARED = ROOT.parent / "shared" / "data" / "cap"
SCHEMA = SHARED / "schema" / "CAP-v1.2.oasis.xsd"
SAMPLES = sorted(SHARED.glob("*/*.cap")) + sorted(SHARED.glob("*/*.xml"))
needs_schema = pytest.mark.skipif(
    not SCHEMA.exists(), reason="not run: CAP-v1.2.oasis.xsd is not on this machine"
)


@lru_cache(maxsize=1)
def schema() -> Any:
    return etree.XMLSchema(etree.parse(SCHEMA))


def _only_a_signature_too_early(ours: tuple[Finding, ...]) -> bool:
    """libxml2 lets `info` stand behind a signature, which the sequence of the schema does not."""
    return bool(ours) and all("signature" in each.note.msgid for each in ours)


def as_sent(root: Any) -> Any:
    """The tree of the written file: an empty text that was set by hand is no text there."""
    root.tail = None
    return parse_tree(etree.tostring(root))


def agree(root: Any) -> None:
    ours = shape_findings(root)
    if _only_a_signature_too_early(ours):
        return
    theirs = schema().validate(root)
    errors = [(error.line, error.message) for error in schema().error_log]
    assert theirs == (not ours), (errors, ours, etree.tostring(root, encoding="unicode"))


@needs_schema
@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_samples_have_the_verdict_of_the_schema(sample: Path) -> None:
    agree(parse_tree(sample.read_bytes()))


@needs_schema
def test_samples_of_cap_are_valid() -> None:
    """Three are CAP 1.2; one is CAP 1.1, one a feed, one a file of the national network."""
    valid = {
        path.name for path in SAMPLES if validate_cap(path.read_bytes()).verdict.value is True
    }
    assert valid == {"43b080713727.cap", "thunderstorm.cap", "cap_amber_alert_example.xml"}


@needs_schema
@settings(deadline=None, max_examples=60)
@given(ALERTS)
def test_what_we_write_the_schema_takes(alert: Any) -> None:
    root = parse_tree(write_cap(alert))
    assert schema().validate(root), schema().error_log


TEXTS = (
    *("", " ", "x", "中文", "Actual", " Actual", "Alert", "Met", "None", "Unknown", "zh-CN"),
    *("2024-07-15T10:30:00+08:00", " 2024-07-15T10:30:00+08:00\n", "2024-07-15T10:30:00Z"),
    *("2024-07-15T10:30:00.5+08:00", "2024-07-15 10:30:00+08:00", "2024-07-15T10:30:00"),
    *("2024-02-30T10:30:00+08:00", "2024-07-15T24:00:00+08:00", "2024-07-15T24:00:01+08:00"),
    *("2024-07-15T10:30:00+14:00", "2024-07-15T10:30:00+14:01", "2024-07-15T10:30:00-00:00"),
    *("2024-07-15T10:60:00+08:00", "2024-07-15T10:30:60+08:00", "2024-13-15T10:30:00+08:00"),
    *("2024-07-15T10:30:00,08:00", "٢٠٢٤-07-15T10:30:00+08:00", "24-07-15T10:30:00+08:00"),
    *("12", "-1", "+3", "1.5", ".5", "1.", "1e3", " 7 ", "1 2", "--1", "９"),
    *("http://a/b?c=1#d", "1:2", ":a", "//a:8x/", "http://[::1]/", "http://[::1", "%20", "%zz"),
    *("a[b", "#a#b", "http://a b/中", "mailto:a@b", "./a:b", "http://u:p@h:80/", "urn:", "//"),
    *("en_US", "toolonglang", "e", "en-", "zh-Hans-CN", "1n"),
)
PIECES = sorted({slot.name for slot in ALERT} | {"valueName", "area", "polygon", "event", "size"})


def _elements(root: Any) -> list[Any]:
    return list(root.iter())


Mutation = Callable[[Any, Any, Any], None]


def _drop(root: Any, element: Any, draw: Any) -> None:
    if element is not root:
        element.getparent().remove(element)


def _twice(root: Any, element: Any, draw: Any) -> None:
    if element is not root:
        element.addnext(copy.deepcopy(element))


def _move(root: Any, element: Any, draw: Any) -> None:
    if element is not root:
        parent = element.getparent()
        parent.remove(element)
        parent.insert(draw(st.integers(0, len(parent))), element)


def _retext(root: Any, element: Any, draw: Any) -> None:
    if not len(element):
        element.text = draw(st.sampled_from(TEXTS))


def _rename(root: Any, element: Any, draw: Any) -> None:
    space = draw(
        st.sampled_from([f"{{{NAMESPACE}}}", "", f"{{{SIGNATURE_NAMESPACE}}}", "{urn:x}"])
    )
    element.tag = space + draw(st.sampled_from(PIECES))


def _attribute(root: Any, element: Any, draw: Any) -> None:
    element.set(draw(st.sampled_from(["a", "{http://www.w3.org/XML/1998/namespace}lang"])), "en")


def _stray(root: Any, element: Any, draw: Any) -> None:
    element.tail = draw(st.sampled_from(["\n ", " x ", None]))


def _child(root: Any, element: Any, draw: Any) -> None:
    etree.SubElement(element, f"{{{NAMESPACE}}}{draw(st.sampled_from(PIECES))}")


def _sign(root: Any, element: Any, draw: Any) -> None:
    signature = etree.Element(f"{{{SIGNATURE_NAMESPACE}}}Signature")
    root.insert(draw(st.sampled_from([0, len(root)])), signature)


MUTATIONS: tuple[Mutation, ...] = (
    *(_drop, _twice, _move, _retext, _retext, _retext, _rename, _attribute, _stray, _child, _sign),
)
BASES = (write_cap(FULL), *(path.read_bytes() for path in SAMPLES if path.suffix == ".cap"))


@needs_schema
@settings(deadline=None, max_examples=600, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_changed_messages_have_the_verdict_of_the_schema(data: Any) -> None:
    root = parse_tree(data.draw(st.sampled_from(BASES)))
    for _ in range(data.draw(st.integers(1, 3))):
        element = data.draw(st.sampled_from(_elements(root)))
        data.draw(st.sampled_from(MUTATIONS))(root, element, data.draw)
    agree(as_sent(root))


def test_the_table_names_every_element_once_per_level() -> None:
    def walk(slots: tuple[Slot, ...]) -> None:
        names = [slot.name for slot in slots]
        assert len(names) == len(set(names))
        for slot in slots:
            if isinstance(slot.holds, tuple):
                walk(slot.holds)

    walk(ALERT)


@needs_schema
@pytest.mark.parametrize("text", ["", " ", "zh-CN", "not a language"])
def test_an_empty_language_takes_the_default_of_the_schema(text: str) -> None:
    root = parse_tree(write_cap(FULL))
    for element in root.iter("{*}language"):
        element.text = text
    agree(as_sent(root))
