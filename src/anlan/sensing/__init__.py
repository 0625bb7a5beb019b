"""Sensing: stations of all departments, their readings, and what these are worth."""
