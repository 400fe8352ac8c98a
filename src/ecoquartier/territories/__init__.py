"""Owns: regions, counties and communes with their mergers, their search, and the end of a day in each territory.

Does not own: points on a map (web), who acts on a territory (people), which commune an operation is in (operations).
May ask: core.
"""
