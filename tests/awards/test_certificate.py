"""The certificate: what it says, how it looks at its extremes, what its verification answers."""

import io
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from pyhanko.pdf_utils.reader import PdfFileReader

from ecoquartier.awards.domain.certificate import make_certificate, render_certificate, verify_certificate
from ecoquartier.awards.domain.mark import mark_svg, mark_words
from ecoquartier.core.keys import KeyRing
from ecoquartier.core.seal import seal_pdf
from tests.awards.conftest import CODE
from tests.support.rings import declare, throwaway_ring


@pytest.fixture(scope="module")
def certificate(facts, ring, at):
    return make_certificate(facts, keys=ring, at=at)


def structure(pdf):
    """List the tags of a PDF in reading order, each with its alternative text."""
    found = []

    def walk(node):
        if not hasattr(node, "get"):
            return
        if "/S" in node:
            found.append((str(node["/S"]), str(node.get("/Alt", ""))))
        children = node.get("/K", [])
        for child in children if isinstance(children, list) else [children]:
            walk(child.get_object() if hasattr(child, "get_object") else child)

    walk(PdfFileReader(io.BytesIO(pdf)).root["/StructTreeRoot"])
    return found


def words(pdf, tmp_path):
    """Read the text of a PDF as poppler does, or skip."""
    path = tmp_path / "certificate.pdf"
    path.write_bytes(pdf)
    try:
        said = subprocess.run(["pdftotext", "-raw", str(path), "-"], capture_output=True, check=True).stdout
    except FileNotFoundError:
        pytest.skip("poppler is not installed")
    return " ".join(said.decode().replace("\u00a0", " ").split())


# --- What it says -------------------------------------------------------------------------------------------------


def test_same_facts_same_bytes_before_the_seal(facts, at):
    assert render_certificate(facts, at=at) == render_certificate(facts, at=at)
    assert render_certificate(replace(facts, holder="Autre"), at=at) != render_certificate(facts, at=at)


def test_the_page_says_what_was_labelled(certificate, tmp_path):
    said = words(certificate, tmp_path)
    for part in (
        "Label ÉcoQuartier en quatre étapes",
        "Certificat de labellisation",
        "L’étape 3 du label, « livré », est attribuée à",
        "Les Tanneries",
        "Lons-le-Saunier, Bourgogne-Franche-Comté",
        "Ville de Lons-le-Saunier",
        "du 12 novembre 2026, publiée le 10 décembre 2026",
        "Étape 3, livré",
        "sur 4 étapes du label",
        CODE,
        "label.example.fr",
    ):
        assert part in said
    assert "démonstration" not in said
    assert "tranche" not in said


def test_a_demonstration_says_so(facts, at, tmp_path):
    said = words(render_certificate(replace(facts, demo=True), at=at), tmp_path)
    assert said.startswith("Exemplaire de démonstration, sans valeur")


def test_phases_are_named(facts, at, tmp_path):
    one = words(render_certificate(replace(facts, phases=["îlot nord"]), at=at), tmp_path)
    two = words(render_certificate(replace(facts, phases=["îlot nord", "îlot sud"]), at=at), tmp_path)
    assert "Pour la tranche : îlot nord" in one
    assert "Pour les tranches : îlot nord et îlot sud" in two


def test_it_can_be_listened_to(certificate):
    reader = PdfFileReader(io.BytesIO(certificate))
    assert reader.root["/Lang"] == "fr-FR"
    assert reader.trailer_view["/Info"]["/Title"] == "Certificat, étape 3 (livré)\u00a0: Les Tanneries"
    tags = structure(certificate)
    figures = [alt for tag, alt in tags if tag == "/Figure"]
    assert figures == [
        "4 blocs dont 3 remplis.",
        f"Code QR vers la page de vérification https://label.example.fr/verifier/{CODE}/",
    ]
    names = [tag for tag, _ in tags]
    assert names.count("/H1") == 1
    assert names.index("/H1") < names.index("/Figure")
    assert "/Link" in names


LONG_NAME = (
    "Zone d’aménagement concerté des anciennes manufactures royales de tabac et des berges réunies de la rivière "
    "Vilaine, secteur nord, renouvellement urbain du grand ensemble des Marronniers et de ses abords immédiats"
)


@pytest.mark.parametrize(
    "extreme",
    [
        {"operation_name": LONG_NAME, "communes": [f"Saint-Étienne-de-la-Montagne-{n}" for n in range(40)]},
        {
            "operation_name": LONG_NAME,
            "communes": ["Saint-Germain-de-la-Grande-Prairie-en-Montagne-les-Bains"] * 60,
            "phases": [f"Tranche {n} des Marronniers et de leurs abords" for n in range(30)],
            "holder": "Communauté d’agglomération de la très longue vallée de la Vilaine et de ses affluents " * 2,
            "demo": True,
        },
        {"operation_name": "A" * 255, "communes": ["C" * 100], "holder": "B" * 255, "region": ""},
        {"operation_name": "Quartier #[x] $y$ *z* `c` <a> @b \\ //", "stage_name": "« #panic() »"},
        {"operation_name": "Éco 🌱 漢字 \uf0b7", "region": "\u200e"},
        {"operation_name": "x", "communes": [], "stage_rank": 1, "stage_name": "projet"},
        {
            "stage_rank": 2,
            "stage_count": 5,
            "stage_name": "n" * 80,
            "scheme_title": "Label " * 30,
            "issuer_name": "I" * 90,
        },
    ],
)
def test_extremes_fit_on_one_page(facts, at, extreme):
    pdf = render_certificate(replace(facts, **extreme), at=at)
    assert PdfFileReader(io.BytesIO(pdf)).root["/Pages"]["/Count"] == 1


def test_many_communes_are_counted(facts, at, tmp_path):
    pdf = render_certificate(replace(facts, communes=[f"Commune-{n}" for n in range(40)]), at=at)
    assert "Commune-23 et 16 autres communes, Bourgogne-Franche-Comté" in words(pdf, tmp_path)


# --- The mark -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rank", "count", "fills", "size"),
    [
        (1, 4, ["#c4dcb8"], "20 20"),
        (3, 4, ["#34875a"] * 3, "20 20"),
        (4, 4, ["#0f4a2c"] * 4, "20 20"),
        (1, 1, ["#0f4a2c"], "9 9"),
        (1, 2, ["#c4dcb8"], "20 9"),
        (2, 3, ["#34875a"] * 2, "31 9"),
        (5, 5, ["#0f4a2c"] * 5, "31 20"),
    ],
)
def test_the_mark_fills_with_the_stage(rank, count, fills, size):
    svg = mark_svg(rank, count)
    assert re.findall(r'fill="(#[0-9a-f]+)"', svg) == fills
    assert svg.count("<rect") == count
    assert f'viewBox="0 0 {size}"' in svg


def test_the_mark_turns_clockwise():
    places = re.findall(r'<rect x="([0-9]+)" y="([0-9]+)"', mark_svg(4, 4))
    assert places == [("0", "0"), ("11", "0"), ("11", "11"), ("0", "11")]


def test_the_mark_has_words():
    assert [mark_words(1, 4), mark_words(4, 5)] == ["4 blocs dont un rempli.", "5 blocs dont 4 remplis."]


# --- Verifying ----------------------------------------------------------------------------------------------------


def test_a_certificate_verifies(certificate, ring, at):
    check = verify_certificate(certificate, trust=ring.trusted("pdf"))
    assert (check.ok, check.reasons, check.code, check.signed_at) == (True, [], CODE, at)
    assert check.signer == "Cachet ÉcoQuartier, label.example.fr"


def test_a_flipped_byte_is_refused(certificate, ring):
    for position in range(0, len(certificate), 101):
        flipped = bytearray(certificate)
        flipped[position] ^= 1
        check = verify_certificate(bytes(flipped), trust=ring.trusted("pdf"))
        assert (check.ok, check.code, len(check.reasons)) == (False, "", 1)


def test_another_document_of_ours_is_not_a_certificate(facts, ring, at):
    for reason in ("Proces-verbal 12", "Certificat", "Certificat VHB3-PMZJ-GDXD-51X8"):
        other = seal_pdf(render_certificate(facts, at=at), keys=ring, at=at, reason=reason)
        check = verify_certificate(other, trust=ring.trusted("pdf"))
        assert check.reasons == [
            "Ce document porte bien le cachet de la plateforme, mais ce n’est pas un certificat de label."
        ]
        assert (check.ok, check.code) == (False, "")


def test_the_pdf_library_is_loaded_by_the_first_seal():
    """Most processes never meet a seal: they do not pay 30 MB for pyHanko."""
    code = "import sys, ecoquartier.awards.domain.certificate; print('pyhanko' in sys.modules)"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={"PYTHONPATH": "src"}
    )
    assert run.stdout.strip() == "False"


# --- The command --------------------------------------------------------------------------------------------------


@pytest.fixture
def path(certificate, tmp_path):
    path = tmp_path / "certificat.pdf"
    path.write_bytes(certificate)
    return path


def test_command_trusts_the_platform_by_default(path, ring, settings, capsys):
    settings.SIGNING_KEYS = ring.folder
    call_command("verify_certificate", str(path))
    assert capsys.readouterr().out == (
        f"Certificat authentique\u00a0: code {CODE}, scellé le 10\u00a0décembre\u00a02026 "
        "par «\u00a0Cachet ÉcoQuartier, label.example.fr\u00a0».\n"
    )


def test_command_trusts_a_given_file(path, ring, settings, tmp_path, capsys):
    settings.SIGNING_KEYS = tmp_path / "absent"
    call_command("verify_certificate", str(path), trust=ring.of("pdf")[0].path.with_suffix(".pem"))
    assert "Certificat authentique" in capsys.readouterr().out
    with pytest.raises(CommandError, match="indiquez celle de l’émetteur avec --trust"):
        call_command("verify_certificate", str(path))


def test_command_gives_the_reason(path, ring, settings, tmp_path):
    settings.SIGNING_KEYS = throwaway_ring(tmp_path / "other").folder
    with pytest.raises(CommandError, match="Certificat refusé. La signature est d’une autre clé"):
        call_command("verify_certificate", str(path))
    path.write_bytes(b"%PDF-1.7 rien")
    with pytest.raises(CommandError, match="aucune signature"):
        call_command("verify_certificate", str(path))
    with pytest.raises(CommandError, match="ne peut pas être lu"):
        call_command("verify_certificate", str(tmp_path / "absent.pdf"))


def test_command_refuses_a_strange_trust_file(path, tmp_path):
    strange = tmp_path / "trust.pem"
    strange.write_text("rien")
    with pytest.raises(CommandError, match="ne contient aucune clé publique"):
        call_command("verify_certificate", str(path), trust=strange)


def test_command_believes_no_compromised_key(path, facts, settings, tmp_path, at):
    ring = throwaway_ring(tmp_path / "keys")
    path.write_bytes(make_certificate(facts, keys=ring, at=at))
    settings.SIGNING_KEYS = ring.folder
    call_command("verify_certificate", str(path))
    declare(ring.of("pdf")[0], compromised_on=date(2027, 1, 1))
    with pytest.raises(CommandError, match="déclarée compromise depuis le 1er\u00a0janvier\u00a02027"):
        call_command("verify_certificate", str(path))


@pytest.mark.parametrize("command", ["verify_certificate", "verify_credential", "signing_keys"])
def test_help_has_an_example(command, capsys):
    with pytest.raises(SystemExit) as stop:
        call_command(command, "--help")
    assert stop.value.code == 0
    assert f"Exemple\u00a0: python manage.py {command}" in capsys.readouterr().out


def test_keys_are_made_listed_and_exported(settings, tmp_path, capsys):
    settings.SIGNING_KEYS = tmp_path / "keys"
    with pytest.raises(CommandError, match="ajoutez --create"):
        call_command("signing_keys")
    call_command("signing_keys", create=True)
    ring = KeyRing.load(tmp_path / "keys")
    listed = capsys.readouterr().out
    assert listed.splitlines()[-1] == f"3 clés dans {tmp_path / 'keys'}."
    assert all(f"{key.kid}  " in listed for key in ring.keys)
    assert listed.count("en service depuis le") == 3
    call_command("signing_keys", export=tmp_path / "trust.pem")
    assert (tmp_path / "trust.pem").read_bytes() == ring.trusted_pem()


def test_a_retired_key_is_replaced(settings, tmp_path, capsys):
    ring = throwaway_ring(tmp_path / "keys")
    settings.SIGNING_KEYS = ring.folder
    declare(ring.of("pdf")[0], retired_on=date(2026, 1, 1))
    declare(ring.of("credentials")[0], compromised_on=date(2026, 1, 1))
    call_command("signing_keys", create=True)
    listed = capsys.readouterr().out
    assert "les certificats, retirée le 1er\u00a0janvier\u00a02026" in listed
    assert "les attestations, compromise, déclarée le 1er\u00a0janvier\u00a02026" in listed
    assert listed.count("en service depuis le") == 3
