import json
from dataclasses import replace
from datetime import date

import pytest

from anlan.base.rules.argument import (
    Arguments,
    BadArgument,
    Kind,
    MissingArgument,
    Parameter,
    UnknownArgument,
)
from anlan.base.rules.catalogue import Catalogue, Rule, RuleNotBuilt, UnknownRule, contract_stages
from anlan.base.rules.edition import Edition
from anlan.base.rules.verdict import Reason, SourceStatus, Verdict, pairs

TODAY = date(2026, 5, 4)


def echo(arguments: Arguments) -> Verdict[str]:
    edition = arguments.edition.name if arguments.edition else ""
    reason = Reason(
        rule="echo",
        source="s",
        edition=edition,
        status=SourceStatus.VERIFIED,
        inputs=pairs(on=arguments.on),
    )
    return Verdict(value=arguments.need("word", str), reasons=(reason,))


ECHO = Rule(
    name="echo",
    title="Echo",
    stage="base",
    source="国办函〔2012〕149号",
    parameters=(
        Parameter(name="word", kind=Kind.TEXT),
        Parameter(name="loud", kind=Kind.BOOLEAN, required=False, default=False, help="loudly"),
    ),
    evaluate=echo,
)
EDITED = replace(
    ECHO,
    name="edited",
    editions=(
        Edition(
            name="2012",
            in_force_from=date(2012, 8, 28),
            in_force_until=date(2025, 10, 11),
            superseded_by="国办函〔2025〕102号",
        ),
    ),
)
CATALOGUE = Catalogue([ECHO, EDITED])


def evaluate(name: str, **raw: str) -> Verdict[str]:
    return CATALOGUE.evaluate(name, raw, today=TODAY)


def on_of(verdict: Verdict[str]) -> object:
    return verdict.to_json()["reasons"][0]["inputs"]["on"]


def test_evaluates_with_today_unless_a_day_is_given() -> None:
    assert evaluate("echo", word="a").value == "a"
    assert on_of(evaluate("echo", word="a")) == "2026-05-04"
    assert on_of(evaluate("echo", word="a", on="2020-01-01")) == "2020-01-01"


def test_arguments_are_named_when_missing_unknown_or_bad() -> None:
    with pytest.raises(MissingArgument, match='"word" is missing'):
        evaluate("echo")
    with pytest.raises(UnknownArgument, match=r'no argument "wrod"\. Give one of word, loud, on'):
        evaluate("echo", wrod="a")
    with pytest.raises(BadArgument, match=r'"loud": "x" was refused\. Give true or false'):
        evaluate("echo", word="a", loud="x")
    with pytest.raises(UnknownArgument, match="edition"):
        evaluate("echo", word="a", edition="2012")


def test_edition_is_the_one_in_force_and_flagged_when_superseded() -> None:
    assert len(evaluate("edited", word="a", on="2025-10-10").reasons) == 1
    stale = evaluate("edited", word="a").to_json()["reasons"]
    assert stale[0]["edition"] == "2012"
    assert stale[1]["superseded"] is True
    chosen = evaluate("edited", word="a", edition="2012")
    assert len(chosen.reasons) == 1
    with pytest.raises(BadArgument, match="edition= one of 2012"):
        evaluate("edited", word="a", on="2012-08-27")
    with pytest.raises(BadArgument, match='"edition": "1999"'):
        evaluate("edited", word="a", edition="1999")


def test_promised_rules_answer_not_built_with_their_stage() -> None:
    with pytest.raises(RuleNotBuilt, match="not built yet") as refused:
        evaluate("accident-grade")
    assert (refused.value.name, refused.value.stage) == ("accident-grade", "losses")


def test_unknown_rules_name_near_ones() -> None:
    with pytest.raises(UnknownRule, match="Did you mean accident-grade") as refused:
        evaluate("acident-grade")
    assert refused.value.near[0] == "accident-grade"
    with pytest.raises(UnknownRule, match="See the list of rules"):
        evaluate("x" * 10_000)


def test_contract_has_every_name_once() -> None:
    stages = contract_stages()
    assert len(stages) == 26
    assert stages["working-day-add"] == "base"
    assert stages["geohazard-threat-grade"] == "losses"


def test_listing_is_json_and_translated() -> None:
    rows = CATALOGUE.listing()
    json.dumps(rows, allow_nan=False)
    assert [row["name"] for row in rows] == ["echo", "edited"]
    assert [each["name"] for each in rows[0]["parameters"]] == ["word", "loud", "on"]
    assert [each["name"] for each in rows[1]["parameters"]] == ["word", "loud", "edition", "on"]
    assert rows[1]["editions"][0]["in_force_until"] == "2025-10-11"
    said = {"Echo": "回声", "loudly": "大声"}
    chinese = CATALOGUE.listing(lambda msgid: said.get(msgid, msgid))[0]
    assert chinese["title"] == "回声"
    assert chinese["parameters"][1]["help"] == "大声"
    assert chinese["parameters"][0]["help"] == ""


def test_catalogue_refuses_what_would_confuse_callers() -> None:
    with pytest.raises(ValueError, match="twice"):
        Catalogue([ECHO, ECHO])
    with pytest.raises(ValueError, match="belongs to losses"):
        Catalogue([replace(ECHO, name="accident-grade")])
    with pytest.raises(ValueError, match="repeat or are reserved"):
        replace(ECHO, parameters=(Parameter(name="on", kind=Kind.DATE),))
    with pytest.raises(ValueError, match="repeat or are reserved"):
        replace(ECHO, parameters=ECHO.parameters[:1] * 2)
