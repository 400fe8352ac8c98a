"""Rules 15 and 18: before publication, nothing public says that something was decided.

Each page is compared byte for byte with what it was while the commission had not yet sat: not only words, but
lengths, headers, versions and numbers of queries.
"""

import io
import re
import zipfile

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ecoquartier.awards import services as awards
from ecoquartier.awards.domain.codes import new_code
from ecoquartier.awards.models import Award
from ecoquartier.commissions.models import Sitting
from ecoquartier.core import clock
from ecoquartier.core.errors import DomainError
from ecoquartier.directory.services import rebuild
from ecoquartier.operations.enums import CharterState, FactKind, TeamRole
from ecoquartier.operations.models import CharterSignature, Claim, LegacyFact, TeamMember
from ecoquartier.operations.services import add_operation
from ecoquartier.territories.models import Commune

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]+"')


def pages(*operations) -> list[str]:
    """Every public page that could tell."""
    return [
        "/",
        "/demarche/",
        "/ecoquartiers/",
        "/ecoquartiers/?etape=2",
        "/ecoquartiers/?etape=charte",
        "/ecoquartiers/?q=laval",
        "/ecoquartiers/?q=lavall",
        "/ecoquartiers/?q=moulins+caches",
        "/ecoquartiers/?q=53130",
        "/ecoquartiers/?commune=53130",
        "/ecoquartiers/?commune=53130&q=moulin&vue=carte",
        "/ecoquartiers/?vue=carte",
        "/ecoquartiers/?departement=53&tri=annee",
        "/ecoquartiers/carte.json",
        "/ecoquartiers/carte.json?etape=2",
        "/ecoquartiers/carte.json?commune=53130",
        *(f"/ecoquartiers/selection.{format}" for format in ("csv", "ods", "geojson")),
        "/ecoquartiers/selection.csv?q=laval",
        "/ecoquartiers/selection.csv?commune=53130",
        f"/ecoquartiers/?annee={clock.today().year}",
        *("/sitemap.xml", "/sitemap-pages.xml", "/sitemap-1.xml"),
        "/verifier/",
        *(f"/oembed?url=http://testserver/ecoquartiers/{operation.slug}/" for operation in operations),
        *(f"/widget/{operation.slug}/" for operation in operations),
        *(f"/ecoquartiers/{operation.slug}/" for operation in operations),
    ]


def contents_of(content: bytes) -> bytes:
    """A file as it is read: an archive holds the hour at which it was made."""
    if not content.startswith(b"PK"):
        return content
    archive = zipfile.ZipFile(io.BytesIO(content))
    return b"".join(archive.read(name) for name in archive.namelist())


@pytest.fixture
def seen(client):
    """All that a visitor receives from these pages, and how much work each took."""

    def seen(urls) -> dict:
        found = {}
        for url in urls:
            # The first to ask reads the counties, the words and the neighbours; they are kept while they hold.
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                response = client.get(url)
            headers = {name: value for name, value in response.headers.items() if name not in ("Date", "X-Request-Id")}
            content = b"".join(response.streaming_content) if response.streaming else response.content
            found[url] = response.status_code, headers, TOKEN.sub(b"", contents_of(content)), len(queries)
        return found

    return seen


def test_a_decided_then_notified_label_changes_no_public_page(world, seen):
    part, dossier = world.decided("propose")
    urls = pages(part.operation)
    before = seen(urls)
    assert before[urls[-1]][0] == 200
    world.sit(dossier, "award", national=True)
    assert seen(urls) == before
    awards.announce(Sitting.objects.get(commission__level="national"), actor=world.bureau)
    assert seen(urls) == before
    world.play.publish(clock.today())
    after = seen(urls)
    # The same net catches what is published: it is not a net with holes.
    changed = {url for url in urls if after[url] != before[url]}
    assert {"/", "/ecoquartiers/", "/ecoquartiers/?etape=2", urls[-1]} <= changed
    assert changed >= {url for url in urls if url.startswith(("/ecoquartiers/carte", "/ecoquartiers/sel", "/widget"))}


def test_an_adjourned_dossier_changes_no_public_page(world, seen):
    part, dossier = world.assessed()
    urls = pages(part.operation)
    before = seen(urls)
    world.sit(dossier, "adjourn", national=False)
    assert seen(urls) == before
    assert b"ajourn" not in b"".join(content for url, (_s, _h, content, _q) in before.items() if url != "/demarche/")


def test_an_operation_that_is_not_public_changes_no_public_page(world, seen):
    urls = pages(world.part().operation)
    before = seen(urls)
    hidden = add_operation(name="Le Moulin caché", lead_commune=Commune.objects.get(pk="53130"), dwellings=500)
    assert seen(urls) == before
    for path in ("/ecoquartiers/{}/", "/widget/{}/", "/oembed?url=http://testserver/ecoquartiers/{}/"):
        assert seen([path.format(hidden.slug)])[path.format(hidden.slug)][0] == 404


def test_a_code_before_publication_answers_as_one_never_drawn(announced, seen):
    unknown = new_code()
    for path in ("/verifier/{}/", "/verifier/{}/certificat.pdf"):
        real, invented = path.format(announced.code), path.format(unknown)
        found = seen([real, invented])
        status, headers, content, queries = found[real]
        assert status == 404
        assert found[invented] == (status, headers, content.replace(announced.code.encode(), unknown.encode()), queries)


def test_a_credential_before_publication_answers_as_an_unknown_one(announced, seen):
    real, invented = f"/attestations/{announced.pk}", f"/attestations/{announced.operation_id}"
    found = seen([real, invented])
    assert found[real] == found[invented]
    assert found[real][0] == 404


def test_the_proofs_of_a_label_do_not_exist_before_its_publication(announced):
    with pytest.raises(DomainError, match="n’est pas publié"):
        awards.issue_certificate(announced.pk)
    assert not Award.objects.filter(certificate__isnull=False).exists()


def test_a_charter_to_confirm_a_claim_and_a_team_change_no_public_page(world, seen):
    part = world.part()
    urls = pages(part.operation)
    before = seen(urls)
    hidden = add_operation(name="Le Moulin caché", lead_commune=Commune.objects.get(pk="53130"))
    CharterSignature.objects.create(operation=hidden, year=2015, state=CharterState.TO_CONFIRM, source="reprise 2016")
    LegacyFact.objects.create(operation=part.operation, kind=FactKind.ADJOURNED, year=2014, source="reprise 2016")
    Claim.objects.create(operation=part.operation, user=world.bureau, organisation=part.operation.holder)
    TeamMember.objects.create(operation=part.operation, user=world.bureau, role=TeamRole.READER)
    rebuild()
    assert seen(urls) == before
    content = b"".join(content for _status, _headers, content, _queries in before.values())
    for member in part.operation.team.select_related("user"):
        assert member.user.full_name.encode() not in content
        assert member.user.email.encode() not in content
