"""The life of a version, and what nobody may change."""

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from ecoquartier.access.scopes import versions_edited_by
from ecoquartier.campaigns.models import Campaign
from ecoquartier.campaigns.queries import current_framework, frameworks_for
from ecoquartier.core.errors import DomainError, PermissionRefused, TransitionRefused
from ecoquartier.core.registry import invariants
from ecoquartier.framework.domain.contents import elements
from ecoquartier.framework.enums import VersionState
from ecoquartier.framework.models import Commitment, Correspondence, Dimension, Framework, Indicator, Notion
from ecoquartier.framework.queries import (
    challenge_names,
    commitments_for,
    contents_of,
    element_of,
    public_versions,
    tree_of,
    versions,
    way_between,
)
from ecoquartier.framework.services.elements import add_element, change_element, remove_element
from ecoquartier.framework.services.mapping import complete_mapping, link
from ecoquartier.framework.services.versions import copy_version, describe_version, discard, publish, retire
from ecoquartier.framework.workflow import VERSION_WORKFLOW
from ecoquartier.journal.models import Entry
from ecoquartier.notebooks.queries import answers_by_commitment
from tests.support.world import fresh


@pytest.fixture
def bureau(world):
    return world.bureau


@pytest.fixture
def shipped(db):
    return Framework.objects.get(pk="2016")


@pytest.fixture
def draft(bureau, shipped):
    return copy_version(shipped, actor=bureau, code="2031", title="Référentiel 2031")


def commitment(framework, number):
    return framework.commitments.get(number=number)


# --- A published version never changes ----------------------------------------------------------------------------

CHANGES = [
    "UPDATE framework_framework SET title = 'x' WHERE code = '2016'",
    "UPDATE framework_framework SET state = 'draft' WHERE code = '2016'",
    "UPDATE framework_framework SET answer_max_characters = 100, state = 'retired' WHERE code = '2016'",
    "DELETE FROM framework_framework WHERE code = '2016'",
    *(
        statement.format(table)
        for table in ("dimension", "commitment", "indicator")
        for statement in (
            "UPDATE framework_{} SET title = 'x' WHERE framework_id = '2016'",
            "DELETE FROM framework_{} WHERE framework_id = '2016'",
            "UPDATE framework_{} SET framework_id = '2031' WHERE framework_id = '2016'",
            "UPDATE framework_{} SET framework_id = '2016' WHERE framework_id = '2031'",
        )
    ),
    "UPDATE framework_notion SET questions = '[]'",
    "DELETE FROM framework_notion",
    "INSERT INTO framework_dimension (framework_id, code, rank, title, motto) VALUES ('2016', 'D9', 9, 'x', '')",
    "INSERT INTO framework_notion (commitment_id, code, rank, title, provenance, questions) "
    "SELECT id, '9.9', 1, 'x', 'official', '[]' FROM framework_commitment WHERE framework_id = '2016'",
    "INSERT INTO framework_correspondence (framework_id, kind, change, old_code, new_code) "
    "VALUES ('2016', 'notion', 'new', '', '1.1')",
]


@pytest.mark.parametrize("statement", CHANGES)
@pytest.mark.usefixtures("draft")
def test_the_database_refuses(statement):
    refused = pytest.raises(DatabaseError, match="a published version never changes")
    with refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_database_lets_a_draft_change(draft):
    with connection.cursor() as cursor:
        for table in ("notion", "indicator", "commitment", "dimension", "correspondence"):
            where = "commitment_id IN (SELECT id FROM framework_commitment WHERE framework_id = '2031')"
            cursor.execute(
                f"DELETE FROM framework_{table} WHERE " + (where if table == "notion" else "framework_id = '2031'")
            )
        cursor.execute("DELETE FROM framework_framework WHERE code = '2031'")
    assert not Framework.objects.filter(pk="2031").exists()


def test_services_refuse_too(bureau, shipped):
    one = commitment(shipped, 1)
    for change in (
        lambda: describe_version(shipped, actor=bureau, title="x"),
        lambda: add_element(shipped, actor=bureau, model=Dimension, code="D9", rank=9, title="x"),
        lambda: change_element(shipped, actor=bureau, element=one, title="x"),
        lambda: remove_element(shipped, actor=bureau, element=one),
        lambda: complete_mapping(shipped, actor=bureau),
        lambda: link(shipped, actor=bureau, kind="notion", change="removed", old=["1.1"], new=[]),
        lambda: discard(shipped, actor=bureau),
    ):
        with pytest.raises(TransitionRefused, match="est publiée et ne change plus"):
            change()


# --- Its states ---------------------------------------------------------------------------------------------------


def test_a_copy_is_published_then_replaces_the_other(bureau, shipped, draft):
    assert draft.state == VersionState.DRAFT
    published = publish(draft, actor=bureau)
    assert (published.state, bool(published.published_at)) == ("published", True)
    Campaign.objects.update(framework=published)
    retired = retire(shipped, actor=bureau)
    assert (retired.state, bool(retired.retired_at)) == ("retired", True)
    assert set(public_versions()) == {published, retired}
    assert set(frameworks_for()) == {published}
    events = Entry.objects.filter(object_type="framework.framework").order_by("seq")
    assert list(events.values_list("event", "object_id")) == [
        ("framework.copied", "2031"),
        ("framework.published", "2031"),
        ("framework.retired", "2016"),
    ]


def test_the_last_published_version_is_not_retired(bureau, shipped):
    with pytest.raises(TransitionRefused, match="C’est la seule version publiée"):
        retire(shipped, actor=bureau)


def test_only_the_bureau_leads_it(world, shipped):
    people = (world.coordinator, world.correspondent, world.cast.experts[0])
    for person in people:
        with pytest.raises(PermissionRefused):
            copy_version(shipped, actor=person, code="2031", title="x")
        assert not versions_edited_by(person).exists()
        assert VERSION_WORKFLOW.offers(shipped, person) == []
    draft = copy_version(shipped, actor=world.bureau, code="2031", title="x")
    for person in people:
        with pytest.raises(PermissionRefused):
            publish(draft, actor=fresh(person))
    assert versions_edited_by(world.bureau).count() == 2


def test_a_draft_is_read_by_nobody_else(draft, shipped):
    assert not commitments_for().filter(framework=draft).exists()
    assert commitments_for().filter(framework=shipped).count() == 20
    assert draft not in public_versions()
    assert current_framework() == shipped
    assert draft not in frameworks_for()


def test_a_draft_that_is_not_whole_is_not_published(bureau, draft):
    add_element(draft, actor=bureau, model=Dimension, code="D5", rank=5, title="Vide")
    with pytest.raises(TransitionRefused, match="dimensions › 5 › commitments\u00a0: la liste est vide"):
        publish(draft, actor=bureau)


def test_a_draft_follows_a_version_in_use(bureau, draft):
    second = copy_version(draft, actor=bureau, code="2032", title="Deux")
    with pytest.raises(TransitionRefused, match="La version précédente n’est pas publiée"):
        publish(second, actor=bureau)


def test_a_draft_that_another_prolongs_stays(bureau, draft):
    copy_version(draft, actor=bureau, code="2032", title="La suivante")
    with pytest.raises(DomainError, match="La version 2032 la prolonge"):
        discard(draft, actor=bureau)
    discard(Framework.objects.get(pk="2032"), actor=bureau)
    discard(draft, actor=bureau)
    assert not Framework.objects.filter(pk__in=("2031", "2032")).exists()


def test_a_draft_may_be_discarded(bureau, draft):
    discard(draft, actor=bureau)
    assert not Framework.objects.filter(pk="2031").exists()
    entry = Entry.objects.latest("seq")
    assert (entry.event, entry.object_id) == ("framework.discarded", "2031")


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("2016", "porte déjà le code 2016"),
        ("été", "lettres sans accent"),
        ("x" * 21, "vingt au plus"),
        ("comparer", "« comparer » est un mot réservé"),
        ("Importer", "« Importer » est un mot réservé"),
    ],
)
def test_a_copy_needs_a_code_of_its_own(bureau, shipped, code, words):
    with pytest.raises(DomainError) as refusal:
        copy_version(shipped, actor=bureau, code=code, title="x")
    assert words in refusal.value.message.replace("\u00a0", " ")


def test_a_copy_says_the_same(shipped, draft):
    before, after = contents_of(shipped), contents_of(draft)
    assert elements(before) == elements(after)
    assert (after.based_on, {line.change for line in after.mapping}) == ("2016", {"same"})
    assert len(after.mapping) == len(elements(after))


# --- Editing a draft ----------------------------------------------------------------------------------------------


def test_a_change_is_told_by_the_correspondence(bureau, draft):
    one = commitment(draft, 1)
    change_element(draft, actor=bureau, element=one, title="Répondre aux besoins de tous")
    with pytest.raises(TransitionRefused, match="L’engagement 1 est dit identique, mais il est renommé"):
        publish(draft, actor=bureau)
    complete_mapping(draft, actor=bureau)
    assert Correspondence.objects.get(framework=draft, kind="commitment", old_code="1").change == "renamed"
    assert publish(draft, actor=bureau).state == "published"


def test_what_is_added_and_removed_waits_for_a_line(bureau, draft):
    notion = Notion.objects.get(commitment=commitment(draft, 1), code="1.1")
    remove_element(draft, actor=bureau, element=notion)
    added = add_element(
        draft, actor=bureau, model=Notion, commitment=commitment(draft, 1), code="1.9", title="x",
        provenance="indicative", questions=["Quoi ?"],
    )  # fmt: skip
    assert added.rank == 3
    with pytest.raises(
        TransitionRefused, match=r"La notion 1\.1 de la version précédente .*\. Points à corriger .*: 2\."
    ):
        publish(draft, actor=bureau)
    link(draft, actor=bureau, kind="notion", change="renamed", old=["1.1"], new=["1.9"])
    assert publish(draft, actor=bureau).state == "published"


def test_merging_takes_the_lines_of_both(bureau, draft):
    for indicator in commitment(draft, 2).indicators.all():
        change_element(draft, actor=bureau, element=indicator, commitment=commitment(draft, 1))
    for notion in commitment(draft, 2).notions.all():
        change_element(draft, actor=bureau, element=notion, commitment=commitment(draft, 1))
    remove_element(draft, actor=bureau, element=commitment(draft, 2))
    link(draft, actor=bureau, kind="commitment", change="merged", old=["1", "2"], new=["1"])
    complete_mapping(draft, actor=bureau)
    lines = Correspondence.objects.filter(framework=draft, kind="commitment", change="merged")
    assert set(lines.values_list("old_code", "new_code")) == {("1", "1"), ("2", "1")}
    assert publish(draft, actor=bureau).state == "published"


def test_the_correspondence_follows_a_code(bureau, draft):
    change_element(draft, actor=bureau, element=draft.indicators.get(code="I01"), code="I91")
    assert Correspondence.objects.filter(framework=draft, old_code="I01", new_code="I91").exists()


@pytest.mark.parametrize(
    ("change", "old", "new", "words"),
    [
        ("merged", ["1"], ["1"], "« fusionné » ne va pas avec ces nombres : anciens 1, nouveaux 1."),
        ("split", ["1"], ["1", "1"], "ne va pas avec"),
        ("same", ["1"], [], "ne va pas avec"),
        ("removed", ["1"], ["1"], "ne va pas avec"),
        ("same", ["1"], ["99"], "L’engagement 99 n’existe pas"),
        ("removed", ["99"], [], "L’engagement 99 n’existe pas"),
    ],
)
def test_a_line_that_cannot_be_is_refused(bureau, draft, change, old, new, words):
    with pytest.raises(DomainError) as refusal:
        link(draft, actor=bureau, kind="commitment", change=change, old=old, new=new)
    assert words in refusal.value.message.replace("\u00a0", " ")


def test_values_out_of_bounds_are_refused(bureau, draft):
    one, indicator = commitment(draft, 1), draft.indicators.get(code="I08")
    for element, values, refusal in (
        (one, {"number": 2}, ValidationError),
        (one, {"title": ""}, ValidationError),
        (one, {"challenges": ["bonheur"]}, DomainError),
        (one, {"sdgs": [18]}, DomainError),
        (one.notions.first(), {"code": "2.1"}, ValidationError),
        (indicator, {"formula": "dwellings ** 2"}, ValidationError),
        (indicator, {"kind": "ratio"}, ValidationError),
    ):
        with pytest.raises(refusal):
            change_element(draft, actor=bureau, element=element, **values)
    assert contents_of(draft).commitments == contents_of(Framework.objects.get(pk="2016")).commitments


def test_what_is_not_of_the_version_is_a_mistake(bureau, shipped, draft):
    with pytest.raises(ValueError, match="is not of 2031"):
        change_element(draft, actor=bureau, element=commitment(shipped, 1), title="x")
    with pytest.raises(ValueError, match="is not of 2031"):
        change_element(draft, actor=bureau, element=draft.indicators.first(), commitment=commitment(shipped, 1))
    with pytest.raises(ValueError, match="Not editable"):
        change_element(draft, actor=bureau, element=commitment(draft, 1), code="x")
    with pytest.raises(ValueError, match="Not editable"):
        describe_version(draft, actor=bureau, state="published")


def test_what_still_holds_something_is_not_removed(bureau, draft):
    with pytest.raises(DomainError, match=r"contient des engagements \(1, 2, 3, 4, 5\)"):
        remove_element(draft, actor=bureau, element=draft.dimensions.first())
    with pytest.raises(DomainError, match=r"a des indicateurs \(I01\)"):
        remove_element(draft, actor=bureau, element=commitment(draft, 1))


def test_two_elements_never_bear_the_same_name(bureau, draft):
    one, other = commitment(draft, 1), draft.dimensions.last()
    for element, values, sentence in (
        (other, {"code": "D1"}, "Une dimension de cette version porte déjà le code D1."),
        (one, {"number": 2}, "Un engagement de cette version porte déjà le numéro 2."),
        (one.notions.first(), {"code": "2.1"}, "Une notion de cette version porte déjà le code 2.1."),
        (draft.indicators.first(), {"code": "I02"}, "Un indicateur de cette version porte déjà le code I02."),
    ):
        with pytest.raises(ValidationError) as refusal:
            change_element(draft, actor=bureau, element=element, **values)
        assert refusal.value.message_dict == {next(iter(values)): [sentence]}


def test_a_version_may_have_challenges_of_its_own(bureau, draft):
    own = [{"code": "eau", "title": "partage de l’eau"}]
    changed = describe_version(draft, actor=bureau, title="Neuf", answer_max_characters=3000, challenges=own)
    assert challenge_names(changed)["eau"] == "partage de l’eau"
    assert challenge_names(changed)["sobriete"] == "sobriété"
    change_element(changed, actor=bureau, element=commitment(changed, 1), challenges=["eau"])
    with pytest.raises(ValidationError):
        describe_version(changed, actor=bureau, answer_max_characters=1)


# --- Reading ------------------------------------------------------------------------------------------------------


def test_the_way_from_one_version_to_another(bureau, shipped, draft):
    second = copy_version(publish(draft, actor=bureau), actor=bureau, code="2032", title="Deux")
    assert [version.pk for version in way_between(shipped, second)] == ["2016", "2031", "2032"]
    assert way_between(shipped, shipped) == [shipped]
    assert way_between(second, shipped) == []


def test_queries_do_not_grow_with_the_version(draft, django_assert_num_queries):
    with django_assert_num_queries(5):
        contents_of(draft)
    with django_assert_num_queries(4):
        for dimension in tree_of(draft):
            for one in dimension.commitments.all():
                list(one.notions.all()), list(one.indicators.all())
    with django_assert_num_queries(1):
        assert {v.pk: (v.commitment_count, v.indicator_count) for v in versions()} == {
            "2016": (20, 24),
            "2031": (20, 24),
        }


def test_an_element_is_found_by_its_kind(draft):
    notion = Notion.objects.filter(commitment__framework=draft).first()
    assert element_of(draft, "notion", notion.pk) == notion
    assert element_of(draft, "notion", 0) is None
    assert element_of(draft, "question", notion.pk) is None
    assert element_of(Framework.objects.get(pk="2016"), "notion", notion.pk) is None


def test_answers_are_counted_by_commitment(world):
    part = world.part()
    framework = part.operation.notebook.framework
    assert answers_by_commitment(framework) == dict.fromkeys(range(1, 21), 1)
    part.operation.notebook.answers.filter(commitment__number=3).update(text="")
    assert 3 not in answers_by_commitment(framework)


def test_parts_stay_in_their_version(draft):
    check = dict(invariants.items())["framework_parts_of_their_version"]
    assert check() == []
    stray = Commitment.objects.filter(framework=draft)[0]
    Commitment.objects.filter(pk=stray.pk).update(dimension=Dimension.objects.filter(framework="2016")[0])
    Indicator.objects.filter(framework=draft, code="I02").update(
        commitment=Commitment.objects.get(framework="2016", number=2)
    )
    assert len(check()) == 2
