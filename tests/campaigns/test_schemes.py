"""Schemes as data: those that are shipped, one that nobody ran, and what the bureau changes in them."""

from copy import deepcopy
from datetime import date

import pytest

from ecoquartier.campaigns import services
from ecoquartier.campaigns.domain import StageFacts, missing
from ecoquartier.campaigns.enums import GATHERED, Section
from ecoquartier.campaigns.models import Campaign, Scheme, Stage
from ecoquartier.campaigns.queries import (
    calendar_breaches,
    decided_along,
    default_scheme,
    revised,
    scheme_breaches,
    words_of,
)
from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError, PermissionRefused, TransitionRefused
from ecoquartier.dossiers.models import Dossier
from ecoquartier.framework.models import Framework
from ecoquartier.journal.models import Entry
from ecoquartier.notebooks.queries import stage_facts
from ecoquartier.operations.domain.dates import kept_date
from ecoquartier.ops.services import play
from ecoquartier.workflow.engine import Job
from tests.support.schemes import invented_scheme

BUREAU = Job("bureau")


def stage_of(code="quatre-etapes", rank=2):
    return Stage.objects.select_related("scheme", "requires").get(scheme=code, rank=rank)


def test_three_schemes_are_shipped_with_what_each_stage_is_worth(db):
    worth = {
        scheme.code: [(stage.name, stage.level) for stage in scheme.stages.all()] for scheme in Scheme.objects.all()
    }
    assert worth == {
        "premier-label-2013": [("engagé", 2), ("label", 3)],
        "quatre-etapes": [("projet", 1), ("chantier", 2), ("livré", 3), ("confirmé", 4)],
        "renove-2023": [("ÉcoProjet", 0), ("Livré", 3), ("Vécu", 4)],
    }
    assert scheme_breaches() == []
    assert default_scheme().code == "quatre-etapes"


def test_the_shipped_stages_ask_for_what_the_label_asks(db):
    start, works, delivered, confirmed = (list(s.sections) for s in Stage.objects.filter(scheme="quatre-etapes"))
    assert start == ["identity", "perimeter", "charter"]
    assert set(works) - set(start) == {"programme", "context", "answers", "targets", "plans", "photos", "works"}
    assert set(delivered) - set(works) == {"delivery", "results", "recommendations"}
    assert set(confirmed) - set(delivered) == {"self_assessment", "follow_up", "shared_evaluation", "influence"}
    for stage in Stage.objects.all():
        assert stage.sections == [section for section in Section if section in stage.sections], stage


def test_each_section_gathered_is_missing_from_an_operation_that_holds_nothing(world):
    operation = world.part(filled=False).operation
    operation.charter_signatures.all().delete()
    operation.recommendations.create(
        text="Associer les gestionnaires.",
        issuer="Commission nationale",
        issued_on=clock.today(),
        source_id=operation.pk,
        notified_at=clock.now(),
    )
    everything = revised(stage_of(), {"sections": list(Section)})
    found = missing(everything, stage_facts(operation, framework=world.play.campaign.framework, known_to=None))
    assert {lack.section for lack in found} == GATHERED
    said = words_of(everything)
    assert len(said.asked) == len(GATHERED)
    listed = said.later.partition("\u00a0: ")[2].partition(". ")[0].replace(" et ", ", ").split(", ")
    assert listed == [str(section.label) for section in Section if section not in GATHERED]


def test_what_no_candidature_holds_yet_is_said_in_one_sentence_with_where_to_give_it(db):
    said = words_of(stage_of())
    assert said.later == (
        "À préparer dès maintenant\u00a0: objectifs des indicateurs. Ces pièces ne se déposent pas encore avec la "
        "candidature sur la plateforme\u00a0: elles se remettent au correspondant du département."
    )
    assert said.later in said.sentences
    bare = words_of(revised(stage_of(), {"sections": ["identity"]}))
    assert bare.later == ""
    assert "" not in bare.sentences


def test_a_wait_asks_for_the_day_it_starts_from(db):
    sentence = "Indiquer la date de cette livraison\u00a0: l’attente part d’elle."
    assert sentence in words_of(revised(stage_of(), {"years_after_delivery": 2})).asked
    # Where the section is asked, it says so already.
    dated = {"years_after_delivery": 2, "sections": ["identity", "delivery"]}
    assert sentence not in words_of(revised(stage_of(), dated)).asked
    assert sentence not in words_of(stage_of()).asked


def test_a_stage_asks_for_commitments_that_exist(db):
    with pytest.raises(
        DomainError, match="L’étape 2 demande l’engagement 99, qui n’existe pas dans «\u00a0Référentiel"
    ):
        services.change_stage(stage_of(), actor=BUREAU, reason="Essai.", commitments=[1, 99])
    rules = {name: getattr(stage_of(rank=4), name) for name in Stage.RULES} | {"level": 5, "commitments": [21]}
    with pytest.raises(DomainError, match="demande l’engagement 21"):
        services.add_stage(stage_of().scheme, actor=BUREAU, reason="Essai.", **rules)
    changed = services.change_stage(stage_of(), actor=BUREAU, reason="Essai.", commitments=[1, 20])
    assert changed.commitments == [1, 20]


def test_the_commitments_are_those_of_the_version_that_the_campaign_follows(world):
    short = Framework.objects.create(code="2040", title="Court", state="published")
    Campaign.objects.update(framework=short)
    with pytest.raises(DomainError, match="l’engagement 1, qui n’existe pas dans «\u00a0Court\u00a0»"):
        services.change_stage(stage_of(), actor=BUREAU, reason="Essai.", commitments=[1])


def test_a_reload_keeps_what_the_bureau_changed(db):
    services.change_stage(stage_of(), actor=BUREAU, reason="Essai.", experts=1)
    Stage.objects.filter(scheme="renove-2023", rank=3).delete()
    Scheme.objects.filter(code="premier-label-2013").delete()
    assert services.load_shipped() == ["Premier label ÉcoQuartier (2013)"]
    assert services.load_shipped() == []
    assert stage_of().experts == 1
    assert Scheme.objects.get(code="renove-2023").stages.count() == 2


def test_a_wrong_scheme_is_not_loaded_at_all(db):
    source = invented_scheme()
    source["stages"][1]["rank"] = 7
    with pytest.raises(DomainError, match="sans trou"):
        services.load_scheme(source)


def test_an_invented_scheme_works_by_data_alone(db):
    scheme = services.load_scheme(invented_scheme())
    first, second, *_others, last = scheme.stages.all()
    assert len(_others) == 2
    facts = StageFacts(
        held=frozenset({2}),
        has_charter=True,
        commitments=((1, "Besoins"), (2, "Pilotage"), (3, "Coûts")),
        answered=frozenset({1}),
        delivery=kept_date("2025-01-01"),
        on=date(2026, 1, 1),
    )
    assert [found.sentence for found in missing(second, facts)] == [
        "L’opération détient déjà cette étape, ou une étape supérieure.",
        "L’engagement 3 (Coûts) attend une réponse.",
    ]
    assert [found.section for found in missing(last, facts)] == ["held", "delivery", "answers", "answers"]
    said = words_of(last)
    assert said.goal == "Pour obtenir l’étape 5, il faut\u00a0:"
    assert "Détenir déjà l’étape 4, pas 4, ou son équivalente d’un régime plus ancien." in said.asked
    assert "Attendre 2 ans après la livraison de la dernière tranche, comptés à la clôture des dépôts." in said.asked
    assert any(sentence.startswith("Trois experts") for sentence in said.decided)
    assert "Chaque engagement est apprécié\u00a0: obscur ou limpide." in said.decided
    assert any("La commission de massif décide" in sentence for sentence in said.decided)
    assert "Répondre aux engagements 1 et 3 du référentiel." in words_of(second).asked
    assert not any("expert" in sentence for sentence in words_of(first).decided)


def test_a_dossier_of_the_invented_scheme_walks_to_its_award(world, monkeypatch):
    """Five stages, three experts, their own words, a region that decides: the engine has no number of its own."""
    monkeypatch.setattr(play, "APPRECIATIONS", ("dim", "clear"))
    source = invented_scheme()
    source["stages"][1] |= {"decision_path": "regional_final_else_national", "commitments": []}
    Campaign.objects.update(scheme=services.load_scheme(source))
    world.play.campaign = Campaign.objects.select_related("scheme", "framework").get()
    part, dossier = world.draft(rank=2)
    dossier = world.play.team(world.play.admit(world.play.deposit(part, dossier)))
    assert dossier.assignments.count() == 3
    dossier = world.play.assess(dossier)
    assert {mark.appreciation for report in dossier.reports.all() for mark in report.marks.all()} <= {"dim", "clear"}
    world.sit(dossier, "award", national=False)
    (held,) = part.operation.stages.all()
    assert (held.rank, held.name, held.scheme_title) == (2, "plan", "Label en cinq étapes")


def test_the_stages_of_2023_are_written_in_the_history_for_what_they_are_worth(world):
    scheme = Scheme.objects.get(code="renove-2023")
    Campaign.objects.update(scheme=scheme)
    world.play.campaign.refresh_from_db()
    part, dossier = world.awarded(rank=2)
    (held,) = part.operation.stages.all()
    assert (held.rank, held.name, held.scheme_title) == (3, "Livré", "Label ÉcoQuartier rénové (2023)")
    assert dossier.stage.rank == 2


def test_a_campaign_may_override_who_decides(world):
    _part, dossier = world.assessed()
    assert Dossier.objects.filter(decided_along("regional_then_national")).get() == dossier
    settings = {"completion_days": 10, "notice_days": 0, "reason": "Pas de commission en région."}
    campaign = Campaign.objects.select_related("scheme", "framework").get()
    services.change_campaign(
        campaign,
        actor=world.bureau,
        scheme=campaign.scheme,
        framework=campaign.framework,
        paths={"2": "national_only", "3": "regional_then_national"},
        **settings,
    )
    dossier = Dossier.objects.get()
    assert dossier.campaign.paths == {"2": "national_only"}
    assert dossier.decision_path == "national_only"
    assert not Dossier.objects.filter(decided_along("regional_then_national"))
    assert Dossier.objects.filter(decided_along("national_only", "registration")).get() == dossier
    with pytest.raises(DomainError, match="personne ne les lirait"):
        services.change_campaign(
            campaign,
            actor=world.bureau,
            scheme=campaign.scheme,
            framework=campaign.framework,
            paths={"2": "registration"},
            **settings,
        )


def test_a_change_of_rule_is_what_everybody_reads_and_what_a_dossier_lacks(world):
    part, dossier = world.draft()
    stage = stage_of()
    services.change_stage(stage, actor=world.bureau, reason="Réforme.", requires=stage_of(rank=1), experts=3)
    changed = stage_of()
    facts = StageFacts(has_charter=True)
    assert missing(changed, facts)[0].sentence == "L’opération doit d’abord détenir l’étape 1, projet."
    assert words_of(changed).asked[0].startswith("Détenir déjà l’étape 1, projet")
    assert any(sentence.startswith("Trois experts") for sentence in words_of(changed).decided)
    entry = Entry.objects.get(event="stage.changed")
    assert (entry.about_id, entry.actor) == ("quatre-etapes", str(world.bureau.pk))
    assert entry.data["before"] == {"requires": None, "experts": 2}
    assert entry.data["after"] == {"requires": 1, "experts": 3}
    assert entry.detail.content == {"reason": "Réforme."}


def test_a_revised_stage_is_only_a_thought(db):
    stage = stage_of(rank=4)
    thought = revised(stage, {"requires": None, "experts": 5})
    assert (thought.requires, thought.experts) == (None, 5)
    assert stage.requires.rank == 3
    assert stage_of(rank=4).experts == 2


@pytest.mark.parametrize(
    ("rules", "sentence"),
    [
        ({"experts": 0}, "visite de terrain sans expert"),
        ({"level": 4}, "doit équivaloir à plus"),
        ({"level": 1}, "doit équivaloir à plus"),
        ({"decision_path": "registration"}, "personne ne les lirait"),
        ({"sections": ["identity"], "commitments": [1]}, "sans demander de réponses"),
        ({}, "Rien ne change"),
    ],
)
def test_rules_that_cannot_hold_are_refused(db, rules, sentence):
    with pytest.raises(DomainError, match=sentence):
        services.change_stage(stage_of(), actor=BUREAU, reason="Essai.", **rules)
    assert not Entry.objects.filter(event="stage.changed")


def test_a_change_has_a_reason_and_an_author_of_the_bureau(world):
    with pytest.raises(DomainError, match="motif"):
        services.change_stage(stage_of(), actor=world.bureau, reason=" ", experts=3)
    with pytest.raises(PermissionRefused):
        services.change_stage(stage_of(), actor=world.coordinator, reason="Essai.", experts=3)
    with pytest.raises(ValueError, match="Not rules"):
        services.change_stage(stage_of(), actor=world.bureau, reason="Essai.", rank=9)


def test_what_history_rests_on_stays_once_a_campaign_follows_the_scheme(world):
    with pytest.raises(TransitionRefused, match="ce à quoi l’étape équivaut"):
        services.change_stage(stage_of(rank=4), actor=world.bureau, reason="Essai.", level=9)
    scheme = Scheme.objects.get(code="quatre-etapes")
    values = {"title": scheme.title, "commission": scheme.commission, "is_default": True, "reason": "Essai."}
    with pytest.raises(TransitionRefused, match="non traité"):
        services.change_scheme(scheme, actor=world.bureau, appreciations=scheme.appreciations[1:], **values)
    renamed = deepcopy(scheme.appreciations)
    renamed[0][1] = "absent"
    services.change_scheme(scheme, actor=world.bureau, appreciations=renamed, **values)
    assert Scheme.objects.get(pk=scheme.pk).appreciations[0] == ["not_addressed", "absent", "bad"]
    with pytest.raises(TransitionRefused, match="ses étapes restent"):
        services.remove_stage(stage_of(rank=4), actor=world.bureau, reason="Essai.")


def test_a_scheme_is_begun_from_another_then_changed(db):
    source = Scheme.objects.get(code="renove-2023")
    made = services.copy_scheme(source, actor=BUREAU, code="demain", title="Label de demain", reason="Préfiguration.")
    copies = list(made.stages.all())
    assert [(c.rank, c.level, c.name) for c in copies] == [(1, 0, "ÉcoProjet"), (2, 3, "Livré"), (3, 4, "Vécu")]
    assert copies[2].requires == copies[1]
    rules = {"name": "Transmis", "moment": "dix ans après", "promise": "Dix ans.", "sections": ["identity"]}
    added = services.add_stage(
        made,
        actor=BUREAU,
        reason="Une étape de plus.",
        level=5,
        requires=copies[2],
        decision_path="national_only",
        **rules,
    )
    assert added.rank == 4
    with pytest.raises(TransitionRefused, match="Seule la dernière"):
        services.remove_stage(copies[2], actor=BUREAU, reason="Essai.")
    services.remove_stage(added, actor=BUREAU, reason="Finalement non.")
    assert made.stages.count() == 3
    assert list(Entry.objects.filter(about_id="demain").order_by("seq").values_list("event", flat=True)) == [
        "scheme.added",
        "stage.added",
        "stage.removed",
    ]
    with pytest.raises(DomainError, match="porte déjà ce code"):
        services.copy_scheme(source, actor=BUREAU, code="demain", title="Autre", reason="Essai.")


def test_one_scheme_is_presented_by_default(db):
    scheme = Scheme.objects.get(code="renove-2023")
    values = {"title": scheme.title, "commission": scheme.commission, "appreciations": scheme.appreciations}
    services.change_scheme(scheme, actor=BUREAU, is_default=True, reason="Nouveau régime.", **values)
    assert default_scheme() == scheme
    assert Scheme.objects.filter(is_default=True).count() == 1
    with pytest.raises(DomainError, match="il en faut un"):
        services.change_scheme(
            Scheme.objects.get(pk=scheme.pk), actor=BUREAU, is_default=False, reason="Essai.", **values
        )


def test_invariants_tell_a_broken_scheme_and_a_broken_calendar(world):
    assert (scheme_breaches(), calendar_breaches()) == ([], [])
    Stage.objects.filter(scheme="quatre-etapes", rank=2).update(experts=0)
    campaign = world.play.campaign
    campaign.milestones.filter(code="filing").update(day=campaign.milestone("ceremony"))
    assert "visite de terrain sans expert" in scheme_breaches()[0]
    assert "ne peut pas venir avant" in calendar_breaches()[0]
