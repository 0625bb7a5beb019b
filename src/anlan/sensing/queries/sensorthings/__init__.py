"""What is held, as entities of the standard, within the reader's scope."""
