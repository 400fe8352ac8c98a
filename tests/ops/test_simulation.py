"""A whole campaign through the services, then every invariant."""

import io
from random import Random

import pytest
from django.core.management import CommandError, call_command

from ecoquartier.awards.models import Award
from ecoquartier.core.errors import DomainError
from ecoquartier.core.registry import invariants
from ecoquartier.dossiers.models import Dossier, DossierScope
from ecoquartier.journal.queries import verify_chain
from ecoquartier.ops.services.demo import require_demo
from ecoquartier.ops.services.simulation import pick_communes
from ecoquartier.people.models import Installation


def test_a_campaign_ends_with_published_labels_and_an_intact_journal(db):
    Installation.objects.create(is_demo=True)
    out = io.StringIO()
    call_command("simulate_campaign", "--year", "2031", "--dossiers", "15", "--experts", "8", "--seed", "3", stdout=out)
    states = set(Dossier.objects.values_list("state", flat=True))
    assert states <= {"awarded", "adjourned", "withdrawn"}
    assert {"awarded", "withdrawn"} <= states
    assert set(Award.objects.values_list("state", flat=True)) == {"published"}
    assert verify_chain().intact
    assert [breach for _name, check in invariants.items() for breach in check()] == []
    assert "Campagne 2031" in out.getvalue().splitlines()[-1]


def test_the_same_seed_chooses_the_same_communes(db):
    first, again = ([(c.pk, c.name) for c in pick_communes(Random(3), 12)] for _turn in range(2))
    assert first == again
    assert len(first) == len(set(first)) == 12
    assert first != [(c.pk, c.name) for c in pick_communes(Random(4), 12)]


def test_nothing_is_invented_in_a_real_database(db):
    with pytest.raises(DomainError):
        require_demo()
    with pytest.raises(CommandError):
        call_command("simulate_campaign", "--year", "2031", "--dossiers", "1", stdout=io.StringIO())


def test_invariants_are_ten_at_least_and_a_breach_is_told(world):
    assert len(list(invariants.items())) >= 10
    _part, dossier = world.submitted()
    DossierScope.objects.filter(dossier=dossier).update(is_open=False)
    out = io.StringIO()
    with pytest.raises(CommandError, match="1 breaches"):
        call_command("check_invariants", stdout=out)
    assert str(dossier.pk) in out.getvalue()
