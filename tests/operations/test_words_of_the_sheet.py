"""What the lists do not say: « autre » in words, the actors by name."""

import pytest
from django.core.exceptions import ValidationError

from ecoquartier.dossiers.domain import differences
from ecoquartier.dossiers.queries import photograph
from ecoquartier.operations.models import Operation, Term
from ecoquartier.operations.queries import changes_of, uses_of
from ecoquartier.operations.services import MAX_WORDS, update_operation
from ecoquartier.operations.services.sheet import MOST_ACTORS


@pytest.fixture
def part(world):
    """An operation and its team."""
    return world.part(filled=False)


def write(part, **values) -> Operation:
    return update_operation(Operation.objects.get(pk=part.operation.pk), actor=part.lead, **values)


def test_other_is_kept_with_its_words(part):
    operation = write(part, vocations=["habitat", "autre"], other_words={"vocations": "port à sec"})
    assert operation.other_words == {"vocations": "port à sec"}


def test_the_words_go_with_the_choice(part):
    write(part, vocations=["autre"], other_words={"vocations": "port à sec"})
    operation = write(part, vocations=["habitat"])
    assert operation.other_words == {}
    assert {row.field for row in changes_of(operation)} == {"vocations", "other_words"}


def test_words_of_a_list_that_did_not_choose_other_are_not_kept(part):
    assert write(part, other_words={"vocations": "port à sec", "strategies": "x"}).other_words == {}


def test_words_of_one_list_leave_those_of_another(part):
    write(part, types=["other"], other_words={"types": "village nouveau"})
    operation = write(part, vocations=["autre"], other_words={"types": "village nouveau", "vocations": "port"})
    assert operation.other_words == {"types": "village nouveau", "vocations": "port"}


@pytest.mark.parametrize(("size", "refused"), [(MAX_WORDS, False), (MAX_WORDS + 1, True)])
def test_words_are_few(part, size, refused):
    values = {"vocations": ["autre"], "other_words": {"vocations": "x" * size}}
    if refused:
        with pytest.raises(ValidationError, match="160 signes au plus"):
            write(part, **values)
    else:
        assert len(write(part, **values).other_words["vocations"]) == size


def test_one_choice_of_a_list_is_other():
    assert set(Term.objects.filter(is_other=True).values_list("kind", "code")) == {
        ("types", "other"),
        ("vocations", "autre"),
        ("procedures", "autre"),
    }


def test_actors_are_kept_in_the_order_of_their_kinds(part):
    operation = write(part, actors={"bailleurs": ["Habitat 53", "Méduane"], "amenageur": ["SPLA du Vallon"]})
    assert [*operation.actors.items()] == [
        ("amenageur", ["SPLA du Vallon"]),
        ("bailleurs", ["Habitat 53", "Méduane"]),
    ]
    assert uses_of(Term.objects.get(kind="actors", code="bailleurs")) == 1
    assert uses_of(Term.objects.get(kind="actors", code="promoteurs")) == 0


def test_a_kind_without_name_leaves_the_sheet(part):
    write(part, actors={"amenageur": ["SPLA du Vallon"]})
    assert write(part, actors={"amenageur": []}).actors == {}


def test_a_kind_that_is_not_in_the_list_is_refused(part):
    with pytest.raises(ValidationError, match="n’est plus proposé"):
        write(part, actors={"inventé": ["SPLA du Vallon"]})


def test_a_closed_kind_stays_where_it_is_named(part):
    write(part, actors={"amenageur": ["SPLA du Vallon"]})
    Term.objects.filter(kind="actors", code__in=["amenageur", "bailleurs"]).update(is_active=False)
    assert write(part, actors={"amenageur": ["SPLA"]}).actors == {"amenageur": ["SPLA"]}
    with pytest.raises(ValidationError):
        write(part, actors={"bailleurs": ["Habitat 53"]})


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        (["x" * (MAX_WORDS + 1)], "est trop long"),
        ([str(n) for n in range(MOST_ACTORS + 1)], "vous en avez écrit 31"),
    ],
)
def test_names_have_limits(part, names, sentence):
    with pytest.raises(ValidationError, match=sentence):
        write(part, actors={"amenageur": names})
    edge = [name[:MAX_WORDS] for name in names[:MOST_ACTORS]]
    assert write(part, actors={"amenageur": edge}).actors == {"amenageur": edge}


def test_deposits_hold_and_compare_them(part):
    before = photograph(Operation.objects.get(pk=part.operation.pk))
    write(part, vocations=["autre"], other_words={"vocations": "port"}, actors={"amenageur": ["SPLA"]})
    found = {
        path: new for path, _old, new in differences(before, photograph(Operation.objects.get(pk=part.operation.pk)))
    }
    assert found == {
        "operation.vocations": ["autre"],
        "operation.other_words": {"vocations": "port"},
        "operation.actors": {"amenageur": ["SPLA"]},
    }
