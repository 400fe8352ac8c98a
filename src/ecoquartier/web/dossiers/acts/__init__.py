"""The acts on a dossier, one page each: what will happen, why it is closed, what is asked, the button."""
