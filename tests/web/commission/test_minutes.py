"""The minutes, their signature, the announcement."""

import pytest
from django.urls import reverse

from ecoquartier.awards.models import Award
from ecoquartier.commissions import services
from ecoquartier.commissions.models import Sitting
from ecoquartier.dossiers.models import Dossier
from tests.support.pages import queries_of, read, signed_in, words


def url(name, sitting):
    return reverse(f"commission:{name}", kwargs={"pk": sitting.pk})


@pytest.fixture
def held(room):
    """The sitting is open and its outcome recorded; the chair has declared."""
    services.declare(room.item, actor=room.chair, is_recused=False)
    room.open().record(reasons="Une démarche partagée.")
    return room


def test_the_draft_follows_the_sitting(held):
    page = read(held.secretary, url("minutes", held.sitting))
    assert "Une démarche partagée." in page
    assert "Ce texte suit la séance" in page
    assert "Signer le procès-verbal" not in page


def test_minutes_do_not_exist_before_the_sitting(room):
    page = read(room.secretary, url("minutes", room.sitting))
    assert "Le procès-verbal s’écrit au fil de la séance" in page
    assert room.dossier.operation.name not in page


def test_only_passages_of_what_one_may_read_are_shown(held):
    member = held.member
    page = read(member, url("minutes", held.sitting))
    assert "Extrait" in page
    assert "Point 1 : ce passage ne vous est pas ouvert." in page
    assert "Une démarche partagée." not in page
    services.declare(held.item, actor=member, is_recused=False)
    assert "Une démarche partagée." in read(member, url("minutes", held.sitting))
    services.declare(held.item, actor=member, is_recused=True, reason="Employeur.")
    assert "Une démarche partagée." not in read(member, url("minutes", held.sitting))


def test_the_chair_signs_and_the_text_is_locked(held):
    held.close()
    address = url("minutes", held.sitting)
    client = signed_in(held.chair)
    page = words(client.get(address))
    assert "Le texte est verrouillé ; son empreinte est inscrite au journal." in page
    assert "Signer le procès-verbal" in page
    assert client.post(address)["Location"] == address
    sitting = Sitting.objects.get(pk=held.sitting.pk)
    page = read(held.chair, address)
    assert sitting.minutes_sha256 in page
    assert held.chair.full_name in page
    assert "Signer le procès-verbal" not in page
    assert Dossier.objects.get(pk=held.dossier.pk).state == "proposed"
    response = client.post(address)
    assert response.status_code == 422
    assert "C’est déjà fait" in words(response)


def test_a_recused_member_reads_an_extract_of_locked_minutes(held):
    services.declare(held.item, actor=held.member, is_recused=True, reason="Employeur.")
    held.sign()
    page = read(held.member, url("minutes", held.sitting))
    assert "ce passage ne vous est pas ouvert" in page
    assert "Une démarche partagée." not in page


def test_only_the_chair_signs(held):
    held.close()
    address = url("minutes", held.sitting)
    for person in (held.secretary, held.member, held.world.coordinator, held.world.bureau):
        assert "Signer le procès-verbal" not in read(person, address)
        response = signed_in(person).post(address)
        assert response.status_code == 403
        assert "Seule la présidence de la commission signe le procès-verbal." in words(response)
    assert Sitting.objects.get(pk=held.sitting.pk).state == "closed"


def test_minutes_are_not_signed_during_the_sitting(held):
    response = signed_in(held.chair).post(url("minutes", held.sitting))
    assert response.status_code == 422
    assert "n’est pas possible maintenant" in words(response)


def test_a_chair_told_what_is_hidden_before_signing(room):
    room.open().record()
    room.close()
    assert "Le passage des points suivants ne vous est pas montré : 1." in read(
        room.chair, url("minutes", room.sitting)
    )


def test_the_page_costs_the_same_whatever_its_items(room):
    for _n in range(2):
        _part, other = room.world.assessed()
        services.add_to_agenda(room.sitting, actor=room.world.coordinator, dossiers=[other])
    room.open()
    assert queries_of(room.secretary, url("minutes", room.sitting)) <= 15


# Announcement


@pytest.fixture
def signed(nation):
    """A label decided by the nation, not told."""
    nation.open().record("award", reasons="Un quartier exemplaire.")
    nation.sign()
    return nation


def test_the_bureau_announces_national_decisions(signed):
    bureau = signed.world.bureau
    assert url("announce", signed.sitting) in signed_in(bureau).get(url("sitting", signed.sitting)).content.decode()
    address = url("announce", signed.sitting)
    page = read(bureau, address)
    assert "Attribuer le label" in page
    assert signed.dossier.operation.name in page
    assert signed_in(bureau).post(address)["Location"] == url("sitting", signed.sitting)
    assert Award.objects.get().state == "notified"
    page = read(bureau, url("sitting", signed.sitting))
    assert "Décisions notifiées le" in page
    assert "Les décisions de cette séance sont déjà notifiées." in read(bureau, address)
    assert signed_in(bureau).post(address).status_code == 422


def test_announcing_waits_for_the_signature(nation):
    nation.open().record("award")
    bureau, address = nation.world.bureau, url("announce", nation.sitting)
    assert "Le procès-verbal n’est pas encore signé." in read(bureau, address)
    response = signed_in(bureau).post(address)
    assert response.status_code == 422
    assert not Award.objects.exists()


def test_only_the_bureau_announces(signed):
    for person in (signed.secretary, signed.chair):
        assert signed_in(person).post(url("announce", signed.sitting)).status_code == 403
    assert signed_in(signed.world.coordinator).get(url("announce", signed.sitting)).status_code == 404
    assert Award.objects.get().state == "decided"
