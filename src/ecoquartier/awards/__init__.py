"""Owns: labels, their embargo and announcement, the ceremony, certificates, credentials and their verification.

Does not own: outcomes and minutes (commissions), the record of stages held (operations).
May ask: commissions, dossiers, operations, campaigns, workflow, people, core.
"""
