"""Compiled loops over compressed rows: arrays in, arrays out, no names, no tables."""
