"""Instants that senders of tests name: long enough before now that none lies in the future."""

import datetime as dt

START = dt.datetime(2026, 11, 10, tzinfo=dt.UTC)


def at(minutes: int) -> str:
    return (START + dt.timedelta(minutes=minutes)).isoformat()
