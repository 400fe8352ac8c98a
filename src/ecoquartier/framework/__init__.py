"""Owns: the référentiel, by versions: dimensions, commitments, notions and their questions, indicators.

Does not own: answers and values (notebooks), which version a campaign uses (campaigns).
May ask: core.
"""
