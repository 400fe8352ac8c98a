"""Questions of the public: whom they reach, who reads them, and when they are forgotten."""

from datetime import timedelta

import pytest

from ecoquartier.accounts.models import Question
from ecoquartier.accounts.queries import addressees
from ecoquartier.accounts.services import questions
from ecoquartier.accounts.tasks import forget_old_questions
from ecoquartier.core import clock
from ecoquartier.core.errors import PermissionRefused, TransitionRefused
from ecoquartier.journal.models import Entry
from ecoquartier.notifications.models import Message
from ecoquartier.operations.queries import work_of
from ecoquartier.operations.services import add_operation
from ecoquartier.people.models import RoleGrant
from ecoquartier.territories.models import County
from ecoquartier.web.public.contact import ALL_QUESTIONS, QUESTIONS
from tests.support.pages import queries_of, signed_in, words
from tests.support.public import labelled
from tests.support.world import fresh

TYPED = {
    "topic": "operation",
    "commune": "Laval",
    "commune_insee": "53130",
    "text": "Où en est le quartier de la gare ?",
    "name": "Ada Voisine",
    "email": "ada@voisine.example",
}


@pytest.fixture(autouse=True)
def served(world):
    """The commune has a correspondent and a coordinator, unless told."""
    return world.correspondent, world.coordinator


@pytest.fixture
def asked(world):
    """About an operation of the county."""
    return ask(world)


def ask(world, topic="operation", **values):
    """A question, about the commune of the world unless told."""
    values = {"commune": world.commune, "name": "Ada", "email": "ada@voisine.example", "text": "Où ?"} | values
    return questions.ask(topic=topic, **values)


def leave(user):
    """The person holds no role any more."""
    RoleGrant.objects.filter(user=user).delete()


# --- Whom a question reaches --------------------------------------------------------------------------------------


def test_what_is_asked_of_a_place_goes_to_its_correspondent(world, asked):
    assert list(addressees(asked)) == [world.correspondent]
    assert list(Message.objects.filter(key="question_asked_to_addressee").values_list("recipient", flat=True)) == [
        world.correspondent.pk
    ]


def test_a_question_sent_twice_is_asked_once_until_it_is_answered(world, asked):
    assert ask(world) == asked
    assert Message.objects.filter(key="question_asked_to_addressee").count() == 1
    assert ask(world, text="Et quand ?") != asked
    questions.note_answer(asked, actor=world.correspondent)
    assert ask(world) != asked


def test_or_else_to_the_coordinator(world):
    leave(world.correspondent)
    assert list(addressees(ask(world))) == [world.coordinator]
    assert [task.title for task in work_of(fresh(world.coordinator)).to_do] == ["Répondre à une question du public"]


def test_or_else_to_the_bureau(world):
    correspondent, coordinator = world.correspondent, world.coordinator
    leave(correspondent)
    leave(coordinator)
    assert world.bureau in addressees(ask(world))
    assert "Répondre à une question du public" in [task.title for task in work_of(fresh(world.bureau)).to_do]


@pytest.mark.parametrize("topic", ["account", "data", "accessibility", "other"])
def test_what_no_place_answers_goes_to_the_bureau(world, topic):
    asked = ask(world, topic)
    assert world.bureau in addressees(asked)
    assert world.correspondent not in addressees(asked)


def test_without_a_commune_the_bureau_answers(world):
    assert world.bureau in addressees(ask(world, commune=None))


def test_the_message_holds_nothing_of_who_asks(world):
    ask(world, name="Ada Voisine", text="Une question privée")
    message = Message.objects.get(key="question_asked_to_addressee")
    assert not {"Ada Voisine", "ada@voisine.example", "Une question privée"} & set(message.context.values())


# --- The contact page ---------------------------------------------------------------------------------------------


def test_a_visitor_asks(world, client):
    response = client.post("/contact/", TYPED, follow=True)
    assert "au correspondant ville durable (Mayenne)" in words(response)
    assert Question.objects.get().commune == world.commune


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("topic", "", "Ce champ est obligatoire"),
        ("commune", "Nulle-Part-sur-Rien", "Aucune commune de ce nom"),
        ("text", "", "Ce champ est obligatoire"),
        ("text", "a" * 4001, "4000"),
        ("email", "ada", "adresse"),
        ("name", " ", "Ce champ est obligatoire"),
    ],
)
def test_a_faulty_question_comes_back_filled(world, client, name, value, said):
    kept = "Ada Voisine" if name != "name" else "ada@voisine.example"
    response = client.post("/contact/", {**TYPED, "commune_insee": "", name: value})
    assert response.status_code == 422
    assert said in words(response)
    assert kept in response.content.decode()
    assert not Question.objects.exists()


def test_a_network_asks_five_times_an_hour(world, client):
    for number in range(QUESTIONS.most):
        client.post("/contact/", TYPED | {"text": f"Question {number}"})
    response = client.post("/contact/", TYPED)
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= QUESTIONS.seconds
    assert "réessayez dans une heure" in words(response)
    assert TYPED["text"] in response.content.decode()
    assert Question.objects.count() == QUESTIONS.most


def test_addresses_of_one_ipv6_network_are_one(world, client):
    for number in range(QUESTIONS.most):
        client.post("/contact/", TYPED, REMOTE_ADDR=f"2001:db8:1:2::{number + 1}")
    assert client.post("/contact/", TYPED, REMOTE_ADDR="2001:db8:1:2:ffff::9").status_code == 429
    assert client.post("/contact/", TYPED, REMOTE_ADDR="2001:db8:1:3::1").status_code == 302


def test_all_networks_together_ask_no_more_than_can_be_read(world, client):
    for _ in range(ALL_QUESTIONS.most):
        ALL_QUESTIONS.count()
    response = client.post("/contact/", TYPED)
    assert response.status_code == 429
    assert "Beaucoup de questions arrivent en ce moment" in words(response)
    assert not Question.objects.exists()


def test_about_an_operation_the_commune_is_asked_for(world, client):
    response = client.post("/contact/", {**TYPED, "commune": "", "commune_insee": ""})
    assert response.status_code == 422
    assert "Dites dans quelle commune" in words(response)
    assert TYPED["text"] in response.content.decode()
    client.post("/contact/", {**TYPED, "topic": "label", "commune": "", "commune_insee": ""})
    assert Question.objects.get().commune is None


@pytest.mark.parametrize("typed", ["Laval (Mayenne)", "Laval, Mayenne", "Laval 53", "laval mayenne"])
def test_a_commune_is_told_from_its_namesakes_in_words(world, client, typed):
    client.post("/contact/", {**TYPED, "commune": typed, "commune_insee": ""})
    assert Question.objects.get().commune == world.commune


def test_a_link_may_say_the_commune(world, client):
    page = client.get("/contact/?commune=53130").content.decode()
    assert 'value="Laval (53)"' in page
    assert page.count(" checked") == 1
    assert 'value="operation"' in page.split(" checked")[0].rsplit("<input", 1)[1]
    for wrong in ("99999", "%00", ""):
        assert " checked" not in client.get(f"/contact/?commune={wrong}").content.decode()


def test_a_link_may_name_the_operation(world, client):
    operation = labelled("Les Tanneries")
    page = client.get(f"/contact/?operation={operation.slug}").content.decode()
    assert 'value="Laval (53)"' in page
    assert "À propos de «\u00a0Les Tanneries\u00a0»" in page
    hidden = add_operation(name="Le Moulin caché", lead_commune=world.commune)
    assert "Moulin" not in client.get(f"/contact/?operation={hidden.slug}").content.decode()


def test_who_has_no_account_is_led_to_the_contact_page(db, client):
    assert 'href="/contact/"' in client.get("/compte/connexion/").content.decode().split("<main")[1].split("</main")[0]


def test_the_page_says_what_becomes_of_the_data(db, client):
    assert "effacés un an après" in words(client.get("/contact/"))


# --- Answering ----------------------------------------------------------------------------------------------------


def test_who_answers_says_so(world, asked):
    client = signed_in(world.correspondent)
    page = words(client.get(f"/espace/services/questions/{asked.pk}/"))
    assert "ada@voisine.example" in page
    client.post(f"/espace/services/questions/{asked.pk}/")
    asked.refresh_from_db()
    assert asked.answered_by == world.correspondent
    assert Entry.objects.filter(event="question.answered").count() == 1
    assert not [task for task in work_of(fresh(world.correspondent)).to_do if "question" in task.title]


def test_a_line_of_work_says_the_subject_and_the_place(world, asked):
    ask(world, "label", commune=None)
    ask(world, "label")
    told = [[task.note for task in work_of(fresh(person)).to_do if "question" in task.title] for person in _both(world)]
    assert told == [
        ["le label et ses étapes, Laval (53)", "une opération, ou un projet de quartier, Laval (53)"],
        ["le label et ses étapes"],
    ]


def _both(world):
    return world.correspondent, world.bureau


def test_a_question_answered_says_by_whom(world, asked):
    client = signed_in(world.correspondent)
    assert "vos collègues n’ont plus à y répondre" in words(client.get(f"/espace/services/questions/{asked.pk}/"))
    questions.note_answer(asked, actor=world.correspondent)
    assert (
        world.correspondent.full_name
        in words(client.get(f"/espace/services/questions/{asked.pk}/")).split("Réponse")[1]
    )


def test_two_people_do_not_both_answer(world, asked):
    questions.note_answer(asked, actor=world.correspondent)
    with pytest.raises(TransitionRefused, match="y a déjà répondu"):
        questions.note_answer(asked, actor=world.bureau)


def test_another_territory_reads_nothing(world, asked):
    county = County.objects.exclude(region=world.commune.county.region).first()
    stranger = world.cast.correspondent(county)
    assert signed_in(stranger).get(f"/espace/services/questions/{asked.pk}/").status_code == 404
    with pytest.raises(PermissionRefused):
        questions.note_answer(asked, actor=fresh(stranger))


def test_what_is_for_the_bureau_is_not_read_by_services(world):
    asked = ask(world, "data")
    assert signed_in(world.correspondent).get(f"/espace/services/questions/{asked.pk}/").status_code == 404


def test_the_desk_has_two_tabs(world, asked):
    client = signed_in(world.correspondent)
    assert "Où ?" in words(client.get("/espace/services/questions/"))
    assert "Aucune question n’a encore eu de réponse" in words(client.get("/espace/services/questions/?etat=repondues"))
    questions.note_answer(asked, actor=world.correspondent)
    assert "Où ?" in words(client.get("/espace/services/questions/?etat=repondues"))


def test_the_desk_costs_the_same_with_three(world, asked):
    one = queries_of(world.correspondent, "/espace/services/questions/")
    ask(world)
    ask(world)
    assert queries_of(world.correspondent, "/espace/services/questions/") == one <= 15


def test_the_territory_counts_what_waits(world, asked):
    assert "Questions du public 1" in words(signed_in(world.correspondent).get("/espace/services/"))
    questions.note_answer(asked, actor=world.correspondent)
    assert "Questions du public" not in words(signed_in(world.correspondent).get("/espace/services/"))


# --- Forgetting ---------------------------------------------------------------------------------------------------


def test_a_question_is_forgotten_after_a_year(world, asked):
    Question.objects.filter(pk=asked.pk).update(asked_at=clock.now() - timedelta(days=366))
    kept = ask(world, text="Et quand ?")
    assert forget_old_questions() == 1
    assert list(Question.objects.all()) == [kept]
