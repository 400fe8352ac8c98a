"""The file field: what it says it takes, what it refuses, and what it does not pretend to keep."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from ecoquartier.web.shared.files import IMAGE, MEGABYTE, PDF, FileField, KeptFile, file_size
from ecoquartier.web.shared.forms import Form

KEPT = KeptFile("délibération <1>.pdf", 1_258_291, "/fichiers/1/")


class Sample(Form):
    plan = FileField(label="Plan", kinds=(PDF, IMAGE), most=2 * MEGABYTE, help_text="À l’échelle.")
    letter = FileField(label="Courrier", kinds=(PDF,), most=MEGABYTE, required=False)


def sent(**files):
    return Sample({}, {name: SimpleUploadedFile(*file) for name, file in files.items()})


@pytest.mark.parametrize(
    ("size", "shown"),
    [(0, "1\u00a0ko"), (850 * 1024, "850\u00a0ko"), (MEGABYTE, "1\u00a0Mo"), (1_258_291, "1,2\u00a0Mo")],
)
def test_a_weight_is_french(size, shown):
    assert file_size(size) == shown


def test_the_field_says_what_it_takes():
    html = str(Sample()["plan"].as_field_group())
    assert '<p class="hint" id="id_plan_limits">Un PDF ou une image (JPEG, PNG, WebP), 2\u00a0Mo au plus.</p>' in html
    field = re.search(r"<input[^>]+>", html)[0]
    assert 'accept=".pdf,.jpg,.jpeg,.png,.webp"' in field
    assert 'aria-describedby="id_plan_helptext id_plan_limits"' in field


@pytest.mark.parametrize(
    ("name", "content"), [("a.pdf", b"%PDF-1.7"), ("A.PDF", b"%PDF-1.7"), ("a.png", b"\x89PNG\r\n\x1a\n")]
)
def test_what_is_said_is_taken_and_can_be_read_from_its_start(name, content):
    form = sent(plan=(name, content))
    assert form.is_valid(), form.errors
    assert form.cleaned_data["plan"].read() == content


@pytest.mark.parametrize(
    ("field", "name", "content", "sentence"),
    [
        ("plan", "a.pdf", b"<html>", "Ce fichier n’est ni un PDF ni une image (JPEG, PNG, WebP)."),
        ("plan", "a.svg", b"%PDF-1.7", "Ce fichier n’est ni un PDF ni une image (JPEG, PNG, WebP)."),
        ("letter", "a.png", b"\x89PNG\r\n\x1a\n", "Ce fichier n’est pas un PDF."),
        ("letter", "a.pdf", b"%PDF-" + b"x" * MEGABYTE, "Ce fichier dépasse 1\u00a0Mo."),
    ],
)
def test_another_kind_or_weight_is_refused_in_a_sentence(field, name, content, sentence):
    assert sent(**{field: (name, content)}).errors[field] == [sentence]


def test_a_missing_file_is_asked_for():
    assert Sample({}, {}).errors["plan"] == ["Choisissez un fichier."]


def test_the_file_already_there_is_shown_and_kept():
    initial = {"plan": KEPT}
    html = str(Sample(initial=initial)["plan"])
    assert 'Fichier actuel\u00a0: <a href="/fichiers/1/">délibération &lt;1&gt;.pdf</a>, 1,2\u00a0Mo.' in html
    assert 'aria-describedby="id_plan_helptext id_plan_limits id_plan_kept"' in html
    form = Sample({}, {}, initial=initial)
    assert form.is_valid()
    assert form.cleaned_data["plan"] is KEPT


def test_a_refused_form_says_which_file_it_could_not_keep():
    refused = Sample({}, {"letter": SimpleUploadedFile("mon courrier.pdf", b"%PDF-1.7")}, initial={"letter": KEPT})
    assert not refused.is_valid()
    html = str(refused["letter"])
    assert "«\u00a0mon courrier.pdf\u00a0» n’a pas été gardé\u00a0: choisissez-le de nouveau" in html
    assert "Fichier actuel" in html
    assert "n’a pas été gardé" not in str(Sample()["letter"])
