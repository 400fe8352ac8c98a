"""Who may know an outcome (rule 15): the query is the rule, and a seat in a region tells nothing of the nation."""

import pytest

from ecoquartier.access.scopes import dossiers_visible_to, outcome_known_to
from ecoquartier.awards import services as awards
from ecoquartier.commissions import services as commissions
from ecoquartier.commissions.models import Sitting
from ecoquartier.core import clock
from ecoquartier.core.errors import TransitionRefused
from ecoquartier.dossiers import services as dossiers
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries import knows_outcome, state_label
from ecoquartier.people.models import User
from tests.support.world import fresh


def national():
    return Sitting.objects.get(commission__level="national")


def declared(sitting, index=0):
    """A member of the sitting, declared without conflict on its only dossier."""
    member = sitting.commission.seats.filter(part="member").order_by("pk")[index].holder
    commissions.declare(sitting.items.get(), actor=member, is_recused=False)
    return member


def publish(world):
    awards.announce(national(), actor=world.bureau)
    world.play.publish(clock.today())


def test_the_query_is_the_rule(world):
    _part, published = world.awarded()
    declared(national(), 0)
    publish(world)
    world.decided("propose")
    for sitting in Sitting.objects.filter(commission__level="regional"):
        declared(sitting, 1)
    world.decided("adjourn")
    _part, untold = world.decided("propose")
    world.sit(untold, "adjourn", national=True)
    for user in User.objects.all():
        for helper in (None, world.bureau, world.cast.experts[0]):
            user = fresh(user)
            user.seen_by = helper
            rows = dossiers_visible_to(user)
            known = set(rows.filter(outcome_known_to(user)).values_list("pk", flat=True))
            assert known == {row.pk for row in rows if knows_outcome(row, user)}, f"{user.email}, {helper}"
    expert = world.cast.experts[0]
    assert knows_outcome(Dossier.objects.get(pk=published.pk), fresh(expert))


def test_a_member_of_the_region_does_not_learn_what_the_nation_decided(world):
    _part, dossier = world.decided("propose")
    member = declared(Sitting.objects.get(commission__level="regional"))
    assert state_label(dossier, fresh(member)) == "proposé au label"
    world.sit(dossier, "award", national=True)
    judge = declared(national())
    dossier = Dossier.objects.get(pk=dossier.pk)
    assert state_label(dossier, fresh(member)) == "en commission"
    assert state_label(dossier, fresh(judge)) == "label attribué"
    publish(world)
    assert state_label(Dossier.objects.get(pk=dossier.pk), fresh(member)) == "label attribué"


def test_an_expert_learns_a_label_when_it_is_published_and_an_adjournment_never(world):
    _part, awarded = world.awarded()
    _part, adjourned = world.decided("adjourn")
    expert = world.cast.experts[0]
    assert {state_label(Dossier.objects.get(pk=d.pk), fresh(expert)) for d in (awarded, adjourned)} == {"en commission"}
    publish(world)
    assert state_label(Dossier.objects.get(pk=awarded.pk), fresh(expert)) == "label attribué"
    assert state_label(Dossier.objects.get(pk=adjourned.pk), fresh(expert)) == "en commission"


def test_a_dossier_sent_back_may_be_withdrawn_only_once_its_holder_is_told(world):
    part, dossier = world.decided("propose")
    world.sit(dossier, "send_back", national=True)
    with pytest.raises(TransitionRefused, match="le retrait n’est plus possible"):
        dossiers.withdraw(Dossier.objects.get(pk=dossier.pk), actor=fresh(part.lead))
    awards.announce(national(), actor=world.bureau)
    again = dossiers.withdraw(Dossier.objects.get(pk=dossier.pk), actor=fresh(part.lead))
    assert again.state == "withdrawn"


def test_an_adjourned_dossier_is_given_back_only_once_its_holder_is_told(world):
    _part, dossier = world.decided("propose")
    world.sit(dossier, "adjourn", national=True)
    dossier = Dossier.objects.get(pk=dossier.pk)
    with pytest.raises(TransitionRefused, match="pas encore notifiée"):
        dossiers.resume(dossier, actor=world.bureau, reason="Oubli.", due_on=clock.today())
    awards.announce(national(), actor=world.bureau)
    assert dossiers.resume(dossier, actor=world.bureau, reason="Oubli.", due_on=clock.today()).state == "to_complete"
