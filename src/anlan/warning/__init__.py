"""Warning: what owners of warnings tell us, and who must answer it."""
