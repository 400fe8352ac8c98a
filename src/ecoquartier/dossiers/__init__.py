"""Owns: candidatures: scope, completeness, agreement, deposits, completion, admissibility, withdrawal.

Does not own: the notebook (notebooks), assessments (expertise), outcomes (commissions), labels (awards).
May ask: notebooks, operations, campaigns, framework, workflow, people, core.
"""
