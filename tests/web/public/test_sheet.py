"""What the sheet of an operation shows besides its label: photos, perimeter, actors, phases, neighbours, data."""

import json
import re
from decimal import Decimal

import pytest
from django.core.files.storage import default_storage

from ecoquartier.core import clock
from ecoquartier.core.text import long_date
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.directory.services import rebuild
from ecoquartier.operations.models import Operation, Phase
from ecoquartier.operations.services.attachments import add_photo, remove_photo
from ecoquartier.operations.services.perimeter import record_perimeter
from ecoquartier.operations.services.perimeter_files import place_point
from tests.support.perimeters import move_perimeter
from tests.support.uploads import picture, stored

# Longest sides of the copies, as the address asks for them.
SIDES = ("480", "800", "1200")


def sheet(operation) -> str:
    return f"/ecoquartiers/{operation.slug}/"


@pytest.fixture
def part(world):
    return world.part()


@pytest.fixture
def photo(part):
    file = stored(part.lead, "Photo de Madame Martin.jpg", picture(size=(900, 600)))
    return add_photo(part.operation, actor=part.lead, file=file, alt="La halle ouverte", credit="Ville de Laval")


def test_photos_are_shown_with_what_they_say(part, photo, main, client):
    page = main(sheet(part.operation))
    assert 'alt="La halle ouverte"' in page
    assert "Photo : Ville de Laval" in page
    address = re.search(r'img src="([^"]+)"', page)[1]
    response = client.get(address)
    assert response.headers["Content-Type"] == "image/jpeg"
    assert "public" in response.headers["Cache-Control"]
    assert "Martin" not in str(response.headers)
    etag = response.headers["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304


def test_a_small_copy_is_smaller(part, photo, client):
    address = f"{sheet(part.operation)}photos/{photo.pk}/"
    small, middle, large = (b"".join(client.get(f"{address}?cote={side}").streaming_content) for side in SIDES)
    assert len(small) < len(middle) < len(large)
    assert b"".join(client.get(f"{address}?cote=9").streaming_content) == large
    # Kept before there was a copy of this side.
    default_storage.delete(photo.file.preview_path(800))
    assert b"".join(client.get(f"{address}?cote=800").streaming_content) == large


def test_the_first_photo_is_light_and_the_others_wait(part, photo, main):
    add_photo(part.operation, actor=part.lead, file=stored(part.lead, "b.jpg"), alt="Le mail", credit="Ville")
    first, *others = re.findall(r"<img [^>]+>", main(sheet(part.operation)))
    assert "?cote=800" in first
    assert "lazy" not in first
    assert others
    assert all("?cote=480" in tag and 'loading="lazy"' in tag for tag in others)
    assert all(re.search(r'width="\d+" height="\d+"', tag) for tag in (first, *others))


def test_a_photo_does_not_tell_the_fingerprint_kept_for_its_file(part, photo, client):
    response = client.get(f"{sheet(part.operation)}photos/{photo.pk}/")
    assert response.headers["Content-Disposition"] == f'inline; filename="{part.operation.slug}-{photo.rank}.jpg"'
    assert photo.file.sha256 not in str(response.headers)


def test_a_photo_that_is_taken_away_is_no_longer_given(part, photo, client, main):
    address = f"{sheet(part.operation)}photos/{photo.pk}/"
    remove_photo(photo, actor=part.lead)
    assert client.get(address).status_code == 404
    assert "La halle ouverte" not in main(sheet(part.operation))


def test_the_photo_of_another_or_of_a_hidden_operation_is_not_given(part, photo, public_operation, client):
    other = public_operation()
    assert client.get(f"{sheet(other)}photos/{photo.pk}/").status_code == 404
    DirectoryRow.objects.filter(pk=part.operation.pk).delete()
    assert client.get(f"{sheet(part.operation)}photos/{photo.pk}/").status_code == 404


def test_a_photo_whose_bytes_are_lost_is_not_found(part, photo, client):
    for name in (photo.file.content.name, *map(photo.file.preview_path, map(int, SIDES))):
        default_storage.delete(name)
    assert client.get(f"{sheet(part.operation)}photos/{photo.pk}/").status_code == 404


def test_the_perimeter_in_force_is_drawn(part, main):
    perimeter = move_perimeter(part, times=2)
    page = main(sheet(part.operation))
    assert 'aria-label="Périmètre de l’opération"' in page
    assert f"Périmètre de {perimeter.area_ha.normalize():f} ha".replace(".", ",")[:16] in page
    assert "Position approximative" not in page


def place(part, area):
    reading = place_point(part.operation, latitude="48,07", longitude="-0,77", area_ha=Decimal(area))
    return record_perimeter(part.operation, actor=part.lead, reading=reading)


def declare(operation, area):
    operation.refresh_from_db()
    operation.area_ha = area
    operation.save()
    rebuild([operation.pk])


def test_a_point_with_an_area_is_not_called_a_perimeter(part, main):
    place(part, "20")
    page = main(sheet(part.operation))
    assert f"Point et superficie déclarée de 20 ha, enregistrés le {long_date(clock.today())}".replace(
        "\u00a0", " "
    ) in page.replace("\u00a0", " ")
    assert 'aria-label="Cercle de la superficie déclarée, autour du point de l’opération"' in page
    assert "Périmètre" not in page
    assert "perimeter-dot" in page


def test_an_area_of_the_programme_far_from_that_of_the_perimeter_is_explained(part, main):
    """Beyond the tenth of which the team is warned, and at once under it."""
    measured = move_perimeter(part, times=2).area_ha
    declare(part.operation, (measured * Decimal("1.105")).quantize(Decimal("0.01")))
    page = main(sheet(part.operation))
    assert "a sa source sous les chiffres ; celle du périmètre est mesurée sur son dessin. Elles diffèrent" in page
    declare(part.operation, (measured * Decimal("1.095")).quantize(Decimal("0.01")))
    assert "Elles diffèrent" not in main(sheet(part.operation))


def test_two_declared_areas_that_differ_are_explained(part, main):
    place(part, "20")
    declare(part.operation, Decimal("30"))
    page = main(sheet(part.operation))
    assert "La superficie déclarée au programme, 30 ha, a sa source sous les chiffres ; celle-ci a été déclarée" in page
    assert "mesurée" not in page


def test_without_an_area_of_the_programme_nothing_differs(part, main):
    place(part, "20")
    declare(part.operation, None)
    assert "Elles diffèrent" not in main(sheet(part.operation))


def test_a_perimeter_changed_since_the_label_is_said(published, world, main):
    operation = published.operation
    assert "périmètre modifié depuis le label" not in main(sheet(operation))
    lead = operation.team.get(role="lead").user
    move_perimeter(type("Team", (), {"operation": operation, "lead": lead}), times=3)
    assert "périmètre modifié depuis le label" in main(sheet(operation))


def test_an_operation_that_stopped_says_so(public_operation, main):
    operation = public_operation(state="paused", state_since="2020-03-01")
    assert "Cette opération est suspendue depuis le 1er mars 2020." in main(sheet(operation))
    assert "suspendue" not in main(sheet(public_operation("Les Rives")))


def test_phases_say_their_dates_as_exactly_as_they_are_known(public_operation, main):
    operation = public_operation()
    assert "Tranches" not in main(sheet(operation))
    operation.phases.update(name="Nord", works="2019", delivery="2028-03")
    Phase.objects.create(operation=operation, rank=2, name="Sud", delivery="2030~")
    rebuild([operation.pk])
    page = main(sheet(operation))
    for said in ("Nord", "2019", "mars 2028", "Sud", "vers 2030"):
        assert said in page


def test_actors_are_organisations(part, main):
    Operation.objects.filter(pk=part.operation.pk).update(actors={"bailleurs": ["Mayenne Habitat"]})
    rebuild([part.operation.pk])
    page = main(sheet(part.operation))
    assert part.operation.holder.name in page
    assert "Mayenne Habitat" in page
    assert part.lead.full_name not in page


def test_what_is_other_is_said(public_operation, main, client):
    operation = public_operation(vocations=["habitat", "autre"], other_words={"vocations": "port à sec"})
    assert "autre (port à sec)" in main(sheet(operation))
    assert "autre (port à sec)" in client.get("/ecoquartiers/selection.csv").getvalue().decode("utf-8-sig")


def test_neighbours_share_a_strong_point_in_the_region(public_operation, main):
    operation = public_operation(strong_points=["eau", "bois"])
    public_operation("Les Rives", strong_points=["bois"], rank=2, year=2016)
    public_operation("La Gare", strong_points=["velo"])
    public_operation("Bois-d’Olives", commune="97411", strong_points=["bois"])
    page = main(sheet(operation)).split("Mêmes points forts")[1]
    assert "Les Rives" in page
    assert "Étape 2, engagé, 2016" in page
    assert "La Gare" not in page
    assert "Olives" not in page


def test_search_engines_read_what_the_page_says_and_nothing_ends_the_block(public_operation, client):
    operation = public_operation("</script><b>", description="Un & deux </script>")
    page = client.get(sheet(operation)).content.decode()
    assert page.count("</script>") == page.count("<script")
    said = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])
    assert (said["@type"], said["name"]) == ("Place", "</script><b>")
    assert said["url"] == f"http://testserver{sheet(operation)}"
    assert said["additionalProperty"]["value"] == "Étape 3, label (2015)"
    assert f'<meta property="og:url" content="http://testserver{sheet(operation)}">' in page
    assert "/oembed?url=http%3A%2F%2Ftestserver" in page


def test_a_small_map_says_where(public_operation, main):
    page = main(sheet(public_operation()))
    assert 'aria-label="Laval (Mayenne), sur une carte de France"' in page
    assert 'href="/ecoquartiers/?departement=53&amp;vue=carte"' in page
    overseas = main(sheet(public_operation("Bois-d’Olives", commune="97416")))
    assert "sur une carte de son territoire" in overseas
    view = [re.search(r'class="locator" viewBox="([^"]+)"', found)[1] for found in (page, overseas)]
    for shown, found in zip(view, (page, overseas), strict=True):
        left, top, width, height = map(float, shown.split())
        x, y = map(float, re.search(r'<circle cx="([0-9.]+)" cy="([0-9.]+)"', found).groups())
        assert left < x < left + width
        assert top < y < top + height
    assert float(view[1].split()[2]) < float(view[0].split()[2]) / 4


def test_a_place_that_nothing_knows_has_no_map(public_operation, main):
    operation = public_operation()
    DirectoryRow.objects.filter(pk=operation.pk).update(latitude=None, longitude=None)
    assert "locator" not in main(sheet(operation))


def test_areas_lead_to_their_operations_and_no_name_comes_twice(public_operation, main):
    page = main(sheet(public_operation())).split("Où</h2>")[1]
    for address, words in (("commune=53130", "Laval"), ("departement=53", "Mayenne (53)"), ("region=52", "Pays de la")):
        assert f'<a href="/ecoquartiers/?{address}">{words}' in page
    paris = main(sheet(public_operation("La Gare", commune="75056")))
    assert "Paris, Île-de-France" in paris
    assert "Paris (75)" not in paris
    assert 'href="/ecoquartiers/?commune=75056">Paris</a>' in paris


def test_a_question_about_it_begins_with_its_commune(public_operation, main):
    assert 'href="/contact/?operation=les-tanneries-laval"' in main(sheet(public_operation()))


def test_the_tab_says_the_commune_once(public_operation, read):
    assert "<title>Les Tanneries, Laval – ÉcoQuartier</title>" in read(sheet(public_operation()))
    assert "<title>Porte de Laval – ÉcoQuartier</title>" in read(sheet(public_operation("Porte de Laval")))


def test_what_is_printed_says_where_it_comes_from_and_of_which_day(public_operation, main):
    page = main(sheet(public_operation()))
    day = long_date(clock.today()).replace("\u00a0", " ")
    assert f"http://testserver/ecoquartiers/les-tanneries-laval/, page du {day}" in page


def test_a_sheet_that_does_not_exist_offers_the_directory(db, main):
    assert 'href="/ecoquartiers/"' in main("/ecoquartiers/inconnue/", status=404)


def test_queries_are_few_and_constant(part, photo, public_operation, queries):
    move_perimeter(part, times=2)
    Operation.objects.update(strong_points=["bois"])
    rebuild()
    one = queries(sheet(part.operation))
    for name in ("Les Rives", "La Gare", "Le Port"):
        public_operation(name, strong_points=["bois"])
    assert queries(sheet(part.operation)) == one <= 8
