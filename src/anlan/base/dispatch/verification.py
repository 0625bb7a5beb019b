"""Outgoing rows against what was written: one row by its seal, a message by its digest."""

from anlan.base.dispatch.seal import Sealer, digest_of_rows, same
from anlan.base.models.dispatch import Dispatch, OutgoingMessage


def is_unchanged(row: Dispatch) -> bool:
    """The row, and its message, say where it may go as they did when they were written."""
    sealer, said = Sealer(), row.message
    holder = "" if row.person is None else row.person.hex
    parts = (row.mode, row.world, row.channel, row.addressee_kind, row.addressee)
    seal = sealer.of_row(row.pk.hex, said.seal, *parts, holder, row.number)
    return same(row.seal, seal) and same(said.seal, sealer.of_message(said))


def is_complete(message: OutgoingMessage) -> bool:
    """The rows of a message are those whose digest the journal holds: none added, none gone."""
    seals = list(
        Dispatch.objects.filter(message=message).order_by("pk").values_list("seal", flat=True)
    )
    return len(seals) == message.rows_count and digest_of_rows(seals) == message.rows_digest
