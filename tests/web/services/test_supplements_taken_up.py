"""Local supplements once another version of the référentiel is in use, or once they are withdrawn."""

from django.urls import reverse

from ecoquartier.campaigns.models import Campaign
from ecoquartier.framework.models import LocalSupplement
from ecoquartier.framework.queries import commitments_in_use
from ecoquartier.framework.services import elements, mapping
from ecoquartier.framework.services.supplements import (
    propose_supplement,
    publish_supplement,
    withdraw_supplement,
)
from ecoquartier.framework.services.versions import copy_version, publish, retire
from tests.support.pages import queries_of, read, signed_in, words
from tests.support.supplements import INDICATOR, LIST, REASON, WRITE, filled, page_of, shown, values_of, write


def following(world, sixteen, *, change="same"):
    """A published version 2031, in which the sixteenth commitment became what is told."""
    version = copy_version(sixteen.framework, actor=world.bureau, code="2031", title="Référentiel 2031")
    if change == "removed":
        gone = version.commitments.get(number=16)
        for element in (*gone.indicators.all(), gone):
            elements.remove_element(version, actor=world.bureau, element=element)
        mapping.complete_mapping(version, actor=world.bureau)
    if change == "split":
        old = version.commitments.get(number=16)
        values = {name: getattr(old, name) for name in elements.FIELDS[type(old)]}
        part = elements.add_element(
            version, actor=world.bureau, model=type(old), **{**values, "number": 21, "short": "Seconde part"}
        )
        notion = old.notions.first()
        kept = {name: getattr(notion, name) for name in elements.FIELDS[type(notion)]}
        elements.add_element(
            version, actor=world.bureau, model=type(notion), **{**kept, "commitment": part, "code": "21.1"}
        )
        mapping.complete_mapping(version, actor=world.bureau)
        mapping.link(version, actor=world.bureau, kind="commitment", change="split", old=["16"], new=["16", "21"])
    return publish(version, actor=world.bureau)


def test_what_is_published_is_taken_up_in_the_next_version(world, sixteen, far):
    old = shown(world, sixteen, indicators=[INDICATOR], questions="Où ?")
    assert "Reprendre" not in read(world.correspondent, LIST)
    version = following(world, sixteen)
    for person in (world.correspondent, world.bureau):
        assert "Reprendre dans la version 2031" in read(person, LIST)
    for person in (far["correspondent"], world.coordinator):
        page = read(person, LIST)
        assert "version précédente" in page
        assert "Reprendre" not in page
    client = signed_in(world.correspondent)
    opened = client.get(page_of(old, "copy"))
    assert "Reprendre dans la version 2031" in words(opened)
    values = values_of(opened)
    sixteenth = version.commitments.get(number=16)
    assert values["commitment"] == str(sixteenth.pk)
    sent = {name: value for name, value in values.items() if name and name != "csrfmiddlewaretoken"}
    assert client.post(page_of(old, "copy"), sent).status_code == 302
    copy = LocalSupplement.objects.get(origin=old)
    assert (copy.commitment, copy.state, copy.county, copy.guidance) == (sixteenth, "draft", old.county, old.guidance)
    assert (copy.question_list, copy.indicators) == (["Où ?"], [INDICATOR])
    page = read(world.correspondent, LIST)
    assert "reprise dans la version 2031" in page
    assert "Reprendre dans la version 2031" not in page
    old.refresh_from_db()
    assert old.state == "published"


def test_without_a_single_counterpart_the_person_chooses(world, sixteen):
    old = shown(world, sixteen)
    following(world, sixteen, change="split")
    opened = signed_in(world.correspondent).get(page_of(old, "copy"))
    assert "est scindé dans « Référentiel 2031 »" in words(opened)
    assert values_of(opened)["commitment"] == ""


def test_one_writes_in_the_version_of_the_campaign_or_in_another_that_is_in_use(world, sixteen):
    client = signed_in(world.correspondent)
    assert "Version du référentiel" not in client.get(WRITE).content.decode()
    newer = following(world, sixteen).commitments.get(number=16)
    opened = client.get(WRITE)
    # The campaign of the moment follows the older one.
    html = opened.content.decode()
    assert f'value="{sixteen.pk}"' in html
    assert f'value="{newer.pk}"' not in html
    assert '<a href="?version=2016" aria-current="page">' in html
    assert client.post(WRITE, filled(newer)).status_code == 422
    assert f'value="{newer.pk}"' in client.get(f"{WRITE}?version=2031").content.decode()
    assert client.post(f"{WRITE}?version=2031", filled(newer)).status_code == 302
    assert LocalSupplement.objects.get().commitment == newer
    assert f'value="{sixteen.pk}"' in client.get(f"{WRITE}?version=1999").content.decode()


def test_what_is_published_is_written_again_in_its_own_version_while_it_is_in_use(world, sixteen):
    old, client = shown(world, sixteen), signed_in(world.correspondent)
    version = following(world, sixteen)
    here = f"{page_of(old, 'copy')}?version=2016"
    page = client.get(page_of(old)).content.decode()
    assert f'href="{here}"' in page
    assert "Reprendre dans la version 2031" in page
    assert values_of(client.get(here))["commitment"] == str(sixteen.pk)
    Campaign.objects.update(framework=version)
    retire(sixteen.framework, actor=world.bureau)
    page = client.get(page_of(old)).content.decode()
    assert "Écrire à partir de celle-ci" not in page
    assert "Reprendre dans la version 2031" in page


def test_publishing_says_in_which_notebooks_it_is_read(world, draft):
    propose_supplement(draft, actor=world.correspondent)
    effects = read(world.coordinator, page_of(draft, "publish"))
    assert "dans les carnets qui suivent la version 2016" in effects


def test_what_has_no_counterpart_is_written_elsewhere(world, sixteen):
    old = shown(world, sixteen)
    version = following(world, sixteen, change="removed")
    client = signed_in(world.correspondent)
    opened = client.get(page_of(old, "copy"))
    assert "n’est plus dans « Référentiel 2031 »" in words(opened)
    sent = {"guidance": old.guidance, "reason": REASON, "rows": "1", "commitment": ""}
    assert client.post(page_of(old, "copy"), sent).status_code == 422
    chosen = commitments_in_use().get(framework=version, number=15)
    assert client.post(page_of(old, "copy"), {**sent, "commitment": chosen.pk}).status_code == 302
    assert LocalSupplement.objects.get(origin=old).commitment == chosen


def test_what_is_withdrawn_is_corrected_in_a_new_draft(world, sixteen):
    old = withdraw_supplement(shown(world, sixteen), actor=world.coordinator, reason="Faute.")
    page = read(world.correspondent, page_of(old))
    assert "Écrire à partir de celle-ci" in page
    values = values_of(signed_in(world.correspondent).get(page_of(old, "copy")))
    assert values["commitment"] == str(sixteen.pk)


# --- Where it serves ----------------------------------------------------------------------------------------------


def test_the_notebook_shows_what_its_territory_adds(world, sixteen, far):
    part = world.part(filled=False)
    answer = reverse("holder:answer", kwargs={"pk": part.operation.pk, "number": 16})
    before = queries_of(part.lead, answer)
    write(world, sixteen, guidance="Brouillon du département.")
    shown(world, sixteen, questions="Où sera la plage ?")
    theirs = write(world, sixteen, actor=world.bureau, county=far["county"], guidance="Ailleurs.")
    publish_supplement(propose_supplement(theirs, actor=world.bureau), actor=world.bureau)
    other = shown(world, sixteen.framework.commitments.get(number=1), guidance="D’un autre engagement.")
    page = read(part.lead, answer)
    assert "Ce qu’ajoute Mayenne (53)" in page
    assert "Où sera la plage ?" in page
    for hidden in ("Brouillon du département.", "Ailleurs.", "D’un autre engagement."):
        assert hidden not in page
    assert other.guidance in read(part.lead, reverse("holder:answer", kwargs={"pk": part.operation.pk, "number": 1}))
    assert queries_of(part.lead, answer) == before <= 15
