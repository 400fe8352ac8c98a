"""Owns: teams of experts, conflicts, visits, sealed individual reports, the joint synthesis.

Does not own: who may read a report (access), what the commission decides (commissions).
May ask: dossiers, operations, framework, campaigns, workflow, people, core.
"""
