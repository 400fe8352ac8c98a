"""The page of a dossier: one page, each party reads its own."""

from datetime import timedelta

from ecoquartier.awards import services as awards
from ecoquartier.awards.models import Award
from ecoquartier.commissions import services as commissions
from ecoquartier.commissions.models import Sitting
from ecoquartier.core import clock
from ecoquartier.dossiers import services
from ecoquartier.dossiers.queries import last_deposit, next_hash
from ecoquartier.expertise import services as expertise
from ecoquartier.operations.services import update_operation
from ecoquartier.ops.services.play import on
from ecoquartier.people.models import User
from tests.support.world import fresh
from tests.web.dossiers.conftest import text


def address(dossier, page=""):
    return f"/espace/dossiers/{dossier.pk}/{page}"


def hrefs(client, dossier):
    return client.get(address(dossier)).content.decode()


# Who comes in


def test_a_stranger_finds_nothing(world, sign_in):
    _part, dossier = world.submitted()
    stranger = User.objects.create_user("stranger@example.org", "Inconnue")
    other, _dossier = world.draft()
    for user in (stranger, other.lead, world.cast.experts[0]):
        assert sign_in(user).get(address(dossier)).status_code == 404


# The holder prepares


def test_the_holder_reads_what_is_missing_with_links(world, sign_in):
    part, dossier = world.draft(part=world.part(filled=False))
    page = sign_in(part.lead).get(address(dossier))
    words, html = text(page), page.content.decode()
    assert "Votre équipe" in words
    assert "Il manque 32 éléments" in words
    assert f"/espace/operations/{part.operation.pk}/carnet/4/" in html
    assert f"/espace/operations/{part.operation.pk}/modifier/" in html


def test_the_main_action_is_closed_with_its_reason(world, sign_in):
    part, dossier = world.draft()
    html = hrefs(sign_in(part.lead), dossier)
    assert "Un accord est attendu sur le contenu actuel" in html
    assert address(dossier, "deposer/") not in html
    services.agree(
        dossier, actor=part.elected, organisation=part.operation.collectivites.get(), sha256=next_hash(dossier)
    )
    assert address(dossier, "deposer/") in hrefs(sign_in(part.lead), dossier)


def test_a_service_reads_what_is_missing_without_links_to_write(world, sign_in):
    part, dossier = world.draft(part=world.part(filled=False))
    page = sign_in(world.correspondent).get(address(dossier))
    assert "Il manque 32 éléments" in text(page)
    assert "/carnet/4/" not in page.content.decode()


def test_the_collectivite_is_asked_its_agreement_then_again_after_a_change(world, sign_in):
    part, dossier = world.draft()
    elected = sign_in(part.elected)
    assert address(dossier, "accord/") in hrefs(elected, dossier)
    assert "attendu" in text(elected.get(address(dossier)))
    sha256 = next_hash(dossier)
    services.agree(dossier, actor=part.elected, organisation=part.operation.collectivites.get(), sha256=sha256)
    words = text(elected.get(address(dossier)))
    assert "accord donné" in words
    assert part.elected.full_name in words
    assert sha256[:12] in words
    assert address(dossier, "accord/") not in hrefs(elected, dossier)
    update_operation(part.operation, actor=part.lead, dwellings=1999)
    words = text(elected.get(address(dossier)))
    assert "à redemander" in words
    assert "Le contenu a changé depuis" in words
    assert address(dossier, "accord/") in hrefs(elected, dossier)


def test_a_deposit_is_shown_with_its_hash_date_and_author(world, page_of):
    part, dossier = world.submitted()
    words = page_of(part.lead, address(dossier))
    deposit = last_deposit(dossier)
    assert deposit.sha256 in words
    assert f"Par {part.lead.full_name}" in words
    assert "Le correspondant ville durable" in words


# The correspondent examines


def test_the_correspondent_has_the_three_answers(world, sign_in):
    _part, dossier = world.submitted()
    page = sign_in(world.correspondent).get(address(dossier))
    actions = page.context["sheet"].actions
    assert actions.main.label == "Déclarer recevable"
    assert [a.label for a in actions.others] == ["Demander des compléments", "Déclarer irrecevable"]
    assert "Vous examinez le dépôt" in text(page)


def test_the_coordinator_has_no_closed_button_of_other_stages(world, sign_in):
    _part, dossier = world.admissible()
    for user in (world.coordinator, world.bureau):
        actions = sign_in(user).get(address(dossier)).context["sheet"].actions
        labels = {a.label for a in (actions.main, *actions.others) if a}
        assert labels <= {"Composer l’équipe d’expertise"}


def test_the_first_stage_is_registered_by_the_coordinator(world, sign_in):
    _part, dossier = world.admissible(rank=1)
    page = sign_in(world.coordinator).get(address(dossier))
    assert page.context["sheet"].actions.main.label == "Enregistrer l’étape"
    assert "Vous enregistrez l’étape" in text(page)


def test_the_completion_asked_lists_its_fields_with_links(world, sign_in):
    part, dossier = world.submitted()
    services.ask_completion(
        dossier, actor=world.correspondent, message="Qui pilote ?", fields=["answers.2", "operation.dwellings"]
    )
    page = sign_in(part.lead).get(address(dossier))
    words, html = text(page), page.content.decode()
    for expected in ("Compléments demandés", "Qui pilote ?", "2. Pilotage et participation", "Logements"):
        assert expected in words
    assert f"/espace/operations/{part.operation.pk}/carnet/2/" in html
    assert f"/espace/operations/{part.operation.pk}/modifier/" in html


def test_a_dossier_without_complement_says_so(world, page_of):
    part, dossier = world.submitted()
    services.ask_completion(dossier, actor=world.correspondent, message="Préciser.", fields=["answers.2"])
    with on(clock.today() + timedelta(days=30)):
        services.lapse(dossier, actor=world.correspondent)
        assert "sans complément" in page_of(part.lead, address(dossier))


def test_the_opinion_is_for_those_who_may_read_it(world, page_of):
    part, dossier = world.under_expertise()
    words = "Dossier complet, étape adaptée à l’avancement."
    for user in (world.correspondent, world.coordinator, world.bureau):
        assert words in page_of(user, address(dossier))
    for user in (part.lead, part.elected, *(a.expert for a in dossier.assignments.all())):
        assert words not in page_of(user, address(dossier))


def test_the_experts_read_the_opinion_once_all_is_sealed_and_the_holder_once_told(world, page_of):
    part, dossier = world.assessed()
    words = "Dossier complet, étape adaptée à l’avancement."
    assert words in page_of(dossier.assignments.first().expert, address(dossier))
    assert words not in page_of(part.lead, address(dossier))
    world.sit(dossier, "propose", national=False)
    assert words in page_of(part.lead, address(dossier))


def test_the_reasons_of_a_closed_dossier_are_read(world, page_of):
    part, dossier = world.submitted()
    services.refuse(dossier, actor=world.correspondent, opinion="L’étape ne convient pas encore.")
    for user in (part.lead, part.elected, world.coordinator):
        assert "L’étape ne convient pas encore." in page_of(user, address(dossier))


# Before having declared


def test_a_proposed_expert_finds_nothing_before_having_declared(world, sign_in):
    _part, dossier = world.admissible()
    expert = world.cast.experts[0]
    assignment = expertise.propose_expert(dossier, actor=world.bureau, expert=expert, part="coordinator")
    client = sign_in(expert)
    assert client.get(address(dossier)).status_code == 404
    assert client.get(address(dossier, "depots/1/")).status_code == 404
    expertise.accept(assignment, actor=fresh(expert), no_conflict=True)
    assert "L’expertise commence quand toute l’équipe a accepté" in text(client.get(address(dossier)))
    assert client.get(address(dossier, "depots/1/")).status_code == 200


def test_a_member_who_has_not_declared_reads_public_data_and_a_call_to_declare(world, sign_in):
    part, dossier = world.assessed()
    commission = world.cast.commission(world.commune.county.region)
    sitting = world.play.plan(commission, [dossier], clock.today())
    member = world.cast.seat_holder(commission, "member")
    client = sign_in(member)
    page = client.get(address(dossier))
    words = text(page)
    assert "à l’ordre du jour de votre commission" in words
    assert dossier.holder.name in words
    assert f"/ecoquartiers/{part.operation.slug}/" in page.content.decode()
    for hidden in ("Dépôts", "Historique", part.lead.full_name, "en commission"):
        assert hidden not in words
    assert f"/espace/commissions/points/{sitting.items.get().pk}/declarer/" in page.content.decode()
    assert "Où en est le dossier" not in text(page)
    assert client.get(address(dossier, "depots/1/")).status_code == 403
    commissions.declare(sitting.items.get(), actor=fresh(member), is_recused=False)
    assert "Où en est le dossier" in text(client.get(address(dossier)))
    assert client.get(address(dossier, "depots/1/")).status_code == 200


def test_a_recused_member_finds_nothing_any_more(world, sign_in):
    _part, dossier = world.assessed()
    commission = world.cast.commission(world.commune.county.region)
    sitting = world.play.plan(commission, [dossier], clock.today())
    member = world.cast.seat_holder(commission, "member")
    commissions.declare(sitting.items.get(), actor=fresh(member), is_recused=True, reason="Employeur.")
    client = sign_in(member)
    assert client.get(address(dossier)).status_code == 404
    assert client.get(address(dossier, "depots/1/")).status_code == 404


# The expertise


def test_an_expert_finds_their_own_report_and_their_next_act(world, sign_in):
    _part, dossier = world.under_expertise()
    first, second = dossier.assignments.order_by("part")
    page = sign_in(first.expert).get(address(dossier))
    html = page.content.decode()
    assert page.context["sheet"].actions.main.label == "Fixer la date de la visite"
    assert f"/espace/expertise/expertises/{first.report.pk}/" in html
    assert f"/espace/expertise/expertises/{second.report.pk}/" not in html
    assert sign_in(second.expert).get(address(dossier)).context["sheet"].actions.main.label == "Écrire mon expertise"


def test_the_bureau_composes_the_team(world, sign_in):
    _part, dossier = world.admissible()
    html = hrefs(sign_in(world.bureau), dossier)
    assert f"/espace/expertise/dossiers/{dossier.pk}/equipe/" in html


def test_services_and_bureau_read_the_team_the_holder_does_not(world, page_of):
    part, dossier = world.under_expertise()
    names = [a.expert.full_name for a in dossier.assignments.all()]
    for user in (world.correspondent, world.bureau):
        assert all(name in page_of(user, address(dossier)) for name in names)
    for user in (part.lead, part.elected):
        words = page_of(user, address(dossier))
        assert not any(name in words for name in names)
        assert "2 experts, indépendants l’un de l’autre" in words


def test_the_visit_is_told_with_its_day(world, page_of):
    part, dossier = world.under_expertise()
    world.play.visit(dossier)
    words = page_of(part.lead, address(dossier))
    assert "Visite du site le" in words
    assert "échange avec les riverains" not in words
    assert "échange avec les riverains" in page_of(world.correspondent, address(dossier))


# After the decision


def test_the_holder_reads_the_outcome_its_reasons_and_its_help_once_told(world, page_of):
    part, dossier = world.decided("adjourn")
    for user in (part.lead, part.elected):
        words = page_of(user, address(dossier))
        for expected in (
            "ajourné",
            "Démarche aboutie et partagée.",
            "Une journée d’appui du réseau.",
            "Préciser la gestion à long terme des espaces publics.",
            "Les expertises concordent",
        ):
            assert expected in words


def test_an_adjourned_holder_prepares_again_and_withdraws_no_more(world, sign_in):
    part, dossier = world.decided("adjourn")
    actions = sign_in(part.lead).get(address(dossier)).context["sheet"].actions
    assert actions.main.url == f"/espace/operations/{part.operation.pk}/candidater/"
    assert actions.rare == ()
    assert sign_in(part.elected).get(address(dossier)).context["sheet"].actions.main is None


def test_a_published_label_has_its_certificate_and_its_verification(world, sign_in):
    part, dossier = world.awarded()
    awards.announce(Sitting.objects.get(commission__level="national"), actor=world.bureau)
    lead = sign_in(part.lead)
    words = text(lead.get(address(dossier)))
    assert "label attribué" in words
    assert "confidentiel" in words
    assert "Label publié" not in words
    world.play.publish(clock.today())
    award = Award.objects.get(dossier=dossier)
    html = hrefs(lead, dossier)
    assert "Label publié" in html
    assert "Le dossier a abouti" in html
    assert f"/verifier/{award.code}/" in html
    assert f"/verifier/{award.code}/certificat.pdf" not in html
    awards.issue_certificate(award.pk)
    assert f"/verifier/{award.code}/certificat.pdf" in hrefs(lead, dossier)
