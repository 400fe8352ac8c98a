"""Rules 8 and 9: the reports and their seals; who reads what, and when."""

import pytest

from ecoquartier.access.scopes import reports_visible_to
from ecoquartier.campaigns.models import Stage
from ecoquartier.core.errors import PermissionRefused
from ecoquartier.dossiers import services as dossiers
from ecoquartier.expertise import services
from ecoquartier.expertise.enums import ExpertiseStage, TeamPart
from ecoquartier.expertise.models import ExpertReport
from ecoquartier.expertise.queries import seal_breaches, stage_of_expertise
from ecoquartier.expertise.queries.work import work_of
from ecoquartier.framework.models import Commitment, Framework
from ecoquartier.journal.models import Entry, EntryDetail
from ecoquartier.notifications.models import Message
from tests.support.expertise import WORDS, Case, readable
from tests.support.refusals import refused
from tests.support.world import fresh

# Writing


def test_a_draft_keeps_what_is_there_and_writes_no_journal(case):
    report, commitment = case.reports[0], Commitment.objects.first()
    before = Entry.objects.count()
    services.save_report(
        report, actor=case.experts[0], opinion="Début", proposal="", marks={commitment.pk: ("exemplary", "")}
    )
    services.save_report(
        report, actor=case.experts[0], opinion="Début", proposal="", marks={commitment.pk: ("", "Plus tard.")}
    )
    assert [(m.appreciation, m.comment) for m in report.marks.all()] == [("", "Plus tard.")]
    assert Entry.objects.count() == before


@pytest.mark.parametrize("who", ["second", "bureau", "lead"])
def test_nobody_writes_in_the_report_of_another(world, case, who):
    actor = {"second": case.experts[1], "bureau": world.bureau, "lead": fresh(case.part.lead)}[who]
    with pytest.raises(PermissionRefused):
        services.save_report(case.reports[0], actor=actor, opinion="", proposal="", marks={})
    with pytest.raises(PermissionRefused):
        services.seal(case.reports[0], actor=actor)


def test_only_the_words_of_the_campaign_are_taken(case):
    report, writer = case.reports[0], case.experts[0]
    other = Framework.objects.create(code="2099", title="Autre")
    dimension = other.dimensions.create(code="D", rank=1, title="D")
    stray = Commitment.objects.create(
        framework=other, dimension=dimension, number=1, title="x", short="x", provenance="official"
    )
    known = report.dossier.campaign.framework.commitments.first()
    save = {"actor": writer, "opinion": "", "proposal": ""}
    with refused("unknown_mark"):
        services.save_report(report, **save, marks={known.pk: ("superb", "")})
    with refused("unknown_commitment"):
        services.save_report(report, **save, marks={stray.pk: ("exemplary", "")})
    with refused("unknown_proposal"):
        services.save_report(report, **save | {"proposal": "maybe"}, marks={})


def test_nobody_writes_before_the_whole_team_has_accepted(world):
    _part, dossier = world.admissible()
    Stage.objects.filter(pk=dossier.stage_id).update(visit=False)
    expert = fresh(world.cast.experts[0])
    assignment = services.propose_expert(dossier, actor=world.bureau, expert=expert, part=TeamPart.COORDINATOR)
    accepted = services.accept(assignment, actor=expert, no_conflict=True)
    with refused("expertise_is_under_way"):
        services.save_report(accepted.report, actor=fresh(expert), opinion="", proposal="", marks={})
    with refused("expertise_is_under_way"):
        services.seal(accepted.report, actor=fresh(expert))
    assert readable(world.bureau, Case(world, None, dossier)) == set()


# Sealing


def test_sealing_needs_the_visit_each_appreciation_the_opinion_and_the_proposal(case):
    report, writer = case.reports[0], case.experts[0]
    case.write(report)
    with refused("visit_is_reported"):
        services.seal(report, actor=writer)
    case.visited()
    for changes in ({"marks": {Commitment.objects.first().pk: ("", "")}}, {"opinion": " "}, {"proposal": ""}):
        case.write(report, **changes)
        with refused("every_commitment_marked"):
            services.seal(report, actor=writer)
        case.write(report)
    assert services.seal(report, actor=writer).state == "sealed"


def test_a_stage_without_visit_asks_for_none(case):
    Stage.objects.filter(pk=case.dossier.stage_id).update(visit=False)
    assert case.seal(case.reports[0]).state == "sealed"


def test_a_seal_is_for_good_and_only_once(case):
    case.visited()
    sealed = case.seal(case.reports[0])
    with refused("wrong_state"):
        services.seal(sealed, actor=case.experts[0])
    with refused("sealed"):
        case.write(sealed, opinion="Autre avis.")
    assert Entry.objects.filter(event="report.sealed").count() == 1
    assert ExpertReport.objects.get(pk=sealed.pk).sha256 == sealed.sha256


def test_the_journal_holds_the_hash_never_the_words(case):
    case.sealed()
    entry = Entry.objects.filter(event="report.sealed").first()
    assert entry.release == "all_sealed"
    assert entry.data["sha256"] in {report.sha256 for report in case.reports}
    everything = " ".join(str(row) for row in (*Entry.objects.values_list("data"), *EntryDetail.objects.values()))
    assert not any(words in everything for words in WORDS)
    assert not any(words in str(m.context) for m in Message.objects.all() for words in WORDS)


def test_the_seal_depends_on_each_word(case):
    case.visited()
    first, second = case.reports
    case.write(first, opinion="Même avis.", marks={c.pk: ("exemplary", "") for c in _commitments(case)})
    case.write(second, opinion="Même avis.", marks={c.pk: ("exemplary", "") for c in _commitments(case)})
    hashes = {services.seal(r, actor=fresh(r.assignment.expert)).sha256 for r in (first, second)}
    assert len(hashes) == 1, "the same words have the same hash"
    assert seal_breaches() == []


def _commitments(case):
    return case.dossier.campaign.framework.commitments.all()


def test_a_withdrawn_dossier_is_not_sealed(case):
    case.visited()
    case.write(case.reports[0])
    dossiers.withdraw(case.dossier, actor=fresh(case.part.lead))
    with refused("expertise_is_under_way"):
        services.seal(case.reports[0], actor=case.experts[0])


# Who reads what


def test_until_all_have_sealed_each_reads_only_their_own(world, case):
    case.visited()
    others = (world.correspondent, world.coordinator, world.bureau, case.part.lead, case.part.elected)
    for step in (None, case.write, case.seal):
        if step:
            step(case.reports[0])
        assert readable(case.experts[0], case) == {"coordinator"}
        assert readable(case.experts[1], case) == {"second"}
        assert [readable(other, case) for other in others] == [set()] * len(others)
        assert stage_of_expertise(case.dossier) == ExpertiseStage.INDEPENDENT


def test_the_last_seal_opens_all_to_the_team_and_the_services_only(world, case):
    case.sealed()
    both = {"coordinator", "second"}
    for reader in (*case.experts, world.correspondent, world.coordinator, world.bureau):
        assert readable(reader, case) == both
    stranger = case.free_expert()
    elsewhere = world.cast.correspondent(type(world.commune.county).objects.get(pk="67"))
    for other in (case.part.lead, case.part.elected, stranger, elsewhere):
        assert readable(other, case) == set()
    assert stage_of_expertise(case.dossier) == ExpertiseStage.CONSOLIDATING


def test_a_task_never_says_that_another_has_sealed(case):
    case.visited()
    before = work_of(case.experts[1])
    case.seal(case.reports[0])
    assert work_of(case.experts[1]) == before


# Somebody leaves


def test_a_draft_of_a_leaver_is_archived_unread(world, case):
    case.visited()
    first, second = case.reports
    case.write(second)
    leaver = second.assignment.expert
    case.replace(second.assignment, case.free_expert())
    for report in case.reports:
        case.seal(report)
    rows = reports_visible_to(world.bureau).filter(dossier=case.dossier)
    assert second not in rows
    assert first in rows
    assert not world.bureau.has_perm("expertise.read_report", second)
    with pytest.raises(PermissionRefused):
        services.save_report(second, actor=fresh(leaver), opinion="", proposal="", marks={})


def test_a_sealed_report_of_a_leaver_stays_as_an_annex(world, case):
    case.visited()
    second = case.seal(case.reports[1])
    case.replace(second.assignment, case.free_expert())
    for report in case.reports:
        case.seal(report)
    annexed = reports_visible_to(world.bureau).get(pk=second.pk)
    assert annexed.assignment.has_left
    assert second in reports_visible_to(case.experts[0])


def test_nothing_opens_while_a_place_is_vacant(world, case):
    case.visited()
    first, second = case.reports
    case.seal(first)
    services.stand_down(second.assignment, actor=world.bureau, reason="Congé.")
    assert readable(world.bureau, case) == set()
    assert stage_of_expertise(case.dossier) == ExpertiseStage.INDEPENDENT
    with refused("not_all_sealed"):
        services.save_synthesis(case.dossier, actor=case.experts[0], text="x", proposal="favourable")


def test_the_replacement_starts_blind_even_after_both_had_sealed(world, case):
    case.sealed()
    leaver = case.team[1]
    accepted = case.replace(leaver, case.free_expert())
    newcomer = fresh(accepted.expert)
    rows = reports_visible_to(newcomer).filter(dossier=case.dossier)
    assert list(rows) == [accepted.report]
    assert readable(world.correspondent, case) == set()
    assert readable(leaver.expert, case) == {"second"}, "one's own, and no more"
    case.seal(accepted.report)
    assert rows.all().count() == 3


def test_a_replacement_does_not_write_in_an_old_report(world, case):
    old = case.reports[1]
    leaver = old.assignment.expert
    services.stand_down(old.assignment, actor=world.bureau, reason="Congé.")
    again = services.propose_expert(case.dossier, actor=world.bureau, expert=fresh(leaver), part=TeamPart.SECOND)
    services.accept(again, actor=fresh(leaver), no_conflict=True)
    with refused("expertise_is_under_way"):
        services.save_report(old, actor=fresh(leaver), opinion="", proposal="", marks={})
