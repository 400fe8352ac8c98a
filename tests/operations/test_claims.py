"""Asking to hold an operation or to create one, and the answer: rule 19, each refusal and edge."""

import pytest
from django.db import IntegrityError, transaction

from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError, PermissionRefused
from ecoquartier.core.registry import pending
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.journal.models import Entry, EntryDetail
from ecoquartier.notifications.models import Message
from ecoquartier.operations import services as operations
from ecoquartier.operations.enums import ClaimState
from ecoquartier.operations.models import Claim, Operation, SheetChange
from ecoquartier.operations.queries import alike
from ecoquartier.operations.services import claims
from ecoquartier.people.models import Membership, Organisation, RoleGrant, User
from ecoquartier.territories.models import Commune
from tests.support.world import fresh

SECRET = "Des mots que personne d’autre ne lit"


@pytest.fixture
def register(world):
    """An operation of the register that waits for a holder, and those who come for it."""
    operation = operations.add_operation(name="Les Tanneries", lead_commune=world.commune)
    lead, elected, developer = world.cast.holder_team(world.commune, 1)
    return operation, lead, elected, developer


@pytest.fixture
def rival(world):
    """Somebody else who wants the operation."""
    lead, _elected, _developer = world.cast.holder_team(world.commune, 2)
    body = Organisation.objects.create(name="Régie rivale", kind="developer")
    Membership.objects.create(user=lead, organisation=body, title="directrice")
    return fresh(lead), body


def refused(code):
    return pytest.raises(DomainError, check=lambda error: error.code == code)


def created(world, register, name="Les Prés hauts"):
    _operation, lead, _elected, developer = register
    return operations.ask_creation(developer, actor=lead, name=name, commune=world.commune)


def titles(user, part):
    work = pending.get("operations")(fresh(user))
    return [(task.title, task.path) for task in getattr(work, part)]


# Creating


def test_an_operation_to_create_is_not_an_operation(world, register):
    claim = created(world, register)
    assert list(Operation.objects.all()) == [register[0]]
    assert not DirectoryRow.objects.exists()
    for permission in ("operations.view", "operations.write", "notebooks.view", "operations.confirm_holder"):
        assert not fresh(register[1]).has_perm(permission, claim)
    assert world.correspondent.has_perm("operations.confirm_holder", claim)
    assert not world.coordinator.has_perm("operations.confirm_holder", claim)


def test_confirmed_it_enters_the_register_with_its_draft(world, register):
    claim = created(world, register)
    operations.write_draft(claim, actor=fresh(register[1]), context="Une friche.", dwellings=120, area_ha="12.5")
    operations.confirm_claim(claim, actor=world.correspondent)
    claim.refresh_from_db()
    made = claim.operation
    assert (claim.state, made.name, made.lead_commune_id) == (ClaimState.CONFIRMED, "Les Prés hauts", "53130")
    assert (made.context, made.dwellings, made.holder) == ("Une friche.", 120, register[3])
    assert [phase.rank for phase in made.phases.all()] == [1]
    assert set(made.changes.values_list("field", "changed_by")) == {
        (field, register[1].pk) for field in ("context", "dwellings", "area_ha")
    }
    assert fresh(register[1]).has_perm("operations.write", made)


def test_two_creations_of_one_name_get_two_slugs(world, register, rival):
    first = created(world, register)
    second = operations.ask_creation(rival[1], actor=rival[0], name="Les Prés hauts", commune=world.commune)
    for claim in (first, second):
        operations.confirm_claim(claim, actor=world.correspondent)
    slugs = Operation.objects.filter(name="Les Prés hauts").values_list("slug", flat=True)
    assert sorted(slugs) == ["les-pres-hauts-laval", "les-pres-hauts-laval-2"]


def test_the_draft_may_rename_what_is_to_be_created(world, register):
    claim = operations.write_draft(created(world, register), actor=fresh(register[1]), name="Les Prés bas")
    assert (claim.name, claim.draft) == ("Les Prés bas", {})


@pytest.mark.parametrize(
    ("name", "insee", "found"),
    [
        ("Les Tanneries", "53130", True),
        ("LES TANNERIE", "53062", True),  # alike, elsewhere in the county
        ("Autre nom", "53130", True),  # any of the commune
        ("Autre nom", "53062", False),
        ("Les Tanneries", "44109", False),  # another county
    ],
)
def test_those_alike(world, register, name, insee, found):
    assert bool(alike(name, Commune.objects.get(pk=insee))) == found


def test_the_likeliest_come_first_and_eight_at_most(world):
    for n in range(9):
        operations.add_operation(name=f"Quartier {n}", lead_commune=world.commune)
    operations.add_operation(name="Zone du Lac", lead_commune=world.commune)
    found = [operation.name for operation in alike("La zone du lac", world.commune)]
    assert (found[0], len(found)) == ("Zone du Lac", 8)


def test_a_creation_is_recognised_as_an_operation_of_the_register(world, register):
    operation, lead, _elected, _developer = register
    claim = created(world, register, name="Les Tanneries neuves")
    operations.recognise(claim, actor=world.correspondent, operation=operation)
    claim.refresh_from_db()
    assert (claim.operation, claim.draft) == (operation, {"name": "Les Tanneries neuves"})
    with refused("is_creation"):
        operations.recognise(claim, actor=world.correspondent, operation=operation)
    operations.confirm_claim(claim, actor=world.correspondent, choices={"name": False})
    operation.refresh_from_db()
    assert (operation.name, Operation.objects.count()) == ("Les Tanneries", 1)
    assert fresh(lead).has_perm("operations.write", operation)


def test_what_is_recognised_is_of_the_same_correspondent_and_not_asked_already(world, register):
    operation, lead, _elected, developer = register
    claim = created(world, register)
    far = operations.add_operation(name="Loin", lead_commune=Commune.objects.get(pk="44109"))
    with refused("may_be_recognised"):
        operations.recognise(claim, actor=world.correspondent, operation=far)
    operations.claim(operation, actor=fresh(lead), organisation=developer)
    with refused("may_be_recognised"):
        operations.recognise(claim, actor=world.correspondent, operation=operation)
    with pytest.raises(PermissionRefused):
        operations.recognise(claim, actor=fresh(lead), operation=operation)


def test_a_service_registers_in_its_territory_only(world):
    made = operations.register_operation(world.commune, actor=world.correspondent, name="Les Prés hauts")
    assert (made.holder, made.slug) == (None, "les-pres-hauts-laval")
    assert Entry.objects.get(event="operation.registered", object_id=str(made.pk)).data == {"commune": "53130"}
    far = Commune.objects.get(pk="44109")
    with pytest.raises(PermissionRefused):
        operations.register_operation(far, actor=world.correspondent, name="Loin")
    assert operations.register_operation(far, actor=world.coordinator, name="Loin").pk  # of the same region
    with pytest.raises(PermissionRefused):
        operations.register_operation(world.commune, actor=User.objects.create_user("z@example.org", "Z"), name="X")


# The answer


def test_nobody_confirms_what_they_ask(world, register):
    operation, _lead, _elected, developer = register
    correspondent = world.correspondent
    Membership.objects.create(user=correspondent, organisation=developer, title="x")
    claim = operations.claim(operation, actor=fresh(correspondent), organisation=developer)
    with pytest.raises(PermissionRefused):
        operations.confirm_claim(claim, actor=fresh(correspondent))
    assert operations.confirm_claim(claim, actor=world.bureau).state == ClaimState.CONFIRMED


def test_confirming_one_sets_the_others_aside_in_neutral_words(world, register, rival):
    operation, lead, _elected, developer = register
    claim = operations.claim(operation, actor=lead, organisation=developer)
    other = operations.claim(operation, actor=rival[0], organisation=rival[1])
    operations.write_draft(other, actor=fresh(rival[0]), context=SECRET)
    operations.confirm_claim(claim, actor=world.correspondent)
    other.refresh_from_db()
    assert (other.state, other.draft) == (ClaimState.REFUSED, {})
    assert developer.name not in other.reason
    assert lead.full_name not in other.reason
    message = Message.objects.get(recipient=rival[0], key="claim_refused_to_claimant")
    assert developer.name not in str(message.context)
    with refused("wrong_state"):
        operations.confirm_claim(other, actor=world.correspondent)


@pytest.mark.parametrize("end", ["refused", "withdrawn", "closed"])
def test_what_is_not_confirmed_leaves_nothing(world, register, rival, end):
    operation, lead, _elected, developer = register
    claim = operations.claim(operation, actor=lead, organisation=developer)
    operations.write_draft(claim, actor=fresh(lead), context=SECRET, dwellings=120)
    if end == "refused":
        operations.refuse_claim(claim, actor=world.correspondent, reason="Mandat à fournir.")
    elif end == "withdrawn":
        operations.withdraw_claim(claim, actor=fresh(lead))
    else:
        other = operations.claim(operation, actor=rival[0], organisation=rival[1])
        operations.confirm_claim(other, actor=world.correspondent)
    claim.refresh_from_db()
    assert claim.draft == {}
    operation.refresh_from_db()
    assert (operation.context, operation.dwellings) == ("", None)
    assert not SheetChange.objects.exists()
    written = [*Entry.objects.values_list("data", flat=True), *EntryDetail.objects.values_list("content", flat=True)]
    assert SECRET not in str(written)
    assert SECRET not in str(list(Message.objects.values_list("context", flat=True)))
    assert not operation.team.filter(user=lead).exists()


def test_only_its_author_withdraws_and_writes(world, register, rival):
    claim = created(world, register)
    for user in (rival[0], world.correspondent, world.bureau, world.coordinator):
        with pytest.raises(PermissionRefused):
            operations.write_draft(claim, actor=fresh(user), context=SECRET)
        with pytest.raises(PermissionRefused):
            operations.withdraw_claim(claim, actor=fresh(user))
    operations.withdraw_claim(claim, actor=fresh(register[1]))
    with refused("is_provisional"):
        operations.write_draft(claim, actor=fresh(register[1]), context=SECRET)
    with refused("wrong_state"):
        operations.confirm_claim(claim, actor=world.correspondent)


def test_a_withdrawn_claim_may_be_made_again(world, register):
    operation, lead, _elected, developer = register
    claim = operations.claim(operation, actor=lead, organisation=developer)
    operations.withdraw_claim(claim, actor=fresh(lead))
    assert operations.claim(operation, actor=fresh(lead), organisation=developer).state == ClaimState.PROVISIONAL


@pytest.mark.parametrize(
    "values",
    [
        {"operation": None},
        {"operation": None, "commune_id": "53130"},
        {"operation": None, "name": "Sans commune"},
        {"state": "refused", "draft": {"context": SECRET}},
        {"state": "withdrawn", "draft": {"context": SECRET}},
        {"operation": None, "name": "X", "commune_id": "53130", "state": "confirmed"},
    ],
)
def test_the_database_refuses_what_makes_no_sense(world, register, values):
    operation, lead, _elected, developer = register
    claim = {"operation": operation, "user": lead, "organisation": developer, **values}
    with pytest.raises(IntegrityError), transaction.atomic():
        Claim.objects.create(**claim)


# What waits for whom


def test_each_reads_what_waits_for_them(world, register):
    operation, lead, _elected, developer = register
    claim, creation = operations.claim(operation, actor=lead, organisation=developer), created(world, register)
    page = "/espace/operations/demandes/{}/"
    assert set(titles(world.correspondent, "to_do")) >= {
        ("Confirmer la reprise de «\u00a0Les Tanneries\u00a0»", page.format(claim.pk)),
        ("Confirmer la création de «\u00a0Les Prés hauts\u00a0»", page.format(creation.pk)),
    }
    assert titles(lead, "going_on") == [
        ("Reprise de «\u00a0Les Tanneries\u00a0»", page.format(claim.pk) + "brouillon/"),
        ("Création de «\u00a0Les Prés hauts\u00a0»", page.format(creation.pk) + "brouillon/"),
    ]
    assert titles(User.objects.create_user("z@example.org", "Z"), "going_on") == []


def test_two_who_ask_for_one_operation_are_told_apart(world, register, rival):
    operation, lead, _elected, developer = register
    Membership.objects.get_or_create(user=rival[0], organisation=developer)
    operations.claim(operation, actor=lead, organisation=developer)
    operations.claim(operation, actor=fresh(rival[0]), organisation=developer)
    work = pending.get("operations")(fresh(world.correspondent))
    notes = {task.note for task in work.to_do if "Les Tanneries" in task.title}
    assert notes == {f"{developer}, demande de {person}" for person in (lead, rival[0])}


def test_nobody_becomes_the_holder_of_what_is_abandoned(world, register):
    operation, lead, _elected, developer = register
    claim, creation = operations.claim(operation, actor=lead, organisation=developer), created(world, register)
    Operation.objects.filter(pk=operation.pk).update(
        state="abandoned", state_since=clock.today(), state_reason="Abandon du projet."
    )
    claim = Claim.objects.get(pk=claim.pk)
    with refused("why_not_kept"):
        operations.confirm_claim(claim, actor=world.correspondent)
    with refused("why_not_kept"):
        operations.claim(Operation.objects.get(pk=operation.pk), actor=fresh(lead), organisation=developer)
    operations.refuse_claim(claim, actor=world.correspondent, reason="Le projet est abandonné.")
    with refused("may_be_recognised"):
        operations.recognise(creation, actor=world.correspondent, operation=Operation.objects.get(pk=operation.pk))


def test_what_is_created_is_where_its_commune_is_today(world, register):
    creation = created(world, register)
    Commune.objects.filter(pk=world.commune.pk).update(kind="former", successor="53097")
    operations.confirm_claim(Claim.objects.get(pk=creation.pk), actor=world.correspondent)
    assert Operation.objects.get(name="Les Prés hauts").lead_commune_id == "53097"


def test_the_correspondent_of_the_county_only_is_told(world, register):
    created(world, register)
    told = set(Message.objects.filter(key="creation_asked_to_correspondent").values_list("recipient", flat=True))
    county = RoleGrant.objects.filter(role="correspondent", county=world.commune.county)
    assert told == set(county.values_list("user", flat=True))


def test_a_rival_s_message_never_goes_to_the_holder(world):
    part = world.part(filled=False)
    user = User.objects.create_user("z@example.org", "Z")
    body = Organisation.objects.create(name="Autre société", kind="developer")
    Membership.objects.create(user=user, organisation=body, title="x")
    before = Message.objects.filter(recipient=part.lead).count()
    operations.claim(part.operation, actor=fresh(user), organisation=body)
    assert Message.objects.filter(recipient=part.lead).count() == before
    assert "SEM" not in str(titles(part.lead, "going_on"))


def test_twenty_requests_of_a_person_may_wait(world, rival):
    person, organisation = rival
    for n in range(claims.MOST_WAITING):
        operations.ask_creation(organisation, actor=person, name=f"Îlot {n}", commune=world.commune)
    with pytest.raises(DomainError, match="20 demandes en attente"):
        operations.ask_creation(organisation, actor=person, name="Îlot de trop", commune=world.commune)
    operations.withdraw_claim(Claim.objects.filter(user=person).first(), actor=person)
    operations.ask_creation(organisation, actor=person, name="Îlot de trop", commune=world.commune)
