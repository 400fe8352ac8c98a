"""The other acts on a dossier: each with the wrong role, the wrong state, the second click, what is missing."""

from datetime import timedelta

import pytest

from ecoquartier.campaigns.enums import DecisionPath
from ecoquartier.core import clock
from ecoquartier.dossiers import services
from ecoquartier.dossiers.models import Dossier
from tests.support.world import World
from tests.web.dossiers.conftest import text


def address(dossier, page=""):
    return f"/espace/dossiers/{dossier.pk}/{page}"


def state(dossier):
    return Dossier.objects.get(pk=dossier.pk).state


def without_experts(world: World, path: str):
    """An admissible dossier of a stage made so that no expert is asked."""
    _part, dossier = world.admissible()
    dossier.stage.experts, dossier.stage.decision_path = 0, path
    dossier.stage.save()
    return dossier


def inadmissible(world: World):
    _part, dossier = world.submitted()
    return services.refuse(dossier, actor=world.correspondent, opinion="Étape inadaptée.")


def later(days=12):
    return (clock.today() + timedelta(days=days)).isoformat()


# page → (how to come before it, who, what is sent, the state after, what is said)
ACTS = {
    "rouvrir": (inadmissible, "coordinator", {"reason": "À revoir."}, "submitted", "L’examen est rouvert."),
    "enregistrer": (
        lambda world: world.admissible(rank=1)[1],
        "coordinator",
        {},
        "awarded",
        "L’étape est enregistrée.",
    ),
    "sans-expertise": (
        lambda world: without_experts(world, DecisionPath.REGIONAL_FINAL),
        "bureau",
        {},
        "assessed",
        "peut être inscrit à une séance régionale",
    ),
    "transmettre": (
        lambda world: without_experts(world, DecisionPath.NATIONAL_ONLY),
        "bureau",
        {},
        "referred",
        "peut être inscrit à une séance nationale",
    ),
    "retirer": (lambda world: world.submitted()[1], "lead", {"reason": ""}, "withdrawn", "La candidature est retirée."),
    "clore": (lambda world: world.submitted()[1], "bureau", {"reason": "Doublon."}, "closed", "Le dossier est clos."),
    "reprendre": (
        lambda world: world.decided("adjourn")[1],
        "bureau",
        {"reason": "Pièce oubliée.", "due_on": later()},
        "to_complete",
        "Le dossier est rendu au porteur",
    ),
}


def person(world, dossier, who):
    if who == "lead":
        return dossier.operation.team.get().user
    return getattr(world, who)


@pytest.mark.parametrize("page", ACTS)
def test_the_act(world, sign_in, page):
    before, who, values, after, said = ACTS[page]
    dossier = before(world)
    client = sign_in(person(world, dossier, who))
    shown = client.get(address(dossier, f"{page}/"))
    assert shown.status_code == 200
    assert "Ce qui va se passer" in text(shown)
    done = client.post(address(dossier, f"{page}/"), values, follow=True)
    assert done.redirect_chain == [(address(dossier), 302)]
    assert said in text(done)
    assert state(dossier) == after


@pytest.mark.parametrize("page", ACTS)
def test_a_second_click_says_that_it_is_done(world, sign_in, page):
    before, who, values, after, _said = ACTS[page]
    dossier = before(world)
    client = sign_in(person(world, dossier, who))
    client.post(address(dossier, f"{page}/"), values)
    again = client.post(address(dossier, f"{page}/"), values)
    assert again.status_code == 422
    assert "C’est déjà fait" in text(again)
    assert state(dossier) == after


@pytest.mark.parametrize("page", ACTS)
def test_the_wrong_role(world, sign_in, page):
    before, who, values, _after, _said = ACTS[page]
    dossier = before(world)
    was = state(dossier)
    allowed = {"coordinator": {"coordinator", "bureau"}}.get(who, {who})
    for name in {"lead", "correspondent", "coordinator", "bureau"} - allowed:
        client = sign_in(person(world, dossier, name))
        assert client.get(address(dossier, f"{page}/")).status_code == 403, name
        assert client.post(address(dossier, f"{page}/"), values).status_code == 403, name
    stranger = sign_in(world.cast.experts[3])
    assert stranger.post(address(dossier, f"{page}/"), values).status_code == 404
    assert state(dossier) == was


@pytest.mark.parametrize("page", ACTS)
def test_the_wrong_state(world, sign_in, page):
    _before, who, values, _after, _said = ACTS[page]
    part, dossier = world.draft()
    services.withdraw(dossier, actor=part.lead) if page != "retirer" else services.close(
        dossier, actor=world.bureau, reason="Doublon."
    )
    was = state(dossier)
    client = sign_in(person(world, dossier, who))
    assert "n’est pas possible maintenant" in text(client.get(address(dossier, f"{page}/")))
    refused = client.post(address(dossier, f"{page}/"), values)
    assert refused.status_code == 422
    assert state(dossier) == was


@pytest.mark.parametrize("page", ["rouvrir", "clore", "reprendre"])
def test_a_reason_is_asked(world, sign_in, page):
    before, who, values, _after, _said = ACTS[page]
    dossier = before(world)
    was = state(dossier)
    refused = sign_in(person(world, dossier, who)).post(address(dossier, f"{page}/"), values | {"reason": " "})
    assert refused.status_code == 422
    assert "Ce champ est obligatoire." in text(refused)
    assert state(dossier) == was


def test_the_reason_given_is_read_by_the_holder(world, page_of):
    part, dossier = world.submitted()
    services.close(dossier, actor=world.bureau, reason="Deux candidatures pour la même opération.")
    assert "Deux candidatures pour la même opération." in page_of(part.lead, address(dossier))


# Extending the window


def test_the_bureau_extends_a_draft(world, sign_in):
    part, dossier = world.draft()
    client = sign_in(world.bureau)
    assert [a.label for a in client.get(address(dossier)).context["sheet"].actions.rare] == [
        "Clore le dossier",
        "Prolonger le dépôt",
    ]
    assert "se ferme aujourd’hui le" in text(client.get(address(dossier, "prolonger/")))
    done = client.post(address(dossier, "prolonger/"), {"until": later(90), "reason": "Panne."}, follow=True)
    assert "Le dépôt est possible jusqu’au" in text(done)
    assert Dossier.objects.get(pk=dossier.pk).extended_to.isoformat() == later(90)
    assert sign_in(part.lead).get(address(dossier, "prolonger/")).status_code == 403


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"until": "2020-01-01", "reason": "Panne."}, "Cette date est déjà passée."),
        ({"until": "", "reason": "Panne."}, "Ce champ est obligatoire."),
        ({"until": later(90), "reason": ""}, "Ce champ est obligatoire."),
    ],
)
def test_an_extension_refused_comes_back_filled(world, sign_in, values, sentence):
    _part, dossier = world.draft()
    refused = sign_in(world.bureau).post(address(dossier, "prolonger/"), values)
    assert refused.status_code == 422
    assert sentence in text(refused)
    assert refused.context["form"]["reason"].value() == values["reason"]


def test_only_a_draft_is_extended(world, sign_in):
    _part, dossier = world.submitted()
    client = sign_in(world.bureau)
    assert "Seul un dossier en préparation" in text(client.get(address(dossier, "prolonger/")))
    refused = client.post(address(dossier, "prolonger/"), {"until": later(), "reason": "Panne."})
    assert refused.status_code == 422


def test_withdrawing_asks_no_reason_and_is_behind_more(world, sign_in):
    part, dossier = world.submitted()
    actions = sign_in(part.lead).get(address(dossier)).context["sheet"].actions
    assert (actions.main, actions.others) == (None, ())
    assert [a.label for a in actions.rare] == ["Retirer la candidature"]
