"""Owns: the files that people upload: what is accepted, how it is made harmless, where its bytes are kept.

Does not own: what a file is for, nor who may read it (the object that refers to it, and access).
May ask: people, core.
"""
