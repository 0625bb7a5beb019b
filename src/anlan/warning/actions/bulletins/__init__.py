"""Writing, approving and issuing bulletins of our bodies."""
