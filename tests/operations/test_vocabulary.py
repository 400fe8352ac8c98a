"""The lists of choices of the sheet: loaded once, then kept by the bureau."""

import pytest
from django.core.exceptions import ValidationError

from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.directory.queries import figures, tallies, version
from ecoquartier.dossiers.domain import differences
from ecoquartier.dossiers.queries import photograph
from ecoquartier.journal.models import Entry
from ecoquartier.operations import services as operations
from ecoquartier.operations.enums import TermKind
from ecoquartier.operations.models import Term
from ecoquartier.operations.queries import uses_of
from tests.support.public import labelled


def codes(kind):
    return list(Term.objects.filter(kind=kind).values_list("code", flat=True))


def change(term, actor, **values):
    """Change a term, its other properties kept."""
    before = Term.objects.filter(kind=term.kind, rank__lt=term.rank).last()
    kept = {"label": term.label, "after": before, "is_active": term.is_active}
    kept |= {"is_renewal": term.is_renewal, "is_other": term.is_other}
    return operations.change_term(term, actor=actor, **{**kept, **values})


def term(kind, code):
    return Term.objects.get(kind=kind, code=code)


def test_every_list_is_shipped_and_loading_again_changes_nothing(world):
    assert set(Term.objects.values_list("kind", flat=True)) == set(TermKind.values)
    Term.objects.filter(code="zac").update(label="ZAC")
    assert operations.load_vocabulary() == 0
    assert term("procedures", "zac").label == "ZAC"


def test_the_bureau_adds_a_choice_at_the_end(world):
    made = operations.add_term(world.bureau, actor=world.bureau, kind="approaches", label="démarche régionale")
    assert (made.code, codes("approaches")[-1]) == ("demarche-regionale", "demarche-regionale")
    entry = Entry.objects.get(event="term.added")
    assert entry.data == {"kind": "approaches", "code": "demarche-regionale"}


def test_one_choice_of_a_list_says_what_it_is_in_words(world):
    made = operations.add_term(world.bureau, actor=world.bureau, kind="approaches", label="autre")
    change(made, world.bureau, is_other=True)
    assert Term.objects.get(pk=made.pk).is_other
    with pytest.raises(ValidationError, match="se précise déjà"):
        change(term("approaches", "aeu"), world.bureau, is_other=True)
    with pytest.raises(ValidationError, match="Les acteurs se nomment déjà"):
        change(term("actors", "autre"), world.bureau, is_other=True)


def test_a_label_is_once_in_its_list(world):
    with pytest.raises(ValidationError, match="déjà dans la liste"):
        operations.add_term(world.bureau, actor=world.bureau, kind="strong_points", label="eau")
    operations.add_term(world.bureau, actor=world.bureau, kind="approaches", label="eau")


def test_a_code_is_never_taken_twice(world):
    renamed = term("strong_points", "eau")
    change(renamed, world.bureau, label="gestion de l’eau")
    made = operations.add_term(world.bureau, actor=world.bureau, kind="strong_points", label="eau")
    assert (made.code, term("strong_points", "eau").label) == ("eau-2", "gestion de l’eau")


def test_a_choice_moves_in_its_list(world):
    first, last = Term.objects.filter(kind="vocations").first(), Term.objects.filter(kind="vocations").last()
    others = codes("vocations")
    change(last, world.bureau, after=None)
    assert codes("vocations") == [others[-1], *others[:-1]]
    change(term("vocations", last.code), world.bureau, after=first)
    assert codes("vocations") == [others[0], others[-1], *others[1:-1]]
    assert list(Term.objects.filter(kind="vocations").values_list("rank", flat=True)) == [1, 2, 3, 4, 5]


def test_only_the_bureau_keeps_the_lists(world):
    part = world.part(filled=False)
    for user in (part.lead, world.coordinator, world.correspondent):
        with pytest.raises(PermissionRefused):
            operations.add_term(user, actor=user, kind="types", label="autre type")
        with pytest.raises(PermissionRefused):
            change(term("types", "anru"), user, label="ANRU")


def test_the_last_choice_of_a_list_stays_open(world):
    *rest, last = Term.objects.filter(kind="procedures")
    for row in rest:
        change(row, world.bureau, is_active=False)
    with pytest.raises(TransitionRefused) as refusal:
        change(last, world.bureau, is_active=False)
    assert refusal.value.code == "keeps_a_choice"


def test_only_a_type_counts_as_renewal(world):
    with pytest.raises(ValidationError, match="Seul un type"):
        change(term("procedures", "zac"), world.bureau, is_renewal=True)


def test_what_counts_as_renewal_is_data(world):
    part = world.part()
    operations.update_operation(part.operation, actor=part.lead, types=["couture"])
    assert figures(tallies()).renewal == 0
    change(term("types", "couture"), world.bureau, is_renewal=True)
    assert figures(tallies()).renewal == 1


def test_choices_are_known_offered_and_once(world):
    part = world.part(filled=False)
    write = operations.update_operation
    done = write(part.operation, actor=part.lead, vocations=["commerce", "habitat", "commerce"])
    assert done.vocations == ["habitat", "commerce"]
    assert uses_of(term("vocations", "commerce")) == 1
    for wrong in (["inventé"], ["eau"]):
        with pytest.raises(ValidationError, match="n’est plus proposé"):
            write(part.operation, actor=part.lead, vocations=wrong)
    change(term("vocations", "commerce"), world.bureau, is_active=False)
    assert write(part.operation, actor=part.lead, vocations=["commerce"]).vocations == ["commerce"]
    write(part.operation, actor=part.lead, vocations=["habitat"])
    with pytest.raises(ValidationError):
        write(part.operation, actor=part.lead, vocations=["commerce"])


def test_a_deposit_photographs_the_choices(world):
    part = world.part()
    before = photograph(part.operation)
    assert before["operation"]["vocations"] == ["habitat", "commerce"]
    part.operation = operations.update_operation(part.operation, actor=part.lead, strong_points=["eau"])
    assert differences(before, photograph(part.operation)) == [("operation.strong_points", [], ["eau"])]


def test_a_deposit_older_than_a_list_does_not_differ_from_an_empty_one(world):
    now = photograph(world.part().operation)
    older = {**now, "operation": {k: v for k, v in now["operation"].items() if k != "strategies"}}
    assert differences(older, now) == []


def test_the_public_pages_change_with_the_words_they_read(world):
    labelled()
    before = version()
    change(term("procedures", "zac"), world.bureau, label="zone d’aménagement")
    assert version() != before
