"""Pages of the photos: added, shown to those who see the operation, described, moved, removed, limited."""

import pytest
from django.urls import reverse

from ecoquartier.files.models import StoredFile
from ecoquartier.operations.enums import TeamRole
from ecoquartier.operations.models import Photo
from ecoquartier.operations.services import attachments
from ecoquartier.operations.services.attachments import add_photo
from tests.support.pages import drawn, words
from tests.support.uploads import camera_picture, picture, stored, upload

WORDS = {"alt": "La cour plantée, en été", "credit": "Ville de Laval"}


def text(response) -> str:
    """The page as one line, its spaces made plain."""
    return " ".join(response.content.decode().replace("\u00a0", " ").replace("&#x27;", "'").split())


def url(name: str, row) -> str:
    return reverse(f"holder:{name}", args=[row.pk])


def address(file: StoredFile, side: str = "") -> str:
    return reverse("files:file", args=[file.pk]) + side


@pytest.fixture
def part(world):
    """An operation and its team."""
    return world.part(filled=False)


@pytest.fixture
def photo(part):
    """Add a photo to the operation."""

    def add(**said) -> Photo:
        return add_photo(part.operation, actor=part.lead, file=stored(part.lead), **{**WORDS, **said})

    return add


def test_a_photo_is_sent_shown_and_served(part, sign_in):
    client = sign_in(part.lead)
    sent = {**WORDS, "taken_on": "2026-06-21", "file": upload("Été à Laval.JPG", camera_picture())}
    page = text(client.post(url("photo-add", part.operation), sent, follow=True))
    photo = Photo.objects.get()
    assert "La photo est ajoutée." in page
    assert "La cour plantée, en été" in page
    assert "© Ville de Laval, 21 juin 2026" in page
    assert f'src="{address(photo.file, "?cote=480")}"' in page
    assert photo.file.name == "Été à Laval.jpg"
    shown = client.get(address(photo.file))
    assert shown["Content-Type"] == "image/jpeg"
    assert b"Photographe" not in shown.getvalue()


@pytest.mark.parametrize("typed", ["© Moi", "©Moi", "Moi"])
def test_the_sign_of_a_credit_is_written_once(part, sign_in, typed):
    sent = {**WORDS, "credit": typed, "file": upload("a.jpg", picture())}
    sign_in(part.lead).post(url("photo-add", part.operation), sent)
    assert Photo.objects.get().credit == "Moi"


def test_a_file_that_is_refused_says_so_beside_its_field(part, sign_in):
    client = sign_in(part.lead)
    broken = picture()[:-200]
    answer = client.post(url("photo-add", part.operation), {**WORDS, "file": upload("a.jpg", broken)})
    assert answer.status_code == 422
    assert "Cette image est abîmée." in text(answer)
    assert answer.context["form"].errors["file"]
    assert "La cour plantée, en été" in text(answer)
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(("size", "is_kept"), [((199, 199), False), ((200, 40), True), ((40, 200), True)])
def test_a_photo_too_small_to_be_shown_is_refused_beside_its_field(part, sign_in, size, is_kept):
    sent = {**WORDS, "file": upload("a.jpg", picture(size=size))}
    answer = sign_in(part.lead).post(url("photo-add", part.operation), sent)
    assert Photo.objects.exists() is is_kept
    if not is_kept:
        assert "trop petite : 199 × 199 pixels. Il en faut 200 au moins" in answer.context["form"].errors["file"][
            0
        ].replace("\u00a0", " ")


def test_buttons_of_each_photo_say_which_one(part, photo, sign_in):
    photo(alt="Une")
    photo(alt="Deux")
    page = words(sign_in(part.lead).get(url("photos", part.operation)))
    assert "Reculer la photo 1" in page
    assert "Avancer la photo 2" in page


def test_a_photo_without_its_description_is_refused(part, sign_in):
    sent = {**WORDS, "alt": " ", "file": upload("a.jpg", picture())}
    answer = sign_in(part.lead).post(url("photo-add", part.operation), sent)
    assert answer.status_code == 422
    assert "alt" in answer.context["form"].errors
    assert not Photo.objects.exists()


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2126-06-21", "Cette date n’est pas encore passée."),
        ("0001-01-01", "Cette date est trop ancienne : vérifiez l’année."),
        ("1849-12-31", "Cette date est trop ancienne : vérifiez l’année."),
    ],
)
def test_a_photo_has_a_day_that_was(part, sign_in, day, said):
    sent = {**WORDS, "taken_on": day, "file": upload("a.jpg", picture())}
    answer = sign_in(part.lead).post(url("photo-add", part.operation), sent)
    assert said in text(answer).replace("\u00a0", " ")


def test_the_words_of_a_photo_change(part, photo, sign_in):
    shown, client = photo(), sign_in(part.lead)
    assert "La cour plantée, en été" in text(client.get(url("photo-edit", shown)))
    said = {"alt": "La cour, en hiver", "credit": "A. Martin", "taken_on": ""}
    sent = drawn(client.get(url("photo-edit", shown))) | said
    assert "La photo est modifiée." in text(client.post(url("photo-edit", shown), sent, follow=True))
    shown.refresh_from_db()
    assert (shown.alt, shown.credit) == ("La cour, en hiver", "A. Martin")


def test_photos_are_ordered_by_buttons(part, photo, sign_in):
    client, (first, second) = sign_in(part.lead), (photo(alt="Une"), photo(alt="Deux"))
    page = text(client.get(url("photos", part.operation)))
    assert (page.count(">Avancer<"), page.index("Une") < page.index("Deux")) == (1, True)
    answer = client.post(url("photo-move", second), {"is_up": "on"})
    assert answer.url == f"{url('photos', part.operation)}#photo-{second.pk}"
    assert [*part.operation.photos.all()] == [second, first]
    client.post(url("photo-move", second))
    assert [*part.operation.photos.all()] == [first, second]


def test_a_photo_is_removed_after_a_confirmation(part, photo, sign_in):
    shown, client = photo(), sign_in(part.lead)
    assert "effacé le lendemain" in text(client.get(url("photo-remove", shown)))
    assert "La photo est retirée." in text(client.post(url("photo-remove", shown), follow=True))
    assert client.get(address(shown.file)).status_code == 404


def test_the_button_says_when_there_are_enough(part, photo, sign_in, monkeypatch):
    monkeypatch.setattr(attachments, "MAX_PHOTOS", 1)
    photo()
    client = sign_in(part.lead)
    assert "déjà 1 photos" in text(client.get(url("photos", part.operation)))
    answer = client.post(url("photo-add", part.operation), {**WORDS, "file": upload("a.jpg", picture())})
    assert answer.status_code == 422
    assert Photo.objects.count() == 1


def test_a_reader_sees_and_changes_nothing(part, photo, sign_in, team_mate):
    shown = photo()
    client = sign_in(team_mate(part.operation, TeamRole.READER, "lectrice"))
    page = text(client.get(url("photos", part.operation)))
    assert "La cour plantée" in page
    assert "Retirer" not in page
    assert "Ajouter une photo" not in page
    assert client.get(address(shown.file)).status_code == 200
    for name, row in (("photo-add", part.operation), ("photo-edit", shown), ("photo-remove", shown)):
        assert client.get(url(name, row)).status_code == 403
        assert client.post(url(name, row), WORDS).status_code == 403
    assert client.post(url("photo-move", shown)).status_code == 403


def test_nothing_exists_for_a_stranger(part, photo, sign_in, person):
    shown, client = photo(), sign_in(person("passante"))
    for path in (
        url("photos", part.operation),
        url("photo-add", part.operation),
        url("photo-edit", shown),
        url("photo-remove", shown),
        address(shown.file),
        address(shown.file, "?cote=480"),
    ):
        assert client.get(path).status_code == 404
    assert client.post(url("photo-move", shown)).status_code == 404


def test_an_empty_page_says_what_to_do(part, sign_in, team_mate):
    assert "Ajoutez une vue d’ensemble" in text(sign_in(part.lead).get(url("photos", part.operation)))
    reader = team_mate(part.operation, TeamRole.READER, "lectrice")
    assert "n’en a pas encore ajouté" in text(sign_in(reader).get(url("photos", part.operation)))


def test_queries_do_not_grow_with_photos(part, photo, sign_in, django_assert_max_num_queries):
    client = sign_in(part.lead)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            photo()
        with django_assert_max_num_queries(15) as queries:
            client.get(url("photos", part.operation))
        counts.append(len(queries))
    assert counts[0] == counts[1]
