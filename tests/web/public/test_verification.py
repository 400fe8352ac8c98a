"""Is this label real? Answers about published labels only; the proofs are the bytes that were issued."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ecoquartier.awards.domain.codes import new_code
from ecoquartier.awards.models import Award
from ecoquartier.awards.services import facts_of
from ecoquartier.core import clock
from ecoquartier.core.text import long_date
from ecoquartier.directory.services import rebuild
from ecoquartier.operations.models import StageHistory
from ecoquartier.people.models import Installation
from ecoquartier.web.public.forms import MOST_BYTES
from ecoquartier.web.public.verification import CHECKS


def upload(client, data: bytes, name: str = "preuve.pdf"):
    return client.post("/verifier/", {"file": SimpleUploadedFile(name, data)})


def words(response) -> str:
    return " ".join(response.content.decode().replace("\u00a0", " ").split())


# By code


def test_the_page_says_who_what_when_and_that_it_holds(certified, main):
    page = main(f"/verifier/{certified.code}/")
    assert "Ce label est en vigueur" in page
    assert certified.frozen["name"] in page
    assert certified.frozen["holder"] in page
    assert "Étape 2, chantier" in page
    assert str(certified.year) in page
    assert long_date(certified.decided_on).replace("\u00a0", " ") in page
    assert f'href="/verifier/{certified.code}/certificat.pdf"' in page
    assert f'href="/attestations/{certified.pk}"' in page
    assert certified.certificate.sha256 in page
    assert "Label de démonstration" in page


def test_any_label_of_a_demonstration_is_said_without_value(certified, main):
    operations = type(certified.operation).objects.filter(pk=certified.operation_id)
    operations.update(is_demo=False)
    assert "Label de démonstration" in main(f"/verifier/{certified.code}/")
    assert facts_of(Award.objects.get(pk=certified.pk)).demo
    Installation.objects.all().delete()
    assert "Label de démonstration" not in main(f"/verifier/{certified.code}/")
    assert not facts_of(Award.objects.get(pk=certified.pk)).demo


def test_it_says_what_was_labelled_whatever_became_of_it(certified, main):
    type(certified.operation).objects.filter(pk=certified.operation_id).update(name="Un autre nom")
    rebuild([certified.operation_id])
    page = main(f"/verifier/{certified.code}/")
    assert f"<h1>{certified.frozen['name']}</h1>" in page
    assert "Un autre nom" in page


def test_a_withdrawn_label_is_still_found_and_said_withdrawn(certified, main):
    StageHistory.objects.filter(award=certified).update(withdrawn_on=clock.today())
    page = main(f"/verifier/{certified.code}/")
    assert "Ce label a été retiré" in page
    assert "en vigueur" not in page


@pytest.mark.parametrize("spoil", [str.lower, lambda code: code.replace("-", " "), lambda code: f" {code}"])
def test_a_code_is_understood_however_it_is_typed(published, client, spoil):
    response = client.get("/verifier/", {"code": spoil(published.code)})
    assert response.headers["Location"] == f"/verifier/{published.code}/"


def test_an_address_typed_by_hand_leads_to_the_written_one(published, client):
    bare = published.code.replace("-", "").lower()
    assert client.get(f"/verifier/{bare}/").headers["Location"] == f"/verifier/{published.code}/"


def test_a_mistyped_code_is_said_so_without_asking_the_register(published, client, main, django_assert_num_queries):
    wrong = published.code[:-1] + ("0" if published.code[-1] != "0" else "1")
    assert "faute de frappe" in words(client.get("/verifier/", {"code": wrong}))
    with django_assert_num_queries(0):
        assert client.get(f"/verifier/{wrong}/").status_code == 404
    assert "Écrivez le code" in words(client.get("/verifier/?code="))


def test_an_unknown_code_is_said_unknown(db, main):
    code = new_code()
    page = main(f"/verifier/{code}/", status=404)
    assert "Aucun label ne porte ce code" in page
    assert code in page


def test_queries_are_few_and_constant(certified, public_operation, queries):
    one = queries(f"/verifier/{certified.code}/")
    public_operation()
    public_operation("Les Rives")
    assert queries(f"/verifier/{certified.code}/") == one <= 8


# The proofs


def test_the_certificate_is_the_issued_bytes(certified, client):
    response = client.get(f"/verifier/{certified.code}/certificat.pdf")
    assert response.content == bytes(certified.certificate.pdf)
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"] == f'inline; filename="certificat-{certified.code}.pdf"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "Content-Security-Policy" not in response.headers
    again = client.get(
        f"/verifier/{certified.code}/certificat.pdf", headers={"If-None-Match": response.headers["ETag"]}
    )
    assert again.status_code == 304


def test_the_credential_is_the_issued_text(certified, client):
    response = client.get(f"/attestations/{certified.pk}")
    assert response.content.decode() == certified.certificate.credential
    assert response.headers["Content-Type"] == "application/vc+jwt"
    assert response.headers["Access-Control-Allow-Origin"] == "*"


def test_proofs_in_the_making_are_said_so(published, client, main):
    for url in (f"/verifier/{published.code}/certificat.pdf", f"/attestations/{published.pk}"):
        response = client.get(url)
        assert response.status_code == 202
        assert response.headers["Retry-After"] == "60"
        assert "en cours de fabrication" in words(response)
    assert "en cours de fabrication" in main(f"/verifier/{published.code}/")


# By file


def test_our_certificate_is_recognised(certified, client):
    response = upload(client, bytes(certified.certificate.pdf))
    assert response.status_code == 200
    page = words(response)
    assert "Document authentique, label en vigueur" in page
    assert "octet pour octet" in page
    assert certified.frozen["name"] in page


def test_our_credential_is_recognised(certified, client):
    page = words(upload(client, certified.certificate.credential.encode() + b"\n", "attestation.jwt"))
    assert "Document authentique, label en vigueur" in page
    assert f"/verifier/{certified.code}/" in page


def test_a_withdrawn_label_is_not_shown_as_valid(certified, client):
    StageHistory.objects.filter(award=certified).update(withdrawn_on=clock.today())
    page = words(upload(client, bytes(certified.certificate.pdf)))
    assert "mais le label a été retiré" in page
    assert "label en vigueur" not in page


def test_a_label_that_left_the_register_is_said_absent(certified, client):
    pdf = bytes(certified.certificate.pdf)
    Award.objects.filter(pk=certified.pk).update(state="notified")
    assert "label absent du registre" in words(upload(client, pdf))


def test_a_changed_certificate_proves_nothing(certified, client):
    pdf = bytearray(certified.certificate.pdf)
    pdf[200] ^= 1
    page = words(upload(client, bytes(pdf)))
    assert "Ce fichier ne prouve rien" in page
    assert certified.frozen["name"] not in page


@pytest.mark.parametrize("data", [b"\xff\xd8\xff\xe0 image", b"bonjour", b"%PDF-1.7 rien", b"a.b.c"])
def test_another_file_proves_nothing(db, client, data):
    page = words(upload(client, data))
    assert "Ce fichier ne prouve rien" in page


@pytest.mark.parametrize("data", [b"", b"x" * (MOST_BYTES + 1)])
def test_an_empty_or_enormous_file_is_refused(db, client, data):
    assert upload(client, data).status_code == 422


def test_no_file_at_all(db, client):
    assert client.post("/verifier/").status_code == 422


def test_checks_are_limited(db, client):
    for _ in range(CHECKS.most):
        CHECKS.count("127.0.0.1")
    response = upload(client, b"bonjour")
    assert response.status_code == 429
    assert 0 < int(response["Retry-After"]) <= CHECKS.seconds
    assert "réessayez dans dix minutes" in words(response)


def test_the_page_may_be_found_by_search_engines(db, client):
    assert b"noindex" not in client.get("/verifier/").content
