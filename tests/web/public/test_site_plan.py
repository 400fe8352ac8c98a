"""The plan of the site leads to every public page that has one address."""

from django.urls import reverse

from ecoquartier.web.public.site_map import PAGES


def test_it_names_every_page_of_the_site_map(db, client):
    page = client.get("/plan-du-site/").content.decode()
    missing = [name for name in PAGES if name != "site-plan" and f'href="{reverse(f"public:{name}")}"' not in page]
    assert not missing


def test_it_says_nothing_of_a_campaign_that_does_not_exist(db, client):
    page = client.get("/plan-du-site/").content.decode()
    assert "None" not in page
    assert "()" not in page


def test_it_leads_to_each_stage_of_the_campaign(world, client):
    page = client.get("/plan-du-site/").content.decode()
    assert [f'href="/demarche/etapes/{rank}/"' in page for rank in (1, 2, 3, 4)] == [True] * 4
