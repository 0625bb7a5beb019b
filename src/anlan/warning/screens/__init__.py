"""Screens of warning."""
