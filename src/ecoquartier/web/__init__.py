"""Owns everything that knows HTTP or HTML: portals, base views, templates, components, theme.

Does not own any rule: it parses, phrases and shows; services decide, scopes and permissions select.
May ask every app below it; portals never ask each other.
"""
