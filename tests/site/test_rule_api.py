"""The rule catalogue over the API answers like the command line."""

from collections.abc import Callable

from django.test import Client

SignedIn = Callable[[str], Client]


def test_rules_are_listed_in_the_language_of_the_reader(client_as: SignedIn) -> None:
    client = client_as("public")
    answer = client.get("/api/v1/rules", headers={"Accept-Language": "en"}).json()
    by_name = {row["name"]: row for row in answer["results"]}
    assert answer["count"] == len(answer["results"])
    assert by_name["working-day-add"]["title"] == "End of a term of working days"
    assert {p["name"] for p in by_name["working-day-add"]["parameters"]} == {"start", "days", "on"}


def test_a_rule_decides_with_its_reasons(client_as: SignedIn) -> None:
    address = "/api/v1/rules/working-day-add?start=2025-03-03&days=20"
    verdict = client_as("public").get(address).json()
    assert verdict["value"] == "2025-03-31"
    assert verdict["reasons"][0]["rule"] == "working-day-add"


REFUSED = (
    ("working-day-add?start=2025-03-03", 422, "days"),
    ("working-day-add?start=soon&days=1", 422, "start"),
    ("working-day-add?start=2025-03-03&days=1&x=1", 422, "x"),
    ("working-day-add?start=2025-03-03&days=1&days=2", 422, "days"),
    ("working-day-ad", 404, ""),
    ("sos-score", 404, ""),
)


def test_what_a_rule_cannot_read_is_refused(client_as: SignedIn) -> None:
    client = client_as("public")
    for address, status, field in REFUSED:
        answer = client.get(f"/api/v1/rules/{address}")
        assert answer.status_code == status, address
        assert answer.json().get("field", "") == field
