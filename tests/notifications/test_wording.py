"""The words of messages: one language, one source for text and HTML, and what the bureau may change.

Each message is compared with the file that a human reads in `snapshots/`. To change them, run with `WRITE_SNAPSHOTS=1`
and read the difference.
"""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event as Signal
from time import sleep

import pytest
from django.core.exceptions import ValidationError
from django.db import connections, transaction

from ecoquartier.core.errors import DomainError, PermissionRefused, TransitionRefused
from ecoquartier.dossiers.messages import DEPOSITED_TO_CORRESPONDENT
from ecoquartier.journal.models import Entry
from ecoquartier.notifications.domain import notices
from ecoquartier.notifications.domain.wording import body_faults, html, one_line, plain, subject_faults
from ecoquartier.notifications.models import Message, Wording
from ecoquartier.notifications.services import change_words, restore_words
from ecoquartier.notifications.services.words import Words, as_read, default_words, faults_of, sample_of
from tests.support.world import fresh

SNAPSHOTS = Path(__file__).parent / "snapshots"
KEYS = sorted(key for key, notice in notices.items() if not notice.app.startswith("test"))
LINE = "[Ouvrir]({link})"
VALUES = {
    "name": "Les *Rives* <b>&</b> [x](http://y)",
    "text": "Un\nDeux",
    "due_on": "3 mars",
    "link": "https://e.fr/a?b=1&c=2",
}


@pytest.mark.parametrize("key", KEYS)
def test_each_message_reads_as_its_snapshot(key, settings):
    settings.BASE_URL = "https://label.example.fr"
    notice = notices.get(key)
    rendered = sample_of(notice, default_words(notice))
    found = f"Objet : {rendered.subject}\n\n{rendered.text}"
    path = SNAPSHOTS / f"{key}.txt"
    if os.environ.get("WRITE_SNAPSHOTS"):
        path.write_text(found, encoding="utf-8")
    assert found == path.read_text(encoding="utf-8")


def test_no_snapshot_is_left_of_a_message_that_is_gone():
    assert sorted(path.stem for path in SNAPSHOTS.glob("*.txt")) == KEYS


@pytest.mark.parametrize("key", KEYS)
def test_each_message_obeys_the_language_and_has_one_link(key):
    notice = notices.get(key)
    words = default_words(notice)
    assert faults_of(notice, words) == {}
    rendered = sample_of(notice, words)
    link = f"http://testserver{notice.sample['path']}"
    assert re.findall(r'(?:href|src)="([^"]*)"', rendered.html) == [link]
    assert rendered.text.count(link) == 1
    assert not re.search(r"<(img|script|style|link)\b|\{[a-z_]+\}", rendered.html)


@pytest.mark.parametrize("key", KEYS)
def test_each_sample_has_the_values_of_the_context(key):
    notice = notices.get(key)
    assert "path" in notice.sample
    assert all(isinstance(value, str) and value for value in notice.sample.values())


def test_the_samples_name_what_the_real_contexts_give(world):
    world.awarded()
    seen = set()
    for message in Message.objects.all():
        notice = notices.get(message.key)
        assert set(message.context) == set(notice.sample)
        assert all(isinstance(value, str) for value in message.context.values())
        subject, body = as_read(message)
        assert "None" not in subject + body
        assert message.recipient.full_name in body
        seen.add(message.key)
    assert len(seen) > 10


def test_no_message_tells_an_outcome_before_its_notification(world):
    part, _dossier = world.awarded()
    told = Message.objects.filter(recipient__in=[part.lead, part.elected]).exclude(state="draft")
    assert told.exists()
    for message in told:
        assert "attribu" not in "".join(as_read(message))
        assert message.key != "award_published_to_holder"


class TestLanguage:
    """Light Markdown, names of values, one link."""

    def test_a_value_is_never_read_as_markdown_nor_as_html(self):
        found = html(f"Pour **{{name}}**\n\n{LINE}", VALUES)
        assert "<strong>Les *Rives* &lt;b&gt;&amp;&lt;/b&gt; [x](http://y)</strong>" in found
        assert found.count("<a ") == 1

    def test_a_value_is_never_read_as_a_name(self):
        assert plain("{name}", {"name": "{link}", "link": "https://e.fr"}) == "{link}"
        assert "{link}" in html("{name}", {"name": "{link}", "link": "https://e.fr"})

    def test_names_with_underscores_are_not_italics(self):
        assert html("Le {due_on} ou le {due_on}.", VALUES) == "<p>Le 3 mars ou le 3 mars.</p>\n"

    def test_the_lines_of_a_value_stay_lines(self):
        assert "Un<br>\nDeux" in html("{text}", VALUES)
        assert plain("{text}", VALUES) == "Un\nDeux"

    def test_the_link_is_the_only_one_and_is_escaped(self):
        found = html(
            f"Voir [ici](https://ailleurs.fr) ou <https://ailleurs.fr> ![x](https://ailleurs.fr)\n\n{LINE}", VALUES
        )
        assert re.findall(r'(?:href|src)="([^"]*)"', found) == ["https://e.fr/a?b=1&amp;c=2"]

    def test_html_is_shown_not_obeyed(self):
        assert "<script" not in html("<script>alert(1)</script>\n\n<b>x</b>", VALUES)

    def test_plain_text_has_the_address_on_its_line(self):
        assert plain(f"Lire.\n\n{LINE}", VALUES) == "Lire.\n\nOuvrir\u00a0:\nhttps://e.fr/a?b=1&c=2"

    def test_a_subject_is_one_line(self):
        assert one_line("A {text}\n", VALUES) == "A Un Deux"

    @pytest.mark.parametrize(
        ("body", "sentence"),
        [
            (f"{{nom}} {LINE}", "variable {nom} n’existe pas"),
            (f"{{name\n\n{LINE}", "accolade"),
            (f"{{{{name}}}}\n\n{LINE}", "accolade"),
            ("{% load x %}\n\n" + LINE, "accolade"),
            ("Rien.", "une fois"),
            (f"Deux.\n\n{LINE}\n\n{LINE}", "une fois"),
            (f"Dans la ligne {LINE}", "une fois"),
            (LINE, "vide"),
            (f"Voir https://ailleurs.fr\n\n{LINE}", "autre adresse"),
            (f"Voir [là](//ailleurs.fr)\n\n{LINE}", "autre adresse"),
        ],
    )
    def test_a_body_is_refused_with_a_sentence(self, body, sentence):
        assert any(sentence in fault for fault in body_faults(body, ["name"]))

    @pytest.mark.parametrize(("subject", "sentence"), [(" ", "vide"), ("A\nB", "une ligne"), ("{link}", "{link}")])
    def test_a_subject_is_refused_with_a_sentence(self, subject, sentence):
        assert any(sentence in fault for fault in subject_faults(subject, ["name"]))


class TestChange:
    """The bureau’s words replace those of the platform until it comes back to them."""

    notice = DEPOSITED_TO_CORRESPONDENT
    words = Words("{operation}\u00a0: à examiner", f"Le dossier de {{operation}} est là.\n\n{LINE}")

    def test_changed_words_are_those_that_leave_and_are_journaled(self, world, message):
        change_words(self.notice, self.words, actor=world.bureau, since=0)
        subject, body = as_read(message)
        assert subject.endswith("\u00a0: à examiner")
        assert "est là." in body
        entry = Entry.objects.get(event="wording.changed")
        assert entry.data == {"key": self.notice.key, "number": 1}
        assert entry.detail.content["subject"] == self.words.subject

    def test_each_version_is_kept_and_one_is_in_force(self, world):
        other = Words("Autre objet", self.words.body)
        for since, words in enumerate((self.words, other)):
            change_words(self.notice, words, actor=world.bureau, since=since)
        with pytest.raises(DomainError, match="déjà les mots en vigueur"):
            change_words(self.notice, other, actor=world.bureau, since=2)
        kept = Wording.objects.filter(key=self.notice.key).order_by("number")
        assert [(row.number, row.subject, row.ended_at is None) for row in kept] == [
            (1, self.words.subject, False),
            (2, "Autre objet", True),
        ]

    def test_back_to_the_default(self, world, message):
        with pytest.raises(DomainError, match="origine"):
            restore_words(self.notice, actor=world.bureau)
        with pytest.raises(DomainError, match="en vigueur"):
            change_words(self.notice, default_words(self.notice), actor=world.bureau, since=0)
        before = as_read(message)
        change_words(self.notice, self.words, actor=world.bureau, since=0)
        with pytest.raises(DomainError, match="revenez-y"):
            change_words(self.notice, default_words(self.notice), actor=world.bureau, since=1)
        restore_words(self.notice, actor=world.bureau)
        assert as_read(message) == before
        assert Entry.objects.filter(event="wording.restored").exists()

    def test_a_colleague_s_words_are_not_replaced_unread(self, world):
        change_words(self.notice, self.words, actor=world.bureau, since=0)
        other = Words("Autre objet", self.words.body)
        with pytest.raises(TransitionRefused, match="viennent d’être changés"):
            change_words(self.notice, other, actor=world.cast.bureau[1], since=0)
        assert Wording.objects.get().subject == self.words.subject

    @pytest.mark.django_db(transaction=True)
    @pytest.mark.loopback
    def test_of_two_people_at_once_the_second_is_told(self, world):
        saved, bureau = Signal(), [fresh(person) for person in world.cast.bureau[:2]]

        def second():
            try:
                saved.wait(timeout=10)
                change_words(self.notice, Words("Autre objet", self.words.body), actor=bureau[1], since=0)
            except TransitionRefused as refusal:
                return refusal.code
            finally:
                connections.close_all()

        with ThreadPoolExecutor(1) as pool:
            with transaction.atomic():
                told = pool.submit(second)
                change_words(self.notice, self.words, actor=bureau[0], since=0)
                saved.set()
                # The second now waits for the index of the first's row.
                sleep(0.3)
            assert told.result(timeout=20) == "changed_meanwhile"
        assert Wording.objects.get().subject == self.words.subject

    def test_unknown_names_and_bad_syntax_are_refused(self, world):
        with pytest.raises(ValidationError) as refused:
            change_words(self.notice, Words("{nom}", "Sans lien."), actor=world.bureau, since=0)
        assert set(refused.value.message_dict) == {"subject", "body"}
        assert not Wording.objects.exists()

    def test_only_the_bureau(self, world):
        with pytest.raises(PermissionRefused):
            change_words(self.notice, self.words, actor=world.coordinator, since=0)
        with pytest.raises(PermissionRefused):
            restore_words(self.notice, actor=world.coordinator)
