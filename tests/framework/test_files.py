"""Files of the référentiel: what goes out comes back, and a wrong file changes nothing."""

import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from ecoquartier.core.errors import DomainError, PermissionRefused
from ecoquartier.framework.domain.contents import Challenge, Link, as_source
from ecoquartier.framework.domain.mapping import propose
from ecoquartier.framework.domain.ods_file import from_ods, to_ods
from ecoquartier.framework.domain.reading import CONTROL, ContentError, read
from ecoquartier.framework.domain.yaml_file import from_yaml, to_yaml
from ecoquartier.framework.models import Framework
from ecoquartier.framework.queries import contents_of
from ecoquartier.framework.services.files import DATA, file_of, import_version, load_shipped
from ecoquartier.journal.models import Entry
from ecoquartier.workflow.engine import Job
from tests.framework.samples import commitment, indicator, notion, version

SHIPPED = DATA / "referentiel-2016.yaml"
TEXT = SHIPPED.read_text(encoding="utf-8")
OPERATOR = Job("import_framework")
DRAFT = TEXT.replace('code: "2016"', 'code: "2031"')


def command(name, *args, **options):
    out = io.StringIO()
    call_command(name, *map(str, args), stdout=out, **options)
    return out.getvalue().strip().replace("\u00a0", " ")


@pytest.fixture
def file(tmp_path):
    def write(text, name="version.yaml"):
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


# --- Out and back -------------------------------------------------------------------------------------------------


def test_the_shipped_file_comes_out_as_it_went_in(db, tmp_path):
    target = tmp_path / "sortie.yaml"
    assert command("export_framework", "2016", target) == f"Version 2016 écrite dans {target}."
    assert yaml.safe_load(target.read_text(encoding="utf-8")) == yaml.safe_load(TEXT)


def test_it_comes_back_from_a_workbook(db, tmp_path):
    target = tmp_path / "sortie.ods"
    command("export_framework", "2016", target)
    assert as_source(from_ods(target.read_bytes())) == yaml.safe_load(TEXT)


@pytest.mark.parametrize("name", ["v.yaml", "v.YML", "v.ods"])
def test_a_version_of_another_installation_comes_in_whole(db, name):
    before = replace(from_yaml(TEXT.encode()), code="2031", based_on="2016", challenges=(Challenge("eau", "eau"),))
    before = replace(before, mapping=(Link("indicator", "removed", "I01", ""), Link("notion", "new", "", "1.1")))
    data = to_ods(before) if name.endswith("ods") else to_yaml(before).encode()
    framework, has_changed = import_version(data, actor=OPERATOR, name=name)
    assert has_changed
    assert contents_of(framework) == before
    assert file_of(framework, "again.yaml") == to_yaml(before).encode()


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30).filter(
    lambda text: text == text.strip() and not CONTROL.search(text)
)
BEGINNINGS = st.sampled_from(["", "=", "+", "-", "@", "'", "'=", "''", "= 1+1;", "1", "a  b  c "])
LINES = st.tuples(BEGINNINGS, WORDS).map("".join)
PARAGRAPHS = st.lists(LINES, min_size=1, max_size=3).map("\n\n \t".join)


@given(LINES.filter(lambda text: not set("\n\t") & set(text)), PARAGRAPHS, PARAGRAPHS)
@settings(max_examples=60)
def test_any_text_survives_both_formats(title, question, method):
    whole = version(
        commitment(1, title, [notion("1.1", questions=(question, title))]),
        indicators=[indicator("I1", method=method, title=title)],
    )
    assert read(as_source(whole)) == whole
    assert from_yaml(to_yaml(whole).encode()) == whole
    assert from_ods(to_ods(whole)) == whole


def test_no_cell_is_a_formula():
    whole = version(commitment(1, "=HYPERLINK(1)"), indicators=[indicator("I1", formula="100 * dwellings")])
    with zipfile.ZipFile(io.BytesIO(to_ods(whole))) as archive:
        content = archive.read("content.xml").decode()
    assert "table:formula" not in content
    assert "'=HYPERLINK(1)" in content


def test_a_workbook_touched_by_a_spreadsheet_is_read():
    """Numbers typed as such, columns in another order, empty lines repeated to the end."""
    data = to_ods(version(commitment(1), indicators=[indicator("I1")]))
    swapped = edited(
        data,
        (
            "<table:table-row><table:table-cell",
            '<table:table-row table:number-rows-repeated="1000"/><table:table-row><table:table-cell',
        ),
    )
    assert from_ods(swapped) == from_ods(data)


def edited(data, *changes):
    """The same workbook, its text changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as copy:
        for info in source.infolist():
            content = source.read(info)
            if info.filename == "content.xml":
                text = content.decode()
                for old, new in changes:
                    assert old in text
                    text = text.replace(old, new)
                content = text.encode()
            copy.writestr(info, content)
    return target.getvalue()


# --- Importing ----------------------------------------------------------------------------------------------------


def test_the_same_file_twice_changes_nothing(db, file):
    path = file(DRAFT)
    assert command("import_framework", path) == "Version 2031 importée (brouillon)."
    entries = Entry.objects.count()
    assert command("import_framework", path) == "Version 2031 déjà là, inchangée (brouillon)."
    assert Entry.objects.count() == entries
    assert command("import_framework", SHIPPED) == "Version 2016 déjà là, inchangée (publiée)."


def test_a_draft_follows_its_file(db, file):
    command("import_framework", file(DRAFT))
    changed = DRAFT.replace("Besoins de tous et territoire", "Besoins et lieux")
    assert command("import_framework", file(changed)) == "Version 2031 importée (brouillon)."
    framework = Framework.objects.get(pk="2031")
    assert framework.commitments.get(number=1).short == "Besoins et lieux"
    assert framework.commitments.count() == 20
    events = Entry.objects.filter(object_id="2031").order_by("seq").values_list("event", flat=True)
    assert list(events) == ["framework.imported", "framework.replaced"]


def test_a_published_version_refuses_another_file(db, file):
    with pytest.raises(CommandError, match="La version 2016 est publiée et ne change plus"):
        command("import_framework", file(TEXT.replace("Besoins de tous", "Besoins de chacun")))
    assert contents_of(Framework.objects.get(pk="2016")) == from_yaml(TEXT.encode())


def test_it_may_be_published_at_once_with_its_correspondence(db, file):
    with pytest.raises(CommandError, match="dites dans la fiche laquelle celle-ci prolonge"):
        command("import_framework", file(DRAFT), publish=True)
    before, after = from_yaml(TEXT.encode()), from_yaml(DRAFT.encode())
    lines = tuple(Link(str(line.kind), str(line.change), line.old, line.new) for line in propose(before, after))
    follower = file(to_yaml(replace(after, based_on="2016", mapping=lines)))
    assert command("import_framework", follower, publish=True) == "Version 2031 importée (publiée)."
    assert command("import_framework", follower, publish=True) == "Version 2031 déjà là, inchangée (publiée)."


def test_what_is_shipped_is_published_and_loaded_once(db):
    assert Framework.objects.get(pk="2016").state == "published"
    assert load_shipped() == {}


def test_only_the_bureau_imports(world):
    with pytest.raises(PermissionRefused):
        import_version(DRAFT.encode(), actor=world.coordinator, name="v.yaml")
    assert import_version(DRAFT.encode(), actor=world.bureau, name="v.yaml").has_changed


# --- Wrong files --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("number: 3\n", "number: trois\n", "Ligne 35 (commitments › 3 › number) : un nombre entier est attendu."),
        ("number: 3\n", "number: 2\n", "Ligne 35 (commitments › 3 › number) : « 2 » est déjà pris."),
        ("dwellings / area_ha", "dwellings / surface", "(indicators › 8 › formula) : Signe 13 : « surface »"),
        (
            "\n    provenance: official\n",
            "\n    provenance: officiel\n",
            "« officiel » n’est pas connu ; sont connus official, indicative.",
        ),
        ("odd: [10, 11, 17]", "odd: [10, 18]", "(commitments › 1 › odd › 2) : « 18 » n’est pas connu"),
        ("[inclusion, creation_de_valeur]", "[inclusion, inclusion]", "« inclusion » est déjà pris"),
        ("[1, 2, 3, 4, 5]", "[1, 2, 3, 4]", "Ligne 12 (dimensions) : l’engagement 5 n’est dans aucune dimension."),
        ("[6, 7, 8, 9, 10]", "[5, 6, 7, 8, 9, 10]", "(dimensions › 2 › commitments › 1) : « 5 » est déjà pris"),
        ("answer_max_characters: 2000", "answer_max: 2000", "Ligne 10 (answer_max) : rubrique inconnue"),
        ('    short: "Coût global"\n', "", "(commitments › 3) : la rubrique « short » manque."),
        ('short: "Coût global"', 'short: ""', "(commitments › 3 › short) : le texte est vide."),
        ('short: "Coût global"', f'short: "{"x" * 81}"', "le texte compte 81 signes, 80 au plus"),
        ('short: "Coût global"', 'short: "Coût global "', "commence ou finit par un espace"),
        ('short: "Coût global"', 'short: "Coût\\x07global"', "un signe invisible"),
        ('code: "1.1"', 'code: "1 1"', "un code n’a que des lettres"),
        ("{code: I01, commitment: 1", "{code: I01, commitment: 99", "(indicators › 1 › commitment) : « 99 »"),
        ("kind: percent", "kind: ratio", "« ratio » n’est pas connu ; sont connus integer"),
        ('title: "Coût', 'title: "Coût" : "', "ce n’est pas du YAML"),
        ('code: "2016"', 'code: "2016"\ncode: "2017"', "Ligne 9 : une rubrique est écrite deux fois"),
        (
            'code: "2016"',
            'code: &a "2016"\nbased_on: *a',
            "Ligne 9 : ce n’est pas du YAML (les renvois ne sont pas permis)",
        ),
        ('code: "2016"', 'code: "2016"\nbased_on: "1999"', "La version précédente « 1999 » n’existe pas."),
        ('code: "2016"', "code: 2016", "Ligne 8 (code) : un texte est attendu, entre guillemets."),
        ("indicators:\n", "mapping: []\nindicators:\n", "une table de correspondance demande la rubrique « based_on »"),
    ],
)
def test_a_wrong_file_is_told_in_one_sentence_and_writes_nothing(db, file, old, new, words):
    assert old in TEXT
    wrong = TEXT.replace(old, new, 1).replace('code: "2016"', 'code: "2031"')
    before = Framework.objects.count(), Entry.objects.count()
    with pytest.raises(CommandError) as refusal:
        command("import_framework", file(wrong))
    said = str(refusal.value).replace("\u00a0", " ")
    assert words in said
    assert "\n" not in said
    assert said.endswith(".")
    assert (Framework.objects.count(), Entry.objects.count()) == before


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"", "v.yaml", "Des rubriques sont attendues"),
        (b"\xff\xfe", "v.yaml", "Ce fichier n’est pas un texte en UTF-8."),
        (b"[" * 5000, "v.yaml", "Ce fichier n’est pas du YAML."),
        (b"day: 2016-99-99", "v.yaml", "Ligne 1 : ce n’est pas du YAML (cette valeur ne peut pas être lue)."),
        (b"code: !!python/object/apply:os.system [id]", "v.yaml", "ce n’est pas du YAML"),
        (b"PK nothing", "v.ods", "Ce fichier n’est pas un classeur ODS."),
        (b"code", "v.csv", "Le nom du fichier doit finir par .yaml ou .ods."),
        (b" " * 5_000_001, "v.yaml", "Ce fichier est trop gros pour un référentiel."),
    ],
)
def test_what_is_no_version_is_refused(db, data, name, words):
    with pytest.raises(DomainError) as refusal:
        import_version(data, actor=OPERATOR, name=name)
    assert words in refusal.value.message.replace("\u00a0", " ")


ODS = to_ods(version(commitment(1, notions=[notion("1.1")]), indicators=[indicator("I1")]))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (
            ">texte officiel<",
            ">officiel<",
            "Feuille « Engagements », ligne 2, colonne « Provenance » : sont connus texte officiel",
        ),
        (">Titre court<", ">Court<", "Feuille « Engagements » : la colonne « Titre court » manque."),
        (">Court 1<", "><", "Feuille « Engagements », ligne 2, colonne « Titre court » : le texte est vide."),
        ('table:name="Indicateurs"', 'table:name="Mesures"', "Feuille « Indicateurs » : la feuille manque"),
        (">D1<", ">D 1<", "Feuille « Dimensions », ligne 2, colonne « Code » : un code n’a que"),
        (
            ">sobriete<",
            ">bonheur<",
            "Feuille « Engagements », ligne 2, colonne « Enjeux » : « bonheur » n’est pas connu",
        ),
        (">Pourquoi ?<", f">{'x' * 2001}<", "Feuille « Notions », ligne 2"),
    ],
)
def test_a_wrong_workbook_says_sheet_line_and_column(old, new, words):
    with pytest.raises(ContentError) as refusal:
        from_ods(edited(ODS, (old, new)))
    assert words in refusal.value.message.replace("\u00a0", " ")


def test_a_question_of_no_notion_is_refused():
    between = '</text:p></table:table-cell><table:table-cell office:value-type="string"><text:p>Pourquoi ?'
    with pytest.raises(ContentError) as refusal:
        from_ods(edited(ODS, (f"1.1{between}", f"9.9{between}")))
    assert refusal.value.message.replace("\u00a0", " ") == (
        "Feuille « Questions », ligne 2 : la notion « 9.9 » n’existe pas."
    )


def test_a_workbook_that_declares_entities_is_refused():
    declared = '<!DOCTYPE x [<!ENTITY a "aaaa">]><office:document-content'
    with pytest.raises(ContentError, match="Ce fichier n’est pas un classeur ODS"):
        from_ods(edited(ODS, ("<office:document-content", declared), (">Court 1<", ">&a;<")))


def test_exporting_says_what_it_cannot(db, tmp_path):
    with pytest.raises(CommandError, match="Il n’y a pas de version «\u00a01999\u00a0»\u00a0: 2016"):
        command("export_framework", "1999", tmp_path / "v.yaml")
    with pytest.raises(CommandError, match="doit finir par"):
        command("export_framework", "2016", tmp_path / "v.txt")
    with pytest.raises(CommandError, match="ne peut pas être écrit"):
        command("export_framework", "2016", tmp_path / "absent" / "v.yaml")
    with pytest.raises(CommandError, match="Fichier illisible"):
        command("import_framework", tmp_path / "absent.yaml")
    assert not list(Path(tmp_path).iterdir())
