"""Rule 8 as non-interference: until all have sealed, nobody's pages tell whether another has written or sealed.

Everything that the others receive is compared between three states of one expert's report (nothing, written, sealed):
status, headers, body, number of queries. Once all have sealed, those whom the matrix names read the words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ecoquartier.commissions import services as commissions
from ecoquartier.core import clock
from ecoquartier.expertise import services
from tests.support.expertise import WORDS, Case
from tests.support.pages import signed_in
from tests.support.pages import words as text
from tests.support.world import fresh

# Different at each answer, whatever the state.
CHANGING = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"|id="raison-\d+"')


@dataclass(frozen=True)
class Answer:
    """What a person gets from an address."""

    status: int
    headers: tuple
    body: bytes
    queries: int


def ask(client, method: str, path: str) -> Answer:
    """The answer, without what changes each time."""
    with CaptureQueriesContext(connection) as queries:
        response = getattr(client, method)(path)
    # The length is that of the body, compared below; the id of a request says nothing of what it found.
    headers = tuple(sorted((k, v) for k, v in response.items() if k not in ("Content-Length", "X-Request-Id")))
    return Answer(response.status_code, headers, CHANGING.sub(b"", response.content), len(queries))


def addresses(case: Case) -> list[tuple[str, str]]:
    """Every page of this portal about the dossier and the first expert's report; and what tries to change it."""
    dossier, report, assignment = case.dossier.pk, case.reports[0].pk, case.team[0].pk
    pages = [("", reverse("expert:home")), ("", "/espace/"), ("", "/espace/dossiers/")]
    pages += [("", reverse("dossiers:detail", args=[dossier]))]
    pages += [
        (name, reverse(f"expert:{name}", args=[dossier]))
        for name in (
            "team",
            "visit",
            "visit-report",
            "synthesis",
            "synthesis-propose",
            "synthesis-send-back",
            "synthesis-endorse",
        )
    ]
    pages += [(name, reverse(f"expert:{name}", args=[report])) for name in ("report", "seal")]
    pages += [(name, reverse(f"expert:{name}", args=[assignment])) for name in ("accept", "decline", "stand-down")]
    own = case.reports[1].pk
    pages += [("", reverse("expert:report", args=[own])), ("", reverse("expert:seal", args=[own]))]
    found = [("get", path) for _name, path in pages]
    return found + [("post", path) for name, path in pages if name in {"report", "seal", "synthesis"}]


def readers(world, case: Case) -> dict:
    """The others: the second expert, and everybody around the dossier."""
    return {
        "second": case.experts[1],
        "holder": fresh(case.part.lead),
        "collectivite": fresh(case.part.elected),
        "correspondent": world.correspondent,
        "coordinator": world.coordinator,
        "bureau": world.bureau,
        "member": fresh(world.cast.commission(world.commune.county.region).seats.filter(part="member").first().holder),
        "stranger": case.free_expert(),
    }


def answers(user, case: Case) -> dict:
    """Every answer that the person gets."""
    client = signed_in(user)
    return {(method, path): ask(client, method, path) for method, path in addresses(case)}


def test_nothing_written_and_sealed_are_the_same_for_everybody_else(world, case):
    case.visited()
    users = readers(world, case)
    states = [{who: answers(user, case) for who, user in users.items()}]
    for change in (case.write, case.seal):
        change(case.reports[0])
        states.append({who: answers(user, case) for who, user in users.items()})
    nothing, *later = states
    report = ("get", reverse("expert:report", args=[case.reports[0].pk]))
    for who in users:
        for state in later:
            for address, answer in nothing[who].items():
                assert state[who][address] == answer, (who, address)
                assert WORDS[0].encode() not in state[who][address].body
        assert nothing[who][report].status == 404


def test_another_s_report_is_as_absent_as_one_that_never_was(world, case):
    case.visited()
    case.seal(case.reports[0])
    absent = "00000000-0000-4000-8000-000000000000"
    for who, user in readers(world, case).items():
        client = signed_in(user)
        for name in ("report", "seal"):
            there = ask(client, "get", reverse(f"expert:{name}", args=[case.reports[0].pk]))
            assert there == ask(client, "get", reverse(f"expert:{name}", args=[absent])), who


OPENED_TO = {"second", "correspondent", "coordinator", "bureau"}


def test_the_last_seal_opens_the_words_to_those_the_matrix_names(world, case):
    case.sealed()
    for who, user in readers(world, case).items():
        reads, client = who in OPENED_TO, signed_in(user)
        for number in (0, 1):
            response = client.get(reverse("expert:report", args=[case.reports[number].pk]))
            found = (response.status_code, WORDS[number] in text(response))
            assert found == ((200, True) if reads else (404, False)), who
        synthesis = client.get(reverse("expert:synthesis", args=[case.dossier.pk]))
        assert all((words in text(synthesis)) is reads for words in WORDS[:2]), who
        if not reads:
            for answer in answers(user, case).values():
                assert not any(words.encode() in answer.body for words in WORDS), who


def test_a_member_of_the_commission_reads_once_convened_and_declared(world):
    case = Case(world, *world.under_expertise()).sealed()
    world.play.synthesise(case.dossier)
    commission = world.cast.commission(world.commune.county.region)
    declared, silent, recused = (fresh(s.holder) for s in commission.seats.filter(part="member").order_by("pk"))
    report = reverse("expert:report", args=[case.reports[0].pk])
    synthesis = reverse("expert:synthesis", args=[case.dossier.pk])
    assert signed_in(declared).get(report).status_code == 404
    item = world.play.plan(commission, [case.reload()], clock.today()).items.get()
    commissions.declare(item, actor=declared, is_recused=False)
    commissions.declare(item, actor=recused, is_recused=True, reason="Ancien employeur.")
    for member, statuses in ((declared, (200, 200)), (silent, (404, 403)), (recused, (404, 404))):
        client = signed_in(fresh(member))
        assert tuple(client.get(path).status_code for path in (report, synthesis)) == statuses
    assert WORDS[0] in text(signed_in(fresh(declared)).get(synthesis))


def test_the_holder_reads_the_synthesis_once_notified_never_the_reports(world):
    part, dossier = world.decided("adjourn")
    case = Case(world, part, dossier)
    assert case.dossier.notified_at is not None
    for user in (part.lead, part.elected):
        client = signed_in(fresh(user))
        page = text(client.get(reverse("expert:synthesis", args=[dossier.pk])))
        assert "Les expertises concordent sur la qualité de la démarche" in page
        assert "Constaté sur place" not in page
        assert not any(str(expert) in page for expert in case.experts)
        assert client.get(reverse("expert:report", args=[case.reports[0].pk])).status_code == 404


def test_the_holder_does_not_read_the_synthesis_before_whatever_was_decided(world):
    _part, waiting = world.assessed()
    _other, proposed = world.decided("propose")
    proposed.notified_at = None
    proposed.save(update_fields=["notified_at"])
    found = []
    for dossier in (waiting, proposed):
        client = signed_in(fresh(dossier.created_by))
        found.append(client.get(reverse("expert:synthesis", args=[dossier.pk])))
    assert [r.status_code for r in found] == [403, 403]
    assert "à la notification de la décision" in text(found[0])
    assert text(found[0]) == text(found[1])


def test_the_replacement_starts_blind(world, case):
    case.sealed()
    left = case.reports[1]
    accepted = case.replace(left.assignment, case.free_expert())
    newcomer = signed_in(fresh(accepted.expert))
    for report in (case.reports[0], left):
        assert newcomer.get(reverse("expert:report", args=[report.pk])).status_code == 404
    synthesis = reverse("expert:synthesis", args=[case.dossier.pk])
    for user in (accepted.expert, case.experts[0], world.bureau, world.correspondent):
        assert signed_in(fresh(user)).get(synthesis).status_code == 403
    assert signed_in(fresh(left.assignment.expert)).get(synthesis).status_code == 404
    case.seal(accepted.report)
    assert newcomer.get(reverse("expert:report", args=[left.pk])).status_code == 200
    page = text(newcomer.get(synthesis))
    assert f"Expertise scellée de {left.assignment.expert}, qui a quitté l’équipe" in page


def test_a_former_expert_keeps_only_their_own(world, case):
    case.visited()
    case.write(case.reports[1])
    left = case.reports[1]
    client = signed_in(fresh(left.assignment.expert))
    services.stand_down(left.assignment, actor=world.bureau, reason="Congé.")
    own = client.get(reverse("expert:report", args=[left.pk]))
    assert "<textarea" not in own.content.decode()
    assert client.post(reverse("expert:report", args=[left.pk]), {"opinion": "x"}).status_code == 403
    assert client.get(reverse("expert:report", args=[case.reports[0].pk])).status_code == 404
    for name in ("visit", "synthesis"):
        assert client.get(reverse(f"expert:{name}", args=[case.dossier.pk])).status_code == 404
