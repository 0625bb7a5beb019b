"""Upkeep of the registers, by family. Importing them registers them."""

from anlan.registers.admin import bodies, duty, instruments, people, sites

__all__ = ["bodies", "duty", "instruments", "people", "sites"]
