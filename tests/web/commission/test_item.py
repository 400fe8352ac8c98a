"""The declaration, then the deliberation."""

import pytest
from django.urls import reverse

from ecoquartier.commissions import services
from ecoquartier.commissions.models import Declaration
from ecoquartier.expertise.models import ReportMark
from ecoquartier.people.models import Membership
from tests.support.pages import queries_of, read, signed_in, words

PUBLIC = "Porteur de projet"


@pytest.fixture
def item(room):
    return reverse("commission:item", kwargs={"pk": room.item.pk})


@pytest.fixture
def declare(room):
    return reverse("commission:declare", kwargs={"pk": room.item.pk})


OUTCOME = {"outcome": "propose", "reasons": "Gouvernance exemplaire.", "mode": "consensus"}


# Declaring


def test_a_member_reads_public_data_and_the_declaration_first(room, item, declare):
    client = signed_in(room.member)
    assert client.get(item)["Location"] == declare
    page = words(client.get(declare))
    assert PUBLIC in page
    assert str(room.dossier.holder) in page
    for private in (room.dossier.synthesis.text, "Dossier complet, étape adaptée", "à renforcer", "satisfaisant"):
        assert private not in page


def test_declaring_no_conflict_opens_the_item(room, item, declare):
    client = signed_in(room.member)
    assert client.post(declare, {"position": "aucun"})["Location"] == item
    page = read(room.member, item)
    assert room.dossier.synthesis.text in page
    assert "Dossier complet, étape adaptée" in page


def test_recusing_closes_the_item_for_good(room, item, declare):
    client = signed_in(room.member)
    response = client.post(declare, {"position": "retrait", "reason": "Élu de la commune."})
    assert response["Location"] == reverse("commission:sitting", kwargs={"pk": room.sitting.pk})
    response = signed_in(room.member).get(item)
    assert response.status_code == 403
    assert "Vous vous êtes retiré de ce dossier" in words(response)
    assert "Vous vous êtes retiré de ce dossier, définitivement." in read(room.member, declare)
    response = signed_in(room.member).post(declare, {"position": "aucun"})
    assert response.status_code == 422
    assert Declaration.objects.get().is_recused


def test_a_recusal_without_reason_is_refused_beside_its_field(room, declare):
    response = signed_in(room.member).post(declare, {"position": "retrait"})
    assert response.status_code == 422
    assert "Indiquez le motif de votre retrait." in words(response)
    assert not Declaration.objects.exists()


def test_a_known_tie_is_told_and_recuses_whatever_is_declared(room, declare):
    Membership.objects.create(user=room.member, organisation=room.dossier.holder)
    assert "Vous êtes membre d’un organisme partie à l’opération" in read(room.member, declare)
    response = signed_in(room.member).post(declare, {"position": "aucun"}, follow=True)
    assert "Vous êtes retiré de ce dossier" in words(response)


def test_only_members_declare(room, declare):
    assert signed_in(room.world.coordinator).get(declare).status_code == 403
    assert signed_in(room.part.lead).get(declare).status_code == 404


# Reading


@pytest.fixture
def declared(room):
    """Everybody has declared without conflict."""
    for seat in room.commission.seats.all():
        services.declare(room.item, actor=seat.holder, is_recused=False)
    return room


def test_differences_between_experts_come_first(declared, item):
    first, second = declared.dossier.reports.order_by("assignment__part")
    ReportMark.objects.filter(report__dossier=declared.dossier).update(appreciation="satisfactory", comment="Vu.")
    ReportMark.objects.filter(report=second, commitment__number=19).update(
        appreciation="to_strengthen", comment="Noues absentes."
    )
    page = read(declared.member, item)
    assert "Les deux expertises" in page
    assert page.index("19. Eau") < page.index("19 engagements concordent") < page.index("1. Besoins")
    assert page.index("Noues absentes.") < page.index("19 engagements concordent")
    assert first.opinion.split(";")[0].strip() in page


def test_the_room_view_shows_the_synthesis_only(declared, item):
    declared.open().record(reasons="Motifs du délibéré.")
    page = read(declared.secretary, f"{item}?vue=salle")
    assert declared.dossier.synthesis.text in page
    for hidden in ("à renforcer", "Avis du correspondant", "Motifs du délibéré.", "Quorum", "favorable"):
        assert hidden not in page
    assert "Motifs du délibéré." in read(declared.secretary, item)


def test_the_quorum_of_the_item_leaves_the_recused_aside(room, item):
    services.declare(room.item, actor=room.member, is_recused=True, reason="Ancien employeur.")
    services.declare(room.item, actor=room.secretary, is_recused=False)
    services.declare(room.item, actor=room.chair, is_recused=False)
    room.open()
    page = read(room.secretary, item)
    assert "3 sur 3" in page
    assert "1 siège retiré pour ce dossier" in page
    assert "Ancien employeur." in page
    assert "Ancien employeur." not in read(room.chair, item)


def test_the_nation_reads_the_proposal_of_the_region(nation):
    services.declare(nation.item, actor=nation.secretary, is_recused=False)
    page = read(nation.secretary, reverse("commission:item", kwargs={"pk": nation.item.pk}))
    assert "Avis de la région" in page
    assert "Démarche aboutie et partagée." in page


def test_a_member_reads_the_outcome_and_holds_no_pen(declared, item):
    declared.open().record(reasons="Une démarche partagée.", recommendations=[(None, "Préciser la gestion.")])
    page = read(declared.member, item)
    assert "Une démarche partagée." in page
    assert "Préciser la gestion." in page
    assert "Enregistrer l’avis" not in page
    response = signed_in(declared.member).post(item, OUTCOME)
    assert response.status_code == 403
    assert "L’avis est noté par le secrétariat de la commission." in words(response)


def test_the_page_has_a_bounded_cost(declared, item):
    declared.open().record(recommendations=[(None, "Préciser la gestion.")])
    counts = {part: queries_of(declared.person(part), item) for part in ("member", "secretary", "chair")}
    assert max(counts.values()) <= 15, counts


# Recording


def test_the_secretary_records_an_outcome_with_its_recommendations(declared, item):
    declared.open()
    commitment = declared.world.play.campaign.framework.commitments.get(number=19)
    response = signed_in(declared.secretary).post(
        item, OUTCOME | {"commitment_1": str(commitment.pk), "text_1": "Chiffrer le rejet décennal.", "text_2": " "}
    )
    assert response["Location"] == item
    row = declared.item
    assert (row.outcome, row.reasons, row.mode) == ("propose", "Gouvernance exemplaire.", "consensus")
    assert [(r.commitment, r.text) for r in row.recommendations.all()] == [(commitment, "Chiffrer le rejet décennal.")]
    assert "Chiffrer le rejet décennal." in read(declared.secretary, item)


def test_a_show_of_hands_is_recorded_with_its_counts(declared, item):
    declared.open()
    client = signed_in(declared.secretary)
    votes = OUTCOME | {"mode": "hands", "votes_for": "2", "votes_against": "2", "abstentions": "0"}
    response = client.post(item, votes)
    assert response.status_code == 422
    assert "Ce vote ne donne pas la majorité" in words(response)
    assert client.post(item, votes | {"chair_is_for": "on"}).status_code == 302
    assert (declared.item.votes_for, declared.item.votes_against) == (2, 2)


def test_missing_counts_are_asked_beside_their_fields(declared, item):
    declared.open()
    response = signed_in(declared.secretary).post(item, OUTCOME | {"mode": "hands", "votes_for": "4"})
    assert response.status_code == 422
    assert words(response).count("Indiquez le nombre de voix, zéro compris.") == 4  # in the summary, and beside


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"reasons": ""}, "Les motifs sont demandés."),
        ({"outcome": "adjourn"}, "Un ajournement demande au moins une recommandation"),
        ({"outcome": "award"}, "choix"),
        ({"commitment_1": "1"}, "Écrivez cette recommandation, ou effacez son engagement."),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_is_kept(declared, item, change, sentence):
    declared.open()
    first = declared.world.play.campaign.framework.commitments.first()
    change = {name: str(first.pk) if name == "commitment_1" else value for name, value in change.items()}
    response = signed_in(declared.secretary).post(item, OUTCOME | {"support": "Une journée d’appui."} | change)
    assert response.status_code == 422
    assert sentence in words(response)
    assert "Une journée d’appui." in words(response)
    assert declared.item.outcome == ""


def test_without_quorum_a_dossier_is_only_carried_over(declared, item):
    declared.open(rows={declared.voting[0]: ("present", None)})
    client = signed_in(declared.secretary)
    assert "ce point ne peut qu’être reporté" in words(client.get(item))
    response = client.post(item, OUTCOME)
    assert response.status_code == 422
    assert "Le quorum n’est pas atteint : 1 siège présent, 2 requis." in words(response)
    assert client.post(item, {"outcome": "carry_over", "mode": "consensus"}).status_code == 302


def test_nothing_is_recorded_outside_the_sitting(declared, item):
    client = signed_in(declared.secretary)
    assert "Un avis s’enregistre pendant que la séance est ouverte." in words(client.get(item))
    response = client.post(item, OUTCOME)
    assert response.status_code == 422
    assert "La séance n’est pas ouverte." in words(response)
