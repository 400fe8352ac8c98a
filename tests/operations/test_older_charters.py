"""Signatures that an older sheet tells of: confirmed with who and when, or set aside with why."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.journal.models import Entry
from ecoquartier.notifications.models import Message
from ecoquartier.operations import services
from ecoquartier.operations.enums import CharterState
from ecoquartier.operations.models import CharterSignature, Operation
from ecoquartier.operations.queries import charters_to_confirm, has_charter, public_operations
from ecoquartier.people.enums import OrganisationKind
from ecoquartier.people.models import Organisation
from ecoquartier.territories.models import Commune
from tests.support.dates import dated
from tests.support.world import fresh


@pytest.fixture
def operation(world):
    return services.add_operation(name="Le Vallon", lead_commune=world.commune)


@pytest.fixture
def signature(operation):
    return CharterSignature.objects.create(operation=operation, year=2014, source="reprise 2016")


@pytest.fixture
def town(world):
    return services.town_of(world.commune)


def confirm(signature, actor, **values):
    return services.confirm_charter(CharterSignature.objects.get(pk=signature.pk), actor=actor, **values)


def test_the_correspondent_confirms_and_the_operation_is_public(world, operation, signature, town):
    assert not public_operations().exists()
    confirm(signature, world.correspondent, organisation=town, year=2014)
    signature.refresh_from_db()
    assert (signature.state, signature.organisation, signature.year) == (CharterState.CONFIRMED, town, 2014)
    assert list(operation.collectivites.all()) == [town]
    assert has_charter(Operation.objects.get(pk=operation.pk))
    assert DirectoryRow.objects.get(operation=operation).charter_year == 2014
    assert Entry.objects.filter(event="charter.confirmed", about_id=str(operation.pk)).count() == 1


def test_a_day_gives_its_year(world, signature, town):
    confirm(signature, world.bureau, organisation=town, signed_on=date(2015, 6, 1))
    signature.refresh_from_db()
    assert (signature.signed_on, signature.year) == (date(2015, 6, 1), 2015)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({}, "year"),
        ({"year": 2008}, "year"),
        ({"year": 3000}, "year"),
        ({"signed_on": timedelta(days=1)}, "signed_on"),
    ],
    ids=["none", "before the label", "to come", "tomorrow"],
)
def test_an_impossible_date_is_refused_beside_its_field(world, operation, signature, town, values, field):
    with pytest.raises(ValidationError) as refusal:
        confirm(signature, world.correspondent, organisation=town, **dated(values))
    assert list(refusal.value.message_dict) == [field]
    assert not operation.collectivites.exists()
    assert not public_operations().exists()


def test_today_and_2009_are_possible(world, signature, town):
    confirm(signature, world.correspondent, organisation=town, year=2009)
    other = CharterSignature.objects.create(
        operation=services.add_operation(name="Le Pré", lead_commune=world.commune), source="reprise 2016"
    )
    confirm(other, world.correspondent, organisation=town, signed_on=clock.today())
    assert public_operations().count() == 2


def test_another_collectivite_than_the_competent_one_is_refused(world, operation, signature, town):
    operation.collectivites.add(town)
    stranger = Organisation.objects.create(name="Ailleurs", kind=OrganisationKind.EPCI)
    with pytest.raises(ValidationError, match="n’est pas une collectivité compétente"):
        confirm(signature, world.correspondent, organisation=stranger, year=2014)


def test_a_collectivite_that_has_signed_does_not_sign_twice(world, operation, signature, town):
    operation.collectivites.add(town)
    CharterSignature.objects.create(operation=operation, organisation=town, year=2020, state=CharterState.CONFIRMED)
    with pytest.raises(ValidationError, match="écartez celle-ci"):
        confirm(signature, world.correspondent, organisation=town, year=2014)


def test_two_collectivites_are_both_needed(world, operation, signature, town):
    grouping = Organisation.objects.create(name="Laval Agglomération", kind=OrganisationKind.EPCI)
    operation.collectivites.set([town, grouping])
    confirm(signature, world.correspondent, organisation=town, year=2014)
    assert not has_charter(Operation.objects.get(pk=operation.pk))


def test_it_is_set_aside_with_a_reason_and_counts_for_nothing(world, operation, signature, town):
    services.set_charter_aside(signature, actor=world.correspondent, reason="Aucun document au service.")
    signature.refresh_from_db()
    assert (signature.state, signature.reason) == (CharterState.SET_ASIDE, "Aucun document au service.")
    assert not public_operations().exists()
    with pytest.raises(TransitionRefused):
        confirm(signature, world.correspondent, organisation=town, year=2014)


def test_a_set_aside_signature_does_not_come_back_with_the_next_import(world, operation, signature):
    from_sheet = signature
    services.set_charter_aside(from_sheet, actor=world.bureau, reason="Erreur de ligne.")
    assert operation.charter_signatures.exists()
    assert not charters_to_confirm(fresh(world.bureau)).exists()


def test_nobody_else_confirms(world, operation, signature, town):
    part = world.part(filled=False)
    operation.collectivites.add(part.elected.memberships.get().organisation)
    elsewhere = world.cast.correspondent(Commune.objects.select_related("county").get(pk="44109").county)
    for actor in (part.lead, fresh(part.elected), world.coordinator, elsewhere):
        with pytest.raises(PermissionRefused):
            confirm(signature, actor, organisation=town, year=2014)
        with pytest.raises(PermissionRefused):
            services.set_charter_aside(signature, actor=actor, reason="Non.")


def test_each_reads_those_of_their_counties(world, signature):
    far = services.add_operation(name="Au loin", lead_commune=Commune.objects.get(pk="44109"))
    there = CharterSignature.objects.create(operation=far, year=2015, source="reprise 2016")
    assert list(charters_to_confirm(fresh(world.correspondent))) == [signature]
    assert set(charters_to_confirm(fresh(world.bureau))) == {signature, there}
    assert not charters_to_confirm(fresh(world.coordinator)).exists()


def test_the_team_and_the_collectivite_are_told(world):
    part = world.part(filled=False)
    CharterSignature.objects.filter(operation=part.operation).delete()
    row = CharterSignature.objects.create(operation=part.operation, year=2014, source="reprise 2016")
    town = part.operation.collectivites.get()
    confirm(row, world.correspondent, organisation=town, year=2014)
    told = Message.objects.filter(key="charter_confirmed_to_holder")
    assert {m.recipient for m in told} == {part.lead, part.elected}
    assert told[0].context["organisation"] == str(town)


def test_a_grouping_is_made_once(world):
    first, second = services.epci_of(world.commune), services.epci_of(world.commune)
    assert first == second
    assert (first.siren, first.kind) == (world.commune.epci_siren, OrganisationKind.EPCI)
