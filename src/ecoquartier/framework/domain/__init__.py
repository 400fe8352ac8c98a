"""What a version says, as plain values: reading, formulas, correspondence, comparison, files."""
