"""What programs and typists do to a file: old encodings, quotes left open, cells far too long."""

import pytest

from ecoquartier.operations.domain.legacy import RowProblem, open_file, read_rows
from tests.support.legacy import HEADINGS, faulty_sheet, only, rennes, sheet

CP850 = "cp850"
# Letters, capitals and signs that each old encoding writes with other bytes.
NAMES = (
    "Maboué",
    "Châteaucreux",
    "L'Éco quartier des Crêtes",
    "ÎLOT DE LA GARE",
    "Le Clos à définir, côté forêt",
    "Où naît l'Oüse",
    "20\u00a0000 m² – n° 3",
)


def as_kept(name):
    """A name as the register keeps it."""
    return " ".join(name.replace("'", "’").split())


@pytest.mark.parametrize("encoding", ["cp1252", "iso8859_15", CP850, "mac_roman"])
def test_the_letters_of_every_old_encoding_are_read(encoding):
    names = [name.replace("–", "-").replace("²", "2") if encoding != "cp1252" else name for name in NAMES]
    headings = [heading.replace("’", "'") for heading in HEADINGS]
    text = sheet(headings=headings).decode() + "".join(f'35,,,,35238,Rennes,"{name}"\r\n' for name in names)
    text = text.replace("35,,,,35238", ",,35,,35238")
    assert [row.name for row in read_rows(text.encode(encoding))] == [as_kept(name) for name in names]


@pytest.mark.parametrize(
    ("name", "encoding", "note"),
    [
        ("Maboué", CP850, "Fichier lu en MS-DOS (CP850)."),
        ("Maboué", "cp1252", "Fichier lu en Windows-1252."),
        ("Le Cœur d’îlot", "iso8859_15", "Fichier lu en Latin-9."),
        ("Le Cœur d’îlot", "cp1252", "Fichier lu en Windows-1252."),
        ("Maboué", "mac_roman", "Fichier lu en Mac Roman."),
        # Nothing but signs: the commonest encoding that writes them.
        ("Quai 3 – 20\u00a0000 m²", "cp1252", "Fichier lu en Windows-1252."),
        ("l’Orme", "cp1252", "Fichier lu en Windows-1252."),
    ],
)
def test_one_name_is_enough_to_tell_the_encoding(name, encoding, note):
    name = name if encoding == "cp1252" else name.replace("’", "'")
    data = f"INSEE;Ville;Nom EcoQuartier;Charte\n35238;Rennes;{name};x\n".encode(encoding)
    assert open_file(data).notes[0] == note
    assert only(data).name == as_kept(name)


@pytest.mark.parametrize("encoding", [CP850, "mac_roman", "cp1252"])
def test_a_whole_sheet_reads_the_same_in_any_encoding(encoding):
    data = faulty_sheet(3, count=150).data
    text = data.decode().translate(str.maketrans({"’": "'", "²": "2", "ᵉ": "e", "ʳ": "r", "🌳": ""}))
    rows, same = list(read_rows(text.encode(encoding))), list(read_rows(text.encode()))
    assert rows == same


# --- Quotes -----------------------------------------------------------------------------------------------------------


def lines(count, **changed):
    """Sound rows as the lines of a file, « line_3 » giving what is written in place of « Quai 3 »."""
    names = [changed.get(f"line_{n}", f"Quai {n}") for n in range(count)]
    return [f",,35,,35238,Rennes,{name}" + "," * 24 for name in names]


@pytest.mark.parametrize(
    "changed",
    [
        {"line_3": '"Village nouvelles technologies', "line_5": 'Quai des "Brumes" neufs'},
        {"line_3": '"Village nouvelles technologies', "line_5": '"Quai des Brumes"'},
        {"line_3": '"Village nouvelles technologies', "line_5": 'Quai des Brumes"'},
        {"line_3": '"Village nouvelles technologies', "line_4": 'Quai des Brumes"'},
        {"line_3": '"Village nouvelles technologies'},
    ],
)
def test_a_quote_left_open_loses_its_line_alone(changed):
    rows = list(read_rows(sheet() + "\r\n".join(lines(9, **changed)).encode()))
    assert [row.line for row in rows] == list(range(2, 11))
    (broken,) = [row for row in rows if isinstance(row, RowProblem)]
    assert (broken.line, broken.reason) == (5, "Guillemet ouvert et jamais refermé\u00a0: ligne illisible.")


def test_a_quote_left_open_on_the_last_line_loses_it():
    rows = list(read_rows(sheet() + "\r\n".join(lines(3, line_2='"Village')).encode()))
    assert [type(row) is RowProblem for row in rows] == [False, False, True]


@pytest.mark.parametrize(
    "name",
    [
        '"Quai\nnord"',
        '"Quai, îlots A, B, C\n(phase 1, phase 2),\n\nsuite"',
        '"Quai ""neuf""\ndes Brumes"',
        'Quai "neuf"',
        '"Quai" neuf',
    ],
)
def test_quotes_that_mean_something_are_kept(name):
    rows = list(read_rows(sheet() + "\r\n".join(lines(3, line_1=name)).encode()))
    assert [type(row) for row in rows] == [type(rows[0])] * 3
    assert [row.line for row in rows] == [2, 3, 4]
    assert "Quai" in rows[1].name


# --- Numbers far too long ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("digits", [30, 40, 4_000, 6_000, 100_000])
@pytest.mark.parametrize("heading", HEADINGS)
def test_no_number_is_too_long_for_a_column(heading, digits):
    row = only(sheet(rennes(**{heading: "9" * digits})))
    assert row.line == 2


def test_an_area_of_forty_digits_is_dropped_aloud():
    row = only(sheet(rennes(**{"Superficie du quartier (ha)": "9" * 40})))
    assert row.area_ha is None
    assert row.warnings[0].endswith("n’est pas une superficie possible en hectares, valeur ignorée.")
    assert only(sheet(rennes(**{"Superficie du quartier (ha)": "0," + "0" * 40 + "1"}))).area_ha is None
