"""The dates of the campaigns as a calendar that programs subscribe to (RFC 5545)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from icalendar import Calendar

from ecoquartier.campaigns.models import Campaign
from ecoquartier.campaigns.services import open_campaign, reschedule
from ecoquartier.core import clock
from ecoquartier.core.text import long_date
from ecoquartier.ops.services.play import on

ADDRESS = reverse("public:calendar-file")


def events(client):
    response = client.get(ADDRESS)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return {str(event["uid"]): event for event in Calendar.from_ical(response.content).walk("VEVENT")}


def test_each_date_is_a_whole_day(world, client):
    campaign = world.play.campaign
    found = events(client)
    assert sorted(event.decoded("dtstart") for event in found.values()) == sorted(campaign.days.values())
    (filing,) = [event for event in found.values() if "Clôture des dépôts" in event["summary"]]
    day = campaign.filing_deadline
    assert (filing.decoded("dtstart"), filing.decoded("dtend")) == (day, day + timedelta(days=1))
    assert filing["url"].endswith(f"/demarche/calendrier/{campaign.year}/")
    assert "Pour : porteurs de projet." in filing["description"].replace("\u00a0", " ")
    assert filing["sequence"] == 0
    assert "last-modified" not in filing


def test_lines_are_short_and_end_as_the_standard_says(world, client):
    body = client.get(ADDRESS).content
    assert body.startswith(b"BEGIN:VCALENDAR\r\n")
    assert body.endswith(b"END:VCALENDAR\r\n")
    assert max(map(len, body.split(b"\r\n"))) <= 75


def test_a_date_that_moves_is_the_same_event_with_a_higher_sequence(world, client):
    former = Campaign.objects.get().filing_deadline
    before, sequences = events(client), []
    for n in (1, 2):
        day = former + timedelta(days=n)
        with on(clock.today(), hour=10 + n):
            reschedule(Campaign.objects.get(), actor=world.bureau, days={"filing": day}, reason="Grève ; neige, gel.")
        after = events(client)
        (changed,) = [uid for uid in after if after[uid] != before[uid]]
        assert after[changed].decoded("dtstart") == day
        assert after[changed]["sequence"] > (sequences or [0])[-1]
        moved_at = Campaign.objects.get().milestones.get(code="filing").moved_at
        assert after[changed].decoded("last-modified") == moved_at.replace(microsecond=0)
        sequences.append(after[changed]["sequence"])
        before = after
    assert "Grève ; neige, gel." in before[changed]["description"]
    assert f"Au lieu du {long_date(former + timedelta(days=1))}." in before[changed]["description"]


def test_the_file_is_the_same_until_a_date_changes(world, client):
    first = client.get(ADDRESS)
    with on(clock.today() + timedelta(days=3)):
        again = client.get(ADDRESS, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    day = world.play.campaign.milestone("ceremony") + timedelta(days=1)
    reschedule(Campaign.objects.get(), actor=world.bureau, days={"ceremony": day}, reason="Salle prise.")
    assert client.get(ADDRESS, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_a_campaign_to_come_is_nobody_s_business(world, client, django_assert_num_queries):
    campaign = world.play.campaign
    held = events(client)
    open_campaign(campaign.year + 1, scheme=campaign.scheme, framework=campaign.framework)
    assert set(events(client)) == set(held)
    open_campaign(campaign.year - 1, scheme=campaign.scheme, framework=campaign.framework)
    with django_assert_num_queries(2):
        assert len(events(client)) == len(held) + 15


@pytest.mark.django_db
def test_there_is_no_calendar_before_the_first_campaign(client):
    assert client.get(ADDRESS).status_code == 404
    assert ADDRESS not in client.get(reverse("public:calendar")).content.decode()


def test_the_calendar_page_gives_it(world, client):
    assert ADDRESS in client.get(reverse("public:calendar")).content.decode()
