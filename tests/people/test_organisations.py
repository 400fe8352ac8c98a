"""SIREN and the constraints of the register of organisations."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from ecoquartier.people.enums import OrganisationKind
from ecoquartier.people.models import Organisation
from ecoquartier.people.validators import validate_siren


# The State, La Poste (whose exception is about its SIRET), the SNCF, and two invented ones with a right key.
@pytest.mark.parametrize("siren", ["110068012", "356000000", "552049447", "732829320", "000000000"])
def test_a_right_siren(siren):
    validate_siren(siren)


@pytest.mark.parametrize("siren", ["732829321", "356000001", "73282932", "7328293200", "73282932O", "²32829320"])
def test_a_wrong_siren(siren):
    with pytest.raises(ValidationError):
        validate_siren(siren)


def test_one_digit_or_two_swapped_are_caught():
    right = "732829320"
    for rank in range(9):
        for digit in "0123456789":
            wrong = right[:rank] + digit + right[rank + 1 :]
            if wrong != right:
                with pytest.raises(ValidationError, match="clé est fausse"):
                    validate_siren(wrong)


@pytest.mark.parametrize("kind", OrganisationKind.values)
def test_every_kind_may_have_no_siren(db, kind):
    organisation = Organisation(name="Sans numéro", kind=kind)
    organisation.full_clean()
    organisation.save()


def test_a_model_refuses_a_false_siren(db):
    with pytest.raises(ValidationError) as refusal:
        Organisation(name="Faux", kind="company", siren="732829321").full_clean()
    assert list(refusal.value.error_dict) == ["siren"]


@pytest.mark.parametrize(
    ("constraint", "fields"),
    [
        ("people_organisation_siren", {"siren": "12345678X"}),
        ("people_organisation_siren_once", {"siren": "732829320"}),
        ("people_organisation_kind", {"kind": "other"}),
    ],
)
def test_the_database_refuses(db, constraint, fields):
    Organisation.objects.create(name="Premier", kind="company", siren="732829320")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Organisation.objects.create(**{"name": "Second", "kind": "company"} | fields)


def test_a_merged_organisation_leaves_its_siren(db):
    kept = Organisation.objects.create(name="Reste", kind="company")
    Organisation.objects.create(name="Part", kind="company", siren="732829320", successor=kept)
    Organisation.objects.create(name="Nouvelle", kind="company", siren="732829320")
    with pytest.raises(IntegrityError, match="not_its_successor"), transaction.atomic():
        Organisation.objects.filter(pk=kept.pk).update(successor=kept)
