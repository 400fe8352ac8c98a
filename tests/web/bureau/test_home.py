"""The funnel of a campaign, and what waits for the bureau."""

from datetime import date

from django.urls import reverse

from ecoquartier.awards.services import plan_ceremony
from ecoquartier.campaigns.models import Campaign
from ecoquartier.core.text import long_date
from ecoquartier.dossiers import services as dossiers
from ecoquartier.notifications.models import Message
from tests.support.pages import queries_of, read, signed_in, words

HOME = reverse("bureau:home")


def test_the_funnel_counts_each_state(world):
    world.draft()
    part, withdrawn = world.submitted()
    dossiers.withdraw(withdrawn, actor=part.lead)
    world.admissible()
    page = read(world.bureau, HOME)
    assert "3 candidatures" in page
    for line in ("En préparation 1", "Déposé 0", "Recevable 1", "Retiré 1"):
        assert line in page
    assert "Prochaine échéance : clôture des dépôts" in page
    assert signed_in(world.bureau).get(HOME).content.count(b'value="1" max="3"') == 3


def test_dossiers_without_a_team_lead_to_its_page(world):
    _part, dossier = world.admissible()
    response = signed_in(world.bureau).get(HOME)
    assert "1 dossier attend son équipe" in words(response)
    assert reverse("expert:team", kwargs={"pk": dossier.pk}) in response.content.decode()
    world.play.team(dossier)
    assert "Tous les dossiers recevables ont leur équipe." in read(world.bureau, HOME)


def test_sittings_and_troubled_messages_are_told(world):
    _part, dossier = world.assessed()
    world.play.plan(world.cast.commission(world.commune.county.region), [dossier], world.play.milestone("regional"))
    Message.objects.filter(pk=Message.objects.first().pk).update(state="failed", error="boîte pleine")
    page = read(world.bureau, HOME)
    assert "Commission régionale, Pays de la Loire" in page
    assert "1 à vérifier" in page


def test_the_ceremony_has_the_day_of_the_calendar_until_its_own_is_set(world):
    campaign = world.play.campaign
    day = long_date(campaign.milestone("ceremony")).replace("\u00a0", " ")
    assert f"Le {day}, selon le calendrier de la campagne." in read(world.bureau, HOME)
    campaign.milestones.filter(code="ceremony").delete()
    assert "Sa date n’est pas fixée." in read(world.bureau, HOME)
    plan_ceremony(campaign, actor=world.bureau, held_on=date(2027, 4, 1))
    page = read(world.bureau, HOME)
    assert "1er avril 2027" in page
    assert "selon le calendrier" not in page


def test_an_empty_campaign_and_no_campaign_say_so(world):
    assert "Aucune candidature pour le moment" in read(world.bureau, HOME)
    world.play.campaign.milestones.all().delete()
    Campaign.objects.all().delete()
    assert "Aucune campagne n’est ouverte" in read(world.bureau, HOME)


def test_an_unknown_year_shows_the_current_campaign(world):
    assert f"Campagne {world.play.campaign.year}" in read(world.bureau, f"{HOME}?campagne=1999")


def test_the_desk_is_for_the_bureau(world):
    for person in (world.coordinator, world.correspondent):
        response = signed_in(person).get(HOME)
        assert response.status_code == 403
        assert "Ces pages sont celles du bureau national." in words(response)


def test_the_page_costs_the_same_whatever_its_dossiers(world):
    world.admissible()
    first = queries_of(world.bureau, HOME)
    world.admissible()
    world.admissible()
    assert queries_of(world.bureau, HOME) == first
    assert first <= 15
