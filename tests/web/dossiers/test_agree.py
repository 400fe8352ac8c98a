"""The agreement of the collectivité: the exact content, one button, what happens when the content changes."""

from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries import next_hash
from ecoquartier.operations.services import update_operation
from ecoquartier.people.enums import OrganisationKind
from ecoquartier.people.models import Membership, Organisation
from tests.web.dossiers.conftest import text


def address(dossier):
    return f"/espace/dossiers/{dossier.pk}/accord/"


def filled(page):
    """What the form of the page would send."""
    form = page.context["form"]
    return {name: form[name].value() for name in form.fields if form[name].value()}


def test_the_exact_content_is_read_then_agreed_to(world, sign_in):
    part, dossier = world.draft()
    client = sign_in(part.elected)
    page = client.get(address(dossier))
    words = text(page)
    for expected in (
        "Ce que vous accordez",
        next_hash(dossier),
        "20 sur 20",
        "Votre accord porte sur le contenu exact",
    ):
        assert expected in words
    assert "Au nom de" not in words  # one collectivité: nothing to choose
    done = client.post(address(dossier), filled(page), follow=True)
    assert "Votre accord est enregistré." in text(done)
    given = dossier.agreements.get()
    assert (given.agreed_by, given.content_sha256) == (part.elected, next_hash(dossier))


def test_a_second_click_says_that_it_is_done(world, sign_in):
    part, dossier = world.draft()
    client = sign_in(part.elected)
    values = filled(client.get(address(dossier)))
    client.post(address(dossier), values)
    again = client.post(address(dossier), values)
    assert again.status_code == 422
    assert "a déjà donné son accord sur ce contenu" in text(again)
    assert dossier.agreements.count() == 1
    page = client.get(address(dossier))
    assert "C’est déjà fait" in text(page)
    assert f"a donné son accord par {part.elected.full_name}" in text(page)


def test_a_content_changed_meanwhile_is_read_again_and_the_button_agrees_to_the_new_one(world, sign_in):
    part, dossier = world.draft()
    client = sign_in(part.elected)
    values = filled(client.get(address(dossier)))
    update_operation(part.operation, actor=part.lead, dwellings=1999)
    page = client.post(address(dossier), values)
    assert page.status_code == 422
    assert "Le contenu a changé depuis que vous l’avez ouvert" in text(page)
    assert "1 999" in text(page)
    assert dossier.agreements.count() == 0
    new = next_hash(Dossier.objects.get(pk=dossier.pk))
    assert filled(page)["sha256"] == new != values["sha256"]
    client.post(address(dossier), filled(page))
    assert dossier.agreements.get().content_sha256 == new


def test_somebody_who_represents_two_collectivites_chooses(world, sign_in):
    part, dossier = world.draft()
    epci = Organisation.objects.create(name="Laval Agglomération (essai)", kind=OrganisationKind.EPCI)
    part.operation.collectivites.add(epci)
    Membership.objects.create(user=part.elected, organisation=epci, is_representative=True)
    client = sign_in(part.elected)
    page = client.get(address(dossier))
    assert "Au nom de" in text(page)
    missing = client.post(address(dossier), {"sha256": next_hash(dossier)})
    assert missing.status_code == 422
    client.post(address(dossier), {"sha256": next_hash(dossier), "organisation": str(epci.pk)})
    assert dossier.agreements.get().organisation == epci
    left = client.get(address(dossier))
    assert "Au nom de" not in text(left)
    client.post(address(dossier), filled(left))
    assert dossier.agreements.count() == 2


def test_an_organisation_that_is_not_theirs_is_refused(world, sign_in):
    part, dossier = world.draft()
    epci = Organisation.objects.create(name="Ailleurs", kind=OrganisationKind.EPCI)
    page = sign_in(part.elected).post(address(dossier), {"sha256": next_hash(dossier), "organisation": str(epci.pk)})
    assert page.status_code == 422
    assert dossier.agreements.count() == 0


def test_an_incomplete_content_is_said(world, sign_in):
    part, dossier = world.draft(part=world.part(filled=False))
    assert "Il manque 32 éléments" in text(sign_in(part.elected).get(address(dossier)))


def test_nothing_to_agree_to_once_deposited(world, sign_in):
    part, dossier = world.submitted()
    client = sign_in(part.elected)
    page = client.get(address(dossier))
    assert "Aucun dépôt n’est en préparation" in text(page)
    refused = client.post(address(dossier), filled(page))
    assert refused.status_code == 422


def test_only_a_representative_agrees(world, sign_in):
    part, dossier = world.draft()
    for user in (part.lead, world.correspondent, world.bureau):
        client = sign_in(user)
        assert client.get(address(dossier)).status_code == 403
        assert client.post(address(dossier), {"sha256": next_hash(dossier)}).status_code == 403
    assert sign_in(world.cast.experts[0]).get(address(dossier)).status_code == 404
    assert dossier.agreements.count() == 0
