"""Two records of one operation: the bureau finds the other, reads what would follow, then makes one of them."""

import re

import pytest
from django.urls import reverse

from ecoquartier.core import clock
from ecoquartier.operations import services
from ecoquartier.operations.enums import FactKind, OperationState
from ecoquartier.operations.models import CharterSignature, LegacyFact, Operation
from ecoquartier.operations.services.merging import merge_operation
from ecoquartier.territories.models import Commune
from ecoquartier.web.bureau import operations
from tests.support.client import StrictClient
from tests.web.holder.test_operations import text


def page_of(operation) -> str:
    return reverse("bureau:operation-merge", kwargs={"pk": operation.pk})


def signed_in(user) -> StrictClient:
    client = StrictClient()
    client.force_login(user)
    return client


@pytest.fixture
def pair(world):
    kept, gone = (services.add_operation(name=name, lead_commune=world.commune) for name in ("Le Quai", "Quai (bis)"))
    LegacyFact.objects.create(operation=gone, kind=FactKind.CALL, year=2011, source="reprise 2016")
    return kept, gone


def seen(response) -> str:
    """The mark of what the page has just shown."""
    return response.context["form"].data["seen"]


def test_nothing_is_done_before_it_was_shown(world, pair):
    kept, gone = pair
    client, address = signed_in(world.bureau), page_of(kept)
    assert "Quai (bis)" in text(client.get(address))
    sent = {"other": str(gone.pk), "reason": "Même opération."}
    shown = client.post(address, sent)
    page = text(shown)
    assert "1 fait d’un ancien tableau rejoint la fiche gardée." in page
    assert "Ce que « Le Quai » dit déjà ne change pas" in page
    assert Operation.objects.get(pk=gone.pk).state == OperationState.ACTIVE
    done = client.post(address, {**sent, "seen": seen(shown)})
    assert done["Location"] == reverse("holder:operation", kwargs={"pk": kept.pk})
    assert Operation.objects.get(pk=gone.pk).merged_into == kept


def test_both_are_shown_side_by_side(world, pair):
    kept, gone = pair
    part = world.part(filled=False)
    kept.dwellings, kept.description = 120, "Un quartier au bord de l’eau."
    kept.save()
    services.record_stage(
        gone,
        rank=2,
        name="Label 2013",
        scheme_title="2013",
        year=2013,
        source="reprise 2016",
        published_at=clock.now(),
    )
    CharterSignature.objects.create(operation=gone, year=2014, source="reprise 2016")
    Operation.objects.filter(pk=gone.pk).update(holder=part.operation.holder)
    shown = signed_in(world.bureau).post(page_of(kept), {"other": str(gone.pk), "reason": "Même opération."})
    rows = {label: said for label, *said in shown.context["compared"]}
    assert rows["Nom de l’opération"] == ["Le Quai", "Quai (bis)"]
    assert rows["Commune principale"] == ["Laval (53)", "Laval (53)"]
    assert rows["Porteur de projet"] == ["", str(part.operation.holder)]
    assert rows["Étapes"] == ["", "Label 2013 en 2013"]
    assert rows["Charte"][1].startswith("collectivité à préciser – 2014")
    assert rows["Description"] == ["Un quartier au bord de l’eau.", ""]
    assert ["120", ""] in rows.values()
    assert "Photos" not in rows
    page = text(shown)
    for operation in pair:
        assert reverse("holder:operation", kwargs={"pk": operation.pk}) in page


def test_the_closed_sheet_is_read_by_the_bureau_and_by_nobody_else(world, pair):
    kept, gone = pair
    Operation.objects.filter(pk=gone.pk).update(description="Ce que disait l’autre fiche.")
    address = reverse("bureau:operation-closed", kwargs={"pk": gone.pk})
    assert signed_in(world.bureau).get(address).status_code == 404
    merge_operation(Operation.objects.get(pk=gone.pk), actor=world.bureau, into=kept, reason="Deux fois la même.")
    page = text(signed_in(world.bureau).get(address))
    for said in ("Ce que disait l’autre fiche.", "Le Quai", world.bureau.full_name, "Deux fois la même."):
        assert said in page
    for user in (world.correspondent, world.coordinator):
        assert signed_in(user).get(address).status_code == 404


def test_the_merger_is_read_on_the_life_and_in_the_journal_of_both(world, pair):
    kept, gone = pair
    merge_operation(gone, actor=world.bureau, into=kept, reason="Deux fois la même.")
    life, closed = reverse("holder:life", kwargs={"pk": kept.pk}), reverse("bureau:operation-closed", args=[gone.pk])
    for user, opens in ((world.bureau, True), (world.correspondent, False)):
        page = text(signed_in(user).get(life))
        for said in ("Quai (bis)", f"par {world.bureau.full_name}", "Deux fois la même."):
            assert said in page
        assert (closed in page) is opens
    for operation in pair:
        rows = signed_in(world.bureau).get(f"{reverse('bureau:journal')}?objet={operation.pk}").context["rows"]
        assert "operation.merged" in {row.entry.event for row in rows}


def test_another_choice_is_shown_again(world, pair):
    kept, gone = pair
    third = services.add_operation(name="Tiers", lead_commune=world.commune)
    client, address = signed_in(world.bureau), page_of(kept)
    mark = seen(client.post(address, {"other": str(gone.pk), "reason": "Même opération."}))
    again = client.post(address, {"other": str(third.pk), "reason": "Même opération.", "seen": mark})
    assert again.status_code == 200
    assert not Operation.objects.filter(state=OperationState.MERGED).exists()


def test_a_refusal_is_a_sentence_and_keeps_what_was_typed(world, pair):
    kept, _gone = pair
    part, dossier = world.draft(part=world.part(filled=False))
    sent = {"other": str(part.operation.pk), "reason": "Même opération."}
    response = signed_in(world.bureau).post(page_of(kept), sent)
    assert response.status_code == 422
    assert str(dossier.stage) in text(response)
    assert "Même opération." in text(response)


def test_a_record_elsewhere_is_found_by_its_name(world, pair):
    kept, _gone = pair
    far = services.add_operation(name="Le Quai lointain", lead_commune=Commune.objects.get(pk="44109"))
    client, address = signed_in(world.bureau), page_of(kept)
    assert far.name not in text(client.get(address))
    found = f"{address}?q=lointain"
    assert far.name in text(client.get(found))
    shown = client.post(found, {"other": str(far.pk), "reason": "Même opération."})
    client.post(found, {"other": str(far.pk), "reason": "Même opération.", "seen": seen(shown)})
    assert Operation.objects.get(pk=far.pk).merged_into == kept
    assert "Aucune autre fiche ne correspond" in text(client.get(f"{address}?q=zzz"))


def test_a_search_forgives_and_says_that_there_are_more(world, pair, monkeypatch):
    kept, gone = pair
    client, address = signed_in(world.bureau), page_of(kept)
    assert "Quai (bis)" in text(client.get(f"{address}?q=le quaie bis"))
    assert "premières sont proposées" not in text(client.get(address))
    monkeypatch.setattr(operations, "SHOWN", 1)
    services.add_operation(name="Autre fiche", lead_commune=world.commune)
    page = text(client.get(address))
    assert "Plus de 1 fiches correspondent : les 1 premières sont proposées." in page
    assert gone.name not in page


def test_the_commune_of_the_other_is_proposed(world, pair):
    kept, _gone = pair
    far = services.add_operation(name="Le Quai lointain", lead_commune=Commune.objects.get(pk="44109"))
    client, address = signed_in(world.bureau), f"{page_of(kept)}?q=lointain"
    assert re.search(r'<input[^>]*name="with_commune"[^>]*checked', text(client.get(address)))
    sent = {"other": str(far.pk), "reason": "Même opération."}
    left = "La commune de l’autre fiche (Nantes) n’est pas ajoutée"
    assert left in text(client.post(address, sent))
    sent["with_commune"] = "on"
    shown = client.post(address, sent)
    page = text(shown)
    assert left not in page
    assert "La fiche gardée compte désormais parmi ses autres communes : Nantes." in page
    client.post(address, {**sent, "seen": seen(shown)})
    assert [commune.name for commune in kept.other_communes.all()] == ["Nantes"]


def test_alone_in_its_commune_it_says_how_to_look(world):
    alone = services.add_operation(name="Seule", lead_commune=Commune.objects.get(pk="44109"))
    assert "cherchez-la par son nom" in text(signed_in(world.bureau).get(page_of(alone)))


def test_nobody_else_comes_in(world, pair):
    kept, _gone = pair
    part = world.part(filled=False)
    assert signed_in(world.correspondent).get(page_of(kept)).status_code == 403
    assert signed_in(part.lead).get(page_of(part.operation)).status_code == 403
    assert signed_in(part.lead).get(page_of(kept)).status_code == 404


def test_queries_do_not_grow_with_the_candidates(world, pair, django_assert_max_num_queries):
    kept, _gone = pair

    def count() -> int:
        client = signed_in(world.bureau)
        with django_assert_max_num_queries(15) as queries:
            client.get(page_of(kept))
        return len(queries)

    one = count()
    for n in range(2):
        services.add_operation(name=f"Autre {n}", lead_commune=world.commune)
    assert count() == one


def test_sent_twice_it_is_done_once_and_told_twice(world, pair, monkeypatch):
    kept, gone = pair
    client, address = signed_in(world.bureau), page_of(kept)
    sent = {"other": str(gone.pk), "reason": "Même opération."}
    sent["seen"] = seen(client.post(address, sent))
    sheet = reverse("holder:operation", kwargs={"pk": kept.pk})

    def beaten(duplicate, **values):
        merge_operation(Operation.objects.get(pk=duplicate.pk), **values)
        return merge_operation(duplicate, **values)

    # The second sending waits for the first, then finds it done; another comes when all is done.
    monkeypatch.setattr(operations.merging, "merge_operation", beaten)
    for _time in range(2):
        done = client.post(address, sent)
        assert done["Location"] == sheet
        assert "n’en font plus qu’une" in text(client.get(sheet))


def test_the_closed_sheet_says_its_facts_and_its_dates_as_they_are_known(world, pair):
    kept, gone = pair
    LegacyFact.objects.create(operation=kept, kind=FactKind.GRANT, year=2016, detail="14000", source="2016")
    LegacyFact.objects.create(operation=gone, kind=FactKind.GRANT, year=2016, detail="9000", source="2016")
    CharterSignature.objects.create(operation=gone, year=2013, source="reprise 2016")
    gone.phases.update(delivery="2034")
    shown = text(signed_in(world.bureau).post(page_of(kept), {"other": str(gone.pk), "reason": "Même opération."}))
    merge_operation(Operation.objects.get(pk=gone.pk), actor=world.bureau, into=kept, reason="Deux fois la même.")
    closed = text(signed_in(world.bureau).get(reverse("bureau:operation-closed", kwargs={"pk": gone.pk})))
    for page in (shown, closed):
        assert "9 000 €" in page.replace("\u00a0", " ").replace("\u202f", " ")
        assert "31 décembre 2034" not in page
    assert "collectivité à préciser – 2013" in shown
