"""Owns: users, organisations, memberships, role grants and their territory.

Does not own: acts on people (accounts), teams of operations (operations), seats (commissions).
May ask: territories, core.
"""
