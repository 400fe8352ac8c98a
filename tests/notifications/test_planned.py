"""Digests, reminders, letters: what leaves by date, and what is sent to a group."""

from datetime import timedelta

import pytest
from django.core import mail

from ecoquartier.accounts.queries import rows_of
from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError, PermissionRefused, TransitionRefused
from ecoquartier.core.registry import Task, Work, audiences, pending, personal_data
from ecoquartier.dossiers.messages import LAPSED_TO_HOLDER, WITHDRAWN_TO_SERVICES
from ecoquartier.journal.models import Entry
from ecoquartier.notifications import services
from ecoquartier.notifications.enums import CADENCES, Cadence, CancelReason, Family, MessageState
from ecoquartier.notifications.models import Message, Preference
from ecoquartier.notifications.queries import grouped_breaches, preferences_of, recipients_of, reminder_days
from ecoquartier.people.enums import Role
from ecoquartier.people.models import User
from ecoquartier.people.queries import holders_of


class TestPreferences:
    """Each one for oneself, and never against an official message."""

    def test_defaults_then_choices(self, world):
        person = world.bureau
        assert preferences_of(person) == {family: cadences[0] for family, cadences in CADENCES.items()}
        services.choose(person, actor=person, cadences={"progress": "never", "deadline": "daily"})
        services.choose(person, actor=person, cadences={"progress": "at_once"})
        chosen = preferences_of(person)
        assert (chosen[Family.PROGRESS], chosen[Family.DEADLINE]) == (Cadence.AT_ONCE, Cadence.DAILY)

    @pytest.mark.parametrize(("family", "cadence"), [("act", "never"), ("decision", "daily"), ("deadline", "never")])
    def test_official_messages_are_not_turned_off(self, world, family, cadence):
        with pytest.raises(DomainError, match="officiels"):
            services.choose(world.bureau, actor=world.bureau, cadences={family: cadence})
        assert not Preference.objects.exists()

    def test_of_somebody_else(self, world):
        with pytest.raises(PermissionRefused):
            services.choose(world.coordinator, actor=world.bureau, cadences={"news": "never"})


class TestDigest:
    """One message a day, nothing if nothing, nothing that its reader may no longer see."""

    @pytest.fixture
    def waiting(self, world, case):
        services.post(LAPSED_TO_HOLDER, case[1])
        services.post(WITHDRAWN_TO_SERVICES, case[1])
        assert set(Message.objects.values_list("state", flat=True)) == {MessageState.WAITING}
        return case

    def test_nothing_for_nobody(self, world, case):
        assert services.send_digests() == 0
        assert not Message.objects.exists()

    def test_each_one_reads_what_happened_in_one_message(self, world, waiting):
        part, dossier = waiting
        people = Message.objects.values("recipient").distinct().count()
        assert services.send_digests() == people
        assert services.send_digests() == 0
        assert services.send_ready() == people
        [sent] = [message for message in mail.outbox if message.to == [part.lead.email]]
        assert f"• {dossier.operation.name}\u00a0: l’examen reprend sans complément" in sent.body
        told = Message.objects.exclude(digest=None)
        assert set(told.values_list("state", flat=True)) == {MessageState.GROUPED}
        # Each keeps what was said of it, when and where: that is what its reader is given back.
        line = told.get(recipient=part.lead, key=LAPSED_TO_HOLDER.key)
        assert f"• {line.subject}" in sent.body
        assert line.sent_at
        assert line.address == part.lead.email
        held = personal_data.get("notifications.Message")
        assert line in rows_of(held, part.lead)
        assert "context" not in held.fields

    def test_a_digest_given_up_gives_up_its_messages(self, world, waiting):
        digest = self.digest_of(world.bureau)
        held = Message.objects.filter(pk__in=list(digest.grouped.values_list("pk", flat=True)))
        services.cancel(digest, actor=world.bureau, reason="Trop tôt.")
        assert set(held.values_list("state", "cancelled_because")) == {(MessageState.CANCELLED, CancelReason.BUREAU)}
        assert grouped_breaches() == []

    def test_a_suspended_reader_is_told_nothing_later(self, world, waiting):
        part, _dossier = waiting
        self.digest_of(part.lead)
        type(part.lead).objects.filter(pk=part.lead.pk).update(is_active=False)
        services.send_ready()
        found = Message.objects.filter(recipient=part.lead).values_list("state", "cancelled_because")
        assert set(found) == {(MessageState.CANCELLED, CancelReason.SUSPENDED)}

    def test_what_a_digest_that_came_back_said_waits_for_the_next(self, world, waiting):
        digest = self.digest_of(world.bureau)
        held = list(digest.grouped.values_list("pk", flat=True))
        services.send_ready()
        services.note_bounce(digest, actor=world.bureau, reason="Boîte fermée.")
        found = Message.objects.filter(pk__in=held).values_list("state", "digest", "sent_at")
        assert set(found) == {(MessageState.WAITING, None, None)}
        with pytest.raises(TransitionRefused):
            services.retry(digest, actor=world.bureau, reason="Elle est vide.")
        assert grouped_breaches() == []

    def test_a_message_in_a_digest_that_does_not_leave_is_a_breach(self, world, waiting):
        digest = self.digest_of(world.bureau)
        assert grouped_breaches() == []
        Message.objects.filter(pk=digest.pk).update(state=MessageState.FAILED)
        assert len(grouped_breaches()) == digest.grouped.count() == 1

    def digest_of(self, person):
        services.send_digests()
        return Message.objects.get(recipient=person, key="digest_to_person")

    def test_what_comes_later_the_same_day_waits_for_tomorrow(self, world, waiting, time_machine_free):
        services.send_digests()
        services.send_ready()
        services.post(LAPSED_TO_HOLDER, waiting[1])
        assert services.send_digests() == 0
        assert Message.objects.filter(state=MessageState.WAITING).exists()
        with time_machine_free(1):
            assert services.send_digests() > 0
        assert not Message.objects.filter(state=MessageState.WAITING).exists()

    def test_a_right_lost_since_takes_its_line_out(self, world, waiting):
        part, _dossier = waiting
        services.send_digests()
        digest = Message.objects.get(recipient=part.lead, key="digest_to_person")
        part.lead.teams.all().delete()
        services.send_ready()
        digest.refresh_from_db()
        assert (digest.state, digest.cancelled_because) == (MessageState.CANCELLED, CancelReason.GONE)
        line = Message.objects.get(recipient=part.lead, key=LAPSED_TO_HOLDER.key)
        assert (line.state, line.cancelled_because) == (MessageState.CANCELLED, CancelReason.NO_RIGHT)


@pytest.fixture
def time_machine_free():
    """`with time_machine_free(n):` n days later, for the clock of the rules."""
    return lambda days: clock.travel(clock.now() + timedelta(days=days))


@pytest.fixture
def task(world, monkeypatch):
    """Something that waits for the correspondent alone, due in a week."""
    found = Task("Examiner « Les Rives »", "/espace/dossiers/1/", due_on=clock.today() + timedelta(days=7))
    correspondent, kept = world.correspondent.pk, [found]
    entries = {"test": lambda user: Work(to_do=kept if user.pk == correspondent else ())}
    monkeypatch.setattr(pending, "_entries", entries)
    return kept


class TestReminders:
    """At the days that the bureau chose, never twice, never to the suspended."""

    def test_a_week_and_a_day_before_each_once(self, world, task, time_machine_free):
        written = []
        for day in range(9):
            with time_machine_free(day):
                written.append(services.remind())
                assert services.remind() == 0
        assert written == [1, 0, 0, 0, 0, 0, 1, 0, 0]
        services.send_ready()
        assert [message.subject for message in mail.outbox] == [
            "Rappel\u00a0: Examiner « Les Rives », dans 7 jours",
            "Rappel\u00a0: Examiner « Les Rives », demain",
        ]

    def test_a_day_without_a_worker_is_caught_up(self, world, task, time_machine_free):
        with time_machine_free(1):
            assert services.remind() == 1
            assert Message.objects.get().context["when"] == "dans 6 jours"

    def test_never_to_the_suspended(self, world, task):
        User.objects.filter(pk=world.correspondent.pk).update(is_active=False)
        assert services.remind() == 0

    def test_what_was_done_meanwhile_is_not_recalled(self, world, task):
        services.remind()
        task.clear()
        services.send_ready()
        assert Message.objects.get().cancelled_because == CancelReason.DONE
        assert mail.outbox == []

    def test_the_bureau_chooses_the_days(self, world, task):
        assert reminder_days() == (7, 1)
        services.set_reminder_days(actor=world.bureau, days=[3, 10, 3])
        assert reminder_days() == (10, 3)
        assert services.remind() == 0
        assert Entry.objects.get(event="reminders.changed").data == {"days": [10, 3]}
        for days in ([0], [61], [1, 2, 3, 4, 5, 6]):
            with pytest.raises(DomainError):
                services.set_reminder_days(actor=world.bureau, days=days)
        with pytest.raises(PermissionRefused):
            services.set_reminder_days(actor=world.coordinator, days=[3])


class TestLetters:
    """To a group that an app knows, read again before it leaves, to those who are still in it."""

    def prepare(self, world, audience="correspondents", group="", **kwargs):
        assert world.correspondent.is_active  # the cast makes people when asked for them
        words = {"subject": "Réunion", "text": "Le **3 mars** à 14 h.\nOrdre du jour à suivre."}
        return services.prepare_letter(actor=world.bureau, audience=audience, group=group, **words, **kwargs)

    def test_the_groups_that_each_app_knows(self, world):
        part, dossier = world.assessed()
        region = world.commune.county.region_id
        sitting = world.play.plan(world.cast.commission(world.commune.county.region), [dossier], clock.today())
        seated = sitting.commission.seats.exclude(holder=None).values_list("holder", flat=True)
        team = {assignment.expert_id for assignment in dossier.assignments.all()}
        found = {
            key: set(audiences.get(key).people(group).values_list("pk", flat=True))
            for key, group in (
                ("correspondents", region),
                ("coordinators", region),
                ("experts", region),
                ("participants", str(world.play.campaign.year)),
                ("sitting_members", str(sitting.pk)),
            )
        }
        assert found["correspondents"] == {world.correspondent.pk}
        assert found["coordinators"] == {world.coordinator.pk}
        assert found["experts"] == team
        assert {part.lead.pk, part.elected.pk} <= found["participants"]
        assert not team & found["participants"]
        assert found["sitting_members"] == set(seated)
        experts = set(audiences.get("experts").people("").values_list("pk", flat=True))
        assert experts == set(holders_of(Role.EXPERT).values_list("pk", flat=True)) > team
        for _key, audience in audiences.items():
            assert all(code is not None and name for code, name in audience.groups())

    def test_it_is_sent_once_to_each_and_journaled(self, world):
        letter = self.prepare(world)
        people = set(recipients_of(letter))
        assert services.send_letter(letter, actor=world.bureau).sent_to == len(people) > 0
        with pytest.raises(TransitionRefused, match="déjà partie"):
            services.send_letter(letter, actor=world.bureau)
        assert services.send_ready() == len(people)
        assert {message.to[0] for message in mail.outbox} == {person.email for person in people}
        assert "Le **3 mars** à 14 h." in mail.outbox[0].body
        assert "Le **3 mars** à 14 h.<br>" in mail.outbox[0].alternatives[0].content
        entry = Entry.objects.get(event="letter.sent")
        assert entry.data == {"audience": "correspondents", "group": "", "recipients": len(people)}

    def test_who_left_the_group_does_not_receive_it(self, world):
        services.send_letter(self.prepare(world), actor=world.bureau)
        world.correspondent.grants.all().delete()
        services.send_ready()
        message = Message.objects.get(recipient=world.correspondent)
        assert (message.state, message.cancelled_because) == (MessageState.CANCELLED, CancelReason.NO_RIGHT)

    def test_an_empty_or_unknown_group(self, world):
        with pytest.raises(DomainError, match="n’existe pas"):
            self.prepare(world, audience="laureates")
        with pytest.raises(DomainError, match="n’existe pas"):
            self.prepare(world, group="nowhere")
        letter = self.prepare(world, audience="experts", group="01")
        with pytest.raises(TransitionRefused, match="vide"):
            services.send_letter(letter, actor=world.bureau)

    def test_only_the_bureau_writes(self, world):
        letter = self.prepare(world)
        with pytest.raises(PermissionRefused):
            services.send_letter(letter, actor=world.coordinator)
        assert not Message.objects.filter(key="letter_to_group").exists()
