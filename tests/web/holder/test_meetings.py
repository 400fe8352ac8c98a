"""The meeting with the correspondent: its pages, for each of those concerned."""

from datetime import timedelta

import pytest
from django.urls import reverse

from ecoquartier.core import clock
from ecoquartier.core.text import long_date
from ecoquartier.operations import services
from ecoquartier.operations.models import Operation
from ecoquartier.ops.services.play import on
from tests.support.pages import words


def url(name, operation):
    return reverse(f"holder:{name}", args=[operation.pk])


def test_the_team_asks_once_from_the_stages_and_the_sheet_says_so(world, sign_in):
    part = world.part(filled=False)
    client, ask = sign_in(part.lead), url("meeting-ask", part.operation)
    assert ask in client.get(url("dossier-open", part.operation)).content.decode()
    assert "Demander la rencontre" in words(client.get(url("operation", part.operation)))
    assert "convient d’un jour avec vous" in words(client.get(ask))
    response = client.post(ask, follow=True)
    assert "le correspondant est prévenu" in words(response)
    assert f"demandée le {long_date(clock.today())}".replace("\u00a0", " ") in words(response)
    assert "Demander la rencontre" not in words(response)
    again = client.post(ask)
    assert (again.status_code, "déjà demandée" in words(again)) == (422, True)
    assert ask not in client.get(url("dossier-open", part.operation)).content.decode()


def test_the_bureau_waives_what_was_not_held_in_time(world, sign_in):
    part = world.part(filled=False)
    services.ask_meeting(part.operation, actor=part.lead)
    client, waive, desk = sign_in(world.bureau), url("meeting-waive", part.operation), reverse("bureau:home")
    assert waive not in client.get(desk).content.decode()
    early = client.post(waive, {"reason": "Poste vacant."})
    assert (early.status_code, "30 jours pour tenir" in words(early)) == (422, True)
    assert "30 jours pour tenir" in words(client.get(waive))
    assert waive in client.get(url("operation", part.operation)).content.decode()
    with on(clock.today() + timedelta(days=31)):
        client = sign_in(world.bureau)
        assert waive in client.get(desk).content.decode()
        assert client.post(waive, {"reason": ""}).status_code == 422
        response = client.post(waive, {"reason": "Poste vacant."}, follow=True)
        assert "dispense du bureau national" in words(response)
    assert Operation.objects.get(pk=part.operation.pk).meeting_waived_on


@pytest.mark.parametrize(
    ("page", "who"),
    [
        ("meeting-ask", "reader"),
        ("meeting-ask", "elected"),
        ("meeting-ask", "correspondent"),
        ("meeting-waive", "lead"),
        ("meeting-waive", "correspondent"),
        ("meeting-waive", "coordinator"),
    ],
)
def test_the_others_are_refused(world, sign_in, team_mate, page, who):
    part = world.part(filled=False)
    services.ask_meeting(part.operation, actor=part.lead)
    people = {"lead": part.lead, "elected": part.elected, "reader": None}
    user = people.get(who) or (team_mate(part.operation, "reader") if who == "reader" else getattr(world, who))
    client = sign_in(user)
    assert client.get(url(page, part.operation)).status_code == 403
    assert client.post(url(page, part.operation), {"reason": "Essai."}).status_code == 403


def test_the_correspondent_reads_whom_to_meet_and_until_when_then_notes_the_day(world, sign_in):
    part = world.part(filled=False)
    client, note = sign_in(world.correspondent), url("operation-meeting", part.operation)
    assert "n’a pas demandé cette rencontre" in words(client.get(note))
    services.ask_meeting(part.operation, actor=part.lead)
    page = words(client.get(note))
    assert f"Après le {long_date(clock.today() + timedelta(days=30))}".replace("\u00a0", " ") in page
    for said in (part.lead.full_name, part.lead.email, part.operation.holder.name):
        assert said in page
    with on(clock.today() + timedelta(days=31)):
        assert "Cette rencontre est en retard" in words(sign_in(world.correspondent).get(note))
    wrong = client.post(note, {"met_on": (clock.today() + timedelta(days=1)).isoformat()})
    assert (wrong.status_code, "ne peut pas être à venir" in words(wrong)) == (422, True)
    assert "La rencontre est notée" in words(client.post(note, {"met_on": clock.today().isoformat()}, follow=True))
    assert "La rencontre a eu lieu le" in words(client.get(note))


def test_a_meeting_held_after_all_is_noted_though_it_was_waived(world, sign_in):
    part = world.part(filled=False)
    services.ask_meeting(part.operation, actor=part.lead)
    with on(clock.today() + timedelta(days=31)):
        services.waive_meeting(part.operation, actor=world.bureau, reason="Poste vacant.")
        client, note = sign_in(world.correspondent), url("operation-meeting", part.operation)
        assert "a dispensé l’opération de cette rencontre" in words(client.get(note))
        client.post(note, {"met_on": clock.today().isoformat()})
        assert Operation.objects.get(pk=part.operation.pk).met_on == clock.today()


def test_the_page_of_a_meeting_without_holder_has_no_empty_label(world, sign_in, free_operation):
    page = words(sign_in(world.bureau).get(url("operation-meeting", free_operation())))
    assert "n’a pas encore de porteur" in page
    assert "None" not in page
