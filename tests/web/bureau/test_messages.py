"""The words of messages, reminders, and letters to a group."""

import pytest
from django.core import mail
from django.urls import reverse

from ecoquartier.journal.models import Entry
from ecoquartier.notifications.models import Letter, Message, Wording
from ecoquartier.notifications.services import choose, send_ready
from tests.support.pages import queries_of, read, signed_in, words

KINDS = reverse("bureau:kinds")
KIND = reverse("bureau:kind", kwargs={"key": "dossier_refused_to_holder"})
WRITE = reverse("bureau:letter-write")
GOOD = {"subject": "{operation} : refus", "body": "Bonjour.\n\n**{reason}**\n\n[Lire]({link})"}


class TestWords:
    """Read, try, change, come back."""

    def test_every_kind_is_listed(self, world):
        page = read(world.bureau, KINDS)
        assert "Le dossier n’est pas recevable" in page
        assert "Les représentants des collectivités compétentes" in page
        assert "Lettre du bureau à un groupe" in page
        assert "Rappels d’échéance, en jours avant la date : 7, 1." in page

    def test_a_kind_shows_its_words_its_values_and_an_example(self, world):
        page = read(world.bureau, KIND)
        assert "{reason}" in page
        assert "Les Rives du Thouet : le dossier n’est pas recevable" in page

    def test_an_example_changes_nothing(self, world):
        response = signed_in(world.bureau).post(KIND, {**GOOD, "apercu": "1"})
        assert response.status_code == 200
        assert "Les Rives du Thouet : refus" in words(response)
        assert "<strong>Le périmètre ne correspond pas" in response.content.decode()
        assert not Wording.objects.exists()

    def test_words_are_changed_then_restored(self, world):
        client = signed_in(world.bureau)
        assert "Les mots sont changés" in words(client.post(KIND, GOOD, follow=True))
        page = words(client.get(KIND))
        assert "Version 1" in page
        assert "changés le" in read(world.bureau, KINDS)
        restored = client.post(reverse("bureau:kind-restore", kwargs={"key": "dossier_refused_to_holder"}), follow=True)
        assert "Les mots d’origine sont rétablis." in words(restored)
        assert list(Entry.objects.filter(event__startswith="wording.").values_list("event", flat=True)) == [
            "wording.changed",
            "wording.restored",
        ]

    @pytest.mark.parametrize("extra", [{}, {"apercu": "1"}])
    def test_bad_words_are_refused_beside_their_field(self, world, extra):
        typed = {"subject": "{nom}", "body": "Une {accolade"}
        response = signed_in(world.bureau).post(KIND, typed | extra)
        assert response.status_code == 422
        page = words(response)
        assert "La variable {nom} n’existe pas pour ce message." in page
        assert "Une accolade ne sert qu’à écrire une variable" in page
        assert "Une {accolade" in page
        assert not Wording.objects.exists()

    def test_the_words_of_a_colleague_are_shown_before_they_are_replaced(self, world):
        client = signed_in(world.bureau)
        stale = {**GOOD, "since": "0"}
        client.post(KIND, {**stale, "subject": "{operation} : mots d’un collègue"})
        response = client.post(KIND, stale)
        page = words(response)
        assert response.status_code == 422
        assert "Ces mots viennent d’être changés" in page
        assert "mots d’un collègue" in page
        assert response.context["form"]["subject"].value() == GOOD["subject"]
        assert Wording.objects.count() == 1
        again = {**GOOD, "since": response.context["form"]["since"].value()}
        assert "Les mots sont changés" in words(client.post(KIND, again, follow=True))

    def test_an_unknown_kind(self, world):
        assert signed_in(world.bureau).get(reverse("bureau:kind", kwargs={"key": "nothing"})).status_code == 404

    def test_for_the_bureau_only(self, world):
        client = signed_in(world.coordinator)
        assert {client.get(address).status_code for address in (KINDS, KIND, WRITE)} == {403}
        assert client.post(KIND, GOOD).status_code == 403

    def test_reminders_are_set(self, world):
        client = signed_in(world.bureau)
        address = reverse("bureau:reminders")
        assert client.post(address, {"days": "dix"}).status_code == 422
        assert client.post(address, {"days": "99"}).status_code == 422
        assert "10, 3." in words(client.post(address, {"days": "3, 10"}, follow=True))
        assert "Aucun rappel" in words(client.post(address, {"days": ""}, follow=True))


class TestLetters:
    """Write, read again, send."""

    typed = {"subject": "Réunion du 3 mars", "text": "Elle a lieu à 14 h."}

    def test_a_letter_is_read_again_then_sent(self, world):
        person, client = world.correspondent, signed_in(world.bureau)
        response = client.post(WRITE, {"group": "correspondents:", **self.typed}, follow=True)
        page = words(response)
        assert person.full_name in page
        assert "1 personne reçoit cette lettre." in page
        assert "Elle a lieu à 14 h." in page
        letter = Letter.objects.get()
        assert not Message.objects.filter(key="letter_to_group").exists()
        change = reverse("bureau:letter-change", kwargs={"pk": letter.pk})
        client.post(change, {"group": "correspondents:", **self.typed, "text": "Elle a lieu à 15 h."})
        send = reverse("bureau:letter-send", kwargs={"pk": letter.pk})
        assert "La lettre part à 1 personne." in words(client.post(send, follow=True))
        send_ready()
        assert [("15 h" in m.body, m.to) for m in mail.outbox] == [(True, [person.email])]
        assert "Cette lettre est déjà partie." in words(client.get(send))
        assert client.post(send).status_code == 422
        assert client.post(change, {"group": "correspondents:", **self.typed}).status_code == 422
        assert "envoyée le" in read(world.bureau, WRITE)

    def test_a_group_emptied_since_closes_the_button(self, world):
        person, client = world.correspondent, signed_in(world.bureau)
        client.post(WRITE, {"group": "correspondents:", **self.typed})
        person.grants.all().delete()
        page = words(client.get(reverse("bureau:letter-send", kwargs={"pk": Letter.objects.get().pk})))
        assert "Ce groupe est vide" in page

    def test_groups_are_counted_and_those_of_nobody_are_left_out(self, world):
        assert world.correspondent
        client = signed_in(world.bureau)
        page = words(client.get(WRITE))
        assert "toute la France (1)" in page
        assert "Guadeloupe" not in page
        assert client.post(WRITE, {"group": "experts:01", **self.typed}).status_code == 422

    def test_those_who_want_no_letter_are_counted_apart(self, world):
        person, client = world.correspondent, signed_in(world.bureau)
        choose(person, actor=person, cadences={"news": "never"})
        page = words(client.post(WRITE, {"group": "correspondents:", **self.typed}, follow=True))
        assert "1 personne du groupe a choisi de ne pas recevoir" in page
        assert "reçoit cette lettre." not in page

    def test_the_page_costs_the_same_whatever_its_letters(self, world):
        assert world.correspondent
        client = signed_in(world.bureau)
        client.post(WRITE, {"group": "correspondents:", **self.typed})
        first = queries_of(world.bureau, WRITE)
        for _n in range(2):
            client.post(WRITE, {"group": "correspondents:", **self.typed})
        assert queries_of(world.bureau, WRITE) == first
        assert first <= 15

    def test_a_letter_is_not_for_others(self, world):
        assert world.correspondent
        signed_in(world.bureau).post(WRITE, {"group": "correspondents:", **self.typed})
        send = reverse("bureau:letter-send", kwargs={"pk": Letter.objects.get().pk})
        assert signed_in(world.coordinator).get(send).status_code == 404
