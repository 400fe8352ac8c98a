"""Owns: who may do what (permissions) and see which rows (scopes), in one matrix with its denials.

Does not own: facts about people (each app's predicates), when a step is possible (each app's workflow).
May ask: every domain app.
"""
