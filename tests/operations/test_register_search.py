"""Finding an operation by its words, by those that look like them, by a commune that is no more."""

import pytest

from ecoquartier.operations.models import Operation
from ecoquartier.operations.queries import matching, near
from ecoquartier.operations.services import add_operation
from ecoquartier.territories.enums import CommuneKind
from ecoquartier.territories.models import Commune
from tests.support.public import labelled

ROWS = Operation.objects.all()


@pytest.fixture
def tannery(world):
    add_operation(name="Le Clos", lead_commune=Commune.objects.get(pk="44109"))
    return add_operation(name="L’ancienne tannerie", lead_commune=world.commune)


@pytest.mark.parametrize("text", ["tanerie", "tannnerie", "anciene tannerie", "lavale"])
def test_a_typing_error_is_forgiven(tannery, text):
    assert list(matching(ROWS, text)) == []
    assert list(near(ROWS, text)) == [tannery]


@pytest.mark.parametrize("text", ["gué", "GUE", "cœur du gué", "coeur", "clos"])
def test_a_name_changed_since_is_found_with_or_without_its_accents(db, text):
    operation = labelled("Le Clos")
    Operation.objects.filter(pk=operation.pk).update(name="Le Cœur du Gué")
    # The address that everybody has is still that of before: it leads there too.
    assert list(matching(ROWS, text)) == [operation]


@pytest.mark.parametrize("text", ["", "ab", "’’’", "xylophone"])
def test_what_looks_like_nothing_finds_nothing(tannery, text):
    assert list(near(ROWS, text)) == []


@pytest.mark.parametrize("text", ["Bonchamp", "bonchamp lès laval", "53034"])
def test_a_commune_that_is_no_more_tells_the_operations_of_that_which_replaced_it(tannery, world, text):
    assert list(matching(ROWS, text)) == []
    Commune.objects.filter(pk="53034").update(kind=CommuneKind.FORMER, successor=world.commune)
    assert list(matching(ROWS, text)) == [tannery]
