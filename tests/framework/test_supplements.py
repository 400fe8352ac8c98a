"""What counties and regions add to the référentiel."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from ecoquartier.access.scopes import supplements_visible_to
from ecoquartier.core.errors import DomainError, PermissionRefused, TransitionRefused
from ecoquartier.core.registry import invariants
from ecoquartier.framework.models import Framework, LocalSupplement
from ecoquartier.framework.queries import contents_of, supplements_for
from ecoquartier.framework.services.supplements import (
    change_supplement,
    publish_supplement,
    withdraw_supplement,
    write_supplement,
)
from ecoquartier.framework.services.versions import copy_version
from ecoquartier.journal.models import Entry, EntryDetail
from ecoquartier.people.models import User
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


def test_a_county_writes_and_its_region_publishes(world, sixteen, county):
    before = contents_of(sixteen.framework)
    supplement = written(world, sixteen, questions="Où sera la plage ?\n\n Qui paie ? ", indicators=[INDICATOR])
    assert (supplement.state, supplement.author) == ("draft", world.correspondent)
    assert supplement.question_list == ["Où sera la plage ?", "Qui paie ?"]
    assert supplement.indicators == [{**INDICATOR, "method": ""}]
    with pytest.raises(PermissionRefused):
        publish_supplement(supplement, actor=world.correspondent)
    published = publish_supplement(supplement, actor=world.coordinator)
    assert published.state == "published"
    applied = supplements_for(sixteen.framework, county=county.pk, region=county.region_id)
    assert list(applied) == [published]
    elsewhere = County.objects.exclude(region=county.region).first()
    assert not supplements_for(sixteen.framework, county=elsewhere.pk, region=elsewhere.region_id).exists()
    assert contents_of(sixteen.framework) == before
    events = Entry.objects.filter(object_id=str(supplement.pk)).order_by("seq").values_list("event", flat=True)
    assert list(events) == ["supplement.drafted", "supplement.published"]
    assert EntryDetail.objects.filter(
        entry__object_id=str(supplement.pk), content__contains={"reason": REASON}
    ).exists()


def test_a_region_writes_for_all_its_counties(world, sixteen, county):
    supplement = written(world, sixteen, actor=world.coordinator, region=county.region)
    publish_supplement(supplement, actor=world.coordinator)
    neighbour = County.objects.filter(region=county.region).exclude(pk=county.pk).first()
    assert supplements_for(sixteen.framework, county=neighbour.pk, region=county.region_id).get() == supplement


def test_it_is_withdrawn_with_a_reason_and_never_changed(world, sixteen, county):
    supplement = publish_supplement(written(world, sixteen), actor=world.coordinator)
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
    with pytest.raises(ValidationError, match="celui d’un département ou celui d’une région"):
        written(world, sixteen, actor=world.bureau, county=county, region=county.region)
    with pytest.raises(IntegrityError, match="framework_localsupplement_territory"):
        LocalSupplement.objects.create(commitment=sixteen, reason="x")


def test_it_adds_something_to_a_version_in_use(world, sixteen):
    with pytest.raises(TransitionRefused, match="n’ajoute rien encore"):
        publish_supplement(written(world, sixteen, guidance=" "), actor=world.coordinator)
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
