"""The pages of campaigns: opened from the last, dates moved, prolonged, set, closed."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from ecoquartier.campaigns.domain import moved
from ecoquartier.campaigns.models import Campaign
from ecoquartier.campaigns.services import open_campaign
from ecoquartier.core import clock
from ecoquartier.core.text import long_date
from ecoquartier.notifications.models import Message
from tests.support.pages import queries_of, read, signed_in, words
from tests.web.bureau.test_schemes import seen

CAMPAIGNS = reverse("bureau:campaigns")
OPEN = reverse("bureau:campaign-open")


def url(name, year):
    return reverse(f"bureau:campaign{name}", kwargs={"year": year})


def plain(text):
    return text.replace("\u00a0", " ")


def shown(days):
    """What the form of dates sends when nothing was touched."""
    return {name: day for code, day in days.items() for name in (code, f"initial-{code}")}


def test_the_next_campaign_starts_from_the_last_one_a_year_later(world):
    last = world.play.campaign
    client = signed_in(world.bureau)
    page = client.get(OPEN)
    proposed = moved(last.days, 1)
    assert f"Campagne {last.year} sert de départ" in words(page)
    html = page.content.decode()
    assert all(f'value="{day.isoformat()}"' in html for day in proposed.values())
    assert "l’année proposée est la suivante" in words(page)
    values = {"year": last.year + 1, "scheme": "renove-2023", "framework": "2016", **proposed}
    read_again = client.post(OPEN, values)
    assert "Régime : Label ÉcoQuartier rénové (2023)." in words(read_again)
    assert f"clôture des dépôts le {plain(long_date(proposed['filing']))}" in words(read_again)
    assert not Campaign.objects.filter(year=last.year + 1)
    assert client.post(OPEN, values | {"seen": seen(read_again)}).status_code == 302
    made = Campaign.objects.get(year=last.year + 1)
    assert (made.days, made.scheme_id) == (proposed, "renove-2023")
    listed = read(world.bureau, CAMPAIGNS)
    assert f"Campagne {last.year + 1}" in listed
    assert "à venir" in listed
    assert "existe déjà" in words(client.post(OPEN, values))


@pytest.mark.parametrize(
    ("shift", "sentence"),
    [
        (1, "d’ici là, elle peut être retirée"),
        (2, "n’a pas de campagne : elle est sautée"),
        (3, "n’ont pas de campagne : elles sont sautées"),
        (-1, "Elle vient avant la dernière campagne"),
        (-1, "ne pourra plus être retirée"),
        (0, "existe déjà"),
    ],
)
def test_what_is_unusual_is_said_before_a_campaign_opens(world, shift, sentence):
    last = world.play.campaign
    values = {"year": last.year + shift, "scheme": "renove-2023", "framework": "2016", **moved(last.days, shift)}
    assert sentence in words(signed_in(world.bureau).post(OPEN, values))
    assert Campaign.objects.count() == 1


def test_dates_in_disorder_are_refused_before_they_are_read_again(world):
    days = moved(world.play.campaign.days, 1)
    sent = {"year": world.play.campaign.year + 1, "scheme": "renove-2023", "framework": "2016", **days}
    response = signed_in(world.bureau).post(OPEN, sent | {"filing": days["ceremony"]})
    assert response.status_code == 422
    assert "ne peut pas venir avant" in words(response)
    assert "Ce qui va s’ouvrir" not in words(response)


def test_a_campaign_opened_by_mistake_is_removed(world):
    campaign = world.play.campaign
    made = open_campaign(campaign.year + 1, scheme=campaign.scheme, framework=campaign.framework)
    client, address = signed_in(world.bureau), url("-remove", made.year)
    assert address in client.get(url("", made.year)).content.decode()
    assert "le journal les garde" in words(client.get(address))
    assert client.post(address, {"reason": "Trop tôt."})["Location"] == CAMPAIGNS
    assert not Campaign.objects.filter(year=made.year)
    launched = url("-remove", campaign.year)
    assert launched not in client.get(url("", campaign.year)).content.decode()
    assert "elle ne se retire plus" in words(client.get(launched))
    assert client.post(launched, {"reason": "Essai."}).status_code == 422


def test_the_first_of_a_month_is_written_so(world):
    world.play.campaign.milestones.filter(code="filing").update(day=date(2027, 4, 1), former_day=date(2027, 3, 1))
    page = read(world.bureau, url("", world.play.campaign.year))
    assert "jeudi 1er avril 2027" in page
    assert "au lieu du 1er mars 2027" in page


def test_weekends_are_said_and_left(world):
    campaign = world.play.campaign
    campaign.milestones.update(day=date(2026, 5, 15))
    assert "restent telles quelles" in read(world.bureau, OPEN)  # 15 May 2027 is a Saturday
    campaign.milestones.update(day=date(2027, 5, 15))
    assert "restent telles quelles" not in read(world.bureau, OPEN)  # 15 May 2028 is a Monday
    assert "samedi 15 mai 2027" in read(world.bureau, url("", campaign.year))


def test_the_first_campaign_has_the_usual_dates(db, world):
    Campaign.objects.all().delete()
    page = signed_in(world.bureau).get(OPEN)
    assert "Les dates habituelles sont proposées" in words(page)
    assert f'value="{clock.today().year}-05-15"' in page.content.decode()
    assert "Ouvrez la première" in read(world.bureau, CAMPAIGNS)


def test_dates_that_break_the_order_are_refused_naming_the_two(world):
    campaign = world.play.campaign
    late = campaign.milestone("admissibility") + timedelta(days=1)
    response = signed_in(world.bureau).post(
        url("-dates", campaign.year), campaign.days | {"filing": late, "reason": "Essai."}
    )
    assert response.status_code == 422
    assert "« Examen de recevabilité »" in words(response)
    assert "« clôture des dépôts »" in words(response)
    assert Campaign.objects.get().filing_deadline == campaign.filing_deadline


def test_a_date_is_moved_with_a_reason_and_everybody_reads_it(world, client):
    world.draft()
    Message.objects.all().delete()
    campaign = world.play.campaign
    former, day = campaign.filing_deadline, campaign.filing_deadline + timedelta(days=2)
    bureau = signed_in(world.bureau)
    sent = shown(campaign.days) | {"filing": day, "intention": "", "reason": "Grève des postes."}
    assert bureau.post(url("-dates", campaign.year), sent).status_code == 302
    assert Campaign.objects.get().milestone("intention") is None
    page = read(world.bureau, url("", campaign.year))
    assert f"au lieu du {plain(long_date(former))}" in page
    assert "Grève des postes." in page
    assert "Dates d’une campagne changées" in page
    assert Message.objects.filter(key="campaign_rescheduled_to_person").count() >= 2


def test_two_windows_move_two_dates(world):
    campaign = world.play.campaign
    days, client = campaign.days, signed_in(world.bureau)
    address = url("-dates", campaign.year)
    page = client.get(address).content.decode()
    assert f'name="initial-filing" value="{days["filing"].isoformat()}"' in page
    first, second = days["filing"] + timedelta(days=1), days["ceremony"] + timedelta(days=1)
    assert client.post(address, shown(days) | {"filing": first, "reason": "Neige."}).status_code == 302
    assert client.post(address, shown(days) | {"ceremony": second, "reason": "Salle prise."}).status_code == 302
    found = Campaign.objects.get()
    assert (found.milestone("filing"), found.milestone("ceremony")) == (first, second)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"filing": "2027-02-29"}, "Saisissez une date valide"),
        ({"filing": "99999-01-01"}, "Saisissez une date valide"),
        ({"filing": "9999-12-31"}, "est trop loin de l’année"),
        ({"filing": "0001-01-01"}, "est trop loin de l’année"),
        ({"filing": ""}, "Ce champ est obligatoire"),
        ({"reason": " "}, "Ce champ est obligatoire"),
        ({}, "Aucune date ne change."),
    ],
)
def test_impossible_dates_are_refused_with_a_sentence(world, changes, sentence):
    campaign = world.play.campaign
    sent = shown(campaign.days) | {"reason": "Essai."} | changes
    response = signed_in(world.bureau).post(url("-dates", campaign.year), sent)
    assert response.status_code == 422
    assert sentence in words(response)
    assert Campaign.objects.get().days == campaign.days


def test_a_launched_campaign_stays_launched(world):
    campaign = world.play.campaign
    tomorrow = clock.today() + timedelta(days=1)
    sent = shown(campaign.days) | {"launch": tomorrow, "reason": "Essai."}
    assert "ne peut plus être à venir" in words(signed_in(world.bureau).post(url("-dates", campaign.year), sent))


def test_the_filing_window_is_prolonged_for_everybody(world):
    campaign = world.play.campaign
    address, client = url("-extend", campaign.year), signed_in(world.bureau)
    assert f"pour l’instant le {plain(long_date(campaign.filing_deadline))}" in words(client.get(address))
    until = campaign.filing_deadline + timedelta(days=5)
    assert client.post(address, {"until": until, "reason": "Neige."}).status_code == 302
    assert Campaign.objects.get().filing_deadline == until
    assert client.post(address, {"until": until + timedelta(days=300), "reason": "Neige."}).status_code == 422
    for day in (until, until - timedelta(days=1)):
        refused = client.post(address, {"until": day, "reason": "Neige."})
        assert "la clôture actuelle" in words(refused)


def test_a_campaign_is_set_after_reading_what_it_means(world):
    world.draft()
    campaign = world.play.campaign
    address, client = url("-settings", campaign.year), signed_in(world.bureau)
    values = {
        "scheme": campaign.scheme_id,
        "framework": campaign.framework_id,
        "completion_days": 12,
        "notice_days": 5,
        "path_2": "national_only",
        "reason": "Région sans commission.",
    }
    preview = client.post(address, values)
    assert "1 dossier ouvert" in words(preview)
    assert "Étape 2 : commission nationale." in words(preview)
    assert client.post(address, values | {"seen": seen(preview)}).status_code == 302
    assert Campaign.objects.get().paths == {"2": "national_only"}
    assert "Étape 2, chantier : commission nationale" in read(world.bureau, url("", campaign.year))
    wrong = values | {"path_2": "registration"}
    preview = client.post(address, wrong)
    assert "personne ne les lirait" in words(client.post(address, wrong | {"seen": seen(preview)}))


def test_a_campaign_is_closed_and_opened_again(world):
    world.draft()
    campaign, client = world.play.campaign, signed_in(world.bureau)
    close = url("-close", campaign.year)
    assert "1 dossier en préparation ne pourra plus être déposé." in words(client.get(close))
    assert client.post(close, {"reason": "Fin anticipée."}).status_code == 302
    page = read(world.bureau, url("", campaign.year))
    assert "Rouvrir" in page
    assert "Ouvert en ce moment" not in page
    assert "déjà close" in words(client.get(close))
    assert client.post(url("-reopen", campaign.year), {"reason": "Erreur."}).status_code == 302
    assert "Ouvert en ce moment" in read(world.bureau, url("", campaign.year))


@pytest.mark.parametrize("name", ["", "-dates", "-extend", "-settings", "-close", "-reopen", "-remove"])
def test_only_the_bureau_opens_a_campaign(world, name):
    address = url(name, world.play.campaign.year)
    assert signed_in(world.coordinator).get(address).status_code == 403
    assert signed_in(world.bureau).get(address).status_code == 200


def test_the_pages_cost_the_same_whatever_they_hold(world):
    campaign = world.play.campaign
    pages = [CAMPAIGNS, OPEN, *(url(name, campaign.year) for name in ("", "-dates", "-settings"))]
    one = [queries_of(world.bureau, page) for page in pages]
    for shift in (1, 2):
        open_campaign(campaign.year + shift, scheme=campaign.scheme, framework=campaign.framework)
        world.draft(world.part())
    three = [queries_of(world.bureau, page) for page in pages]
    assert three == one
    assert max(three) <= 15
