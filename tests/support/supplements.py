"""Local supplements as they are written: by the services, and by the form of their pages."""

import re

from django.urls import reverse

from ecoquartier.framework.services.supplements import propose_supplement, publish_supplement, write_supplement

LIST = reverse("services:supplements")
WRITE = reverse("services:supplement-write")
REASON = "Le littoral recule."
INDICATOR = {"title": "Recul du trait", "unit": "m/an", "kind": "decimal", "direction": "lower", "method": "Chaque an."}


def write(world, commitment, **values):
    """A draft of the county, unless told."""
    values = {"actor": world.correspondent, "county": world.commune.county, "guidance": "Lire la carte."} | values
    return write_supplement(commitment, **{"reason": REASON, **values})


def shown(world, commitment, **values):
    """A published one."""
    proposed = propose_supplement(write(world, commitment, **values), actor=world.correspondent)
    return publish_supplement(proposed, actor=world.coordinator)


def page_of(supplement, act=""):
    return reverse(f"services:supplement{'-' if act else ''}{act}", kwargs={"pk": supplement.pk})


def filled(commitment, **values):
    """What the form sends."""
    texts = {"guidance": "Lire la carte.", "questions": "Où sera la plage ?\nQui paie ?", "reason": REASON}
    return {"territory": "county-53", "commitment": str(commitment.pk), "rows": "1"} | texts | values


def indicator(number=1, **values):
    return {f"indicator_{number}_{part}": value for part, value in {**INDICATOR, **values}.items()}


def values_of(response):
    """What the fields of the page hold, by name."""
    html = response.content.decode().partition("<main")[2]
    found = dict(re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\s*([^<]*)</textarea>', html))
    for tag in re.findall(r"<input[^>]*>", html):
        attributes = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        found[attributes.get("name", "")] = attributes.get("value", "")
    for name, options in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)"[^>]*selected', options)
        found[name] = chosen[1] if chosen else ""
    return found
