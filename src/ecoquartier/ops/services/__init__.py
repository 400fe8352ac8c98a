"""Work that crosses apps: reference data, demonstration data, simulated campaigns."""
