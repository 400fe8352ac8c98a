"""Owns the settings, the root of the addresses and the WSGI entrance.
Does not own any behaviour.
May ask: everybody; nobody asks it."""
