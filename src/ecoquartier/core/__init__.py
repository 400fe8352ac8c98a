"""Owns what every app stands on: errors, clock, registries, text, canonical forms, environment, PostgreSQL server.
Does not own any model nor any word of the domain.
May ask: nobody."""
