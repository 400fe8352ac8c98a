"""A change of holder: asked by the new one, agreed by the collectivité, confirmed by the correspondent (rule 19)."""

from datetime import timedelta

import pytest
from django.utils.text import slugify

from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError, PermissionRefused
from ecoquartier.core.registry import invariants, pending
from ecoquartier.dossiers import services as dossiers
from ecoquartier.dossiers.models import Agreement, Dossier
from ecoquartier.dossiers.queries import awaited_agreements, next_hash
from ecoquartier.journal.models import Entry
from ecoquartier.notifications.models import Message
from ecoquartier.operations import services as operations
from ecoquartier.operations.enums import ClaimState, TeamRole
from ecoquartier.operations.models import Operation, TeamMember
from ecoquartier.operations.queries import awaited_from
from ecoquartier.people.models import Membership, Organisation, User
from tests.support.world import fresh


def newcomer(name="Nouvelle", body=None, *, represents=False):
    """Somebody who acts for the organisation that wants the operation."""
    body = body or Organisation.objects.create(name="Nouvelle SEM", kind="developer")
    user = User.objects.create_user(f"{slugify(name)}@example.org", name)
    Membership.objects.create(user=user, organisation=body, title="directrice", is_representative=represents)
    return fresh(user), body


def refused(code):
    return pytest.raises(DomainError, check=lambda error: error.code == code)


def told(key):
    return set(Message.objects.filter(key=key).values_list("recipient__email", flat=True))


@pytest.fixture
def held(world):
    """An operation with its holder, its team and its town."""
    return world.part(filled=False)


@pytest.fixture
def claim(held):
    user, body = newcomer()
    return operations.claim(held.operation, actor=user, organisation=body)


def town_of(part):
    return part.operation.collectivites.get()


def agree(claim, part):
    operations.agree_to_holder(claim, actor=fresh(part.elected), organisation=town_of(part))
    claim.refresh_from_db()
    return claim


def test_the_collectivite_agrees_then_the_correspondent_confirms(world, held, claim):
    former = held.operation.holder
    assert awaited_from(claim) == [town_of(held)]
    assert told("holder_change_asked_to_collectivite") == {held.elected.email}
    with refused("collectivites_agree"):
        operations.confirm_claim(claim, actor=world.correspondent)
    agree(claim, held)
    assert told("holder_change_agreed_to_correspondent") == {world.correspondent.email}
    operations.confirm_claim(claim, actor=world.correspondent)
    operation = Operation.objects.get(pk=held.operation.pk)
    assert operation.holder == claim.organisation
    assert list(operation.team.values_list("user", "role")) == [(claim.user_id, TeamRole.LEAD)]
    assert not fresh(held.lead).has_perm("operations.view", operation)
    entry = Entry.objects.get(event="claim.confirmed", object_id=str(claim.pk))
    assert entry.data["former_holder"] == str(former.pk)
    assert entry.about_id == str(operation.pk)
    assert held.lead.email in told("holder_changed_to_former")
    assert claim.user.email not in told("holder_changed_to_former")
    # The charter is signed already.
    assert not Message.objects.filter(key="charter_to_sign_to_collectivite", object_id=str(claim.pk)).exists()


def test_those_of_the_team_who_act_for_the_new_holder_stay(world, held, claim):
    mate, _body = newcomer("Collègue", claim.organisation)
    editor, _other = newcomer("Ancienne", held.operation.holder)
    for user in (mate, editor):
        TeamMember.objects.create(operation=held.operation, user=user, role=TeamRole.EDITOR)
    operations.confirm_claim(agree(claim, held), actor=world.correspondent)
    assert set(held.operation.team.values_list("user", "role")) == {
        (claim.user_id, TeamRole.LEAD),
        (mate.pk, TeamRole.EDITOR),
    }
    assert mate.email not in told("holder_changed_to_former")
    assert editor.email in told("holder_changed_to_former")


def test_somebody_of_the_team_may_ask_for_another_organisation(world, held):
    with refused("may_ask"):
        operations.claim(held.operation, actor=fresh(held.lead), organisation=held.operation.holder)
    body = Organisation.objects.create(name="Nouvelle SEM", kind="developer")
    Membership.objects.create(user=held.lead, organisation=body, title="directeur")
    claim = operations.claim(held.operation, actor=fresh(held.lead), organisation=body)
    operations.confirm_claim(agree(claim, held), actor=world.correspondent)
    assert held.operation.team.get(user=held.lead).role == TeamRole.LEAD


def test_a_colleague_of_the_holder_joins_without_any_agreement(world, held):
    user, _body = newcomer("Collègue", held.operation.holder)
    claim = operations.claim(held.operation, actor=user, organisation=held.operation.holder)
    operations.confirm_claim(claim, actor=world.correspondent)
    assert set(held.operation.team.values_list("user", flat=True)) == {held.lead.pk, user.pk}
    assert not told("holder_changed_to_former")


def test_a_representative_who_asks_has_agreed(world, held):
    town = town_of(held)
    Membership.objects.filter(user=held.elected, organisation=town).update(is_representative=True)
    claim = operations.claim(held.operation, actor=fresh(held.elected), organisation=town)
    assert awaited_from(claim) == []
    assert not told("holder_change_asked_to_collectivite")
    operations.confirm_claim(claim, actor=world.correspondent)
    assert Operation.objects.get(pk=held.operation.pk).holder == town


def test_an_agent_of_the_town_does_not_agree_for_it(world, held):
    user, town = newcomer("Agente", town_of(held))
    claim = operations.claim(held.operation, actor=user, organisation=town)
    with refused("collectivites_agree"):
        operations.confirm_claim(claim, actor=world.correspondent)


def test_every_competent_collectivite_agrees(world, held, claim):
    epci = Organisation.objects.create(name="Agglomération", kind="epci")
    held.operation.collectivites.add(epci)
    elected, _body = newcomer("Présidente", epci, represents=True)
    town = held.operation.collectivites.exclude(pk=epci.pk).get()
    operations.agree_to_holder(claim, actor=fresh(held.elected), organisation=town)
    assert not told("holder_change_agreed_to_correspondent")
    with refused("collectivites_agree"):
        operations.confirm_claim(claim, actor=world.correspondent)
    operations.agree_to_holder(claim, actor=elected, organisation=epci)
    assert told("holder_change_agreed_to_correspondent")
    operations.confirm_claim(claim, actor=world.correspondent)


def test_one_agrees_once_for_what_one_represents(world, held, claim):
    town = town_of(held)
    with refused("may_agree"):
        operations.agree_to_holder(claim, actor=fresh(held.elected), organisation=claim.organisation)
    with pytest.raises(PermissionRefused):
        operations.agree_to_holder(claim, actor=fresh(held.lead), organisation=town)
    with pytest.raises(PermissionRefused):
        operations.agree_to_holder(claim, actor=claim.user, organisation=town)
    agree(claim, held)
    with refused("may_agree"):
        agree(claim, held)


def test_an_agreement_in_writing_is_for_a_collectivite_without_representative(world, held, claim):
    town, day = town_of(held), clock.today() - timedelta(days=3)
    record = {"actor": world.correspondent, "organisation": town}
    with refused("may_be_recorded"):
        operations.record_agreement(claim, given_on=day, **record)
    Membership.objects.filter(organisation=town).update(is_representative=False)
    with refused("may_be_recorded"):
        operations.record_agreement(claim, given_on=clock.today() + timedelta(days=1), **record)
    with pytest.raises(PermissionRefused):
        operations.record_agreement(claim, actor=fresh(held.lead), organisation=town, given_on=day)
    operations.record_agreement(claim, given_on=day, **record)
    given = claim.agreements.get()
    assert (given.given_on, given.is_in_writing, given.recorded_by) == (day, True, world.correspondent)
    assert Entry.objects.get(event="claim.agreement_recorded").data["given_on"] == day.isoformat()
    operations.confirm_claim(claim, actor=world.correspondent)


def test_nobody_agrees_on_an_abandoned_operation_but_the_request_can_still_be_declined(world, held, claim):
    dossiers.abandon_operation(held.operation, actor=held.lead, reason="Sans financement.")
    claim.refresh_from_db()
    with refused("why_not_kept"):
        agree(claim, held)
    declined = operations.decline_holder(claim, actor=fresh(held.elected), reason="L’opération s’arrête.")
    assert declined.state == ClaimState.REFUSED


def test_the_collectivite_declines_and_its_reason_is_read(world, held, claim):
    operations.write_draft(claim, actor=claim.user, context="Mon contexte.")
    with pytest.raises(PermissionRefused):
        operations.decline_holder(claim, actor=fresh(held.lead), reason="Non.")
    operations.decline_holder(claim, actor=fresh(held.elected), reason="Le mandat court encore.")
    claim.refresh_from_db()
    assert (claim.state, claim.reason, claim.draft) == (ClaimState.REFUSED, "Le mandat court encore.", {})
    assert Message.objects.get(key="claim_refused_to_claimant").context["reason"] == "Le mandat court encore."
    with refused("is_provisional"):
        agree(claim, held)


def test_without_any_collectivite_nobody_can_agree(world, held, claim):
    held.operation.collectivites.clear()
    with refused("collectivites_agree"):
        operations.confirm_claim(claim, actor=world.correspondent)


def test_a_creation_recognised_as_a_held_operation_asks_the_collectivite(world, held):
    user, body = newcomer()
    claim = operations.ask_creation(body, actor=user, name="Le même", commune=world.commune)
    assert not told("holder_change_asked_to_collectivite")
    operations.recognise(claim, actor=world.correspondent, operation=held.operation)
    assert told("holder_change_asked_to_collectivite") == {held.elected.email}
    with refused("collectivites_agree"):
        operations.confirm_claim(claim, actor=world.correspondent, choices={"name": False})


def test_each_reads_what_waits_for_them(world, held, claim):
    work_of, page = pending.get("operations"), f"/espace/operations/demandes/{claim.pk}/"

    def paths(user, part):
        return {task.path for task in getattr(work_of(fresh(user)), part)}

    assert page + "accord/" in paths(held.elected, "to_do")
    assert page in paths(world.correspondent, "going_on")
    assert page not in paths(world.correspondent, "to_do")
    assert page + "brouillon/" in paths(claim.user, "going_on")
    assert not {path for path in paths(held.lead, "to_do") | paths(held.lead, "going_on") if str(claim.pk) in path}
    agree(claim, held)
    assert page + "accord/" not in paths(held.elected, "to_do")
    assert page in paths(world.correspondent, "to_do")


# Open dossiers follow


def change(world, part, claim):
    operations.confirm_claim(agree(claim, part), actor=world.correspondent)


def claim_on(part, body=None):
    user, body = newcomer("Reprenante", body)
    return operations.claim(part.operation, actor=user, organisation=body)


def breaches():
    return [breach for _name, check in invariants.items() for breach in check()]


def test_an_open_dossier_follows_and_its_new_holder_deposits(world):
    part, dossier = world.draft()
    town = town_of(part)
    dossiers.agree(dossier, actor=fresh(part.elected), organisation=town, sha256=next_hash(dossier))
    claim = claim_on(part)
    change(world, part, claim)
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert dossier.holder == claim.organisation
    assert awaited_agreements(dossier) == []  # the content that it agreed to is the same
    assert not fresh(part.lead).has_perm("dossiers.deposit", dossier)
    assert fresh(claim.user).has_perm("dossiers.deposit", dossier)
    dossiers.deposit(dossier, actor=fresh(claim.user))
    assert breaches() == []


def test_when_the_town_becomes_the_holder_its_agreement_is_no_longer_asked(world):
    part, dossier = world.draft()
    town = town_of(part)
    assert awaited_agreements(dossier) == [town]
    change(world, part, operations.claim(part.operation, actor=newcomer("Agente", town)[0], organisation=town))
    assert awaited_agreements(Dossier.objects.get(pk=dossier.pk)) == []


def test_what_the_town_deposited_as_holder_it_agreed_to(world):
    part, dossier = world.draft()
    town = town_of(part)
    Operation.objects.filter(pk=part.operation.pk).update(holder=town)
    Dossier.objects.filter(pk=dossier.pk).update(holder=town)
    dossiers.deposit(Dossier.objects.get(pk=dossier.pk), actor=fresh(part.lead))
    claim = claim_on(part)
    change(world, part, claim)
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert dossier.holder == claim.organisation
    given = Agreement.objects.get(dossier=dossier)
    assert (given.organisation, given.agreed_by) == (town, part.lead)
    assert given.content_sha256 == dossier.deposits.get().sha256
    assert breaches() == []


def test_a_dossier_that_is_over_and_told_keeps_its_holder(world):
    part, dossier = world.draft()
    former = dossier.holder
    dossiers.withdraw(dossier, actor=part.lead)
    change(world, part, claim_on(part))
    assert Dossier.objects.get(pk=dossier.pk).holder == former


@pytest.mark.parametrize("is_told", [False, True])
def test_an_award_not_told_yet_follows_like_any_other(world, is_told):
    """Rule 15: whose dossier follows would otherwise tell what was decided."""
    part, dossier = world.awarded()
    former = dossier.holder
    if is_told:
        Dossier.objects.filter(pk=dossier.pk).update(notified_at=clock.now())
    claim = claim_on(part)
    change(world, part, claim)
    assert Dossier.objects.get(pk=dossier.pk).holder == (former if is_told else claim.organisation)
    assert Dossier.objects.get(pk=dossier.pk).award.frozen["holder"] == former.name


def test_a_former_team_reads_for_thirty_days_that_the_operation_has_another_holder(world, held, claim, monkeypatch):
    operations.confirm_claim(agree(claim, held), actor=world.correspondent)

    def ended(user):
        return [(task.title, task.note) for task in pending.get("operations")(fresh(user)).ended]

    name = held.operation.name
    said = [
        (f"Vous ne suivez plus «\u00a0{name}\u00a0»\u00a0: son porteur a changé", "Nouveau porteur\u00a0: Nouvelle SEM")
    ]
    assert ended(held.lead) == said
    assert ended(claim.user) == []
    assert ended(world.correspondent) == []
    told = Message.objects.filter(key="holder_changed_to_former", recipient=held.lead)
    told.update(created_at=clock.now() - timedelta(days=31))
    assert ended(held.lead) == []
    told.update(created_at=clock.now() - timedelta(days=29))
    TeamMember.objects.create(operation=held.operation, user=held.lead, role=TeamRole.EDITOR)
    assert ended(held.lead) == []
