"""What a label rests on, when it is told, and its proofs (rules 15 and 16)."""

import pytest
from django.db import IntegrityError, transaction

from ecoquartier.awards import services, tasks
from ecoquartier.awards.models import Award, Certificate
from ecoquartier.awards.queries import for_ceremony, laureates, published_awards, without_certificate
from ecoquartier.campaigns.models import Stage
from ecoquartier.commissions.models import Sitting
from ecoquartier.core.canonical import sha256_hex
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.directory.queries import public_rows
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries import state_label
from ecoquartier.notifications.models import Message
from ecoquartier.operations.services import record_stage
from tests.support.refusals import refused
from tests.support.rings import throwaway_ring
from tests.support.sittings import convened
from tests.support.world import fresh


@pytest.fixture
def awarded(world):
    """(part, dossier, award, sitting) of a label that signed national minutes have just decided."""
    part, dossier = world.awarded()
    award = Award.objects.get(dossier=dossier)
    return part, dossier, award, award.item.sitting


@pytest.fixture
def keys(settings, tmp_path):
    """Signing keys of the test alone."""
    throwaway_ring(tmp_path / "keys")
    settings.SIGNING_KEYS = tmp_path / "keys"


# What it rests on


def test_unsigned_minutes_award_nothing(world):
    part, dossier = world.decided("propose")
    nation = convened(world, dossier, part, national=True).open()
    nation.record("award")
    nation.close()
    assert not Award.objects.exists()
    nation.sitting.refresh_from_db()
    assert Dossier.objects.get(pk=dossier.pk).state == "proposed"


def test_a_national_label_rests_on_its_minutes(awarded):
    _part, dossier, award, sitting = awarded
    assert (award.basis, award.item.sitting, award.state) == ("national", sitting, "decided")
    assert sitting.signed_at
    assert (award.year, award.frozen["name"]) == (dossier.campaign_id, dossier.operation.name)
    assert award.frozen["deposit"] == dossier.deposits.get().sha256


def test_a_region_that_decides_alone_awards_on_its_own_minutes(world):
    Stage.objects.filter(rank=2).update(decision_path="regional_final_else_national")
    part, dossier = world.assessed()
    room = convened(world, dossier, part).open()
    room.record("award")
    room.sign()
    award = Award.objects.get()
    assert (award.basis, award.item, award.state) == ("regional", room.item, "decided")
    assert room.read().notified_at is None
    services.announce(room.sitting, actor=world.bureau)
    assert Award.objects.get().state == "notified"


@pytest.mark.parametrize("basis", ["national", "registration"])
def test_the_database_wants_exactly_one_basis(awarded, basis):
    _part, _dossier, award, _sitting = awarded
    item = award.item if basis == "registration" else None
    with pytest.raises(IntegrityError), transaction.atomic():
        Award.objects.filter(pk=award.pk).update(basis=basis, item=item)


def test_what_was_labelled_is_frozen(awarded):
    part, _dossier, award, _sitting = awarded
    type(part.operation).objects.filter(pk=part.operation.pk).update(name="Un autre nom")
    award.refresh_from_db()
    assert award.frozen["name"] != "Un autre nom"


def test_a_stage_held_already_is_not_awarded_again(world):
    part, dossier = world.decided("propose")
    record_stage(dossier.operation, rank=2, name="chantier", scheme_title="x", year=2020, source="test")
    nation = convened(world, dossier, part, national=True).open()
    nation.record("award")
    with refused("is_above_held"):
        nation.sign()
    assert Sitting.objects.get(pk=nation.sitting.pk).state == "closed"


# Registration of stage 1


def test_the_coordinator_registers_stage_1_published_at_once(world):
    part, dossier = world.admissible(rank=1)
    with pytest.raises(PermissionRefused):
        services.register(dossier, actor=part.lead)
    services.register(dossier, actor=world.coordinator)
    award = Award.objects.get()
    assert (award.basis, award.item, award.state) == ("registration", None, "published")
    assert list(published_awards()) == [award]
    assert public_rows().get(operation=dossier.operation).stage == 1
    told = Message.objects.filter(key="award_published_to_holder").values_list("recipient", flat=True)
    assert part.lead.pk in told
    with refused("wrong_state"):
        services.register(dossier, actor=world.coordinator)


def test_a_stage_of_commissions_is_not_registered(world):
    _part, dossier = world.admissible(rank=2)
    with refused("is_registration"):
        services.register(dossier, actor=world.coordinator)


# Announcement


def test_the_bureau_announces_signed_national_minutes(awarded, world):
    part, dossier, award, sitting = awarded
    Message.objects.all().delete()
    assert state_label(dossier, fresh(part.lead)) == "en commission"
    sitting = services.announce(sitting, actor=world.bureau)
    award.refresh_from_db()
    assert (award.state, sitting.announced_at is not None) == ("notified", True)
    assert award.notified_at
    assert award.published_at is None
    told = Dossier.objects.get(pk=dossier.pk)
    assert state_label(told, fresh(part.lead)) == "label attribué"
    recipients = set(Message.objects.values_list("recipient", flat=True))
    assert recipients == {part.lead.pk, part.elected.pk}
    assert public_rows().filter(operation=dossier.operation, stage__isnull=False).count() == 0


def test_announcing_is_for_the_bureau_after_the_signature_and_once(awarded, world):
    _part, _dossier, _award, sitting = awarded
    with pytest.raises(PermissionRefused):
        services.announce(sitting, actor=world.coordinator)
    services.announce(sitting, actor=world.bureau)
    with refused("already_announced"):
        services.announce(sitting, actor=world.bureau)


def test_an_open_sitting_is_not_announced(world):
    part, dossier = world.decided("propose")
    nation = convened(world, dossier, part, national=True).open()
    with refused("not_signed"):
        services.announce(nation.sitting, actor=world.bureau)


def test_a_dossier_carried_over_is_told_nothing(world):
    part, dossier = world.decided("propose")
    nation = convened(world, dossier, part, national=True).open()
    nation.record("carry_over", reasons="")
    nation.sign()
    Message.objects.all().delete()
    services.announce(nation.sitting, actor=world.bureau)
    assert Dossier.objects.get(pk=dossier.pk).notified_at is None
    assert not Message.objects.exists()


# Proofs


def test_a_label_that_is_not_published_has_no_certificate(awarded, keys):
    _part, _dossier, award, _sitting = awarded
    with pytest.raises(TransitionRefused):
        services.issue_certificate(award.pk)


def test_the_certificate_job_is_idempotent(world, keys):
    _part, dossier = world.admissible(rank=1)
    services.register(dossier, actor=world.coordinator)
    award = Award.objects.get()
    assert list(without_certificate()) == [award]
    assert tasks.issue_certificates() == 1
    assert tasks.issue_certificates() == 0, "its job is waiting already"
    tasks.issue_certificate(str(award.pk))
    made = Certificate.objects.get()
    assert (bytes(made.pdf)[:5], made.sha256) == (b"%PDF-", sha256_hex(bytes(made.pdf)))
    assert made.credential
    assert tasks.issue_certificates() == 0
    assert services.issue_certificate(award.pk) == made
    assert Certificate.objects.count() == 1


def test_laureates_are_those_of_the_ceremony(awarded, world):
    _part, dossier, award, _sitting = awarded
    _other, registered = world.admissible(rank=1)
    services.register(registered, actor=world.coordinator)
    assert list(laureates(dossier.campaign)) == [award]
    assert list(for_ceremony(dossier.campaign)) == [award]
    assert laureates(dossier.campaign).get().has_certificate is False
