"""An operation entered twice: what follows, what forbids, and where the other record leads."""

from decimal import Decimal

import pytest

from ecoquartier.accounts.models import Invitation
from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.core.registry import invariants
from ecoquartier.core.text import long_date
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.files.models import StoredFile
from ecoquartier.journal.models import Entry
from ecoquartier.notifications.models import Message
from ecoquartier.operations import services
from ecoquartier.operations.enums import CharterState, ClaimState, FactKind, OperationState, TeamRole
from ecoquartier.operations.models import CharterSignature, LegacyFact, Operation, Perimeter, Photo, TeamMember
from ecoquartier.operations.queries import mergings_of, perimeter_in_force, public_operations, registered, survivor_of
from ecoquartier.operations.services import legacy, merging, team
from ecoquartier.operations.services.perimeter import record_perimeter
from ecoquartier.operations.services.perimeter_files import place_point
from ecoquartier.people.models import User
from ecoquartier.territories.models import Commune
from tests.support.uploads import lodged
from tests.support.world import fresh

WHY = "La même opération, inscrite deux fois."


def again(operation):
    return Operation.objects.get(pk=operation.pk)


def merge(duplicate, into, actor):
    return merging.merge_operation(again(duplicate), actor=fresh(actor), into=again(into), reason=WHY)


@pytest.fixture
def one(world):
    """The record that is kept: nobody holds it yet."""
    return services.add_operation(name="Quai des Brumes", lead_commune=world.commune)


@pytest.fixture
def other(world):
    return services.add_operation(
        name="Le quai des brumes", lead_commune=world.commune, source="reprise 2016", source_key="k-1"
    )


def recorded(operation, actor) -> Perimeter:
    """A perimeter put in force by the bureau: a point and an area."""
    reading = place_point(operation, latitude="48,07", longitude="-0,77", area_ha=Decimal("12"))
    record_perimeter(again(operation), actor=fresh(actor), reading=reading, reason="Reprise.")
    return perimeter_in_force(operation)


def refused(duplicate, into, actor) -> str:
    with pytest.raises(TransitionRefused) as refusal:
        merge(duplicate, into, actor)
    assert again(duplicate).state != OperationState.MERGED
    return refusal.value.message


# --- What follows -------------------------------------------------------------------------------------------------


def test_each_merged_into_the_other_at_once_leaves_one(world, one, other):
    mine, theirs = again(one), again(other)
    merge(other, one, world.bureau)
    with pytest.raises(TransitionRefused, match="écrivez sur celle-là"):
        merging.merge_operation(mine, actor=fresh(world.bureau), into=theirs, reason=WHY)


def test_the_other_record_is_closed_and_leads_to_the_one_that_stays(world, one, other):
    merge(other, one, world.bureau)
    gone = again(other)
    assert (gone.state, gone.merged_into, gone.state_reason) == (OperationState.MERGED, one, WHY)
    assert survivor_of(other.pk) == one.pk
    assert other not in registered()
    entry = Entry.objects.get(event="operation.merged")
    assert (entry.about_id, entry.data["into"]) == (str(other.pk), str(one.pk))


def test_facts_of_older_sheets_follow_but_for_those_already_told(world, one, other):
    for operation, year in ((one, 2009), (other, 2009), (other, 2011)):
        LegacyFact.objects.create(operation=operation, kind=FactKind.CALL, year=year, source="reprise 2016")
    merge(other, one, world.bureau)
    assert set(one.legacy_facts.values_list("year", flat=True)) == {2009, 2011}
    assert set(other.legacy_facts.values_list("year", flat=True)) == {2009}


def test_older_stages_follow_and_none_is_held_twice(world, one, other):
    for operation, rank, year in ((one, 2, 2013), (other, 2, 2013), (other, 3, 2015)):
        services.record_stage(operation, rank=rank, name="label", scheme_title="2013", year=year, source="reprise 2016")
    merge(other, one, world.bureau)
    assert set(one.stages.values_list("rank", "year")) == {(2, 2013), (3, 2015)}
    assert set(other.stages.values_list("rank", "year")) == {(2, 2013)}


def test_an_older_charter_follows_and_makes_it_public_once_confirmed(world, one, other):
    signature = CharterSignature.objects.create(operation=other, year=2014, source="reprise 2016")
    merge(other, one, world.bureau)
    signature.refresh_from_db()
    assert signature.operation == one
    town = services.town_of(world.commune)
    services.confirm_charter(signature, actor=world.correspondent, organisation=town, year=2014)
    assert list(public_operations()) == [one]


def test_photos_follow_after_those_that_are_there_each_once(world, one, other):
    shared = lodged(world.bureau)
    Photo.objects.create(operation=one, file=shared, rank=1, alt="Le quai", credit="Ville")
    twin = StoredFile.objects.create(
        sha256=shared.sha256,
        content=shared.content.name,
        size=shared.size,
        media_type=shared.media_type,
        name="copie.jpg",
        uploaded_by=world.bureau,
    )
    Photo.objects.create(operation=other, file=twin, rank=1, alt="Le même quai", credit="Ville")
    Photo.objects.create(operation=other, file=lodged(world.bureau), rank=2, alt="La place", credit="Ville")
    merge(other, one, world.bureau)
    assert list(one.photos.order_by("rank").values_list("rank", "alt")) == [(1, "Le quai"), (2, "La place")]


def test_the_holder_its_team_and_its_invitations_follow_to_a_record_without_holder(world, one):
    part = world.part(filled=False)
    team.invite_to_team(part.operation, actor=fresh(part.lead), email="x@example.org", role=TeamRole.READER)
    merge(part.operation, one, world.bureau)
    kept = again(one)
    assert kept.holder == part.operation.holder
    assert set(kept.collectivites.all()) == set(part.operation.collectivites.all())
    assert TeamMember.objects.get(user=part.lead, role=TeamRole.LEAD).operation == one
    assert Invitation.objects.get().place_id == one.pk
    assert fresh(part.lead).has_perm("operations.write", kept)
    assert not fresh(part.lead).has_perm("operations.view", again(part.operation))
    assert part.lead in {m.recipient for m in Message.objects.filter(key="operation_merged_to_person")}


def test_nobody_comes_into_the_operation_of_another_by_a_merger(world, other):
    part = world.part(filled=False)
    stranger = User.objects.create_user("e@example.org", "Étrangère")
    TeamMember.objects.create(operation=other, user=stranger, role=TeamRole.LEAD)
    merge(other, part.operation, world.bureau)
    assert not fresh(stranger).has_perm("operations.view", part.operation)
    assert list(part.operation.team.values_list("user", flat=True)) == [part.lead.pk]


def test_a_perimeter_is_copied_where_there_is_none_and_kept_where_there_is(world, one, other):
    mine = recorded(other, world.bureau)
    merge(other, one, world.bureau)
    copied = perimeter_in_force(one)
    assert (copied.sha256, copied.area_ha) == (mine.sha256, mine.area_ha)
    assert perimeter_in_force(other) == mine
    third = services.add_operation(name="Quai", lead_commune=world.commune)
    recorded(third, world.bureau)
    merge(third, one, world.bureau)
    assert perimeter_in_force(one) == copied


def test_a_claim_that_waits_follows(world, one, other):
    user, _elected, developer = world.cast.holder_team(world.commune, 3)
    claim = services.claim(other, actor=user, organisation=developer)
    merge(other, one, world.bureau)
    claim.refresh_from_db()
    assert (claim.operation, claim.state) == (one, ClaimState.PROVISIONAL)


def test_other_communes_follow(world, one, other):
    one.other_communes.add("53054")
    other.other_communes.add("53054", "53097")
    merge(other, one, world.bureau)
    assert set(one.other_communes.values_list("pk", flat=True)) == {"53054", "53097"}
    assert [change.field for change in one.changes.all()] == ["other_communes"]


def test_the_lead_commune_never_becomes_another_one(world, one):
    far = services.add_operation(name="Quai", lead_commune=Commune.objects.get(pk="53097"))
    far.other_communes.add(world.commune)
    merge(far, one, world.bureau)
    assert not one.other_communes.exists()


def test_the_lead_commune_of_the_other_is_added_when_it_is_asked(world, one, other):
    far = services.add_operation(name="Quai", lead_commune=Commune.objects.get(pk="53097"))
    for gone in (far, other):
        merging.merge_operation(again(gone), actor=fresh(world.bureau), into=again(one), reason=WHY, with_commune=True)
    assert [commune.pk for commune in one.other_communes.all()] == ["53097"]
    assert one.lead_commune == world.commune


def test_who_merged_what_is_known_from_the_one_that_stays(world, one, other):
    merge(other, one, world.bureau)
    third = services.add_operation(name="Quai", lead_commune=world.commune)
    merge(one, third, world.bureau)
    found = mergings_of(again(third).duplicates.all())
    assert {(row.duplicate, row.who, row.duplicate.state_reason) for row in found} == {
        (gone, world.bureau.full_name, WHY) for gone in (one, other)
    }


def test_a_chain_is_one_step(world, one, other):
    third = services.add_operation(name="Quai", lead_commune=world.commune)
    merge(third, other, world.bureau)
    merge(other, one, world.bureau)
    assert survivor_of(third.pk) == survivor_of(other.pk) == one.pk
    assert all(not check() for _name, check in invariants.items())


def test_what_is_shown_first_is_what_is_done(world, one, other):
    CharterSignature.objects.create(operation=other, year=2014, source="reprise 2016")
    LegacyFact.objects.create(operation=other, kind=FactKind.CALL, year=2009, source="reprise 2016")
    merger = merging.preview_merger(again(other), actor=fresh(world.bureau), into=again(one))
    assert merger.sentences(other) == [
        "1 fait d’un ancien tableau rejoint la fiche gardée.",
        "1 signature de la charte rejoint la fiche gardée.",
    ]
    assert again(other).state == OperationState.ACTIVE
    merge(other, one, world.bureau)
    assert Entry.objects.get(event="operation.merged").data["rows"] == merger.counts()


def test_a_record_that_no_longer_goes_on_leaves_the_other_as_it_is_and_that_is_said(world, one, other):
    services.pause_operation(again(other), actor=fresh(world.bureau), reason="Recours.")
    merger = merging.preview_merger(again(other), actor=fresh(world.bureau), into=again(one))
    day = long_date(clock.today())
    assert merger.sentences(other) == [
        f"L’autre fiche est suspendue depuis le {day}\u00a0: la fiche gardée ne change pas d’état."
    ]
    merge(other, one, world.bureau)
    assert again(one).state == OperationState.ACTIVE


def test_the_public_row_goes_and_stays_where_it_should(world, one):
    part = world.part()
    CharterSignature.objects.create(
        operation=one, organisation=part.elected.memberships.get().organisation, year=2012, state="confirmed"
    )
    assert DirectoryRow.objects.filter(operation=part.operation).exists()
    gone = services.add_operation(name="Doublon", lead_commune=world.commune)
    services.record_stage(
        gone, rank=3, name="livré", scheme_title="2013", year=2015, source="reprise 2016", published_at=clock.now()
    )
    merge(gone, part.operation, world.bureau)
    row = DirectoryRow.objects.get(operation=part.operation)
    assert row.stage == 3
    assert not DirectoryRow.objects.filter(operation=gone).exists()


def test_a_later_import_finds_the_one_that_stays(world, one, other):
    merge(other, one, world.bureau)
    assert again(one).source_key == "k-1"
    third = services.add_operation(name="Quai", lead_commune=world.commune, source_key="k-2")
    merge(third, one, world.bureau)

    class Planned:
        key, source_key, insee = ("53130", "quai"), "k-2", "53130"

    class Plan:
        operations = (Planned,)

    assert legacy._known(Plan) == {Planned.key: one.pk}


# --- Why not ------------------------------------------------------------------------------------------------------


def test_only_the_bureau_merges(world, one, other):
    for actor in (world.correspondent, world.coordinator):
        with pytest.raises(PermissionRefused):
            merge(other, one, actor)


def test_one_record_alone_is_not_two(world, one):
    assert "différentes" in refused(one, one, world.bureau)


def test_what_was_merged_is_merged_no_more(world, one, other):
    merge(other, one, world.bureau)
    third = services.add_operation(name="Quai", lead_commune=world.commune)
    assert "fusionnée" in refused(third, other, world.bureau)
    with pytest.raises(PermissionRefused):
        merge(other, third, world.bureau)


def test_a_candidature_keeps_its_record(world, one):
    part, dossier = world.draft(part=world.part(filled=False))
    said = refused(part.operation, one, world.bureau)
    assert str(dossier.stage) in said
    assert "c’est sa fiche qu’il faut garder" in said


def test_a_written_notebook_keeps_its_record(world, one):
    part = world.part()
    assert "Le carnet de" in refused(part.operation, one, world.bureau)
    assert "Les deux fiches ont un carnet rempli" in refused(part.operation, world.part().operation, world.bureau)


def test_an_award_keeps_its_record(world, one, other):
    services.record_stage(other, rank=2, name="chantier", scheme_title="x", year=2026, source="award")
    assert "détient une étape délivrée ici" in refused(other, one, world.bureau)


def test_two_holders_are_settled_first(world):
    first, second = world.part(filled=False), world.part(filled=False)
    Operation.objects.filter(pk=second.operation.pk).update(holder=second.elected.memberships.get().organisation)
    assert "pas le même porteur" in refused(second.operation, first.operation, world.bureau)


def test_a_certain_signature_does_not_meet_a_doubtful_one(world, one, other):
    town = services.town_of(world.commune)
    CharterSignature.objects.create(operation=one, organisation=town, year=2014)
    CharterSignature.objects.create(operation=other, organisation=town, year=2014, state=CharterState.CONFIRMED)
    assert "confirmez-la d’abord" in refused(other, one, world.bureau)


def test_who_asks_for_both_is_answered_first(world, one, other):
    user, _elected, developer = world.cast.holder_team(world.commune, 3)
    for operation in (one, other):
        services.claim(operation, actor=fresh(user), organisation=developer)
    assert str(user) in refused(other, one, world.bureau)


def test_a_merger_that_breaks_a_fact_is_undone(world):
    part, dossier = world.under_expertise()
    expert = dossier.assignments.first().expert
    twin = services.add_operation(name="Jumelle", lead_commune=world.commune, holder=part.operation.holder)
    TeamMember.objects.create(operation=twin, user=expert, role=TeamRole.LEAD)
    assert "contradiction" in refused(twin, part.operation, world.bureau)
    assert TeamMember.objects.get(user=expert).operation == twin
