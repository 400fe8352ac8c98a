"""What others wrote of an erased person: living texts lose the name, frozen proofs keep it."""

import json

import pytest

from ecoquartier.accounts.services import erase
from ecoquartier.commissions.models import AgendaItem, Sitting
from ecoquartier.core import clock
from ecoquartier.core.registry import invariants
from ecoquartier.directory.services import rebuild
from ecoquartier.dossiers.models import Admissibility
from ecoquartier.expertise.models import ExpertReport, ReportMark
from ecoquartier.journal.models import Entry, EntryDetail
from ecoquartier.journal.queries import lost_details, verify_chain
from ecoquartier.notebooks.models import CommitmentAnswer
from ecoquartier.notifications.models import Bounce, Message, Wording
from ecoquartier.operations.models import Operation, Recommendation
from ecoquartier.people.domain import without
from ecoquartier.people.models import Organisation, User
from ecoquartier.people.queries import naming
from tests.support.erasure import EMAIL, NAME, OPERATOR, traces
from tests.support.world import fresh

NBSP = "\u00a0"


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("Vu Jean Martin.", "Vu personne effacée."),
        ("Vu JEAN  martin, Martin Jean", "Vu personne effacée, personne effacée"),
        (f"l’avis de Jean{NBSP}Martin", "l’avis de personne effacée"),
        ("Jean Martinez, Dujean Martin", "Jean Martinez, Dujean Martin"),
        ("Jean Martin-Dupont, Anne-Jean Martin", "Jean Martin-Dupont, Anne-Jean Martin"),
        ("<j.martin@ville.fr>, J.Martin@ville.fr.", "<personne effacée>, personne effacée."),
        ("aj.martin@ville.fr, j.martin@ville.fr.org", "aj.martin@ville.fr, j.martin@ville.fr.org"),
        ("Jean et Martin", "Jean et Martin"),
    ],
)
def test_a_name_is_a_whole_name_and_an_address_a_whole_address(db, written, left):
    person = User.objects.create_user("j.martin@ville.fr", "Jean Martin")
    assert without(naming(person), {"text": [written]}) == {"text": [left]}


@pytest.mark.parametrize(
    ("name", "written", "left"),
    [
        ("Rose", "La ville rose de Rose", "La ville rose de Rose"),
        ("Zoé L’Hôte", "ZOÉ L'HÔTE", "personne effacée"),
        ("Jean de La Tour", "de La Tour Jean", "personne effacée"),
    ],
)
def test_names_are_written_in_several_ways(db, name, written, left):
    assert without(naming(User.objects.create_user("z@ville.fr", name)), written) == left


def test_a_text_that_may_name_a_namesake_is_left_alone_but_for_the_address(editor, world):
    other = User.objects.create_user("autre@example.org", NAME.upper())
    opinion = Admissibility.objects.get()
    detail = EntryDetail.objects.get(entry__event="dossier.admitted")
    erase(editor, actor=OPERATOR)
    opinion.refresh_from_db()
    assert opinion.opinion == f"Vu avec {NAME}."
    assert EntryDetail.objects.get(pk=detail.pk).content == detail.content
    assert EMAIL not in json.dumps([d.content for d in EntryDetail.objects.all()])
    assert Entry.objects.latest("seq").data["namesakes"] == 1
    assert fresh(other).full_name == NAME.upper()
    assert verify_chain().intact


def test_the_words_of_another_in_the_journal_are_kept_without_the_name(editor):
    detail = EntryDetail.objects.get(entry__event="dossier.admitted")
    erase(editor, actor=OPERATOR)
    left = EntryDetail.objects.get(pk=detail.pk)
    assert left.content == {"opinion": "Vu avec personne effacée."}
    assert left.salt != detail.salt
    assert lost_details() == []
    assert verify_chain().intact


def test_every_living_text_loses_the_name(editor, world):
    operation = Operation.objects.get(dossiers__isnull=False)
    told = f"Contact : {NAME}, {EMAIL}."
    Operation.objects.filter(pk=operation.pk).update(description=told)
    CommitmentAnswer.objects.filter(notebook__operation=operation).update(text=told)
    Organisation.objects.filter(pk=operation.holder_id).update(name=f"SCI {NAME}")
    Recommendation.objects.create(
        operation=operation, text=told, issued_on=clock.today(), issuer="Commission", source_id=operation.pk
    )
    Wording.objects.create(key="x", number=1, subject=NAME, body=told, written_by=world.bureau)
    Bounce.objects.create(user=world.bureau, address=world.bureau.email, reason=told)
    Message.objects.exclude(recipient=editor).update(error=f"{NAME} {'x' * 260}")
    rebuild([operation.pk])
    erase(editor, actor=OPERATOR)
    assert traces(NAME, EMAIL) == []
    assert "directory_is_the_public_register" not in {name for name, check in invariants.items() if check()}


def test_a_replacement_longer_than_its_column_is_cut(db):
    person = User.objects.create_user("z@ville.fr", "Li Wu")
    other = User.objects.create_user("autre@ville.fr", "Autre")
    bounce = Bounce.objects.create(user=other, address=other.email, reason="Li Wu " * 50)
    erase(person, actor=OPERATOR)
    bounce.refresh_from_db()
    assert len(bounce.reason) == 300
    assert "Li Wu" not in bounce.reason


def test_a_sealed_report_keeps_its_words_and_a_draft_loses_the_name(editor, world):
    _part, dossier = world.assessed()
    sealed, draft = ExpertReport.objects.filter(dossier=dossier)
    ExpertReport.objects.update(opinion=f"Vu {NAME}.")
    ReportMark.objects.update(comment=f"Dit par {NAME}.")
    ExpertReport.objects.filter(pk=draft.pk).update(state="draft", sealed_at=None, sha256="")
    erase(editor, actor=OPERATOR)
    sealed.refresh_from_db()
    draft.refresh_from_db()
    assert (sealed.opinion, draft.opinion) == (f"Vu {NAME}.", "Vu personne effacée.")
    assert {mark.comment for mark in sealed.marks.all()} == {f"Dit par {NAME}."}
    assert {mark.comment for mark in draft.marks.all()} == {"Dit par personne effacée."}


def test_signed_minutes_and_their_items_keep_their_words(editor, world):
    world.decided("adjourn")
    item = AgendaItem.objects.get(outcome="adjourn")
    Sitting.objects.filter(pk=item.sitting_id).update(place=f"Chez {NAME}")
    AgendaItem.objects.filter(pk=item.pk).update(reasons=f"Entendu {NAME}.")
    other = AgendaItem.objects.create(
        sitting=Sitting.objects.create(
            commission=item.sitting.commission, campaign=item.sitting.campaign, held_on=clock.today()
        ),
        dossier=item.dossier,
        position=1,
        reasons=f"Entendu {NAME}.",
    )
    erase(editor, actor=OPERATOR)
    assert AgendaItem.objects.get(pk=item.pk).reasons == f"Entendu {NAME}."
    assert AgendaItem.objects.get(pk=other.pk).reasons == "Entendu personne effacée."
    assert Sitting.objects.get(pk=item.sitting_id).place == "Chez personne effacée"
