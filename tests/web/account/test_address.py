"""Another address: asked by its owner, proved by a mail, never somebody else's."""

from datetime import timedelta

import time_machine
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from ecoquartier.notifications.enums import CancelReason
from ecoquartier.notifications.models import Message
from ecoquartier.people.models import User
from tests.support.client import StrictClient
from tests.support.pages import words
from tests.web.account.support import PASSWORD, SECURITY, SIGN_IN, enter, link_of, received

PAGE = "/compte/adresse/"
NEW = "camille.armand@ville.example"


def ask(client, address=NEW):
    return client.post(PAGE, {"address": address}, follow=True)


def address_of(person):
    return User.objects.get(pk=person.pk).email


def test_the_address_changes_once_confirmed_and_the_former_is_told(person):
    client = enter(person)
    assert "Si cette adresse peut servir, un lien vient d’y partir." in words(
        ask(client, "Camille.Armand@Ville.example")
    )
    assert address_of(person) == person.email
    link = link_of(received(NEW)[0])
    assert f"{NEW} remplace camille@example.org." in words(client.get(link))
    assert address_of(person) == "camille@example.org"
    assert client.post(link)["Location"] == SECURITY
    assert address_of(person) == NEW
    assert f"L’adresse de votre compte est maintenant {NEW}" in received("camille@example.org")[0]
    assert client.post(link).status_code == 422


def test_what_was_asked_is_shown_and_may_be_given_up(person):
    client = enter(person)
    assert "Un changement attend" not in words(client.get(PAGE))
    ask(client)
    assert f"Vous avez demandé à passer à {NEW}." in words(client.get(PAGE))
    link = link_of(received(NEW)[0])
    assert "Votre adresse ne change pas." in words(client.post(f"{PAGE}annuler/", follow=True))
    assert "Un changement attend" not in words(client.get(PAGE))
    assert client.post(link).status_code == 422
    assert address_of(person) == "camille@example.org"


def test_another_demand_replaces_the_first(person):
    client = enter(person)
    ask(client, "ancienne@ville.example")
    first = link_of(received("ancienne@ville.example")[0])
    ask(client)
    assert client.post(first).status_code == 422
    assert client.post(link_of(received(NEW)[0]))["Location"] == SECURITY
    assert address_of(person) == NEW
    assert User.objects.get(pk=person.pk).pending_email == ""


def test_a_new_password_ends_the_link_and_the_link_tells_no_address(person):
    client = enter(person)
    ask(client)
    link = link_of(received(NEW)[0])
    assert "Y2FtaWxsZUBleGFtcGxl" not in link  # the present address, in base64
    person.set_password("quatre autres mots mis ensemble")
    person.save()
    assert enter(person, "quatre autres mots mis ensemble").post(link).status_code == 422
    assert address_of(person) == "camille@example.org"


def test_the_address_of_somebody_else_gets_the_same_answer_and_no_mail(person):
    User.objects.create_user("prise@example.org", "Autre Personne", PASSWORD)
    User.objects.create_user("fermee@example.org", "Fermée", PASSWORD, is_active=False)
    client = enter(person)
    seen = []
    for address in ("encore@example.org", NEW, "prise@example.org", "fermee@example.org"):
        with CaptureQueriesContext(connection) as queries:
            page = ask(client, address)
        seen.append((words(page), [query["sql"].partition(" ")[0] for query in queries]))
    # The first writes the counter, the others change it.
    assert seen[0][0] == seen[1][0]
    assert seen[1] == seen[2] == seen[3]
    assert received("prise@example.org") == []
    told = Message.objects.get(context__address="prise@example.org")
    assert told.cancelled_because == CancelReason.DONE
    assert len(received(NEW)) == 1


def test_an_address_taken_meanwhile_stays_with_whoever_took_it(person):
    client = enter(person)
    ask(client)
    link = link_of(received(NEW)[0])
    User.objects.create_user(NEW, "Autre Personne", PASSWORD)
    assert "Ce lien ne sert plus" in words(client.post(link))
    assert address_of(person) == "camille@example.org"


def test_whoever_reads_the_mail_cannot_take_the_account(person):
    ask(enter(person))
    link = link_of(received(NEW)[0])
    assert SIGN_IN in StrictClient().get(link)["Location"]
    other = User.objects.create_user("autre@example.org", "Autre Personne", PASSWORD)
    client = enter(other)
    assert "demandé depuis un autre compte" in words(client.get(link))
    assert client.post(link).status_code == 422
    assert (address_of(person), address_of(other)) == ("camille@example.org", "autre@example.org")


def test_a_link_lasts_a_day(person):
    ask(enter(person))
    link = link_of(received(NEW)[0])
    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        assert enter(person).post(link).status_code == 422
    assert address_of(person) == "camille@example.org"


def test_the_link_is_not_kept(person):
    ask(enter(person))
    key = link_of(received(NEW)[0]).split("/")[-2]
    assert key not in str(list(Message.objects.values()))


def test_a_changed_link_proves_nothing(person):
    client = enter(person)
    ask(client)
    link = link_of(received(NEW)[0])
    forged = link[:-3] + ("aa/" if not link.endswith("aa/") else "bb/")
    assert client.post(forged).status_code == 422
    assert address_of(person) == "camille@example.org"


def test_asking_is_limited(person):
    client = enter(person)
    for n in range(8):
        ask(client, f"n{n}@example.org")
    received("n0@example.org")
    assert len(mail.outbox) == 5
