"""Owns: schemes, their stages (rules as data), yearly campaigns and their milestones.

Does not own: the facts that stages ask of an operation (operations, notebooks), dossiers.
May ask: framework, workflow, notifications, territories, core.
"""
