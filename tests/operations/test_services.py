"""Claims, charter and register: rules 18 and 19, each refusal and edge."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError

from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError, PermissionRefused, TransitionRefused
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.journal.models import Entry
from ecoquartier.operations import services as operations
from ecoquartier.operations.models import Claim, Operation, Phase
from ecoquartier.operations.queries import has_been_public, has_charter, public_operations, stages_known_to
from ecoquartier.people.models import Organisation, User
from ecoquartier.territories.models import Commune
from tests.support.public import labelled
from tests.support.world import fresh


@pytest.fixture
def register(world):
    """An operation of the register that waits for a holder, and those who come for it."""
    operation = operations.add_operation(name="Les Tanneries", lead_commune=world.commune)
    lead, elected, developer = world.cast.holder_team(world.commune, 1)
    return operation, lead, elected, developer


def refused(code):
    return pytest.raises(DomainError, check=lambda error: error.code == code)


def test_an_operation_has_a_phase_and_a_free_slug(world):
    first = operations.add_operation(name="Les Tanneries", lead_commune=world.commune)
    second = operations.add_operation(name="Les Tanneries", lead_commune=world.commune)
    assert (first.slug, second.slug) == ("les-tanneries-laval", "les-tanneries-laval-2")
    assert [p.rank for p in first.phases.all()] == [1]


@pytest.mark.parametrize(
    ("name", "slug"),
    [("ZAC Cœur de ville", "zac-coeur-de-ville-laval"), ("Lætitia – Weißstein", "laetitia-weissstein-laval")],
)
def test_joined_letters_are_spelled_out_in_an_address(world, name, slug):
    assert operations.add_operation(name=name, lead_commune=world.commune).slug == slug


def test_an_address_follows_the_name_until_everybody_may_read_it(world, register):
    operation, lead, elected, developer = register
    operations.confirm_claim(operations.claim(operation, actor=lead, organisation=developer), actor=world.correspondent)
    operation = Operation.objects.get(pk=operation.pk)
    operations.update_operation(operation, actor=fresh(lead), name="Un nom de travail")
    operations.update_operation(operation, actor=fresh(lead), name="Un nom de  travail")  # the same address
    assert Operation.objects.get(pk=operation.pk).slug == "un-nom-de-travail-laval"
    operations.update_operation(operation, actor=fresh(lead), name="Le Gué")
    assert Operation.objects.get(pk=operation.pk).slug == "le-gue-laval"
    operations.sign_charter(operation, actor=fresh(elected), organisation=operation.collectivites.get())
    operations.update_operation(operation, actor=fresh(lead), name="Les Jardins du Gué")
    assert Operation.objects.get(pk=operation.pk).slug == "le-gue-laval"


def test_an_address_once_public_stays_although_its_stage_was_withdrawn(db):
    operation = labelled("Les Rives")
    assert has_been_public(operation)
    operation.stages.update(withdrawn_on=clock.today())
    assert has_been_public(operation)
    operation.stages.update(published_at=None)
    assert not has_been_public(operation)


def test_the_town_of_a_commune_is_called_in_french(db):
    assert str(operations.town_of(Commune.objects.get(pk="32013"))) == "Commune d’Auch"
    assert str(operations.town_of(Commune.objects.get(pk="72181"))) == "Commune du Mans"


def test_a_claim_gives_nothing_until_it_is_confirmed(world, register):
    operation, lead, _elected, developer = register
    claim = operations.claim(operation, actor=lead, organisation=developer)
    assert claim.state == "provisional"
    assert not fresh(lead).has_perm("operations.write", operation)
    assert not fresh(lead).has_perm("operations.view", operation)
    operations.confirm_claim(claim, actor=world.correspondent)
    operation.refresh_from_db()
    assert operation.holder == developer
    assert fresh(lead).has_perm("operations.write", operation)
    assert [c.name for c in operation.collectivites.all()] == ["Commune de Laval"]


def test_one_claims_for_one_s_own_organisation_only(register):
    operation, lead, _elected, _developer = register
    other = Organisation.objects.create(name="Autre société", kind="developer")
    with refused("may_ask"):
        operations.claim(operation, actor=lead, organisation=other)
    assert Claim.objects.count() == 0


def test_a_second_claim_by_the_same_person_is_refused(register):
    operation, lead, _elected, developer = register
    operations.claim(operation, actor=lead, organisation=developer)
    with refused("may_ask"):
        operations.claim(operation, actor=lead, organisation=developer)


def test_only_the_county_confirms(world, register):
    operation, lead, _elected, developer = register
    claim = operations.claim(operation, actor=lead, organisation=developer)
    for user in (lead, world.coordinator, world.cast.experts[0]):
        with pytest.raises(PermissionRefused):
            operations.confirm_claim(claim, actor=fresh(user))


def test_a_refused_claim_says_why_and_may_be_made_again(world, register):
    operation, lead, _elected, developer = register
    claim = operations.claim(operation, actor=lead, organisation=developer)
    operations.refuse_claim(claim, actor=world.correspondent, reason="Mandat à fournir.")
    with pytest.raises(TransitionRefused):
        operations.confirm_claim(claim, actor=world.correspondent)
    assert operations.claim(operation, actor=lead, organisation=developer).state == "provisional"


def test_the_charter_is_signed_by_a_representative_once(world):
    part = world.part(filled=False)
    town = part.operation.collectivites.get()
    assert has_charter(part.operation)
    with refused("is_competent"):
        operations.sign_charter(part.operation, actor=fresh(part.elected), organisation=town)
    with pytest.raises(PermissionRefused):
        operations.sign_charter(part.operation, actor=part.lead, organisation=town)


def test_a_collectivite_that_is_not_competent_does_not_sign(world):
    part = world.part(filled=False)
    with refused("is_competent"):
        operations.sign_charter(
            part.operation, actor=fresh(part.elected), organisation=Organisation.objects.get(name__startswith="Société")
        )


def test_every_competent_collectivite_must_have_signed(world):
    part = world.part(filled=False)
    part.operation.collectivites.add(Organisation.objects.create(name="Agglomération", kind="epci"))
    assert not has_charter(Operation.objects.get(pk=part.operation.pk))


def test_an_operation_is_public_from_its_confirmed_charter(world, register):
    operation, lead, elected, developer = register
    assert operation not in public_operations()
    assert not DirectoryRow.objects.exists()
    world.play.hold(operation, lead, elected, developer)
    assert list(public_operations()) == [operation]
    row = DirectoryRow.objects.get()
    assert (row.name, row.stage, row.stages) == ("Les Tanneries", None, [])


def test_an_old_charter_to_confirm_does_not_make_an_operation_public(world, register):
    operation = register[0]
    operation.charter_signatures.create(year=2012, source="reprise 2016")
    assert operation not in public_operations()


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"dwellings": 100, "social_dwellings": 101}, "social_dwellings"),
        ({"area_ha": 0}, "area_ha"),
        ({"area_ha": 6000}, "area_ha"),
        ({"dwellings": -1}, "dwellings"),
    ],
)
def test_an_impossible_value_is_refused_and_nothing_changes(world, values, field):
    part = world.part()
    before = Entry.objects.count()
    with pytest.raises(ValidationError) as error:
        operations.update_operation(part.operation, actor=part.lead, **values)
    assert field in error.value.message_dict
    assert Entry.objects.count() == before


@pytest.mark.parametrize(
    "values", [{"area_ha": "0.20", "dwellings": 4, "social_dwellings": 4}, {"area_ha": 337, "dwellings": 7100}]
)
def test_extreme_real_values_are_accepted(world, values):
    part = world.part()
    assert operations.update_operation(part.operation, actor=part.lead, **values).dwellings == values["dwellings"]


def test_a_meeting_is_not_in_the_future(world):
    part = world.part(filled=False)
    with refused("meeting_in_future"):
        operations.record_meeting(part.operation, actor=world.correspondent, met_on=clock.today() + timedelta(days=1))


def test_stages_are_known_by_their_dates(world):
    part = world.part(filled=False)
    row = operations.record_stage(part.operation, rank=2, name="chantier", scheme_title="x", year=2026, source="award")
    stranger = User.objects.create_user("stranger@example.org", "Inconnue")
    people = {"system": None, "lead": fresh(part.lead), "elected": fresh(part.elected), "stranger": stranger}

    def knowing():
        return {name for name, user in people.items() if stages_known_to(part.operation, user).exists()}

    assert knowing() == {"system"}
    row.notified_at = clock.now()
    row.save()
    assert knowing() == {"system", "lead", "elected"}
    row.published_at = clock.now()
    row.save()
    assert knowing() == set(people)
    row.withdrawn_on = clock.today()
    row.save()
    assert knowing() == set()


def test_a_phase_cannot_be_lost_while_a_dossier_covers_it(world):
    part, _dossier = world.draft()
    with pytest.raises(Exception, match="protected"):
        Phase.objects.filter(operation=part.operation).delete()
