"""Keys of records: unique, and in the order in which they were made."""

import uuid

from anlan.base.identity import new_hex_id, new_id


def test_keys_of_both_forms_are_of_one_order() -> None:
    made = [new_hex_id() if number % 3 else new_id().hex for number in range(30_000)]
    assert made == sorted(set(made))
    assert {uuid.UUID(key).version for key in made[:9]} == {7}
    assert {len(key) for key in made} == {32}
