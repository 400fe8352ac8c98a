"""Lists, sheet, changes of an operation."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from ecoquartier.awards import services as awards
from ecoquartier.commissions.models import Sitting
from ecoquartier.core import clock
from ecoquartier.dossiers.services import withdraw
from ecoquartier.operations import services
from ecoquartier.operations.models import Operation, TeamMember
from ecoquartier.operations.queries import all_stages_known_to, stages_known_to
from ecoquartier.people.models import User

MINE = reverse("holder:operations")
REGISTER = reverse("holder:register")


def text(response) -> str:
    """The page as one line, its spaces made plain."""
    return " ".join(response.content.decode().replace("\u00a0", " ").replace("&#x27;", "'").split())


def url(name: str, operation: Operation, **kwargs) -> str:
    return reverse(f"holder:{name}", kwargs={"pk": operation.pk, **kwargs})


# Mine


def test_the_team_finds_its_operation(world, sign_in):
    part = world.part()
    page = text(sign_in(part.lead).get(MINE))
    assert part.operation.name in page
    assert "Reprendre une opération" in page
    assert "Demandes de reprise" not in page


def test_the_correspondent_finds_the_county_and_the_desk(world, sign_in):
    part = world.part()
    page = text(sign_in(world.correspondent).get(MINE))
    assert part.operation.name in page
    assert "Demandes de reprise" in page


def test_somebody_without_operation_is_sent_to_the_register(person, sign_in):
    page = text(sign_in(person("nouvelle")).get(MINE))
    assert "Aucune opération" in page
    assert REGISTER in page


def test_my_claim_and_its_refusal_are_shown(world, person, free_operation, sign_in):
    user = person("demandeur", organisation="SEM du Vallon")
    claim = services.claim(free_operation(), actor=user, organisation=user.memberships.get().organisation)
    assert "à confirmer par le correspondant" in text(sign_in(user).get(MINE))
    services.refuse_claim(claim, actor=world.correspondent, reason="Organisme inconnu ici.")
    assert "Motif : Organisme inconnu ici." in text(sign_in(user).get(MINE))


@pytest.mark.parametrize("address", [MINE, REGISTER])
def test_queries_of_a_list_do_not_grow(world, sign_in, django_assert_max_num_queries, address):
    def count() -> int:
        client = sign_in(world.bureau)
        with django_assert_max_num_queries(15) as queries:
            client.get(address)
        return len(queries)

    world.part(filled=False)
    one = count()
    world.part(filled=False)
    world.part(filled=False)
    assert count() == one


def test_the_stages_of_a_list_are_those_of_the_sheet(world):
    part, _dossier = world.awarded()
    services.record_stage(
        world.part(filled=False).operation,
        rank=1,
        name="projet",
        scheme_title="x",
        year=2020,
        source="t",
        published_at=clock.now(),
    )
    people = [part.lead, part.elected, world.correspondent, world.coordinator, world.bureau]

    def same() -> None:
        for user in people:
            person = User.objects.get(pk=user.pk)
            one_by_one = {row.pk for op in Operation.objects.all() for row in stages_known_to(op, person)}
            assert set(all_stages_known_to(person).values_list("pk", flat=True)) == one_by_one, user.email

    same()
    awards.announce(Sitting.objects.get(commission__level="national"), actor=world.bureau)
    same()
    assert all_stages_known_to(User.objects.get(pk=part.lead.pk)).filter(rank=2).exists()


# Register


@pytest.mark.parametrize(
    ("words", "found"),
    [("tannerie", True), ("Écluse laval", False), ("lices LAVAL", True), ("53130", True), ("nantes", False)],
)
def test_the_register_is_searched_by_name_and_commune(free_operation, person, sign_in, words, found):
    free_operation("Les Tanneries – Vallon des Lices")
    page = text(sign_in(person("visiteuse")).get(REGISTER, {"q": words}))
    assert ("Les Tanneries" in page) is found
    assert ("Aucune opération trouvée" in page) is not found


def test_accents_do_not_matter(free_operation, person, sign_in):
    free_operation("L’Écluse d’Été")
    page = text(sign_in(person("visiteuse")).get(REGISTER, {"q": "ecluse d'ete"}))
    assert "L’Écluse d’Été" in page


def test_the_register_is_narrowed_by_region(free_operation, person, sign_in):
    free_operation("Les Tanneries")
    client = sign_in(person("visiteuse"))
    assert "Les Tanneries" in text(client.get(REGISTER, {"region": "52"}))
    assert "Les Tanneries" not in text(client.get(REGISTER, {"region": "53"}))


def test_operations_of_the_same_name_are_in_the_order_of_communes(free_operation, person, sign_in):
    for commune in ("53130", "44109", "85191"):
        free_operation("Centre-bourg", commune)
    rows = sign_in(person("visiteuse")).get(REGISTER).context["rows"]
    assert [str(row["operation"].lead_commune.name) for row in rows] == ["La Roche-sur-Yon", "Laval", "Nantes"]


def test_the_register_shows_twenty_rows_a_page(free_operation, person, sign_in):
    for number in range(21):
        free_operation(f"Opération {number:02}")
    client = sign_in(person("visiteuse"))
    assert len(client.get(REGISTER).context["rows"]) == 20
    assert len(client.get(REGISTER, {"page": 2}).context["rows"]) == 1


def test_each_row_of_the_register_says_what_may_be_done(world, free_operation, person, sign_in):
    held = world.part(filled=False).operation
    free, asked = free_operation("Libre"), free_operation("Demandée")
    user = person("demandeur", organisation="SEM")
    services.claim(asked, actor=user, organisation=user.memberships.get().organisation)
    page = text(sign_in(user).get(REGISTER))
    assert url("operation-claim", free) in page
    assert url("operation-claim", asked) not in page
    assert "Votre demande" in page
    # Whether somebody holds it is not told to a stranger (rule 19).
    assert url("operation-claim", held) in page


# Sheet


@pytest.mark.parametrize(
    ("who", "acts"),
    [
        ("lead", {"Ouvrir le carnet", "Préparer une candidature", "Modifier la fiche"}),
        ("editor", {"Ouvrir le carnet", "Voir les étapes", "Modifier la fiche"}),
        ("reader", {"Ouvrir le carnet", "Voir les étapes"}),
        ("elected", {"Ouvrir le carnet", "Voir les étapes", "Signer la charte"}),
        ("correspondent", {"Ouvrir le carnet", "Voir les étapes", "Corriger la date de rencontre"}),
        ("coordinator", {"Ouvrir le carnet", "Voir les étapes"}),
        ("bureau", {"Ouvrir le carnet", "Voir les étapes", "Corriger la date de rencontre"}),
    ],
)
def test_the_sheet_opens_for_every_role_with_its_acts(world, sign_in, team_mate, who, acts):
    part = world.part()
    people = {
        "lead": part.lead,
        "elected": part.elected,
        "correspondent": world.correspondent,
        "coordinator": world.coordinator,
        "bureau": world.bureau,
    }
    user = people.get(who) or team_mate(part.operation, who)
    response = sign_in(user).get(url("operation", part.operation))
    assert {act.label for act in response.context["acts"]} == acts
    page = text(response)
    assert "logements sociaux" in page
    assert "signée le" in page


def test_figures_are_french(world, sign_in):
    part = world.part()
    services.update_operation(
        part.operation, actor=part.lead, area_ha=Decimal("12.50"), dwellings=1240, social_dwellings=310
    )
    page = text(sign_in(part.lead).get(url("operation", part.operation)))
    assert "12,5 ha" in page
    assert "1 240" in page
    assert "25 % des logements" in page


def test_a_stranger_does_not_find_the_sheet(world, person, sign_in):
    part = world.part(filled=False)
    assert sign_in(person("inconnue")).get(url("operation", part.operation)).status_code == 404


def test_signing_twice_is_closed_with_its_reason(world, sign_in):
    part = world.part(filled=False)
    page = text(sign_in(part.elected).get(url("operation", part.operation)))
    assert "Votre collectivité a déjà signé la charte." in page


def test_nothing_of_a_decision_is_read_before_its_notification(world, sign_in):
    part, _dossier = world.awarded()
    sheet = url("operation", part.operation)
    for user in (part.lead, part.elected):
        page = text(sign_in(user).get(sheet))
        assert "en commission" in page
        assert "Aucune étape obtenue" in page
        # The region told its recommendations when its minutes were signed; the nation has not.
        assert "Commission nationale" not in page
        assert "label attribué" not in page
    awards.announce(Sitting.objects.get(commission__level="national"), actor=world.bureau)
    page = text(sign_in(User.objects.get(pk=part.lead.pk)).get(sheet))
    assert "confidentiel jusqu’à la publication" in page
    assert "Commission nationale" in page


def test_claims_are_shown_to_those_who_confirm_them_only(world, person, free_operation, sign_in):
    operation, user = free_operation(), person("demandeur", organisation="SEM du Vallon")
    services.claim(operation, actor=user, organisation=user.memberships.get().organisation)
    sheet = url("operation", operation)
    assert "SEM du Vallon" in text(sign_in(world.correspondent).get(sheet))
    assert "SEM du Vallon" not in text(sign_in(world.coordinator).get(sheet))
    assert sign_in(user).get(sheet).status_code == 404


@pytest.mark.parametrize("many", [1, 3])
def test_queries_of_the_sheet_do_not_grow(world, sign_in, team_mate, django_assert_max_num_queries, many):
    part = world.part()
    for number in range(many):
        team_mate(part.operation, "reader", name=f"lectrice-{number}")
        _part, dossier = world.draft(part=part)
        if number < many - 1:
            withdraw(dossier, actor=part.lead)
    client = sign_in(world.bureau)
    with django_assert_max_num_queries(15):
        client.get(url("operation", part.operation))


# Meeting


def test_the_correspondent_notes_the_meeting(world, sign_in):
    part = world.part(filled=False)
    day = clock.today() - timedelta(days=3)
    response = sign_in(world.correspondent).post(url("operation-meeting", part.operation), {"met_on": day.isoformat()})
    assert response.status_code == 302
    part.operation.refresh_from_db()
    assert part.operation.met_on == day


def test_a_meeting_to_come_is_refused(world, sign_in):
    part = world.part(filled=False)
    day = clock.today() + timedelta(days=3)
    response = sign_in(world.correspondent).post(url("operation-meeting", part.operation), {"met_on": day.isoformat()})
    assert response.status_code == 422
    assert "ne peut pas être à venir" in text(response)


def test_the_holder_does_not_note_the_meeting(world, sign_in):
    part = world.part(filled=False)
    assert sign_in(part.lead).get(url("operation-meeting", part.operation)).status_code == 403


def test_every_team_role_is_in_the_sheet(world, sign_in, team_mate):
    part = world.part(filled=False)
    mate = team_mate(part.operation, "reader")
    page = text(sign_in(part.lead).get(url("operation", part.operation)))
    assert mate.full_name in page
    assert "pilote" in page
    assert TeamMember.objects.filter(operation=part.operation).count() == 2
