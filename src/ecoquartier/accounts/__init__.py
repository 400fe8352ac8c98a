"""Owns: acts on people: the export and the erasure of what the platform holds of them.

Does not own: who people are (people), what each app holds of them (each app's registration in `personal_data`).
May ask: workflow, notifications, journal, people, core.
"""
