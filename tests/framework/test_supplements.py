"""What counties and regions add to the référentiel."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from ecoquartier.access.scopes import supplements_visible_to
from ecoquartier.core.errors import DomainError, PermissionRefused, TransitionRefused
from ecoquartier.core.registry import invariants, pending
from ecoquartier.framework.domain.contents import Link
from ecoquartier.framework.domain.local import Counterpart, counterpart
from ecoquartier.framework.enums import Change, ElementKind
from ecoquartier.framework.models import Framework, LocalSupplement
from ecoquartier.framework.queries import contents_of, copies_of, counterpart_of, supplements_for, versions_before
from ecoquartier.framework.services.supplements import (
    change_supplement,
    propose_supplement,
    publish_supplement,
    return_supplement,
    withdraw_supplement,
    write_supplement,
)
from ecoquartier.framework.services.versions import copy_version, publish
from ecoquartier.journal.models import Entry, EntryDetail
from ecoquartier.notifications.models import Message
from ecoquartier.people.models import RoleGrant, User
from ecoquartier.territories.models import County, Region
from tests.support.world import fresh

REASON = "Le littoral recule."
INDICATOR = {"title": "Recul du trait de côte", "unit": "m/an", "kind": "decimal", "direction": "lower"}


@pytest.fixture
def county(world):
    return world.commune.county


@pytest.fixture
def sixteen(db):
    return Framework.objects.get(pk="2016").commitments.get(number=16)


def written(world, commitment, actor=None, **values):
    values.setdefault("guidance", "Regarder la carte du recul.")
    values.setdefault("reason", REASON)
    if not {"county", "region"} & set(values):
        values["county"] = world.commune.county
    return write_supplement(commitment, actor=actor or world.correspondent, **values)


def published(world, commitment, **values):
    """What the county adds, published by its region."""
    proposed = propose_supplement(written(world, commitment, **values), actor=world.correspondent)
    return publish_supplement(proposed, actor=world.coordinator)


def told(supplement):
    """(key of the message, whom) for each message about it, in order."""
    rows = Message.objects.filter(object_id=str(supplement.pk)).order_by("created_at", "key")
    return list(rows.values_list("key", "recipient__email"))


def test_a_county_writes_and_its_region_publishes(world, sixteen, county):
    before = contents_of(sixteen.framework)
    supplement = written(world, sixteen, questions="Où sera la plage ?\n\n Qui paie ? ", indicators=[INDICATOR])
    assert (supplement.state, supplement.author) == ("draft", world.correspondent)
    assert supplement.question_list == ["Où sera la plage ?", "Qui paie ?"]
    assert supplement.indicators == [{**INDICATOR, "method": ""}]
    with pytest.raises(TransitionRefused, match="pas encore proposée"):
        publish_supplement(supplement, actor=world.coordinator)
    with pytest.raises(PermissionRefused):
        propose_supplement(supplement, actor=world.coordinator)
    proposed = propose_supplement(supplement, actor=world.correspondent)
    assert proposed.state == "proposed"
    with pytest.raises(PermissionRefused):
        publish_supplement(supplement, actor=world.correspondent)
    shown = publish_supplement(supplement, actor=world.coordinator)
    assert shown.state == "published"
    applied = supplements_for(sixteen.framework, county=county.pk, region=county.region_id)
    assert list(applied) == [shown]
    elsewhere = County.objects.exclude(region=county.region).first()
    assert not supplements_for(sixteen.framework, county=elsewhere.pk, region=elsewhere.region_id).exists()
    assert contents_of(sixteen.framework) == before
    events = Entry.objects.filter(object_id=str(supplement.pk)).order_by("seq").values_list("event", flat=True)
    assert list(events) == ["supplement.drafted", "supplement.proposed", "supplement.published"]
    assert EntryDetail.objects.filter(
        entry__object_id=str(supplement.pk), content__contains={"reason": REASON}
    ).exists()


def test_a_region_writes_for_all_its_counties(world, sixteen, county):
    supplement = written(world, sixteen, actor=world.coordinator, region=county.region)
    publish_supplement(supplement, actor=world.coordinator)
    neighbour = County.objects.filter(region=county.region).exclude(pk=county.pk).first()
    assert supplements_for(sixteen.framework, county=neighbour.pk, region=county.region_id).get() == supplement


def test_it_is_withdrawn_with_a_reason_and_never_changed(world, sixteen, county):
    supplement = published(world, sixteen)
    with pytest.raises(TransitionRefused, match="n’est plus en préparation"):
        change_supplement(supplement, actor=world.correspondent, guidance="Autre chose.")
    withdrawn = withdraw_supplement(supplement, actor=world.coordinator, reason="Repris dans la version 2031.")
    assert (withdrawn.state, bool(withdrawn.withdrawn_at)) == ("withdrawn", True)
    assert not supplements_for(sixteen.framework, county=county.pk, region=county.region_id).exists()


def test_a_draft_is_changed_by_those_of_its_territory(world, sixteen):
    supplement = written(world, sixteen)
    changed = change_supplement(supplement, actor=world.correspondent, guidance="Autre chose.", reason=REASON)
    assert changed.guidance == "Autre chose."
    entry = Entry.objects.latest("seq")
    assert (entry.event, entry.data["fields"]) == ("supplement.changed", ["guidance"])
    with pytest.raises(PermissionRefused):
        change_supplement(supplement, actor=world.coordinator, guidance="Non.")
    with pytest.raises(ValueError, match="Not editable"):
        change_supplement(supplement, actor=world.correspondent, state="published")


def test_nobody_writes_for_another_territory(world, sixteen):
    county = County.objects.exclude(region=world.commune.county.region).first()
    stranger = User.objects.create_user("stranger@example.org", "Inconnue")
    for person, place in (
        (world.correspondent, {"county": county}),
        (world.correspondent, {"region": world.commune.county.region}),
        (world.coordinator, {"county": world.commune.county}),
        (world.coordinator, {"region": Region.objects.exclude(pk=world.commune.county.region_id).first()}),
        (stranger, {"county": county}),
    ):
        with pytest.raises(PermissionRefused):
            written(world, sixteen, actor=fresh(person), **place)


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"reason": ""}, ValidationError),
        ({"indicators": [{"title": "x"}]}, DomainError),
        ({"indicators": [{**INDICATOR, "kind": "ratio"}]}, DomainError),
        ({"state": "published"}, ValueError),
    ],
)
def test_what_is_wrong_is_refused(world, sixteen, values, refusal):
    with pytest.raises(refusal):
        written(world, sixteen, **values)
    assert not LocalSupplement.objects.exists()


def test_it_has_one_territory(world, sixteen, county):
    with pytest.raises(ValidationError, match="celle d’un département ou celle d’une région"):
        written(world, sixteen, actor=world.bureau, county=county, region=county.region)
    with pytest.raises(IntegrityError, match="framework_localsupplement_territory"):
        LocalSupplement.objects.create(commitment=sixteen, reason="x")


def test_it_adds_something_to_a_version_in_use(world, sixteen):
    empty = written(world, sixteen, guidance=" ")
    with pytest.raises(TransitionRefused, match="n’ajoute rien encore"):
        propose_supplement(empty, actor=world.correspondent)
    draft = copy_version(sixteen.framework, actor=world.bureau, code="2031", title="x")
    with pytest.raises(TransitionRefused, match="n’est pas en usage"):
        written(world, draft.commitments.get(number=1))


def test_each_sees_those_of_its_territory(world, sixteen, county):
    other = County.objects.filter(region=county.region).exclude(pk=county.pk).first()
    far = County.objects.exclude(region=county.region).first()
    mine, next_door, regional, away = [
        written(world, sixteen, actor=world.bureau, **place)
        for place in ({"county": county}, {"county": other}, {"region": county.region}, {"county": far})
    ]
    assert set(supplements_visible_to(world.correspondent)) == {mine}
    assert set(supplements_visible_to(world.coordinator)) == {mine, next_door, regional}
    assert set(supplements_visible_to(world.bureau)) == {mine, next_door, regional, away}
    # What is published is read by every service, what is withdrawn again by those of the territory.
    propose_supplement(away, actor=world.bureau)
    publish_supplement(away, actor=world.bureau)
    assert set(supplements_visible_to(fresh(world.correspondent))) == {mine, away}
    assert not supplements_visible_to(fresh(world.cast.experts[0])).exists()
    publish_supplement(propose_supplement(next_door, actor=world.bureau), actor=world.coordinator)
    assert next_door in supplements_visible_to(world.correspondent)
    withdraw_supplement(next_door, actor=world.coordinator, reason="Trop longue.")
    assert set(supplements_visible_to(world.correspondent)) == {mine, away}
    assert next_door in supplements_visible_to(world.coordinator)
    for user in User.objects.all():
        permitted = {row for row in LocalSupplement.objects.all() if user.has_perm("framework.view_supplement", row)}
        assert set(supplements_visible_to(user)) == permitted, user.email


def test_none_is_about_a_draft(world, sixteen):
    check = dict(invariants.items())["supplements_of_versions_in_use"]
    supplement = written(world, sixteen)
    assert check() == []
    draft = copy_version(sixteen.framework, actor=world.bureau, code="2031", title="x")
    LocalSupplement.objects.filter(pk=supplement.pk).update(commitment=draft.commitments.get(number=1))
    assert len(check()) == 1


# --- Proposed, given back, told -----------------------------------------------------------------------------------


def test_what_is_proposed_comes_back_before_it_changes(world, sixteen):
    supplement = propose_supplement(written(world, sixteen), actor=world.correspondent)
    with pytest.raises(TransitionRefused, match="remettez-la d’abord en préparation"):
        change_supplement(supplement, actor=world.correspondent, guidance="Autre chose.")
    far = world.cast.correspondent(County.objects.exclude(region=world.commune.county.region).first())
    with pytest.raises(PermissionRefused):
        return_supplement(supplement, actor=far, reason="Non.")
    back = return_supplement(supplement, actor=world.correspondent, reason="Un chiffre est faux.")
    assert back.state == "draft"
    assert Entry.objects.latest("seq").detail.content == {"reason": "Un chiffre est faux."}
    with pytest.raises(TransitionRefused):
        return_supplement(supplement, actor=world.coordinator, reason="Non.")


def test_each_is_told_of_what_others_did(world, sixteen):
    author, region = world.correspondent, world.coordinator
    supplement = propose_supplement(written(world, sixteen), actor=author)
    return_supplement(supplement, actor=region, reason="À chiffrer.")
    propose_supplement(supplement, actor=author)
    publish_supplement(supplement, actor=region)
    withdraw_supplement(supplement, actor=region, reason="Dépassée.")
    assert told(supplement) == [
        ("supplement_proposed_to_region", region.email),
        ("supplement_returned_to_author", author.email),
        ("supplement_proposed_to_region", region.email),
        ("supplement_published_to_author", author.email),
        ("supplement_withdrawn_to_author", author.email),
    ]
    own = written(world, sixteen, actor=region, region=world.commune.county.region)
    withdraw_supplement(publish_supplement(own, actor=region), actor=region, reason="Dépassée.")
    assert told(own) == []


def test_without_a_coordinator_the_bureau_is_told(world, sixteen):
    RoleGrant.objects.filter(role="coordinator", region=world.commune.county.region).delete()
    supplement = propose_supplement(written(world, sixteen), actor=world.correspondent)
    assert {email for _key, email in told(supplement)} == {person.email for person in world.cast.bureau}


def work(user):
    """What the référentiel says of a person's work."""
    return dict(pending.items())["framework"](fresh(user))


def test_work_is_with_the_one_who_may_act(world, sixteen):
    supplement = written(world, sixteen)
    for person in (world.coordinator, world.bureau, world.cast.experts[0]):
        assert not work(person).to_do
    assert [task.state for task in work(world.correspondent).going_on] == ["en préparation"]
    propose_supplement(supplement, actor=world.correspondent)
    assert [task.note for task in work(world.coordinator).to_do] == [f"{supplement.territory}, {sixteen}"]
    assert [task.state for task in work(world.correspondent).going_on] == ["proposée"]
    assert not work(world.bureau).to_do
    far = world.cast.coordinator(Region.objects.exclude(pk=world.commune.county.region_id).first())
    assert not work(far).to_do
    publish_supplement(supplement, actor=world.coordinator)
    assert not work(world.coordinator).to_do
    assert [task.state for task in work(world.correspondent).ended] == ["publiée"]


# --- The next version ---------------------------------------------------------------------------------------------


def links(*lines):
    """Lines about commitments: (change, old, new)."""
    return [Link(ElementKind.COMMITMENT, *line) for line in lines]


def test_a_commitment_is_followed_through_the_versions():
    first = links((Change.SAME, "1", "1"), (Change.SPLIT, "2", "2"), (Change.SPLIT, "2", "3"), (Change.NEW, "", "4"))
    first += [Link(ElementKind.INDICATOR, Change.SAME, "1", "9")]
    second = links(
        (Change.MERGED, "1", "1"), (Change.MERGED, "4", "1"), (Change.MOVED, "2", "7"), (Change.REMOVED, "3", "")
    )
    assert counterpart(1, []) == Counterpart((1,))
    assert counterpart(1, [first]) == Counterpart((1,))
    assert counterpart(2, [first]) == Counterpart((2, 3))
    assert counterpart(1, [first, second]) == Counterpart((1,), is_merged=True)
    assert counterpart(2, [first, second]) == Counterpart((7,))
    assert counterpart(3, [second]) == Counterpart(())


def test_it_is_written_again_for_the_next_version(world, sixteen):
    old = published(world, sixteen, indicators=[INDICATOR])
    draft = copy_version(sixteen.framework, actor=world.bureau, code="2031", title="Référentiel 2031")
    following = publish(draft, actor=world.bureau)
    assert versions_before(following) == ["2016"]
    assert counterpart_of(sixteen, following) == Counterpart((16,))
    assert counterpart_of(following.commitments.get(number=1), sixteen.framework) is None
    copy = written(world, following.commitments.get(number=16), origin=old, indicators=old.indicators)
    assert (copy.origin, copy.state, copy.indicators) == (old, "draft", old.indicators)
    assert Entry.objects.latest("seq").data["origin"] == str(old.pk)
    assert list(copies_of(old)) == [copy]
    assert list(supplements_for(sixteen.framework, county="53", region="52")) == [old]


def test_nobody_takes_up_what_another_territory_wrote(world, sixteen):
    county = County.objects.exclude(region=world.commune.county.region).first()
    theirs = written(world, sixteen, actor=world.bureau, county=county)
    with pytest.raises(PermissionRefused):
        written(world, sixteen, origin=theirs)


def test_a_form_sent_twice_writes_once(world, sixteen):
    written(world, sixteen)
    with pytest.raises(DomainError, match="déjà commencé cette même déclinaison"):
        written(world, sixteen)
    written(world, sixteen, guidance="Autre chose.")


def test_questions_are_not_without_end(world, sixteen):
    written(world, sixteen, questions="Où ?\n" * 50)
    with pytest.raises(DomainError, match="Pas plus de 50 questions"):
        written(world, sixteen, questions="Où ?\n" * 51)
