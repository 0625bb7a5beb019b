"""Columns that many registers show."""

PROOF = ("source", "mark")
SPAN = ("valid_from", "valid_until")
