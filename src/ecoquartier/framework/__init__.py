"""Owns: the référentiel, by versions: its contents, the correspondence of two versions, what territories add to it.

Does not own: answers and values (notebooks), which version a campaign uses (campaigns).
May ask: workflow, people, territories, core.
"""
