"""An area without a drawn outline enters an exercise and a past day as it is kept: with none."""

from anlan.base.worlds.tables import converter
from anlan.warning.models import WarningArea


def test_an_outline_that_is_not_there_is_none_in_every_world() -> None:
    convert = converter(WarningArea._meta.get_field("outline"))
    assert convert(None) is None
    assert convert({"type": "Polygon"}) == '{"type": "Polygon"}'
