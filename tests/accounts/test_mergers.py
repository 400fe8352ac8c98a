"""One person, or one organisation, entered twice: everything follows, nothing is gained, nothing contradicts."""

import pytest

from ecoquartier.accounts.queries import person_of_calendar
from ecoquartier.accounts.services import calendars, mergers, roles
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.core.registry import invariants
from ecoquartier.dossiers.models import Deposit, Dossier
from ecoquartier.expertise.models import Assignment
from ecoquartier.journal.models import Entry
from ecoquartier.journal.queries import verify_chain
from ecoquartier.operations.models import CharterSignature, Operation, TeamMember
from ecoquartier.ops.services.cast import body
from ecoquartier.people.domain import is_same_mailbox
from ecoquartier.people.enums import OrganisationKind, Role
from ecoquartier.people.models import Organisation, User
from ecoquartier.people.queries import current_organisation
from tests.support.client import StrictClient
from tests.support.world import fresh

WHY = "Saisie deux fois."


@pytest.fixture
def twin(db):
    return User.objects.create_user("double@example.org", "Autre Nom", "une phrase assez longue")


def merge(kept, duplicate, actor):
    return mergers.merge_people(fresh(kept), actor=fresh(actor), duplicate=fresh(duplicate), reason=WHY)


def whole():
    assert [breach for _name, check in invariants.items() for breach in check()] == []


# --- People -------------------------------------------------------------------------------------------------------


def test_everything_that_points_at_one_points_at_the_other(world, twin):
    part, dossier = world.submitted()
    client = StrictClient()
    client.force_login(part.lead)
    merge(twin, part.lead, world.bureau)
    gone, kept = fresh(part.lead), fresh(twin)
    assert (gone.is_active, gone.merged_into, gone.full_name, gone.has_usable_password()) == (
        False,
        kept,
        kept.full_name,
        False,
    )
    assert TeamMember.objects.get(operation=part.operation).user == kept
    assert Dossier.objects.get(pk=dossier.pk).created_by == kept
    assert kept.rights.organisations == {part.operation.holder_id}
    # A photograph never changes; its author has the same name.
    assert Deposit.objects.get(dossier=dossier).deposited_by == gone
    assert kept.has_perm("dossiers.deposit", dossier)
    assert client.get("/espace/").status_code == 302
    entry = Entry.objects.get(event="people.merged")
    assert (entry.object_id, entry.data["duplicate"], entry.detail.content) == (
        str(kept.pk),
        str(gone.pk),
        {"reason": WHY},
    )
    assert verify_chain().intact
    whole()


def test_what_opens_an_account_is_not_handed_over(world, twin):
    duplicate = world.cast.experts[0]
    kept = calendars.renew_calendar_link(twin, actor=twin)
    secret = calendars.renew_calendar_link(duplicate, actor=duplicate)
    merge(twin, duplicate, world.bureau)
    assert person_of_calendar(kept) == twin
    assert person_of_calendar(secret) is None


def test_a_second_merger_leads_to_the_last_account(world, twin):
    third = User.objects.create_user("troisieme@example.org", "Troisième")
    merge(third, twin, world.bureau)
    merge(world.cast.experts[0], third, world.bureau)
    assert fresh(twin).merged_into == world.cast.experts[0]
    whole()


def test_memberships_of_one_organisation_become_one(world, twin):
    part = world.part(filled=False)
    place = part.elected.memberships.get().organisation
    twin.memberships.create(organisation=place)
    merge(twin, part.elected, world.bureau)
    assert fresh(twin).rights.represents == {place.pk}
    assert twin.memberships.filter(ended_on=None).count() == 1


def test_nobody_gains_a_role_by_a_merger(world, twin):
    roles.grant_role(twin, actor=world.bureau, role=Role.EXPERT, reason="Qualifié.")
    other = world.cast.bureau[1]
    third = User.objects.create_user("troisieme@example.org", "Troisième")
    for kept, duplicate in ((world.bureau, third), (third, world.bureau)):
        with pytest.raises(PermissionRefused):
            merge(kept, duplicate, world.bureau)
    # Merged by somebody else, who gave the role would hold it.
    for kept, duplicate in ((world.bureau, twin), (twin, world.bureau)):
        with pytest.raises(TransitionRefused) as refusal:
            merge(kept, duplicate, other)
        assert refusal.value.code == "gave_each_other_nothing"
    assert Role.EXPERT not in fresh(world.bureau).rights.roles


def test_only_the_bureau_merges(world, twin):
    for actor in (world.coordinator, world.correspondent, twin):
        with pytest.raises(PermissionRefused):
            merge(world.cast.experts[0], twin, actor)


def test_two_who_sit_in_one_commission_are_not_one(world):
    chair, secretary = world.cast.commission(None).seats.filter(part__in=["chair", "secretary"])
    with pytest.raises(TransitionRefused, match="Tous deux siègent"):
        merge(chair.holder, secretary.holder, world.bureau)


def test_two_of_one_team_are_not_one(world, twin):
    part = world.part(filled=False)
    TeamMember.objects.create(operation=part.operation, user=twin, role="reader")
    with pytest.raises(TransitionRefused, match="même endroit"):
        merge(part.lead, twin, world.bureau)
    assert fresh(twin).is_active


def test_an_expert_does_not_become_of_the_team_that_they_assess(world):
    part, dossier = world.under_expertise()
    expert = Assignment.objects.filter(dossier=dossier).first().expert
    with pytest.raises(TransitionRefused, match="contradiction"):
        merge(expert, part.lead, world.bureau)
    assert TeamMember.objects.get(operation=part.operation, role="lead").user == part.lead


def test_an_account_merges_with_another_that_exists(world, twin):
    with pytest.raises(TransitionRefused, match="différentes"):
        merge(twin, twin, world.bureau)
    merge(world.cast.experts[0], twin, world.bureau)
    with pytest.raises(TransitionRefused, match="n’existe plus"):
        merge(world.cast.experts[1], twin, world.bureau)
    with pytest.raises(TransitionRefused, match="fermé"):
        merge(twin, world.cast.experts[1], world.bureau)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("a@x.fr", "A@X.FR", True),
        ("a+b@x.fr", "a@x.fr", True),
        ('"a"@x.fr', "a@x.fr", True),
        ('"\\a+b"@x.fr', "a@x.fr", True),
        ('"b"@x.fr', "a@x.fr", False),
        ("a@x.fr", "a@y.fr", False),
        ("ab@x.fr", "a@x.fr", False),
    ],
)
def test_variants_of_an_address(one, other, same):
    assert is_same_mailbox(one, other) is same


# --- Organisations ------------------------------------------------------------------------------------------------


def merge_bodies(kept, duplicate, actor):
    kept, duplicate = (Organisation.objects.get(pk=o.pk) for o in (kept, duplicate))
    return mergers.merge_organisations(kept, actor=fresh(actor), duplicate=duplicate, reason=WHY)


def test_the_successor_takes_what_it_lacks(world):
    kept, gone = body("Un", OrganisationKind.DEVELOPER), body("Deux", OrganisationKind.DEVELOPER)
    Organisation.objects.filter(pk=gone.pk).update(siren="732829320", commune=world.commune)
    merge_bodies(kept, gone, world.bureau)
    kept.refresh_from_db()
    assert (kept.siren, kept.commune) == ("732829320", world.commune)


def test_the_successor_keeps_what_it_has(world):
    kept, gone = body("Un", OrganisationKind.DEVELOPER), body("Deux", OrganisationKind.DEVELOPER)
    Organisation.objects.filter(pk=kept.pk).update(siren="552100554")
    Organisation.objects.filter(pk=gone.pk).update(siren="732829320")
    merge_bodies(kept, gone, world.bureau)
    kept.refresh_from_db()
    assert (kept.siren, kept.commune) == ("552100554", None)


def test_the_successor_has_everything(world):
    part, dossier = world.submitted()
    former = part.operation.holder
    kept = body("Société nouvelle", OrganisationKind.DEVELOPER)
    merge_bodies(kept, former, world.bureau)
    operation = Operation.objects.get(pk=part.operation.pk)
    assert (operation.holder, Dossier.objects.get(pk=dossier.pk).holder) == (kept, kept)
    assert fresh(part.lead).rights.organisations == {kept.pk}
    gone = Organisation.objects.get(pk=former.pk)
    assert current_organisation(gone) == kept
    assert not gone.memberships.exists()
    whole()


def test_a_chain_is_one_step_and_never_a_circle(world):
    one, two, three = (body(f"Société {n}", OrganisationKind.DEVELOPER) for n in range(3))
    merge_bodies(two, one, world.bureau)
    merge_bodies(three, two, world.bureau)
    assert current_organisation(Organisation.objects.get(pk=one.pk)) == three
    for kept, duplicate in ((one, three), (two, three), (three, one)):
        with pytest.raises(TransitionRefused, match="déjà fusionné"):
            merge_bodies(kept, duplicate, world.bureau)
    with pytest.raises(TransitionRefused, match="différentes"):
        merge_bodies(three, three, world.bureau)


def test_a_shared_collectivite_is_kept_once(world):
    part = world.part(filled=False)
    place = part.elected.memberships.get().organisation
    other = Organisation.objects.create(name="Commune déléguée", kind=OrganisationKind.TOWN)
    part.operation.collectivites.add(other)
    merge_bodies(place, other, world.bureau)
    assert list(part.operation.collectivites.all()) == [place]


def test_two_signatures_of_one_charter_are_not_one(world):
    part = world.part(filled=False)
    place = part.elected.memberships.get().organisation
    other = Organisation.objects.create(name="Commune déléguée", kind=OrganisationKind.TOWN)
    CharterSignature.objects.create(operation=part.operation, organisation=other, year=2020)
    with pytest.raises(TransitionRefused, match="même endroit"):
        merge_bodies(place, other, world.bureau)


def test_two_that_sit_in_one_commission_are_not_one(world):
    first, second = world.cast.commission(None).seats.filter(organisation__kind=OrganisationKind.STATE)
    with pytest.raises(TransitionRefused, match="Tous deux siègent"):
        merge_bodies(first.organisation, second.organisation, world.bureau)


def test_organisations_of_two_kinds_are_not_one(world):
    with pytest.raises(TransitionRefused, match="même nature"):
        merge_bodies(body("Agence", OrganisationKind.AGENCY), body("Société", OrganisationKind.DEVELOPER), world.bureau)


def test_nobody_represents_more_by_a_merger(world):
    kept, mine = body("Société", OrganisationKind.DEVELOPER), body("La mienne", OrganisationKind.DEVELOPER)
    world.bureau.memberships.create(organisation=mine, is_representative=True)
    for pair in ((kept, mine), (mine, kept)):
        with pytest.raises(TransitionRefused) as refusal:
            merge_bodies(*pair, world.bureau)
        assert refusal.value.code == "is_not_a_member"
    with pytest.raises(PermissionRefused):
        merge_bodies(kept, mine, world.coordinator)
