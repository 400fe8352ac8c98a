"""Clumsy and hostile files: each is read as it should be, or told in one sentence, quickly, and nothing is written."""

import io
import random
import zipfile

import pytest
import yaml

from ecoquartier.core.errors import DomainError
from ecoquartier.framework.domain.ods_file import MAX_BYTES, from_ods, to_ods
from ecoquartier.framework.domain.yaml_file import MAX_NODES, from_yaml, to_yaml
from ecoquartier.framework.models import Framework
from ecoquartier.framework.services.files import DATA, import_version
from ecoquartier.journal.models import Entry
from ecoquartier.workflow.engine import Job
from tests.framework.samples import commitment, indicator, notion, version

OPERATOR = Job("import_framework")
SHIPPED = (DATA / "referentiel-2016.yaml").read_text(encoding="utf-8")
TEXT = SHIPPED.replace('code: "2016"', 'code: "2031"')
SAMPLE = version(commitment(1, notions=[notion("1.1")]), indicators=[indicator("I1", method="Compter.")])
ODS = to_ods(SAMPLE)
CELL = '<table:table-cell office:value-type="string"><text:p>Court 1</text:p></table:table-cell>'


def refusal(data, name):
    """What an import says, after a look at what it left behind."""
    before = Framework.objects.count(), Entry.objects.count()
    with pytest.raises(DomainError) as found:
        import_version(data, actor=OPERATOR, name=name)
    assert (Framework.objects.count(), Entry.objects.count()) == before
    said = found.value.message.replace("\u00a0", " ")
    assert said.endswith(".")
    assert "\n" not in said
    assert len(said) < 300
    return said


def archive(**files):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in files.items():
            made.writestr(name.replace("_", "."), content)
    return target.getvalue()


def content(data=ODS):
    with zipfile.ZipFile(io.BytesIO(data)) as source:
        return source.read("content.xml").decode()


def workbook(old, new, data=ODS):
    """The same workbook, a part of its text changed."""
    text = content(data)
    assert old in text
    return archive(content_xml=text.replace(old, new))


# --- YAML ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"%YAML 1.1\n---\n" + text.encode(),
    ],
    ids=["a mark of order", "line ends of Windows", "a directive"],
)
def test_what_an_editor_adds_changes_nothing(change):
    assert from_yaml(change(TEXT)) == from_yaml(TEXT.encode())


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("odd: [10, 11, 17]", "odd: [10.0, 11]", "Ligne 22 (commitments › 1 › odd › 1) : « 10.0 » n’est pas connu"),
        ("odd: [10, 11, 17]", "odd: [true]", "« True » n’est pas connu"),
        ("odd: [10, 11, 17]", "odd: [.nan]", "« nan » n’est pas connu"),
        ("odd: [10, 11, 17]", "odd: !!set {10}", "une rubrique est écrite deux fois, ou n’est pas un mot"),
        ("commitment: 1,", "commitment: 1.0,", "« 1.0 » n’est pas connu"),
        ("number: 3\n", "number: true\n", "un nombre entier est attendu"),
        ("number: 3\n", f"number: {'9' * 5000}\n", "Ligne 35 : ce n’est pas du YAML (cette valeur ne peut pas"),
        ("number: 3\n", f"number: {':'.join(['1'] * 5000)}\n", "un nombre de 1 à 999 est attendu"),
        ('short: "Coût global"', "short: 2016-01-01", "Ligne 37 (commitments › 3 › short) : un texte est attendu"),
        ('short: "Coût global"', "short:", "un texte est attendu, entre guillemets"),
        ('short: "Coût global"', 'short: "Coût\\nglobal"', "le texte tient sur une seule ligne"),
        ('short: "Coût global"', 'short: "Coût \\u202eglobal"', "un signe invisible"),
        ('short: "Coût global"', 'short: "\\u200b"', "un signe invisible"),
        ('short: "Coût global"', 'short: "\\ud800"', "un signe invisible"),
        ('short: "Coût global"', 'short: "Coût\0global"', "Ligne 37 : un signe n’est pas permis dans du YAML."),
        ('short: "Coût global"', "short: !!binary aGVsbG8=", "un texte est attendu"),
        ('code: "2031"', 'code: "../x"', "un code de version n’a que"),
        ('code: "2031"', 'code: "２０３１"', "un code de version n’a que"),
        ("indicators:\n", 'based_on: "2031"\nindicators:\n', "(based_on) : une version ne se prolonge pas elle-même."),
        ("indicators:\n", "<<: {code: x}\nindicators:\n", "une rubrique est écrite deux fois, ou n’est pas un mot"),
        ("indicators:\n", "? [a]\n: x\nindicators:\n", "une rubrique est écrite deux fois, ou n’est pas un mot"),
        ("indicators:\n", "? !!str [a]\n: x\nindicators:\n", "une rubrique est écrite deux fois, ou n’est pas un mot"),
        ("indicators:\n", f'"a\\n{"b" * 99}": x\nindicators:\n', f"(a {'b' * 38}…) : rubrique inconnue"),
        ("indicators:\n", "---\nindicators:\n", "(un seul document est attendu)"),
        ("  - number: 3", "\t- number: 3", "Ligne 35 : ce n’est pas du YAML (une ligne commence par une tabulation)."),
    ],
)
def test_a_wrong_value_is_told_by_its_line(db, old, new, words):
    assert old in TEXT
    assert words in refusal(TEXT.replace(old, new, 1).encode(), "v.yaml")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'a: &a ["x", "x"]\nb: &b [*a, *a]\nc: [*b, *b]\n', "Ligne 2 : ce n’est pas du YAML (les renvois"),
        (b"[" + b"1," * MAX_NODES + b"]", "Ligne 1 : ce n’est pas du YAML (il y a trop de valeurs)."),
        (b"[" * 2000 + b"]" * 2000, "Ce fichier n’est pas du YAML."),
        (b"\n".join(b" " * depth + b"-" for depth in range(1500)), "Ce fichier n’est pas du YAML."),
        (SHIPPED.encode("utf-16"), "Ce fichier n’est pas un texte en UTF-8."),
        (b"title: caf\xe9", "Ce fichier n’est pas un texte en UTF-8."),
        (b"- a", "Ligne 1 : des rubriques sont attendues"),
        (b"a: !!python/object/apply:os.system [id]", "(cette sorte de valeur n’est pas permise)"),
    ],
)
def test_a_text_that_is_no_version_is_told_at_once(db, data, words):
    assert words in refusal(data, "v.yaml")


# --- ODS: what spreadsheets do of it ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("</table:table-row>", '<table:table-cell table:number-columns-repeated="16370"/></table:table-row>'),
        (
            "</table:table>",
            '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
            'table:number-columns-repeated="16384"/></table:table-row></table:table>',
        ),
        ("</table:table-row>", f'<table:table-cell table:number-columns-repeated="{"9" * 5000}"/></table:table-row>'),
        ("<text:p>Court 1</text:p>", "<text:p><text:span>Co</text:span>urt<text:s/>1</text:p>"),
        ("<text:p>Court 1</text:p>", "<text:p><text:a>Court 1</text:a><!-- une remarque --></text:p>"),
        (
            "<text:p>Court 1</text:p>",
            "<office:annotation><text:p>À revoir</text:p></office:annotation><text:p>Court 1</text:p>",
        ),
        ("Court 1</text:p>", "Court 1<office:annotation><text:p>À revoir</text:p></office:annotation></text:p>"),
        (">Titre court<", ">\u00a0TITRE COURT <"),
        (">texte officiel<", ">Texte officiel<"),
        ('office:value="1"', 'office:value="1.0"'),
        (
            '<table:table-cell office:value-type="string"><text:p>11<',
            '<table:table-cell office:value-type="float" office:value="11"><text:p>11,00<',
        ),
        ("</office:spreadsheet>", '<table:table table:name="Remarques"/></office:spreadsheet>'),
    ],
)
def test_what_a_spreadsheet_does_by_itself_changes_nothing(old, new):
    assert from_ods(workbook(old, new)) == SAMPLE


def test_columns_of_remarks_are_left_aside():
    formula = '<table:table-cell table:formula="of:=1/0"><text:p>#DIV/0!</text:p></table:table-cell>'
    heading = '<table:table-cell office:value-type="string"><text:p>Titre court</text:p></table:table-cell>'
    data = workbook(heading, heading + formula.replace("#DIV/0!", "Remarque"))
    assert from_ods(workbook(CELL, CELL + formula, data)) == SAMPLE


def test_two_equal_questions_that_a_spreadsheet_writes_once_stay_two():
    twice = version(commitment(1, notions=[notion("1.1", questions=("Quoi ?", "Quoi ?"))]))
    row = '<table:table-row><table:table-cell office:value-type="string"><text:p>1.1</text:p></table:table-cell>'
    question = (
        '<table:table-cell office:value-type="string"><text:p>Quoi ?</text:p></table:table-cell></table:table-row>'
    )
    repeated = row.replace("row>", 'row table:number-rows-repeated="2">', 1) + question
    assert from_ods(workbook((row + question) * 2, repeated, to_ods(twice))) == twice


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            CELL,
            CELL.replace("office:", 'table:formula="of:=1/0" office:').replace("Court 1", "#DIV/0!"),
            "colonne « Titre court » : une formule n’est pas lue ; écrivez ce qu’elle donne.",
        ),
        (
            CELL,
            '<table:table-cell table:number-columns-spanned="2"><text:p>Court 1</text:p></table:table-cell>'
            "<table:covered-table-cell/>",
            "colonne « Provenance » : cette cellule est fusionnée avec sa voisine",
        ),
        (
            CELL,
            CELL.replace('"string"', '"date" office:date-value="2026-01-01"').replace("Court 1", "01/01/26"),
            "colonne « Titre court » : la cellule n’est pas un texte ; donnez-lui le format « Texte ».",
        ),
        (
            'office:value-type="float"',
            'office:value-type="percentage"',
            "Feuille « Version », ligne 2, colonne « Signes par réponse » : la cellule n’est pas un texte",
        ),
        (CELL, CELL.replace("Court 1", "x" * 20_000), "la cellule a plus de 10000 signes"),
        (CELL, CELL.replace("Court 1", 'a<text:s text:c="999"/>' * 5000), "la cellule a plus de 10000 signes"),
        (CELL, CELL.replace("Court 1", "Court</text:p><text:p>1"), "le texte tient sur une seule ligne"),
        ("<text:p>Titre court</text:p>", "<text:p>Titre</text:p>", "la colonne « Titre » est là deux fois"),
        ('table:name="Questions"', 'table:name="Question"', "Feuille « Questions » : la feuille manque, ou est vide."),
        ('table:name="Notions"', 'table:name="Engagements"', "La feuille « Engagements » est là deux fois."),
        ("<text:p>11</text:p>", "<text:p>11 ; 12</text:p>", "colonne « ODD » : un nombre entier est attendu"),
        ("<text:p>11</text:p>", "<text:p>١١</text:p>", "colonne « ODD » : un nombre entier est attendu"),
        ('office:value="1"', 'office:value="1.5"', "colonne « Numéro » : un nombre entier est attendu"),
        (
            "</table:table>",
            f'<table:table-row table:number-rows-repeated="1048000">{CELL}</table:table-row></table:table>',
            "Feuille « Version », ligne 3, colonne « Signes par réponse » : un nombre entier est attendu.",
        ),
        (
            "Pourquoi ?</text:p></table:table-cell></table:table-row>",
            "Pourquoi ?</text:p></table:table-cell></table:table-row>"
            '<table:table-row table:number-rows-repeated="900000">'
            f"{CELL.replace('Court 1', '1.1')}{CELL}</table:table-row>",
            "Feuille « Questions » : la feuille a plus de 5000 lignes.",
        ),
    ],
)
def test_what_a_sheet_should_not_hold_is_told_by_its_place(db, old, new, words):
    assert words in refusal(workbook(old, new), "v.ods")


# --- ODS: what is made to harm ------------------------------------------------------------------------------------


def with_entities(value):
    declared = f'<!DOCTYPE x [<!ENTITY a {value}><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><office:document-content'
    return archive(content_xml=content().replace("<office:document-content", declared).replace("Court 1", "&b;"))


def lying(data):
    """An archive that says of its content that it is small."""
    start, central = data.index(b"PK\x03\x04"), data.index(b"PK\x01\x02")
    small = (100).to_bytes(4, "little")
    return data[: start + 22] + small + data[start + 26 : central + 24] + small + data[central + 28 :]


NOT_A_WORKBOOK = "Ce fichier n’est pas un classeur ODS."
BOMB = archive(content_xml=b"<a>" + b" " * MAX_BYTES + b"</a>")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (BOMB, "Ce classeur est trop gros."),
        (lying(BOMB), NOT_A_WORKBOOK),
        (with_entities('"aaaaaaaa"'), NOT_A_WORKBOOK),
        (with_entities('SYSTEM "file:///etc/passwd"'), NOT_A_WORKBOOK),
        (archive(content_xml=content().replace("Court 1", "<text:span>" * 900 + "</text:span>" * 900)), NOT_A_WORKBOOK),
        (archive(content_xml=content().replace("Court 1", "&#0;")), NOT_A_WORKBOOK),
        (archive(content_xml="code"), NOT_A_WORKBOOK),
        (archive(mimetype="x"), NOT_A_WORKBOOK),
        (archive(content_xml="<a/>"), "Feuille « Version » : la feuille manque, ou est vide."),
        (content().encode(), NOT_A_WORKBOOK),
        (ODS[: len(ODS) // 2], NOT_A_WORKBOOK),
    ],
    ids=["bomb", "lie", "laughs", "outside", "depth", "nul", "text", "empty", "other", "flat", "half"],
)
def test_an_archive_made_to_harm_is_told_at_once(db, data, words):
    assert refusal(data, "v.ods") == words


def test_a_damaged_workbook_is_read_or_refused():
    """Bytes changed at random, always the same: nothing but our own refusal."""
    draw = random.Random(2031)
    for _round in range(400):
        damaged = bytearray(ODS)
        for _change in range(draw.choice([1, 1, 2, 5])):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        try:
            from_ods(bytes(damaged))
        except DomainError as error:
            assert error.message


def test_a_damaged_text_is_read_or_refused():
    source = to_yaml(SAMPLE).encode()
    draw = random.Random(2031)
    for _round in range(400):
        damaged = bytearray(source)
        for _change in range(draw.choice([1, 1, 2, 5])):
            damaged[draw.randrange(len(damaged))] = draw.randrange(256)
        try:
            from_yaml(bytes(damaged))
        except DomainError as error:
            assert error.message
    assert yaml.safe_load(source)["code"] == "ancienne"
