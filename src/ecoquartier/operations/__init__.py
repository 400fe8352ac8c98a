"""Owns: the register: operations, phases, team, claims, charter signatures, stages held, recommendations.

Does not own: answers (notebooks), candidatures (dossiers), awards and their proofs (awards).
May ask: campaigns, framework, workflow, people, territories, core.
"""
