"""The import of older operations: what is stored of each fact, the second run."""

from datetime import date
from decimal import Decimal

from ecoquartier.campaigns.models import Stage
from ecoquartier.directory.models import DirectoryRow
from ecoquartier.directory.services import rebuild
from ecoquartier.journal.models import Entry
from ecoquartier.operations.models import CharterSignature, LegacyFact, Operation, StageHistory
from ecoquartier.operations.queries import public_operations
from ecoquartier.operations.services import add_operation, record_stage
from ecoquartier.operations.services.imports import import_file
from ecoquartier.people.models import Organisation
from ecoquartier.territories.models import Commune
from tests.support.imports import bring, counts, row, said
from tests.support.legacy import as_csv, faulty_sheet


def only(**cells):
    """The operation that one row with these cells gives."""
    bring(row(**cells))
    return Operation.objects.get()


# --- What is stored of each fact ----------------------------------------------------------------------------------


def test_an_operation_has_its_commune_its_figures_and_its_source(db):
    operation = only(
        **{
            "Nombre de logements": "1 370",
            "Nombre de logements sociaux": "144",
            "Superficie du quartier (ha)": "8,5",
            "Nombre d’habitants dans le quartier": "3000",
            "Type d’opération": "RU",
            "ANRU": "x",
        }
    )
    assert (operation.lead_commune_id, operation.source, operation.types) == (
        "53130",
        "reprise 2016",
        ["anru"],  # which is renewal
    )
    assert (operation.dwellings, operation.social_dwellings, operation.inhabitants) == (1370, 144, 3000)
    assert operation.area_ha == Decimal("8.50")
    assert operation.figures_source == "Tableau de suivi du ministère, 2016"
    assert operation.phases.count() == 1
    entry = Entry.objects.get(event="operation.imported")
    assert (entry.about_id, entry.data["lines"]) == (str(operation.pk), [2])


RESULTS = {
    "Engagé 2013": (2013, "Engagé", "premier-label-2013", 2),
    "engagé 2014": (2014, " engagé ", "premier-label-2013", 2),
    "Label 2015": (2015, "Label", "premier-label-2013", 3),
    "stage 2 before the stages": (2014, "Étape 2", "premier-label-2013", 2),
    "stage 3": (2017, "Étape 3", "quatre-etapes", 3),
    "label, stage 2": (2018, "label étape 2", "quatre-etapes", 2),
}


def test_a_result_is_a_stage_on_the_common_scale(db):
    headings = [*row(), *(f"Résultats {year}" for year in range(2013, 2019))]
    rows = [row(name=name, **{f"Résultats {year}": said}) for name, (year, said, *_stage) in RESULTS.items()]
    import_file("suivi.csv", as_csv(rows, headings))
    stages = {(s.scheme_id, s.level): s for s in Stage.objects.select_related("scheme")}
    for name, (year, _said, scheme, level) in RESULTS.items():
        held, stage = StageHistory.objects.get(operation__name=name), stages[scheme, level]
        assert (held.rank, held.name, held.scheme_title) == (level, stage.name, stage.scheme.title)
        assert (held.year, held.source, held.published_at.year) == (year, "reprise 2016", year)
        assert held.decided_on is None


def test_a_label_whose_stage_is_unknown_is_kept_as_a_fact(db):
    import_file("suivi.csv", as_csv([row(**{"Résultats 2018": "Label"})], [*row(), "Résultats 2018"]))
    assert LegacyFact.objects.values_list("kind", "year", "detail").get() == ("label", 2018, "")
    assert not StageHistory.objects.exists()


FACTS = (
    ({"AAP 2009": "x", "AAP 2011": "oui"}, {("call", 2009, ""), ("call", 2011, "")}),
    ({"Candidat 2013": "x", "Résultats 2013": "ajourné"}, {("adjourned", 2013, "")}),
    ({"Candidat 2016": "x"}, {("candidate", 2016, "")}),
    ({"Candidat 2016": "Étape 2"}, {("candidate", 2016, "étape 2")}),
    ({"Candidat 2014": "x", "Résultats 2014": "non labellisé"}, {("candidate", 2014, "")}),
    ({"Charte": "en cours"}, {("charter", 2016, "")}),
    ({"EPA": "EPA des Invariants "}, {("planner", 2016, "EPA des Invariants")}),
    ({"PNR": "x"}, {("park", 2016, "")}),
    (
        {"Commune rurale ou urbaine": "Urbaine", "Situation territoriale": "GP", "Situation du quartier": "Centre"},
        {("situation", 2016, "urbaine, GP, centre")},
    ),
    ({"Ville": "Laval\nChangé\nCA de Laval"}, {("places", 2016, "Changé et CA de Laval")}),
    ({"Type d’opération": "Mixte (6ha RU)"}, {("type", 2016, "Mixte (6ha RU)")}),
    ({"Dotation Evaluation": "20\u00a0000"}, {("grant", 2016, "20000")}),
)


def test_what_is_no_stage_is_a_fact_that_nobody_reads_in_public(db):
    bring(*(row(name=f"Clos {n}", **cells) for n, (cells, _facts) in enumerate(FACTS)))
    for n, (_cells, facts) in enumerate(FACTS):
        operation = Operation.objects.get(name=f"Clos {n}")
        assert set(operation.legacy_facts.values_list("kind", "year", "detail")) == facts
    assert not StageHistory.objects.exists()
    assert not public_operations().exists()


def test_a_charter_is_a_signature_to_confirm_and_no_award(db):
    written = {"2013": (2013, None), "x": (None, None), "12/03/2014": (2014, date(2014, 3, 12))}
    bring(*(row(name=f"Clos {cell}", Charte=cell) for cell in written))
    for cell, signed in written.items():
        charter = CharterSignature.objects.get(operation__name=f"Clos {cell}")
        assert (charter.year, charter.signed_on) == signed
        assert (charter.state, charter.organisation, charter.source) == ("to_confirm", None, "reprise 2016")
    assert not StageHistory.objects.exists()
    assert not public_operations().exists()


def test_labels_of_the_sheet_are_public_and_the_rest_is_not(db):
    bring(
        row(name="Labellisée", **{"Candidat 2014": "x", "Résultats 2014": "Label"}),
        row(name="Ajournée", **{"Candidat 2014": "x", "Résultats 2014": "Ajourné"}),
        row(name="Chartée", Charte="2013"),
    )
    assert [o.name for o in public_operations()] == ["Labellisée"]
    assert [(r.name, r.stage, r.year) for r in DirectoryRow.objects.all()] == [("Labellisée", 3, 2014)]
    assert rebuild() == 1


# --- Repeated operations, and operations known already ------------------------------------------------------------


def test_a_repeated_operation_merges_its_facts(db):
    made = bring(row(**{"AAP 2009": "x"}), row(name="LE CLOS  INVENTE", **{"AAP 2011": "x"}))
    assert counts(made) == (1, 1, 0)
    assert said(made, "merged") == [(3, "Même opération qu’à la ligne 2.")]
    assert set(LegacyFact.objects.values_list("year", flat=True)) == {2009, 2011}


def test_a_second_run_changes_nothing(db):
    data = faulty_sheet(5, count=90).data
    first = import_file("suivi.csv", data)

    def state():
        kinds = (Operation, StageHistory, LegacyFact, CharterSignature)
        entries = Entry.objects.exclude(event__startswith="import.")
        return [sorted(map(repr, kind.objects.values())) for kind in kinds], entries.count()

    before = state()
    again = import_file("suivi.csv", data)
    assert state() == before
    assert counts(again) == (0, first.imported + first.merged, first.skipped)


def test_another_sheet_adds_its_facts_to_an_operation_that_is_known(db):
    bring(row(Charte="2013", **{"Résultats 2013": "Engagé", "Nombre de logements": "120"}))
    headings = [*row(), "Charte", "Résultat 2018", "Nombre de logements", "AAP 2011"]
    later = row(**{"Résultat 2018": "Étape 3", "Charte": "2015", "Nombre de logements": "400", "AAP 2011": "x"})
    made = import_file("suite.csv", as_csv([later], headings))
    assert counts(made) == (0, 1, 0)
    operation = Operation.objects.get()
    assert list(operation.stages.values_list("rank", "year")) == [(2, 2013), (3, 2018)]
    assert (operation.dwellings, operation.charter_signatures.get().year) == (120, 2013)
    added = Entry.objects.filter(event="operation.imported").latest("pk").data["added"]
    assert added == ["stage 3 2018", "call 2011"]


def test_what_a_holder_wrote_is_not_filled_in(db):
    commune = Commune.objects.get(pk="53130")
    holder = Organisation.objects.create(name="Porteur", kind="town")
    own = add_operation(name="Le Clos inventé", lead_commune=commune, holder=holder)
    free = add_operation(name="Autre Clos", lead_commune=commune)
    cells = {"Nombre de logements": "120", "Résultats 2013": "Label", "Type d’opération": "RU"}
    assert counts(bring(row(**cells), row(name="AUTRE CLOS", **cells))) == (0, 2, 0)
    own.refresh_from_db()
    free.refresh_from_db()
    assert (own.dwellings, own.types, free.dwellings, free.types) == (None, [], 120, ["renewal"])
    assert (own.figures_source, free.figures_source) == ("", "Tableau de suivi du ministère, 2016")
    assert [o.stages.get().year for o in (own, free)] == [2013, 2013]


def test_two_halves_of_a_programme_are_not_put_together(db):
    add_operation(name="Le Clos inventé", lead_commune=Commune.objects.get(pk="53130"), social_dwellings=200)
    bring(row(**{"Nombre de logements": "120", "Superficie du quartier (ha)": "3"}))
    operation = Operation.objects.get()
    assert (operation.dwellings, operation.social_dwellings, operation.area_ha) == (None, 200, 3)
    # Some of its figures come from somebody else.
    assert operation.figures_source == ""


def test_a_stage_held_by_an_award_is_not_obtained_twice(db):
    operation = add_operation(name="Le Clos inventé", lead_commune=Commune.objects.get(pk="53130"))
    record_stage(operation, rank=3, name="livré", scheme_title="Quatre étapes", year=2019, source="award")
    bring(row(**{"Résultats 2014": "Label", "Résultats 2013": "Engagé"}))
    assert list(operation.stages.values_list("rank", "source")) == [(2, "reprise 2016"), (3, "award")]


def test_a_stage_withdrawn_does_not_come_back(db):
    cells = {"Résultats 2014": "Label"}
    bring(row(**cells))
    StageHistory.objects.update(withdrawn_on="2020-01-01")
    bring(row(**cells))
    assert StageHistory.objects.count() == 1
    assert not public_operations().exists()
