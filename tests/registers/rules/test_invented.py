import pytest

from anlan.registers.rules.invented import is_invented


@pytest.mark.parametrize(
    ("given", "invented"),
    [
        ({"names": ("演示·张三",)}, True),
        ({"names": ("李四", "【演示】水务局")}, True),
        ({"names": ("张演示",)}, False),
        ({"mobile": "19900000001"}, True),
        ({"mobile": "19900009999"}, True),
        ({"mobile": "19900010000"}, False),
        ({"mobile": "1990000000"}, False),
        ({"mark": "X"}, True),
        ({"mark": " x "}, True),
        ({"mark": "为演示虚构"}, True),
        ({"mark": "Invented for the demonstration"}, True),
        ({"mark": "V"}, False),
        ({}, False),
    ],
)
def test_what_marks_a_row_as_invented(given: dict, invented: bool) -> None:
    assert is_invented(**given) is invented
