"""« En cours » as a query is exactly what each person may know, one dossier after the other."""

from datetime import timedelta

from ecoquartier.access.scopes import dossiers_in_progress_for, dossiers_visible_to
from ecoquartier.awards import services as awards
from ecoquartier.campaigns.models import Milestone
from ecoquartier.commissions import services as commissions
from ecoquartier.commissions.models import Sitting
from ecoquartier.core import clock
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries import knows_outcome
from ecoquartier.dossiers.services import withdraw
from ecoquartier.people.models import User


def test_the_query_is_the_rule(world):
    part, gone = world.draft()
    withdraw(gone, actor=part.lead)
    world.submitted()
    _part, told = world.awarded()
    awards.announce(Sitting.objects.get(commission__level="national"), actor=world.bureau)
    _part, untold = world.decided("propose")
    world.sit(untold, "adjourn", national=True)
    _part, assessed = world.assessed()
    sitting = world.play.plan(world.cast.commission(world.commune.county.region), [assessed], clock.today())
    member = sitting.commission.seats.filter(part="member").first().holder
    commissions.declare(sitting.items.get(), actor=member, is_recused=False)
    for year in (world.play.campaign.pk, None):
        if year is None:
            Milestone.objects.filter(code="launch").update(day=clock.today() + timedelta(days=1))
        for user in User.objects.all():
            shown = set(dossiers_in_progress_for(user).values_list("pk", flat=True))
            expected = {row.pk for row in dossiers_visible_to(user) if _in_progress(row, user, year)}
            assert shown == expected, f"{user.email} in {year}"
    assert Dossier.objects.get(pk=told.pk).state == "awarded"


def _in_progress(dossier: Dossier, user: User, year: int | None) -> bool:
    if dossier.is_open:
        return True
    untold = dossier.state in {"awarded", "adjourned"} and not knows_outcome(dossier, user)
    return untold and (dossier.notified_at is None or dossier.campaign_id == year)
