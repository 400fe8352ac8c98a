"""A platform for a staged label of sustainable neighbourhoods: register, candidatures, expertise, decisions, proof."""

__version__ = "0.1.0"
