"""Every address of the platform, asked by every persona: the answers are the table beside this file.

One letter an answer: `.` served, `L` sent to sign in, `3` forbidden with its reason, `4` does not exist for this
person, `5` only by POST, `R` sent elsewhere, `2` in preparation, `0` not ready (no worker here). A missing address
fails, and so does one line too many.
To change the table, run with `WRITE_ACCESS_TABLE=1` and read the difference: each letter is a right.
"""

from __future__ import annotations

import os
from pathlib import Path
from uuid import UUID

import pytest
from django.urls import URLPattern, get_resolver, reverse

from ecoquartier.accounts.services import questions, roles, support
from ecoquartier.awards.models import Award, Ceremony
from ecoquartier.commissions import services as commissions
from ecoquartier.commissions.models import Sitting
from ecoquartier.core import clock
from ecoquartier.expertise.models import Assignment, ExpertReport
from ecoquartier.framework.models import Commitment, Framework, LocalSupplement
from ecoquartier.framework.services.supplements import write_supplement
from ecoquartier.framework.services.versions import copy_version
from ecoquartier.notifications.models import Letter, Message
from ecoquartier.operations import services as operations
from ecoquartier.operations.enums import CharterState
from ecoquartier.operations.models import CharterSignature, Document, LegacyImport, Operation, Photo, Term
from ecoquartier.people.enums import Role
from ecoquartier.people.models import User
from ecoquartier.territories.models import Region
from tests.support.memory import remembered
from tests.support.uploads import lodged
from tests.support.world import fresh

TABLE = Path(__file__).parent / "access_table.txt"
LETTERS = {200: ".", 202: "2", 403: "3", 404: "4", 405: "5", 503: "0"}
WIDTH = 32
FAR = "44"  # another region than that of the operation
PERSONAS = (
    *("visitor", "member", "lead", "editor", "reader", "collectivite", "correspondent", "coordinator"),
    *("far_coordinator", "expert", "second", "other_expert", "declared", "recused", "delegate"),
    *("chair", "secretary", "national_chair", "national_secretary", "bureau", "support"),
)


def every_address():
    """Names of all addresses of our portals, in order."""

    def walk(patterns, namespace=""):
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                if pattern.name:
                    yield f"{namespace}{pattern.name}", pattern
            else:
                inner = f"{pattern.namespace}:" if pattern.namespace else namespace
                yield from walk(pattern.url_patterns, inner)

    return dict(walk(get_resolver().url_patterns))


def recommend(operation):
    """A recommendation that its holder was told."""
    return operation.recommendations.create(
        text="Associer les gestionnaires.",
        issuer="Commission nationale",
        issued_on=clock.today(),
        source_id=UUID(int=1),
        notified_at=clock.now(),
    )


@remembered
def play(world):
    """A dossier on a convened regional agenda, one member declared, one recused; an award decided, not told."""
    part, dossier = world.assessed()
    world.awarded()
    sitting = world.play.plan(world.cast.commission(world.commune.county.region), [dossier], clock.today())
    editor, reader = world.cast.team_mates(Operation.objects.select_related("holder").get(pk=part.operation.pk))
    national = world.cast.commission(None)
    seats = {s.part: s.holder for s in sitting.commission.seats.all()}
    delegate, declared, recused = [s.holder for s in sitting.commission.seats.filter(part="member").order_by("pk")]
    item = sitting.items.get()
    commissions.declare(item, actor=declared, is_recused=False)
    commissions.declare(item, actor=recused, is_recused=True, reason="Ancien employeur.")
    free = operations.add_operation(name="Libre", lead_commune=world.commune)
    lead, _elected, developer = world.cast.holder_team(world.commune, 99)
    claim = operations.claim(free, actor=lead, organisation=developer)
    Ceremony.objects.create(campaign=world.play.campaign, held_on=clock.today())
    team = [a.expert for a in Assignment.objects.filter(dossier=dossier).order_by("part")]
    other = next(e for e in world.cast.experts if e.pk not in {t.pk for t in team})
    helper = User.objects.create_user("aide@example.org", "Alex Aide")
    roles.grant_role(helper, actor=world.bureau, role=Role.SUPPORT, reason="Marché.")
    framework = Framework.objects.get(pk="2016")
    copy_version(framework, actor=world.bureau, code="2031", title="Référentiel 2031")
    county = world.commune.county
    write_supplement(framework.commitments.get(number=16), actor=world.correspondent, county=county, reason="Littoral.")
    people = {
        "visitor": None,
        "member": User.objects.create_user("member@example.org", "Inconnue"),
        "lead": part.lead,
        "editor": editor,
        "reader": reader,
        "collectivite": part.elected,
        "correspondent": world.correspondent,
        "coordinator": world.coordinator,
        "far_coordinator": world.cast.coordinator(Region.objects.get(pk=FAR)),
        "expert": team[0],
        "second": team[1],
        "other_expert": other,
        "declared": declared,
        "recused": recused,
        "delegate": delegate,
        "chair": seats["chair"],
        "secretary": seats["secretary"],
        "national_chair": world.cast.seat_holder(national, "chair"),
        "national_secretary": world.cast.seat_holder(national, "secretary"),
        "bureau": world.bureau,
        "support": helper,
    }
    return people, (part, dossier, item, claim, free)


@pytest.fixture
def cast(world):
    """Who asks, by name, and what each parameter of an address stands for."""
    people, objects = play(world)
    return people, arguments(world, *objects)


def arguments(world, part, dossier, item, claim, free):
    """What each parameter of an address stands for, by portal."""
    award = Award.objects.get()
    sheet = LegacyImport.objects.create(file_name="suivi.csv")
    letter = Letter.objects.create(audience="experts", group_name="Experts", written_by=world.bureau)
    session = support.ask(world.bureau, actor=world.bureau, person=part.lead, reason="Page vide.", minutes=30)
    year = world.play.campaign.year
    photo = Photo.objects.create(
        operation=part.operation, file=lodged(part.lead), rank=2, alt="La cour plantée", credit="Ville"
    )
    older = CharterSignature.objects.create(operation=part.operation, year=2012, state=CharterState.TO_CONFIRM)
    question = questions.ask(topic="operation", commune=world.commune, name="Ada", email="a@v.example", text="Où ?")
    document = Document.objects.create(operation=part.operation, file=lodged(part.lead), title="Plan", kind="plan")
    by_name = {
        **{f"holder:photo-{act}": {"pk": photo.pk} for act in ("edit", "move", "remove")},
        **{f"holder:document-{act}": {"pk": document.pk} for act in ("edit", "remove")},
        **{f"holder:recommendation{name}": {"pk": recommend(part.operation).pk} for name in ("", "-publish", "-hide")},
        "files:file": {"pk": photo.file_id},
        "public:photo": {"slug": part.operation.slug, "pk": photo.pk},
        **{f"holder:phase-{act}": {"pk": part.operation.phases.get().pk} for act in ("edit", "move", "remove")},
        "holder:team-withdraw": {"pk": UUID(int=0)},
        **{f"bureau:operation-{name}": {"pk": part.operation.pk} for name in ("merge", "closed", "name")},
        "services:question": {"pk": question.pk},
        "holder:operation-claim": {"pk": free.pk},
        **{
            f"holder:{name}": {"pk": claim.pk}
            for name in (
                *("claim", "claim-refuse", "claim-unrecognise", "claim-agreement", "claim-agree", "claim-decline"),
                *("my-claim", "claim-withdraw"),
            )
        },
        "holder:claim-recognise": {"pk": claim.pk, "operation": free.pk},
        "holder:claim-draft": {"pk": claim.pk, "part": "identite"},
        "expert:accept": {"pk": Assignment.objects.filter(dossier=dossier).order_by("part")[0].pk},
        "expert:decline": {"pk": Assignment.objects.filter(dossier=dossier).order_by("part")[0].pk},
        "expert:stand-down": {"pk": Assignment.objects.filter(dossier=dossier).order_by("part")[0].pk},
        "expert:report": {"pk": ExpertReport.objects.filter(dossier=dossier).order_by("assignment__part")[0].pk},
        "expert:seal": {"pk": ExpertReport.objects.filter(dossier=dossier).order_by("assignment__part")[0].pk},
        "commission:sitting-plan": {"pk": item.sitting.commission_id},
        "commission:item": {"pk": item.pk},
        "commission:declare": {"pk": item.pk},
        "public:credential": {"pk": award.pk},
        **{
            f"bureau:{name}": {"pk": part.lead.pk}
            for name in ("person", "role-grant", "person-suspend", "person-reinstate", "person-merge")
        },
        **{
            f"bureau:organisation{name}": {"pk": part.elected.memberships.get().organisation_id}
            for name in ("", "-edit", "-attach", "-merge")
        },
        **{f"bureau:import-{name}": {"pk": sheet.pk} for name in ("file", "start", "report")},
        **{f"bureau:{name}": {"code": "quatre-etapes"} for name in ("scheme", "scheme-edit", "stage-add")},
        **{f"bureau:{name}": {"code": "quatre-etapes", "rank": 2} for name in ("stage-edit", "stage-remove")},
        "bureau:person-second-factor": {"pk": part.lead.pk},
        "bureau:term": {"pk": Term.objects.get(kind="types", code="anru").pk},
        "bureau:role-end": {"pk": world.correspondent.grants.get().pk},
        "bureau:membership-end": {"pk": part.elected.memberships.get().pk},
        "bureau:invitation-withdraw": {"pk": UUID(int=0)},
        **{f"bureau:support-{name}": {"pk": session.pk} for name in ("session", "open", "refuse", "end")},
        "account:demo-sign-in": {"pk": world.bureau.pk},
        # Keys and sessions are each one's own: these are nobody's.
        "account:passkey": {"pk": 0},
        "account:passkey-remove": {"pk": 0},
        "account:session-close": {"pk": 0},
        "account:openid-unlink": {"pk": 0},
        "account:reset": {"key": "served"},
        "account:address-confirm": {"key": "served"},
        "bureau:kind": {"key": "dossier_refused_to_holder"},
        "bureau:kind-restore": {"key": "dossier_refused_to_holder"},
        "bureau:letter-change": {"pk": letter.pk},
        "bureau:letter-send": {"pk": letter.pk},
    }
    by_parameter = {
        "slug": part.operation.slug,
        "rank": 2,
        "number": 1,
        "code": award.code,
        "year": year,
        "name": "x",
        "key": UUID(int=0),
        "secret": "x",
        "part": "identite",
        "kind": "types",
        "charter": older.pk,
        "insee": "53147",
        "step": "suspendre",
        "person": part.operation.team.get(role="editor").user_id,
    }
    by_portal = {
        "holder": part.operation.pk,
        "dossiers": dossier.pk,
        "expert": dossier.pk,
        "commission": Sitting.objects.get(pk=item.sitting_id).pk,
        "bureau": Message.objects.first().pk,
        "services": LocalSupplement.objects.get().pk,
        "support": session.pk,
    }

    def of(name, pattern):
        if name in by_name:
            return by_name[name]
        if name.startswith("bureau:framework-"):
            found = {"code": "2031", "kind": "engagement", "pk": Commitment.objects.filter(framework="2031")[0].pk}
            return {parameter: found[parameter] for parameter in pattern.pattern.converters}
        if name == "public:commitment" or name.startswith("public:framework-"):
            return {p: {"code": "2016", "number": 1}[p] for p in pattern.pattern.converters}
        wanted = pattern.pattern.converters
        return {p: by_portal[name.split(":")[0]] if p == "pk" else by_parameter[p] for p in wanted}

    return of


def letter(response):
    if response.status_code == 302:
        return "L" if "/compte/connexion/" in response["Location"] else "R"
    return LETTERS[response.status_code]


def read_table():
    """The table: letters of an address by persona."""
    header, *lines = TABLE.read_text(encoding="utf-8").splitlines()
    personas = header.split()
    return {line[:WIDTH].strip(): dict(zip(personas, line[WIDTH:].split(), strict=True)) for line in lines}


def write_column(persona, answers):
    """Replace the answers of one persona; `?` stands where somebody was not asked yet."""
    table = read_table()
    lines = [f"{'':{WIDTH}}{' '.join(PERSONAS)}"]
    for name in sorted(answers):
        letters = table.get(name, {}) | {persona: answers[name]}
        lines.append(f"{name:{WIDTH}}{' '.join(letters.get(other, '?') for other in PERSONAS)}")
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.mark.parametrize("persona", PERSONAS)
def test_every_address_answers_as_the_table_says(client, cast, settings, persona):
    settings.DEMO = True
    people, args_of = cast
    if user := people[persona]:
        client.force_login(fresh(user))
    answers = {
        name: letter(client.get(reverse(name, kwargs=args_of(name, pattern))))
        for name, pattern in every_address().items()
    }
    if os.environ.get("WRITE_ACCESS_TABLE"):
        write_column(persona, answers)
    assert answers == {name: letters[persona] for name, letters in read_table().items()}


def test_the_table_is_in_order_and_knows_everybody(cast):
    people, _args_of = cast
    header, *lines = TABLE.read_text(encoding="utf-8").splitlines()
    assert tuple(header.split()) == PERSONAS == tuple(people)
    assert lines == sorted(lines)
