"""Where readings are kept: append-only, apart from the records, behind one seam."""
