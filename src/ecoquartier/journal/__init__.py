"""Owns: who did what to which object and when, in its words, chained by hash, and its verification.

Does not own: what an act means (each app's workflow), who may read an entry (access).
May ask: people, core.
"""
