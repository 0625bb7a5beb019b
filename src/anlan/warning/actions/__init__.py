"""Writes of warning."""
