"""The forms that readings come in. A decoder that is listed here is read by every intake.

Source: House rule. Units and valid range: see `decoded`. Edge cases: a media type with parameters
is compared without them; an unknown one is no form.
"""

from typing import Final

from anlan.sensing.rules.decoding.arrow_stream import ARROW
from anlan.sensing.rules.decoding.csv_lines import CSV
from anlan.sensing.rules.decoding.decoded import Decoder
from anlan.sensing.rules.decoding.hj212 import HJ212
from anlan.sensing.rules.decoding.json_lines import JSON, NDJSON

DECODERS: Final[tuple[Decoder, ...]] = (JSON, NDJSON, CSV, HJ212, ARROW)


def decoder_for(media_type: str) -> Decoder | None:
    """The decoder of a media type."""
    plain = media_type.partition(";")[0].strip().lower()
    return next((each for each in DECODERS if plain in each.media_types), None)
