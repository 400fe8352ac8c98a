"""Actors are organisations: the telephone or the address of a person is refused, a name or a number is not."""

import pytest

from ecoquartier.operations.domain.actors import tells_how_to_reach
from ecoquartier.operations.services import fault_of_names


@pytest.mark.parametrize(
    "name",
    [
        "Jean Dupont 06 12 34 56 78",
        "Jean Dupont 0612345678",
        "J. Dupont, 06.12.34.56.78",
        "J. Dupont, 02-43-12-34-56",
        "Dupont +33 6 12 34 56 78",
        "Dupont +33 (0)6 12 34 56 78",
        "Dupont 00262 262 12 34 56",
        "contact@habitat53.example",
    ],
)
def test_what_is_of_a_person_is_refused(name):
    assert tells_how_to_reach(name)
    assert name in fault_of_names(["Habitat 53", name])


@pytest.mark.parametrize(
    "name",
    [
        "Habitat 53",
        "L@ Fabrique",
        "SIREN 732 829 320",
        "SIRET 01282932000074",
        "Agence 1001 Vies, 53000 Laval",
    ],
)
def test_what_is_of_an_organisation_is_not(name):
    assert not tells_how_to_reach(name)
    assert fault_of_names([name]) == ""
