"""Decoders: what a sender sent → readings, and what could not be read with its reason."""
