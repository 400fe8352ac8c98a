"""A campaign: opened from its dates, rescheduled with a reason, closed; and the window of its dossiers."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ecoquartier.awards.services import plan_ceremony
from ecoquartier.campaigns import services
from ecoquartier.campaigns.domain import default_days
from ecoquartier.campaigns.messages import CONCERNED
from ecoquartier.campaigns.models import Campaign, Scheme
from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError, PermissionRefused, TransitionRefused
from ecoquartier.core.registry import audiences
from ecoquartier.dossiers.models import Dossier
from ecoquartier.dossiers.queries import why_not_open
from ecoquartier.dossiers.workflow import window_is_open
from ecoquartier.framework.models import Framework
from ecoquartier.framework.services.versions import copy_version, publish, retire
from ecoquartier.journal.models import Entry
from ecoquartier.notifications.models import Message
from ecoquartier.ops.services.play import on
from ecoquartier.territories.models import Commune
from tests.support.schemes import invented_scheme


def next_year():
    """The year to open: that of the world's campaign is open already."""
    return clock.today().year + 1


def start(world, **changes):
    year = next_year()
    days = default_days(year) | changes
    scheme = Scheme.objects.get(code="renove-2023")
    framework = Framework.objects.get(code="2016")
    return services.start_campaign(scheme, actor=world.bureau, year=year, framework=framework, days=days)


def test_a_campaign_is_opened_with_its_dates_its_scheme_and_its_version(world):
    campaign = start(world)
    assert campaign.days == default_days(next_year())
    assert campaign.scheme_id == "renove-2023"
    entry = Entry.objects.get(event="campaign.opened")
    assert (entry.object_id, entry.data["scheme"]) == (str(next_year()), "renove-2023")
    assert entry.data["days"]["filing"] == f"{next_year()}-05-15"
    assert not campaign.is_launched
    assert not campaign.is_filing_open()
    with on(date(next_year(), 5, 15)):
        assert campaign.is_filing_open()


def test_one_campaign_a_year_by_the_bureau_along_a_scheme_with_stages(world):
    start(world)
    with pytest.raises(TransitionRefused, match="existe déjà"):
        start(world)
    framework = Framework.objects.get(code="2016")
    empty = Scheme.objects.create(code="vide", title="Vide")
    values = {"year": next_year() + 1, "framework": framework, "days": default_days(next_year() + 1)}
    with pytest.raises(TransitionRefused, match="pas encore d’étape"):
        services.start_campaign(empty, actor=world.bureau, **values)
    with pytest.raises(PermissionRefused):
        services.start_campaign(Scheme.objects.get(code="quatre-etapes"), actor=world.coordinator, **values)


def test_dates_that_break_the_order_are_refused_and_the_two_are_named(world):
    with pytest.raises(DomainError) as refused:
        start(world, filing=date(next_year(), 6, 2))
    assert "Examen de recevabilité" in refused.value.message
    assert "clôture des dépôts" in refused.value.message
    assert not Campaign.objects.filter(year=next_year())
    assert not Entry.objects.filter(event="campaign.opened")


def test_a_changed_date_is_told_to_those_concerned_with_its_reason(world):
    part, _dossier = world.draft()
    services_of_laval = {world.correspondent.pk, world.coordinator.pk}
    Message.objects.all().delete()
    campaign = world.play.campaign
    before = campaign.milestone("filing")
    after = before + timedelta(days=3)
    changed = services.reschedule(campaign, actor=world.bureau, days={"filing": after}, reason="Conseils plus tard.")
    milestone = changed.milestones.get(code="filing")
    assert (milestone.day, milestone.former_day, milestone.reason) == (after, before, "Conseils plus tard.")
    entry = Entry.objects.get(event="campaign.rescheduled")
    assert entry.data == {"moved": {"filing": [before.isoformat(), after.isoformat()]}}
    assert entry.detail.content == {"reason": "Conseils plus tard."}
    told = set(Message.objects.values_list("recipient", flat=True))
    assert {part.lead.pk, part.elected.pk, *services_of_laval} <= told
    assert not told & {expert.pk for expert in world.cast.experts}
    assert "au lieu du" in Message.objects.first().context["changes"]


def test_only_the_last_change_is_told(world):
    campaign, day = world.play.campaign, world.play.campaign.milestone("filing")
    services.reschedule(campaign, actor=world.bureau, days={"filing": day + timedelta(days=1)}, reason="Un.")
    Message.objects.all().delete()
    services.reschedule(
        campaign,
        actor=world.bureau,
        days={"expertise": campaign.milestone("expertise") + timedelta(days=1)},
        reason="Deux.",
    )
    assert {expert.pk for expert in world.cast.experts} <= set(Message.objects.values_list("recipient", flat=True))
    (said,) = set(Message.objects.values_list("context__changes", flat=True))
    assert said.startswith("fin des expertises")


def test_an_optional_date_goes_and_comes_back(world):
    campaign = world.play.campaign
    day = campaign.milestone("intention")
    without = services.reschedule(campaign, actor=world.bureau, days={"intention": None}, reason="Inutile.")
    assert without.milestone("intention") is None
    again = services.reschedule(without, actor=world.bureau, days={"intention": day}, reason="Si, finalement.")
    assert again.milestones.get(code="intention").former_day is None
    with pytest.raises(DomainError, match="indispensable"):
        services.reschedule(again, actor=world.bureau, days={"filing": None}, reason="Essai.")


@pytest.mark.parametrize(
    ("shift", "reason", "sentence"),
    [(0, "Essai.", "Aucune date ne change"), (3, "  ", "motif"), (200, "Essai.", "ne peut pas venir avant")],
)
def test_a_change_of_dates_is_refused_whole(world, shift, reason, sentence):
    campaign = world.play.campaign
    day = campaign.milestone("filing")
    with pytest.raises(DomainError, match=sentence):
        services.reschedule(campaign, actor=world.bureau, days={"filing": day + timedelta(days=shift)}, reason=reason)
    assert campaign.milestones.get(code="filing").day == day
    assert not Message.objects.filter(key="campaign_rescheduled_to_person")


def test_every_group_to_tell_exists():
    assert {kind for kinds in CONCERNED.values() for kind in kinds} <= {key for key, _group in audiences.items()}


def test_scheme_and_version_are_chosen_before_the_launch(world):
    other = Scheme.objects.get(code="renove-2023")
    campaign = world.play.campaign
    values = {"framework": campaign.framework, "paths": {}, "completion_days": 12, "notice_days": 5, "reason": "Essai."}
    with pytest.raises(TransitionRefused, match="ne changent plus"):
        services.change_campaign(campaign, actor=world.bureau, scheme=other, **values)
    services.change_campaign(campaign, actor=world.bureau, scheme=campaign.scheme, **values)
    assert Campaign.objects.get(pk=campaign.pk).completion_days == 12
    coming = start(world)
    services.change_campaign(coming, actor=world.bureau, scheme=campaign.scheme, **values)
    assert Campaign.objects.get(pk=next_year()).scheme_id == "quatre-etapes"
    with pytest.raises(DomainError, match="Rien ne change"):
        services.change_campaign(
            Campaign.objects.get(pk=next_year()), actor=world.bureau, scheme=campaign.scheme, **values
        )


def test_a_closed_campaign_takes_nothing_until_it_is_opened_again(world):
    _part, dossier = world.draft()
    campaign = services.close_campaign(world.play.campaign, actor=world.bureau, reason="Fin anticipée.")
    fresh = type(dossier).objects.get(pk=dossier.pk)
    assert "est close" in window_is_open(fresh)
    assert "est close" in why_not_open(dossier.operation, dossier.stage, campaign=campaign, held=set(), is_taken=False)
    with pytest.raises(TransitionRefused, match="déjà close"):
        services.close_campaign(campaign, actor=world.bureau, reason="Encore.")
    campaign = services.reopen_campaign(campaign, actor=world.bureau, reason="Erreur.")
    assert window_is_open(type(dossier).objects.get(pk=dossier.pk)) is None
    with pytest.raises(TransitionRefused, match="n’est pas close"):
        services.reopen_campaign(campaign, actor=world.bureau, reason="Encore.")
    with pytest.raises(TransitionRefused, match="pas encore lancée"):
        services.close_campaign(start(world), actor=world.bureau, reason="Trop tôt.")


@pytest.mark.parametrize(
    ("commune", "zone", "hour", "is_open"),
    [
        # Laval follows Paris.
        ("53130", "Europe/Paris", (0, 23, 59), True),
        ("53130", "Europe/Paris", (1, 0, 0), False),
        # Les Abymes: midnight comes later there, and it is that one which counts.
        ("97101", "America/Guadeloupe", (0, 23, 59), True),
        ("97101", "America/Guadeloupe", (1, 0, 0), False),
        ("97101", "Europe/Paris", (1, 3, 0), True),
        # Saint-Denis of La Réunion: already tomorrow there, still today in Paris.
        ("97411", "Indian/Reunion", (1, 0, 30), True),
        ("97411", "Europe/Paris", (0, 23, 59), True),
        ("97411", "Europe/Paris", (1, 0, 0), False),
    ],
)
def test_the_last_day_to_file_ends_where_the_operation_is(world, commune, zone, hour, is_open):
    part = world.part(commune=Commune.objects.select_related("county__region").get(pk=commune))
    _part, dossier = world.draft(part=part)
    shift, hours, minutes = hour
    day = world.play.campaign.milestone("filing") + timedelta(days=shift)
    moment = datetime(day.year, day.month, day.day, hours, minutes, tzinfo=ZoneInfo(zone))
    with clock.travel(moment):
        dossier = type(dossier).objects.get(pk=dossier.pk)
        assert (window_is_open(dossier) is None) is is_open
        assert dossier.campaign.is_filing_open(dossier.timezone) is is_open


def test_a_campaign_follows_a_version_in_use(world):
    Framework.objects.create(code="brouillon", title="En préparation")
    values = {
        "year": next_year(),
        "days": default_days(next_year()),
        "framework": Framework.objects.get(code="brouillon"),
    }
    with pytest.raises(TransitionRefused, match="pas en vigueur"):
        services.start_campaign(Scheme.objects.get(code="quatre-etapes"), actor=world.bureau, **values)


# --- An opening undone ---------------------------------------------------------------------------------------------


def test_a_campaign_opened_by_mistake_is_removed_with_a_reason(world):
    campaign = start(world)
    with pytest.raises(DomainError, match="motif"):
        services.remove_campaign(campaign, actor=world.bureau, reason=" ")
    with pytest.raises(PermissionRefused):
        services.remove_campaign(campaign, actor=world.coordinator, reason="Trop tôt.")
    assert Campaign.objects.filter(year=next_year()).exists()
    services.remove_campaign(campaign, actor=world.bureau, reason="Trop tôt.")
    assert not Campaign.objects.filter(year=next_year())
    entry = Entry.objects.get(event="campaign.removed")
    assert (entry.object_id, entry.data["days"]["filing"]) == (str(next_year()), f"{next_year()}-05-15")
    assert entry.detail.content == {"reason": "Trop tôt."}
    assert start(world).year == next_year()


def test_what_is_launched_or_used_is_not_removed(world):
    with pytest.raises(TransitionRefused, match="elle se clôt, elle ne se retire plus"):
        services.remove_campaign(world.play.campaign, actor=world.bureau, reason="Essai.")
    campaign = start(world)
    plan_ceremony(campaign, actor=world.bureau, held_on=campaign.milestone("ceremony"))
    with pytest.raises(TransitionRefused, match="une cérémonie en dépend déjà"):
        services.remove_campaign(campaign, actor=world.bureau, reason="Essai.")
    _part, dossier = world.draft()
    later = services.open_campaign(next_year() + 1, scheme=campaign.scheme, framework=campaign.framework)
    Dossier.objects.filter(pk=dossier.pk).update(campaign=later)
    with pytest.raises(TransitionRefused, match="Un dossier"):
        services.remove_campaign(later, actor=world.bureau, reason="Essai.")


# --- The version that it follows -----------------------------------------------------------------------------------


def test_a_version_that_a_campaign_follows_is_not_retired(world):
    framework, campaign = Framework.objects.get(pk="2016"), world.play.campaign
    newer = publish(copy_version(framework, actor=world.bureau, code="2031", title="R 2031"), actor=world.bureau)
    with pytest.raises(TransitionRefused, match=f"La campagne {campaign.year} suit cette version"):
        retire(framework, actor=world.bureau)
    services.close_campaign(campaign, actor=world.bureau, reason="Essai.")
    # Closed, it is still what everybody reads.
    with pytest.raises(TransitionRefused, match=f"La campagne {campaign.year} suit cette version"):
        retire(framework, actor=world.bureau)
    services.open_campaign(campaign.year - 1, scheme=campaign.scheme, framework=framework)
    with pytest.raises(TransitionRefused, match=f"Les campagnes {campaign.year - 1} et {campaign.year} suivent"):
        retire(framework, actor=world.bureau)
    Campaign.objects.filter(year=campaign.year - 1).update(framework=newer)
    Campaign.objects.filter(year=campaign.year).update(framework=newer)
    assert retire(framework, actor=world.bureau).state == "retired"


def test_a_campaign_is_not_reopened_on_a_retired_version(world):
    campaign = services.close_campaign(world.play.campaign, actor=world.bureau, reason="Essai.")
    Framework.objects.filter(pk=campaign.framework_id).update(state="retired")
    with pytest.raises(TransitionRefused, match="est retirée"):
        services.reopen_campaign(campaign, actor=world.bureau, reason="Essai.")


def test_a_campaign_follows_a_version_that_has_the_commitments_its_stages_name(world):
    short = Framework.objects.create(code="2040", title="Court", state="published")
    scheme = services.load_scheme(invented_scheme())
    with pytest.raises(TransitionRefused, match="L’étape 2 demande l’engagement 1, qui n’existe pas"):
        services.start_campaign(
            scheme, actor=world.bureau, year=next_year(), framework=short, days=default_days(next_year())
        )
    whole = Framework.objects.get(pk="2016")
    campaign = services.start_campaign(
        scheme, actor=world.bureau, year=next_year(), framework=whole, days=default_days(next_year())
    )
    with pytest.raises(DomainError, match="L’étape 2 demande l’engagement 1, qui n’existe pas"):
        services.change_campaign(
            campaign,
            actor=world.bureau,
            scheme=scheme,
            framework=short,
            paths={},
            completion_days=10,
            notice_days=5,
            reason="Essai.",
        )
