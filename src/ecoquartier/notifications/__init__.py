"""Owns: the outbox, its messages' words and their sending after commit.

Does not own: which message an act sends and to whom (each app's messages and workflow).
May ask: journal, people, core.
"""
