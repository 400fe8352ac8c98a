"""Owns: the engine of acts and transitions: one transaction, locks, permission, guards, effect, journal, outbox.

Does not own: any table of transitions (each app's workflow.py), any rule, any permission.
May ask: notifications, journal, people, core.
"""
