"""Forms of warning."""
