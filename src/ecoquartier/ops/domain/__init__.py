"""Invented operations: their words, their facts, their drawings. Pure functions over a source of random numbers."""
