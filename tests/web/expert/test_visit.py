"""The visit: its date, then its report."""

from datetime import timedelta

import pytest
from django.urls import reverse

from ecoquartier.core import clock
from ecoquartier.expertise import services
from ecoquartier.expertise.models import SiteVisit
from tests.support.pages import signed_in
from tests.support.pages import words as text
from tests.support.world import fresh


def visit_url(case):
    return reverse("expert:visit", args=[case.dossier.pk])


def report_url(case):
    return reverse("expert:visit-report", args=[case.dossier.pk])


@pytest.fixture
def coordinator(case):
    """The coordinator, signed in."""
    return signed_in(case.experts[0])


def test_the_coordinator_sets_then_moves_the_date(case, coordinator):
    tomorrow = clock.today() + timedelta(days=1)
    page = text(coordinator.post(visit_url(case), {"visit_on": tomorrow.isoformat()}, follow=True))
    assert "La visite est fixée au" in page
    assert "à venir" in page
    assert "La visite n’a pas encore eu lieu." in page
    coordinator.post(visit_url(case), {"visit_on": clock.today().isoformat()})
    assert SiteVisit.objects.get().visit_on == clock.today()
    assert "compte rendu attendu" in text(coordinator.get(visit_url(case)))


@pytest.mark.parametrize("data", [{}, {"visit_on": "hier"}])
def test_a_date_is_needed(case, coordinator, data):
    assert coordinator.post(visit_url(case), data).status_code == 422
    assert not SiteVisit.objects.exists()


def test_a_remote_visit_needs_a_reason_and_keeps_what_was_typed(case, coordinator):
    day = clock.today().isoformat()
    response = coordinator.post(visit_url(case), {"visit_on": day, "is_remote": "on"})
    assert response.status_code == 422
    assert "Une visite à distance demande un motif." in text(response)
    assert f'value="{day}"' in response.content.decode()
    coordinator.post(visit_url(case), {"visit_on": day, "is_remote": "on", "remote_reason": "Cyclone."})
    page = text(coordinator.get(visit_url(case)))
    assert "À distance, le" in page
    assert "Cyclone." in page


def test_the_report_waits_for_the_day(case, coordinator):
    response = coordinator.get(report_url(case))
    assert "La visite n’a pas encore de date." in text(response)
    assert 'type="submit" disabled' in response.content.decode()
    assert coordinator.post(report_url(case), {"report": "Vu."}).status_code == 422
    services.date_visit(case.dossier, actor=case.experts[0], visit_on=clock.today() + timedelta(days=1))
    assert "La visite n’a pas encore eu lieu." in text(coordinator.get(report_url(case)))
    response = coordinator.post(report_url(case), {"report": "Vu d’avance."})
    assert (response.status_code, "Vu d’avance." in text(response)) == (422, True)


def test_the_report_is_written_once_and_read_by_all(world, case, coordinator):
    services.date_visit(case.dossier, actor=case.experts[0], visit_on=clock.today())
    assert coordinator.post(report_url(case), {"report": "  "}).status_code == 422
    page = text(coordinator.post(report_url(case), {"report": "Accueil en mairie."}, follow=True))
    assert "Accueil en mairie." in page
    assert "compte rendu déposé" in page
    assert "Fixer la date" not in page
    assert coordinator.post(report_url(case), {"report": "Autre."}).status_code == 422
    assert SiteVisit.objects.get().report == "Accueil en mairie."
    for reader in (case.experts[1], case.part.lead, case.part.elected, world.correspondent, world.bureau):
        response = signed_in(fresh(reader)).get(visit_url(case))
        assert "Accueil en mairie." in text(response)
        assert "Changer la date" not in text(response)


def test_those_who_only_read_are_told_what_they_wait_for(case):
    page = text(signed_in(fresh(case.part.lead)).get(visit_url(case)))
    assert "Pas encore de date" in page
    assert "Fixer la date" not in page


@pytest.mark.parametrize("number", [0, 1])
def test_only_the_coordinator_and_the_bureau_write(world, case, number):
    data = ({"visit_on": clock.today().isoformat()}, {"report": "Vu."})[number]
    url = (visit_url(case), report_url(case))[number]
    for other in (case.experts[1], case.part.lead, world.correspondent):
        assert signed_in(fresh(other)).post(url, data).status_code == 403
    assert signed_in(case.free_expert()).post(url, data).status_code == 404
    assert not SiteVisit.objects.exists()
    assert signed_in(world.bureau).post(visit_url(case), {"visit_on": clock.today().isoformat()}).status_code == 302
