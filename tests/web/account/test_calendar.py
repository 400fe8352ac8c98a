"""My dates in my own calendar: a secret link, shown once, that tells nothing it should not."""

import logging
import re
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from ecoquartier.access.scopes import work_of
from ecoquartier.accounts.models import CalendarLink
from ecoquartier.accounts.services import calendars, erase
from ecoquartier.commissions.enums import SeatPart
from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.core.logs import masked
from ecoquartier.people.models import User
from ecoquartier.web.account.calendar import MADE
from tests.support.client import StrictClient
from tests.support.pages import queries_of, words
from tests.support.world import fresh
from tests.web.account.support import enter

PAGE, REMOVE = reverse("account:calendar"), reverse("account:calendar-remove")


def link_of(person: User) -> str:
    """The path of a new link of this person."""
    return reverse("account:calendar-feed", kwargs={"secret": calendars.renew_calendar_link(person, actor=person)})


def made_by(client: StrictClient) -> str:
    """The path of a new link, from the only page that shows it."""
    shown = client.post(PAGE, follow=True)
    return urlsplit(re.search(r"<code>(http\S+)</code>", shown.content.decode())[1]).path


def read(address: str) -> Calendar:
    """The calendar at an address, read back by its library."""
    response = StrictClient().get(address)
    assert response.status_code == 200
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    return Calendar.from_ical(response.content)


def days(calendar: Calendar) -> dict[str, object]:
    """Title → day of each event."""
    return {str(event["SUMMARY"]): event.decoded("DTSTART") for event in calendar.walk("VEVENT")}


@pytest.fixture(autouse=True)
def _no_try_counted(db):
    cache.clear()


def test_the_link_is_shown_once_and_kept_as_a_hash(person):
    client = enter(person)
    assert "Faire mon lien" in words(client.get(PAGE))
    address = made_by(client)
    secret = address.rpartition("/")[2].removesuffix(".ics")
    assert len(secret) >= 43
    assert StrictClient().get(address).status_code == 200
    assert secret not in str(CalendarLink.objects.values())
    page = client.get(PAGE).content.decode()
    assert secret not in page
    assert "on ne peut pas vous le montrer de nouveau" in page
    assert StrictClient().get(address).status_code == 200, "reading the page again makes no other link"
    assert not set(client.session.keys()) & {MADE}


def test_a_new_link_ends_the_old_one_and_one_removed_opens_nothing(person):
    old, client = link_of(person), enter(person)
    new = made_by(client)
    assert StrictClient().get(old).status_code == 404
    assert StrictClient().get(new).status_code == 200
    assert "est retiré" in words(client.post(REMOVE, follow=True))
    assert StrictClient().get(new).status_code == 404


def test_it_is_for_a_proved_person_about_oneself(person, official):
    assert StrictClient().get(PAGE).status_code == 302
    client = enter(person)
    with time_machine.travel(timezone.now() + timedelta(minutes=16)):
        for answer in (client.get(PAGE), client.post(PAGE), client.post(REMOVE)):
            assert answer["Location"].startswith("/compte/identite/?next=")
    assert "/compte/double-verification/" in enter(official).get(PAGE)["Location"]
    for act in (calendars.renew_calendar_link, calendars.remove_calendar_link):
        with pytest.raises(PermissionRefused):
            act(person, actor=official)


def test_an_unknown_link_and_that_of_a_closed_account_say_the_same(person):
    address = link_of(person)
    User.objects.filter(pk=person.pk).update(is_active=False)
    closed, unknown = StrictClient().get(address), StrictClient().get(address.replace(address[-9:-4], "AAAAA"))
    assert closed.status_code == unknown.status_code == 404
    assert closed.content == unknown.content


def test_it_is_read_by_nobody_else_and_kept_nowhere(person, caplog):
    address = link_of(person)
    response = StrictClient().get(address)
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "strict-origin"
    assert not response.cookies
    secret = address.rpartition("/")[2]
    with caplog.at_level(logging.WARNING):
        StrictClient().get(address.replace("calendrier/", "calendrier/x"))
    assert secret[:20] not in masked(f'"GET {address} HTTP/1.1" 200')
    assert all(secret[:20] not in masked(record.getMessage()) for record in caplog.records)


def test_who_guesses_waits_and_who_reads_too_often_too(person):
    address = link_of(person)
    for _number in range(30):
        assert StrictClient().get(address.replace("calendrier/", "calendrier/x")).status_code == 404
    refused = StrictClient().get(address.replace("calendrier/", "calendrier/x"))
    assert refused.status_code == 429
    assert int(refused["Retry-After"]) > 0
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    for _number in range(60):
        assert StrictClient().get(address, **elsewhere).status_code == 200
    assert StrictClient().get(address, **elsewhere).status_code == 429


def test_it_holds_ones_dates_and_nothing_of_others(world):
    _part, dossier = world.under_expertise()
    expert = dossier.assignments.get(part="second").expert
    address = link_of(expert)
    found = read(address)
    asked = queries_of(expert, address)
    world.under_expertise(part=world.part())
    assert queries_of(expert, address) == asked
    found = read(address)
    assert found["VERSION"] == "2.0"
    assert found["PRODID"]
    dates = days(found)
    ends = dossier.campaign.milestone("expertise")
    assert dates[f"Écrire et sceller mon expertise\u00a0: {dossier.operation.name}"] == ends
    assert dates[f"Fin des expertises, campagne {dossier.campaign_id}"] == ends
    assert set(dates) == {task.title for task in work_of(fresh(expert)).calendar}
    for event in found.walk("VEVENT"):
        assert event.decoded("DTEND") == event.decoded("DTSTART") + timedelta(days=1)
        assert event["DTSTAMP"].dt.utcoffset() == timedelta()
        assert event["URL"].startswith("http://testserver/")
    text = found.to_ical().decode()
    for other in User.objects.exclude(pk=expert.pk):
        assert other.email not in text
        assert other.full_name not in text
    assert expert.email not in text


def test_an_event_keeps_its_id_when_its_day_moves(world):
    _part, dossier = world.assessed()
    commission = world.cast.commission(world.commune.county.region)
    sitting = world.play.plan(commission, [dossier], clock.today() + timedelta(days=9))
    address = link_of(world.cast.seat_holder(commission, SeatPart.MEMBER))

    def of_sitting() -> tuple[str, object]:
        [event] = [e for e in read(address).walk("VEVENT") if e["SUMMARY"] == f"Séance, {commission}"]
        return str(event["UID"]), event.decoded("DTSTART")

    uid, day = of_sitting()
    assert day == sitting.held_on
    type(sitting).objects.filter(pk=sitting.pk).update(held_on=day + timedelta(days=7))
    assert of_sitting() == (uid, day + timedelta(days=7))
    ids = [str(event["UID"]) for event in read(address).walk("VEVENT")]
    assert len(set(ids)) == len(ids)


def test_a_decision_changes_nothing_before_its_notification(world):
    part, dossier = world.decided("propose")
    expert = dossier.assignments.first().expert
    addresses = [link_of(person) for person in (part.lead, part.elected, expert)]
    before = [days(read(address)) for address in addresses]
    world.sit(dossier, "award", national=True)
    assert [days(read(address)) for address in addresses] == before


def test_it_goes_with_the_account(person):
    address = link_of(person)
    erase(person, actor=person)
    assert StrictClient().get(address).status_code == 404
    assert not CalendarLink.objects.exists()
