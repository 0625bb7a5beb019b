"""Rules of warning: pure."""
