"""Owns the commands that cross apps: start everything, run the worker, load, save, check.
Does not own any model nor any rule: a command calls the services.
May ask: every app, but not the web."""
