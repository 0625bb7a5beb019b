"""API of warning."""
