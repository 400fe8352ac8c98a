"""Pages of the approach, of the schemes and of the campaigns, as those who use them see them: wide and narrow, by day
and by night, with and without JavaScript.
"""

from __future__ import annotations

import pytest

from ecoquartier.campaigns.models import Campaign, Stage
from ecoquartier.operations.enums import TeamRole
from ecoquartier.operations.models import Operation
from tests.e2e.conftest import Visitor, apart
from tests.e2e.test_people import walk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.loopback]

PUBLIC = ("", "calendrier/", *(f"etapes/{rank}/" for rank in (1, 2, 3, 4)))
SCHEMES = ("", "ajouter/", *(f"quatre-etapes/{act}" for act in ("", "modifier/", "etapes/ajouter/", "etapes/2/")))
ACTS = ("", "dates/", "prolonger/", "regler/", "clore/", "rouvrir/")


def test_pages_of_the_approach_are_accessible_at_every_width(visitor: Visitor):
    year = Campaign.objects.order_by("year").first().year
    found = walk(visitor, "/demarche/", [*PUBLIC, f"calendrier/{year}/"])
    found += walk(visitor, "/", [""])
    assert found == []


def test_pages_of_schemes_and_campaigns_are_accessible_at_every_width(visitor: Visitor):
    year = Campaign.objects.order_by("year").last().year
    visitor.be("Bureau national")
    found = walk(visitor, "/espace/pilotage/regimes/", SCHEMES)
    found += walk(visitor, "/espace/pilotage/campagnes/", ["", "ouvrir/", *(f"{year}/{act}" for act in ACTS)])
    assert found == []


def test_a_rule_is_changed_without_script_after_reading_what_it_means(browser, visitor: Visitor):
    context = browser.new_context(locale="fr-FR", java_script_enabled=False, viewport={"width": 320, "height": 900})
    plain = Visitor(context.new_page(), visitor.base)
    plain.be("Bureau national")
    plain.go("/espace/pilotage/regimes/quatre-etapes/etapes/2/")
    plain.write(experts="0", reason="Réforme.")
    plain.press("Voir ce que cela change")
    assert plain.says("visite de terrain sans expert")
    plain.write(experts="3")
    plain.press("Voir ce que cela change")
    assert plain.says("Rien n’est encore enregistré")
    assert Stage.objects.get(scheme="quatre-etapes", rank=2).experts == 2
    plain.press("Enregistrer ce changement")
    assert apart(Stage.objects.get, scheme="quatre-etapes", rank=2).experts == 3
    plain.go("/demarche/etapes/2/")
    assert plain.says("Trois experts")
    context.close()


def test_a_meeting_is_asked_for(visitor: Visitor):
    lead = visitor.be("Pilote d’une opération")
    operation = Operation.objects.filter(team__user__full_name=lead, team__role=TeamRole.LEAD).first()
    apart(lambda: Operation.objects.filter(pk=operation.pk).update(met_on=None))
    visitor.go(f"/espace/operations/{operation.pk}/rencontre/demander/")
    visitor.looked_at("meeting-ask")
    visitor.press("Demander la rencontre")
    assert visitor.says("demandée le")
    visitor.looked_at("meeting-asked")
