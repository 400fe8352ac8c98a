"""A file given to those who may see what it belongs to, in a way that no browser runs it."""

import pytest
from django.core.files.storage import default_storage
from django.urls import reverse

from ecoquartier.files.models import path_of
from ecoquartier.operations.services.attachments import add_document, add_photo
from ecoquartier.people.models import User
from tests.support.client import StrictClient
from tests.support.uploads import office, pdf, picture, stored


@pytest.fixture
def part(world):
    """An operation and its team."""
    return world.part(filled=False)


@pytest.fixture
def stranger(db):
    return User.objects.create_user("passante@example.org", "Passante")


@pytest.fixture
def photo(part):
    file = stored(part.lead, "cour.jpg", picture(size=(1500, 1000)))
    return add_photo(part.operation, actor=part.lead, file=file, alt="Une cour", credit="Ville").file


@pytest.fixture
def plan(part):
    file = stored(part.lead, "Plan « été ».pdf", pdf())
    return add_document(part.operation, actor=part.lead, file=file, title="Plan", kind="plan").file


@pytest.fixture
def ask(part):
    """Ask for a file as the lead, or as somebody else."""

    def send(file, query: str = "", *, user=part.lead, **headers):
        client = StrictClient()
        if user:
            client.force_login(user)
        return client.get(reverse("files:file", args=[file.pk]) + query, headers=headers)

    return send


def test_a_photo_is_shown_and_never_run(ask, photo):
    answer = ask(photo)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Disposition"] == 'inline; filename="cour.jpg"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer["Cache-Control"] == "no-cache, private"
    assert int(answer["Content-Length"]) == photo.size == len(answer.getvalue())


def test_a_document_is_saved_under_its_name(ask, plan, part):
    answer = ask(plan)
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''Plan%20%C2%AB")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    sheet = stored(part.lead, "a.ods", office("ods"))
    add_document(part.operation, actor=part.lead, file=sheet, title="Bilan", kind="other")
    assert ask(sheet)["Content-Disposition"] == 'attachment; filename="a.ods"'


@pytest.mark.parametrize(("query", "path"), [("?cote=480", "480"), ("?cote=1200", "1200")])
def test_an_image_has_smaller_copies(ask, photo, query, path):
    with default_storage.open(f"{path_of(photo.sha256)}-{path}.jpg") as stored_copy:
        expected = stored_copy.read()
    assert ask(photo, query).getvalue() == expected


@pytest.mark.parametrize("query", ["?cote=", "?cote=481", "?cote=../../x", "?cote=-1"])
def test_another_size_is_the_whole_image(ask, photo, query):
    assert len(ask(photo, query).getvalue()) == photo.size


def test_a_document_has_no_smaller_copy(ask, plan):
    assert len(ask(plan, "?cote=480").getvalue()) == plan.size


def test_what_the_browser_has_is_not_sent_again(ask, photo):
    etag = ask(photo)["ETag"]
    again = ask(photo, if_none_match=etag)
    assert again.status_code == 304
    assert not again.content
    assert (again["ETag"], again["Cache-Control"]) == (etag, "no-cache, private")
    assert ask(photo, "?cote=480", if_none_match=etag).status_code == 200


def test_the_right_is_asked_before_the_browser_is_told_it_has_it(ask, photo, stranger):
    etag = ask(photo)["ETag"]
    assert ask(photo, user=stranger, if_none_match=etag).status_code == 404


def test_each_of_those_who_see_the_operation_reads(ask, photo, part, world):
    for user in (part.lead, part.elected, world.correspondent, world.bureau):
        assert ask(photo, user=user).status_code == 200


def test_nobody_else_learns_that_it_exists(ask, photo, plan, stranger):
    for file in (photo, plan):
        assert ask(file, user=stranger).status_code == 404
        answer = ask(file, user=None)
        assert answer.status_code == 302
        assert "/compte/connexion/" in answer.url


def test_a_file_that_nothing_shows_is_nobody_s(ask, part, world):
    file = stored(part.lead)
    for user in (part.lead, world.bureau):
        assert ask(file, user=user).status_code == 404


def test_bytes_that_are_lost_do_not_exist(ask, photo):
    default_storage.delete(photo.content.name)
    assert ask(photo).status_code == 404


def test_it_costs_few_queries(part, photo, django_assert_max_num_queries):
    client = StrictClient()
    client.force_login(part.lead)
    with django_assert_max_num_queries(8):
        client.get(reverse("files:file", args=[photo.pk]))
