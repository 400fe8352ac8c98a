"""The stage assistant and the opening of a candidature."""

import pytest
from django.urls import reverse

from ecoquartier.awards import services as awards
from ecoquartier.campaigns.models import Campaign, Scheme
from ecoquartier.commissions.models import Sitting
from ecoquartier.core import clock
from ecoquartier.core.text import long_date
from ecoquartier.dossiers.models import Dossier
from ecoquartier.operations.services import add_operation, pause_operation
from tests.support.pages import queries_of
from tests.web.holder.test_operations import text, url

ENDED = "1er\u00a0janvier\u00a02020"


def lines(response) -> dict:
    return {line["stage"].rank: line for line in response.context["lines"]}


def test_each_stage_says_what_is_missing_with_links(world, sign_in):
    part = world.part(filled=False)
    response = sign_in(part.lead).get(url("dossier-open", part.operation))
    page = text(response)
    found = lines(response)
    assert list(found) == [1, 2, 3, 4]
    assert found[2]["is_folded"]
    assert "La rencontre avec le correspondant n’a pas encore eu lieu." in page
    assert url("operation-edit", part.operation, part="identite") + "#id_description" in page
    assert url("answer", part.operation, number=20) in page
    assert "Le périmètre de l’opération n’est pas encore donné." in page
    for name in ("perimeter", "document-add", "photo-add", "meeting-ask"):
        assert f'href="{url(name, part.operation)}"' in response.content.decode(), name


def test_the_lead_opens_a_candidature(world, sign_in):
    part = world.part()
    client, address = sign_in(part.lead), url("dossier-open", part.operation)
    page = text(client.get(address))
    assert "rien ne manque" in page
    response = client.post(address, {"stage": 2})
    dossier = Dossier.objects.get()
    assert response["Location"] == reverse("dossiers:detail", kwargs={"pk": dossier.pk})
    assert (dossier.stage.rank, dossier.operation, dossier.state) == (2, part.operation, "draft")


def test_a_second_click_is_refused_and_the_open_one_is_shown(world, sign_in):
    part, dossier = world.draft()
    client, address = sign_in(part.lead), url("dossier-open", part.operation)
    response = client.post(address, {"stage": 2})
    assert response.status_code == 422
    assert "Une candidature est déjà ouverte pour cette opération." in text(response)
    page = text(client.get(address))
    assert reverse("dossiers:detail", kwargs={"pk": dossier.pk}) in page
    assert Dossier.objects.count() == 1


def test_a_closed_window_is_said_and_stage_1_stays_open(world, sign_in):
    part = world.part()
    world.play.campaign.milestones.filter(code="filing").update(day="2020-01-01")
    world.play.campaign.milestones.filter(code="launch").update(day="2019-01-01")
    client, address = sign_in(part.lead), url("dossier-open", part.operation)
    found = lines(client.get(address))
    assert "n’est pas ouvert" in found[2]["reason"]
    assert found[1]["reason"] == ""
    assert client.post(address, {"stage": 2}).status_code == 422
    assert client.post(address, {"stage": 1}).status_code == 302


@pytest.mark.parametrize("who", ["editor", "reader", "elected", "correspondent", "bureau"])
def test_only_the_lead_opens(world, sign_in, team_mate, who):
    part = world.part()
    people = {"elected": part.elected, "correspondent": world.correspondent, "bureau": world.bureau}
    client = sign_in(people.get(who) or team_mate(part.operation, who))
    address = url("dossier-open", part.operation)
    page = text(client.get(address))
    assert "Seul le pilote de l’équipe ouvre une candidature." in page
    assert client.post(address, {"stage": 2}).status_code == 403
    assert not Dossier.objects.exists()


@pytest.mark.parametrize("stage", ["", "9", "deux"])
def test_an_unknown_stage_is_refused(world, sign_in, stage):
    part = world.part()
    response = sign_in(part.lead).post(url("dossier-open", part.operation), {"stage": stage})
    assert response.status_code == 422
    assert not Dossier.objects.exists()


def test_without_campaign_the_page_says_so(world, sign_in):
    part = world.part(filled=False)
    Campaign.objects.all().delete()
    client, address = sign_in(part.lead), url("dossier-open", part.operation)
    assert "Aucune campagne n’est ouverte" in text(client.get(address))
    assert client.post(address, {"stage": 2}).status_code == 422


def test_the_assistant_gives_no_decision_away(world, sign_in):
    part, dossier = world.awarded()
    client, address = sign_in(part.lead), url("dossier-open", part.operation)
    page = text(client.get(address))
    assert "en commission" in page
    assert "détenue" not in page
    refusal = "Une candidature est déjà ouverte pour cette opération."
    assert refusal in page
    assert refusal in text(client.post(address, {"stage": 2}))
    awards.announce(Sitting.objects.get(commission__level="national"), actor=world.bureau)
    found = lines(sign_in(part.lead).get(address))
    assert found[2]["is_held"]
    assert not found[3]["is_held"]
    assert found[3]["reason"] == ""


def test_a_stage_held_is_not_offered(world, sign_in):
    part, _dossier = world.awarded()
    awards.announce(Sitting.objects.get(commission__level="national"), actor=world.bureau)
    response = sign_in(part.lead).post(url("dossier-open", part.operation), {"stage": 2})
    assert response.status_code == 422
    assert "détient déjà cette étape" in text(response)


@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.parametrize("is_open", [False, True])
def test_nobody_waits_for_more_than_fifteen_queries(world, filled, is_open):
    part = world.part(filled=filled)
    if is_open:
        world.draft(part=part)
    page = url("dossier-open", part.operation)
    people = (part.lead, part.elected, world.correspondent, world.coordinator, world.bureau)
    assert {user.email: n for user in people if (n := queries_of(user, page)) > 15} == {}


@pytest.mark.parametrize("who", ["reader", "elected", "correspondent", "bureau"])
def test_who_writes_nothing_reads_what_is_missing_without_a_link(world, sign_in, team_mate, who):
    part = world.part(filled=False)
    people = {"elected": part.elected, "correspondent": world.correspondent, "bureau": world.bureau}
    response = sign_in(people.get(who) or team_mate(part.operation, who)).get(url("dossier-open", part.operation))
    assert "Aucune photo de l’opération n’est encore donnée." in text(response)
    missing = dict(lines(response)[2]["missing"])
    assert missing["Aucune photo de l’opération n’est encore donnée."] == ""
    assert not [address for address in missing.values() if "/carnet/" in address or "/fiche/" in address]
    meets = {
        address for line in lines(response).values() for _said, address in line["missing"] if "rencontre" in address
    }
    assert meets == ({url("operation-meeting", part.operation)} if who in {"correspondent", "bureau"} else set())


def test_each_stage_says_until_when_it_is_filed(world, sign_in):
    part = world.part(filled=False)
    client, address = sign_in(part.lead), url("dossier-open", part.operation)
    deadline = long_date(world.play.campaign.filing_deadline)
    found = lines(client.get(address))
    assert found[1]["window"] == "Le dépôt est possible toute l’année."
    assert found[2]["window"] == f"Le dépôt est ouvert jusqu’au {deadline}, à 23\u00a0h\u00a059."
    world.play.campaign.milestones.filter(code="filing").update(day="2020-01-01")
    world.play.campaign.milestones.filter(code="launch").update(day="2019-01-01")
    found = lines(client.get(address))
    assert found[2]["window"] == f"Le dépôt de la campagne {clock.today().year} s’est terminé le {ENDED}."
    assert "n’est pas ouvert" in found[2]["reason"]


def test_the_filing_ends_tonight(world, sign_in):
    part = world.part(filled=False)
    world.play.campaign.milestones.filter(code="filing").update(day=clock.today())
    found = lines(sign_in(part.lead).get(url("dossier-open", part.operation)))
    assert found[2]["reason"] == ""
    assert "est ouvert jusqu’au" in found[2]["window"]


def test_a_paused_operation_opens_nothing_and_still_reads_what_is_missing(world, sign_in):
    part = world.part()
    pause_operation(part.operation, actor=part.lead, reason="Recours contre le permis.")
    client, address = sign_in(part.lead), url("dossier-open", part.operation)
    found = lines(client.get(address))
    assert all("suspendue" in line["reason"] or "pause" in line["reason"] for line in found.values())
    assert found[2]["missing"] == []
    assert client.post(address, {"stage": 2}).status_code == 422
    assert not Dossier.objects.exists()


def test_an_operation_without_holder_nor_phase_nor_charter_reads_why(world, sign_in):
    operation = add_operation(name="Sans porteur", lead_commune=world.commune)
    page = text(sign_in(world.bureau).get(url("dossier-open", operation)))
    assert "La charte n’est pas encore signée par la collectivité." in page
    assert "La date de début des travaux n’est pas renseignée." in page
    assert "Le périmètre de l’opération n’est pas encore donné." in page
    assert "None" not in page


def test_the_assistant_says_the_charter_as_the_sheet_does(world, sign_in):
    operation = add_operation(name="Cœur ancien", lead_commune=world.commune)
    operation.charter_signatures.create(year=2013, source="reprise 2016")
    client = sign_in(world.bureau)
    told = "signée en 2013, à confirmer"
    assert told in text(client.get(url("operation", operation)))
    page = text(client.get(url("dossier-open", operation)))
    assert f"Charte : {told}. Le correspondant du département confirme cette signature" in page
    assert "La charte n’est pas encore signée" not in page


def test_dates_that_contradict_a_stage_are_told_and_hold_nothing_back(world, sign_in):
    part = world.part()
    part.operation.phases.update(works="2033", delivery="2034~")
    client, address = sign_in(part.lead), url("dossier-open", part.operation)
    response = client.get(address)
    found = lines(response)
    assert (found[1]["doubts"], found[2]["missing"], found[3]["missing"]) == ([], [], [])
    for rank, date in ((2, "(2033)"), (3, "(vers 2034)")):
        ((sentence, place),) = found[rank]["doubts"]
        assert date in sentence
        assert place == url("phases", part.operation)
    assert [line["tone"] for line in found.values()] == ["main", "quiet", "quiet", "quiet"]
    assert text(response).count("une date à vérifier") == 2
    assert client.post(address, {"stage": 2}).status_code == 302
    dossier = Dossier.objects.get()
    deposit = sign_in(part.lead).get(reverse("dossiers:submit", kwargs={"pk": dossier.pk}))
    assert "À vérifier avant le dépôt" in text(deposit)
    assert "(2033)" in text(sign_in(part.lead).get(reverse("dossiers:detail", kwargs={"pk": dossier.pk})))


def test_the_date_of_the_works_is_asked_once_for_all_phases(world, sign_in):
    part = world.part()
    part.operation.phases.update(works="")
    part.operation.phases.create(rank=2, name="Seconde tranche", delivery="2021")
    client, address = sign_in(part.lead), url("dossier-open", part.operation)
    missing = "La date de début des travaux n’est pas renseignée."
    assert [said for said, _place in lines(client.get(address))[2]["missing"]] == [missing]
    part.operation.phases.filter(rank=2).update(works="2019-03")
    assert lines(client.get(address))[2]["missing"] == []


@pytest.mark.parametrize("who", ["lead", "elected", "editor", "reader", "correspondent", "coordinator", "bureau"])
def test_a_label_decided_changes_nothing_for_anybody_before_it_is_told(world, sign_in, team_mate, who):
    """The assistant reads the same before the sitting and after its minutes (rule 15)."""
    part, dossier = world.decided("propose")
    people = {
        "lead": part.lead,
        "elected": part.elected,
        "correspondent": world.correspondent,
        "coordinator": world.coordinator,
        "bureau": world.bureau,
    }
    user = people.get(who) or team_mate(part.operation, who)
    address = url("dossier-open", part.operation)

    def read():
        return {
            rank: (line["missing"], line["reason"], line["is_held"])
            for rank, line in lines(sign_in(user).get(address)).items()
        }

    before = read()
    world.sit(dossier, "award", national=True)
    assert read() == before
    awards.announce(Sitting.objects.get(commission__level="national"), actor=world.bureau)
    is_told = who not in {"correspondent", "coordinator", "bureau"}
    assert [is_held for _missing, _reason, is_held in read().values()] == [is_told, is_told, False, False]


def test_several_phases_are_filed_together(world, sign_in):
    part = world.part()
    part.operation.phases.create(rank=2, name="Seconde tranche", delivery="2021")
    response = sign_in(part.lead).post(url("dossier-open", part.operation), {"stage": 2})
    assert response.status_code == 302
    assert Dossier.objects.get().scope.count() == 2


def test_another_scheme_has_its_own_stages(world, sign_in):
    part = world.part()
    scheme = Scheme.objects.get(code="renove-2023")
    Campaign.objects.update(scheme=scheme)
    found = lines(sign_in(part.lead).get(url("dossier-open", part.operation)))
    assert [line["stage"].name for line in found.values()] == ["ÉcoProjet", "Livré", "Vécu"]
    assert found[1]["missing"] == []
