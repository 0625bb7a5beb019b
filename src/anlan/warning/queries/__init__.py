"""Reads of warning."""
