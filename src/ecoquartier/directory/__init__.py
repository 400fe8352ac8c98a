"""Owns: what the public reads: one denormalised row per public operation, rebuilt in the act that changes it.

Does not own: any fact; every row can be rebuilt from the register.
May ask: awards, commissions, operations, campaigns, framework, territories, core.
"""
