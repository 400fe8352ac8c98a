"""The path of an operation, from the register to its published, verifiable label, played by its personas.

1. The lead takes « Les Tanneries », the correspondent confirms, the mayor signs the charter.
2. The lead fills the sheet and the twenty answers, dates the works, gives a perimeter, a photo and a plan, opens a
   candidature; the mayor agrees; the lead deposits.
3. The correspondent declares the dossier admissible; the bureau proposes two experts; both declare and accept.
4. The coordinating expert dates and reports the visit; each expert writes and seals a report that the other cannot
   read; the synthesis is written by one and approved by the other.
5. The region proposes, its chair signs; the nation awards, its chair signs; the bureau announces.
6. Two people of the bureau publish; anybody verifies the certificate.
"""

import pytest

from ecoquartier.awards.domain.certificate import verify_certificate
from ecoquartier.awards.models import Award
from ecoquartier.awards.services import issue_certificate
from ecoquartier.core import clock
from ecoquartier.core.keys import Purpose, signing_keys
from ecoquartier.core.registry import invariants
from ecoquartier.dossiers.models import Dossier
from ecoquartier.expertise.models import ExpertReport
from ecoquartier.journal.queries import verify_chain
from ecoquartier.operations.models import Operation
from tests.e2e.conftest import Visitor, apart
from tests.support.uploads import pdf, picture

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.loopback]

NAME = "Les Tanneries"


def dossier() -> Dossier:
    """The candidature of the journey."""
    return Dossier.objects.get(operation__name=NAME, operation__lead_commune="53130")


def test_an_operation_of_the_register_becomes_a_verifiable_label(visitor: Visitor):
    take(visitor)
    file(visitor)
    assess(visitor)
    decide(visitor)
    publish(visitor)
    assert verify_chain().intact
    assert [breach for _name, check in invariants.items() for breach in check()] == []


def take(visitor: Visitor) -> None:
    visitor.go("/")
    visitor.looked_at("accueil")
    visitor.be("Pilote d’une opération")
    visitor.looked_at("espace-vide")
    visitor.go("/espace/operations/registre/?q=tanneries")
    visitor.page.locator("tr", has_text=NAME).filter(has_text="Laval").get_by_role("link").last.click()
    visitor.press("Demander à reprendre")
    visitor.be("Correspondant ville durable")
    visitor.follow(NAME)
    visitor.looked_at("demande")
    visitor.press("Confirmer le porteur")
    visitor.be("Collectivité")
    visitor.follow(NAME)
    visitor.looked_at("charte")
    for box in visitor.page.locator("main form input[type=checkbox]").all():
        box.check()
    visitor.press("Signer la charte")
    assert Operation.objects.get(pk=operation_id()).charter_signatures.get().state == "confirmed"


def operation_id() -> str:
    return str(Operation.objects.get(name=NAME, lead_commune="53130").pk)


def place(visitor: Visitor, base: str) -> None:
    """The start of the works, a point and an area, a photo and a plan: what the stage asks beside the words."""
    visitor.go(f"{base}/tranches/")
    visitor.follow("Modifier")
    visitor.write(works="mars 2025")
    visitor.press("Enregistrer")
    commune = Operation.objects.get(pk=operation_id()).lead_commune
    visitor.go(f"{base}/perimetre/point/")
    visitor.write(latitude=f"{commune.latitude:.5f}", longitude=f"{commune.longitude:.5f}", area_ha="12,5")
    visitor.press("Enregistrer")
    photo = {"name": "cour.jpg", "mimeType": "image/jpeg", "buffer": picture(size=(640, 480))}
    plan = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": pdf()}
    visitor.go(f"{base}/photos/ajouter/")
    visitor.page.locator("main input[type=file]").set_input_files(photo)
    visitor.write(alt="La cour de la tannerie", credit="Ville de Laval")
    visitor.press("Ajouter la photo")
    visitor.go(f"{base}/documents/ajouter/")
    visitor.page.locator("main input[type=file]").set_input_files(plan)
    visitor.write(title="Plan masse")
    visitor.page.locator("[name=kind]").select_option("plan")
    visitor.press("Ajouter le document")
    visitor.looked_at("documents")


def file(visitor: Visitor) -> None:
    visitor.be("Pilote d’une opération")
    base = f"/espace/operations/{operation_id()}"
    for part in ("identite", "site", "programme", "chiffres"):
        visitor.go(f"{base}/modifier/{part}/")
        visitor.write_everywhere("Ancien site industriel au bord de la rivière, à retrouver.")
        for choices in visitor.page.locator("main fieldset").all():
            choices.locator("input[type=checkbox]").first.check()
        if part != "chiffres":
            visitor.press("Enregistrer")
    visitor.write(area_ha="12,5", dwellings="420", social_dwellings="500", inhabitants="900")
    visitor.press("Enregistrer")
    assert visitor.says("Il y a plus de logements sociaux que de logements.")
    assert visitor.page.locator("[name=area_ha]").input_value() == "12,5"
    visitor.looked_at("fiche-refusee")
    visitor.write(social_dwellings="130")
    visitor.press("Enregistrer")
    visitor.looked_at("operation")
    place(visitor, base)
    for number in range(1, 21):
        visitor.go(f"{base}/carnet/{number}/")
        visitor.write_everywhere(f"Réponse {number} : diagnostic partagé, objectifs chiffrés, suivi annuel.")
        if number == 4:
            visitor.looked_at("engagement")
        visitor.press("Enregistrer")
    visitor.go(f"{base}/carnet/")
    visitor.looked_at("carnet")
    visitor.go(f"{base}/candidater/")
    visitor.looked_at("etapes")
    visitor.press("Ouvrir la candidature à l’étape 2")
    page = f"/espace/dossiers/{dossier().pk}"
    visitor.go(f"{page}/deposer/")
    assert visitor.says("Un accord est attendu sur le contenu actuel")
    visitor.be("Collectivité")
    visitor.follow(NAME)
    visitor.looked_at("accord")
    for box in visitor.page.locator("main form input[type=checkbox]").all():
        box.check()
    visitor.press("accord")
    visitor.be("Pilote d’une opération")
    visitor.go(f"{page}/deposer/")
    visitor.looked_at("depot")
    visitor.press("Déposer")
    assert visitor.says("Dépôt n° 1 enregistré".replace("n° ", "n°\u00a0")) or visitor.says("Dépôt n° 1")
    visitor.looked_at("dossier-porteur")
    visitor.be("Correspondant ville durable")
    visitor.go(f"{page}/recevabilite/")
    visitor.write(opinion="Dossier complet, étape adaptée à l’avancement.")
    visitor.looked_at("recevabilite")
    visitor.press("Déclarer recevable")
    assert dossier().state == "admissible"


def assess(visitor: Visitor) -> None:
    names = [visitor.be("Expert", n) for n in (0, 1)]
    visitor.be("Bureau national")
    visitor.looked_at("espace-bureau")
    visitor.go(f"/espace/expertise/dossiers/{dossier().pk}/equipe/")
    visitor.looked_at("equipe")
    for name in names:
        visitor.page.locator("tr", has_text=name).locator("button").click()
        visitor.page.wait_for_load_state()
    for number in (0, 1):
        visitor.be("Expert", number)
        visitor.follow(NAME)
        visitor.page.locator("[name=no_conflict]").check()
        visitor.press("ccepter")
    assert dossier().state == "under_expertise"
    visitor.be("Expert", 0)
    visitor.go(f"/espace/expertise/dossiers/{dossier().pk}/visite/")
    visitor.write(visit_on=clock.today().isoformat())
    visitor.page.locator("main form button[type=submit]").last.click()
    visitor.page.wait_for_load_state()
    visitor.go(f"/espace/expertise/dossiers/{dossier().pk}/visite/compte-rendu/")
    visitor.write_everywhere("Accueil en mairie, parcours du site à pied, échange avec les riverains.")
    visitor.page.locator("main form button[type=submit]").last.click()
    visitor.page.wait_for_load_state()
    for number in (0, 1):
        report(visitor, number)
    synthesise(visitor)
    assert dossier().state == "assessed"


def report(visitor: Visitor, number: int) -> None:
    visitor.be("Expert", number)
    mine = ExpertReport.objects.filter(dossier=dossier()).order_by("assignment__part")[number]
    page = f"/espace/expertise/expertises/{mine.pk}/"
    visitor.go(page)
    fields = visitor.page.locator("main form input[type=radio]")
    for name in dict.fromkeys(fields.evaluate_all("found => found.map(field => field.name)")):
        visitor.choose(name, "favourable" if name == "proposal" else ("exemplary", "satisfactory")[number])
    visitor.write_everywhere(f"Constaté sur place par l’expert {number}.")
    visitor.press("Enregistrer")
    visitor.looked_at(f"expertise-{number}")
    visitor.go(f"{page}sceller/")
    visitor.looked_at("sceller")
    visitor.press("Sceller")
    assert ExpertReport.objects.get(pk=mine.pk).state == "sealed"
    if number == 0:
        visitor.be("Expert", 1)
        assert visitor.go(page) == 404


def synthesise(visitor: Visitor) -> None:
    page = f"/espace/expertise/dossiers/{dossier().pk}/synthese/"
    visitor.be("Expert", 0)
    visitor.go(page)
    visitor.write(text="Les expertises concordent sur la démarche ; la gestion reste à préciser.")
    visitor.choose("proposal", "favourable")
    visitor.press("Enregistrer")
    visitor.looked_at("synthese")
    visitor.go(f"{page}soumettre/")
    visitor.page.locator("main form button[type=submit]").last.click()
    visitor.page.wait_for_load_state()
    visitor.be("Expert", 1)
    visitor.go(f"{page}approuver/")
    visitor.page.locator("main form button[type=submit]").last.click()
    visitor.page.wait_for_load_state()


def decide(visitor: Visitor) -> None:
    sit(visitor, level="regional", planner="Coordonnateur régional", outcome="propose")
    assert dossier().state == "proposed"
    sit(visitor, level="national", planner="Bureau national", outcome="award")
    assert dossier().state == "awarded"
    nothing_public(visitor)
    visitor.be("Pilote d’une opération")
    visitor.go(f"/espace/dossiers/{dossier().pk}/")
    assert visitor.says("en commission")
    assert not visitor.says("attribué")
    visitor.be("Bureau national")
    visitor.go(f"/espace/commissions/seances/{sitting('national').pk}/notifier/")
    visitor.press("Notifier")
    visitor.be("Pilote d’une opération")
    visitor.go(f"/espace/dossiers/{dossier().pk}/")
    assert visitor.says("label attribué")
    visitor.looked_at("dossier-notifie")
    nothing_public(visitor)


def sitting(level: str):
    return dossier().items.get(sitting__commission__level=level).sitting


def sit(visitor: Visitor, *, level: str, planner: str, outcome: str) -> None:
    words = "régionale" if level == "regional" else "nationale"
    commission = (
        Operation.objects.get(pk=operation_id()).lead_commune.county.region.commissions.get()
        if level == "regional"
        else type(sitting("regional").commission).objects.get(level="national")
    )
    visitor.be(planner)
    visitor.go(f"/espace/commissions/{commission.pk}/preparer/")
    visitor.write(held_on=clock.today().isoformat(), place="Préfecture")
    visitor.choose("dossiers", str(dossier().pk))
    visitor.looked_at(f"seance-{level}-preparation")
    visitor.page.locator("main form button[type=submit]").last.click()
    visitor.page.wait_for_load_state()
    page = f"/espace/commissions/seances/{sitting(level).pk}"
    visitor.go(f"{page}/convoquer/")
    visitor.press("Convoquer")
    visitor.be(f"Secrétariat de la commission {words}")
    visitor.go(f"{page}/ouvrir/")
    visitor.press("Ouvrir")
    visitor.go(f"{page}/presences/")
    visitor.looked_at(f"presences-{level}")
    visitor.press("Enregistrer")
    item = dossier().items.get(sitting=sitting(level))
    visitor.go(f"/espace/commissions/points/{item.pk}/declarer/")
    visitor.choose("position", "aucun")
    visitor.page.locator("main form button[type=submit]").last.click()
    visitor.page.wait_for_load_state()
    visitor.go(f"/espace/commissions/points/{item.pk}/")
    visitor.choose("outcome", outcome)
    visitor.write(reasons="Démarche aboutie et partagée.")
    visitor.looked_at(f"point-{level}")
    visitor.press("Enregistrer")
    visitor.go(f"{page}/lever/")
    visitor.press("Lever")
    visitor.be(f"Présidence de la commission {words}")
    visitor.go(f"/espace/commissions/points/{item.pk}/declarer/")
    visitor.choose("position", "aucun")
    visitor.page.locator("main form button[type=submit]").last.click()
    visitor.page.wait_for_load_state()
    visitor.go(f"{page}/proces-verbal/")
    visitor.looked_at(f"proces-verbal-{level}")
    visitor.press("Signer")


def nothing_public(visitor: Visitor) -> None:
    """Before publication nothing public says that there is a label."""
    award, operation = Award.objects.get(dossier=dossier()), Operation.objects.get(pk=operation_id())
    visitor.page.context.clear_cookies()
    assert visitor.go(f"/ecoquartiers/{operation.slug}/") == 200
    assert not visitor.says("Étape 2")
    visitor.go(f"/verifier/{award.code}/")
    assert not visitor.says(NAME)
    visitor.go("/ecoquartiers/?etape=2")
    assert not visitor.says("Laval")


def publish(visitor: Visitor) -> None:
    year = dossier().campaign_id
    visitor.be("Bureau national", 0)
    visitor.go(f"/espace/pilotage/ceremonie/{year}/")
    visitor.write(held_on=clock.today().isoformat())
    visitor.page.locator("main form button[type=submit]").first.click()
    visitor.page.wait_for_load_state()
    visitor.press("Demander la publication")
    visitor.looked_at("ceremonie")
    visitor.be("Bureau national", 1)
    visitor.go(f"/espace/pilotage/ceremonie/{year}/")
    visitor.follow("Confirmer la publication")
    visitor.press("Publier les labels")
    award = Award.objects.get(dossier=dossier())
    assert award.state == "published"
    apart(issue_certificate, award_id=award.pk)
    visitor.page.context.clear_cookies()
    visitor.go("/ecoquartiers/?q=tanneries")
    visitor.looked_at("annuaire")
    visitor.go(f"/ecoquartiers/{award.operation.slug}/")
    assert visitor.says("Étape 2, chantier")
    visitor.looked_at("fiche-publique")
    visitor.go(f"/verifier/{award.code}/")
    assert visitor.says(NAME)
    visitor.looked_at("verification")
    pdf = visitor.page.request.get(f"{visitor.base}/verifier/{award.code}/certificat.pdf").body()
    trust = signing_keys().trusted(Purpose.PDF)
    assert apart(verify_certificate, pdf=pdf, trust=trust).ok
    altered = bytearray(pdf)
    altered[len(pdf) // 2] ^= 1
    assert not apart(verify_certificate, pdf=bytes(altered), trust=trust).ok
