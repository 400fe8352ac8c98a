"""Owns: commissions, seats, sittings, agendas, declarations and recusals, outcomes, minutes.

Does not own: labels and their announcement (awards), recommendations once issued (operations).
May ask: expertise, dossiers, operations, campaigns, workflow, people, territories, core.
"""
