"""Owns: the living content of an operation: answers to the commitments, edited all year.

Does not own: the identity of the operation (operations), its dated photographs (dossiers).
May ask: operations, framework, workflow, core.
"""
