"""The support mode for whoever helps: asking, seeing as somebody else, leaving."""
