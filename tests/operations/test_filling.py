"""What the sheet that stays takes of a duplicate: what it does not say, and nothing that it says."""

from datetime import date

import pytest

from ecoquartier.core import clock
from ecoquartier.operations import services
from ecoquartier.operations.enums import FactKind
from ecoquartier.operations.models import CharterSignature, LegacyFact, Operation, Phase
from ecoquartier.operations.services import merging
from ecoquartier.people.enums import OrganisationKind
from ecoquartier.people.models import Organisation
from tests.support.world import fresh

FIGURES = ("dwellings", "social_dwellings", "inhabitants")


def again(operation):
    return Operation.objects.get(pk=operation.pk)


@pytest.fixture
def one(world):
    """The record that is kept."""
    return services.add_operation(name="Quai des Brumes", lead_commune=world.commune)


@pytest.fixture
def other(world):
    return services.add_operation(name="Le quai des brumes", lead_commune=world.commune)


@pytest.fixture
def merge(world, one, other):
    """Make the two one; returns what was announced, and the sheet that stays."""

    def perform() -> tuple[list[str], Operation]:
        merger = merging.preview_merger(again(other), actor=fresh(world.bureau), into=again(one))
        merging.merge_operation(again(other), actor=fresh(world.bureau), into=again(one), reason="La même.")
        return merger.sentences(other), again(one)

    return perform


def say(operation, **values):
    for name, value in values.items():
        operation.write(name, value)
    operation.save()


def phases_of(operation) -> list[tuple[int, str, str]]:
    return [(phase.rank, phase.name, phase.delivery) for phase in operation.phases.all()]


def test_what_it_lacks_is_taken_and_what_it_says_stays(one, other, merge):
    say(one, description="La mienne.", actors={"urbaniste": ["Atelier Sud"]})
    say(
        other,
        description="Une autre.",
        context="Une friche.",
        inhabitants=300,
        actors={"urbaniste": ["Atelier Nord"], "amenageur": ["SPLA"]},
    )
    said, kept = merge()
    assert (kept.name, kept.description, kept.context) == ("Quai des Brumes", "La mienne.", "Une friche.")
    assert kept.inhabitants == 300
    assert kept.actors == {"urbaniste": ["Atelier Sud"], "amenageur": ["SPLA"]}
    assert "La fiche gardée prend de l’autre ce qu’elle ne dit pas\u00a0: contexte du site, " in said[0]
    assert again(other).context == "Une friche."


def test_the_history_says_who_merged(world, one, other, merge):
    say(other, context="Une friche.")
    Phase.objects.filter(operation=other).update(name="Nord", delivery="2030")
    merge()
    assert {(change.field, change.changed_by) for change in one.changes.all()} == {
        ("context", world.bureau),
        ("phases", world.bureau),
    }


def test_nothing_is_announced_when_it_lacks_nothing(other, merge):
    assert merge()[0] == []


def test_figures_come_with_their_source_when_it_has_none(one, other, merge):
    say(other, dwellings=120, figures_source="PLU", figures_as_of=date(2024, 1, 1))
    kept = merge()[1]
    assert (kept.dwellings, kept.figures_source, kept.figures_as_of) == (120, "PLU", date(2024, 1, 1))


def test_a_source_alone_says_nothing_of_figures_that_are_not_its_own(one, other, merge):
    say(one, dwellings=120)
    say(other, dwellings=90, figures_source="PLU")
    assert merge()[1].figures_source == ""


def test_two_sources_leave_none_but_what_they_share(one, other, merge):
    say(one, dwellings=120, figures_source="ZAC", figures_as_of=date(2024, 1, 1))
    say(other, inhabitants=300, figures_source="PLU", figures_as_of=date(2024, 1, 1))
    said, kept = merge()
    assert (kept.dwellings, kept.inhabitants) == (120, 300)
    assert (kept.figures_source, kept.figures_as_of) == ("", date(2024, 1, 1))
    assert "s’efface de la fiche gardée\u00a0: source des chiffres." in said[1]


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [({"dwellings": 100}, {"social_dwellings": 150}), ({"social_dwellings": 150}, {"dwellings": 100})],
)
def test_figures_that_contradict_each_other_are_left_and_it_is_said(one, other, merge, mine, theirs):
    say(one, **mine, figures_source="ZAC")
    say(other, **theirs, context="Une friche.")
    said, kept = merge()
    assert {name: kept.value_of(name) for name in FIGURES if kept.value_of(name)} == mine
    assert (kept.figures_source, kept.context) == ("ZAC", "Une friche.")
    assert any("La fiche gardée ne peut pas prendre" in sentence for sentence in said)


def test_phases_that_it_lacks_are_added_and_dates_that_it_lacks_are_taken(one, other, merge):
    Phase.objects.filter(operation=one).update(name="Sud", works="2026")
    Phase.objects.filter(operation=other).update(name="SUD", works="2020", delivery="2030")
    Phase.objects.create(operation=other, rank=2, name="Nord", delivery="2032")
    said, kept = merge()
    assert phases_of(kept) == [(1, "Sud", "2030"), (2, "Nord", "2032")]
    assert kept.phases.get(rank=1).works == "2026"
    assert "1 tranche que la fiche gardée n’a pas lui est ajoutée\u00a0: Nord." in said
    assert "Les tranches de la fiche gardée prennent les dates qui leur manquent\u00a0: Sud." in said
    assert phases_of(other) == [(1, "SUD", "2030"), (2, "Nord", "2032")]


def test_a_date_that_contradicts_hers_is_not_taken(one, other, merge):
    Phase.objects.filter(operation=one).update(works="2031")
    Phase.objects.filter(operation=other).update(delivery="2029")
    assert merge()[0] == []
    assert phases_of(one) == [(1, "Ensemble de l’opération", "")]


def test_the_only_phase_without_a_date_adds_nothing(one, other, merge):
    Phase.objects.filter(operation=other).update(name="Tranche unique")
    merge()
    assert phases_of(one) == [(1, "Ensemble de l’opération", "")]


# --- What does not follow -----------------------------------------------------------------------------------------


def test_a_fact_told_otherwise_stays_and_it_is_said(one, other, merge):
    for operation, detail in ((one, "14000"), (other, "9000")):
        LegacyFact.objects.create(operation=operation, kind=FactKind.GRANT, year=2016, detail=detail, source="2016")
        LegacyFact.objects.create(operation=operation, kind=FactKind.CALL, year=2011, source="2016")
    (said,), kept = merge()
    assert said.startswith("Ces faits d’un ancien tableau restent sur la fiche fermée")
    assert said.endswith(f"\u00a0: {FactKind.GRANT.label}.")
    assert kept.legacy_facts.get(kind=FactKind.GRANT).detail == "14000"


def test_a_charter_that_does_not_follow_is_said(one, other, merge):
    for operation in (one, other):
        CharterSignature.objects.create(operation=operation, year=2013, source="reprise 2016")
    (said,), kept = merge()
    assert said == (
        "La charte signée en 2013, à confirmer (collectivité à préciser) reste sur la fiche fermée\u00a0: la fiche "
        "gardée en a déjà une."
    )
    assert kept.charter_signatures.count() == 1


def test_a_charter_of_a_collectivite_that_is_not_competent_is_said(one, other, merge):
    body = Organisation.objects.create(name="Ville de Grenoble", kind=OrganisationKind.TOWN)
    CharterSignature.objects.create(operation=other, organisation=body, year=2013)
    one.collectivites.add(Organisation.objects.create(name="Ville de Laval", kind=OrganisationKind.TOWN))
    (said,), _kept = merge()
    assert "Ville de Grenoble" in said
    assert "n’est pas compétente" in said


def stage(operation, year: int, source: str = "reprise 2016"):
    services.record_stage(
        operation, rank=3, name="Label", scheme_title="2013", year=year, source=source, published_at=clock.now()
    )


def test_a_stage_held_twice_is_said(one, other, merge):
    stage(one, 2014)
    stage(other, 2013)
    said, kept = merge()
    assert "La fiche gardée aura plusieurs fois l’étape 3 (2014 et 2013)\u00a0: vérifiez ces années." in said
    assert kept.stages.count() == 2


def test_a_stage_that_was_awarded_here_leaves_the_other_year_behind(one, other, merge):
    stage(one, 2014, source="award")
    stage(other, 2013)
    said, kept = merge()
    assert said == ["L’étape 3 de 2013 reste sur la fiche fermée\u00a0: la fiche gardée la détient, délivrée ici."]
    assert kept.stages.count() == 1
