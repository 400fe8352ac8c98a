"""The page of a sitting, its steps, its attendance."""

from datetime import timedelta

import pytest
from django.urls import reverse

from ecoquartier.commissions import services
from ecoquartier.commissions.models import Sitting
from ecoquartier.core import clock
from tests.support.pages import queries_of, read, signed_in, words


def url(name, sitting):
    return reverse(f"commission:{name}", kwargs={"pk": sitting.pk})


@pytest.fixture
def planned(world):
    """A sitting in ten days, not convened."""
    _part, dossier = world.assessed()
    return services.plan_sitting(
        world.cast.commission(world.commune.county.region),
        actor=world.coordinator,
        campaign=world.play.campaign,
        held_on=clock.today() + timedelta(days=10),
        dossiers=[dossier],
    )


def test_a_member_reads_the_agenda_and_what_waits_for_them(room):
    page = read(room.member, url("sitting", room.sitting))
    assert "Un dossier attend votre déclaration" in page
    assert f"{room.dossier.operation.name}, {room.world.commune.name}" in page
    assert "Déclarer" in page
    assert "Ouvrir la séance" not in page
    assert "Noter les présences" not in page


def test_the_agenda_opens_to_members_at_the_convocation(planned, world):
    member = world.cast.seat_holder(planned.commission, "member")
    page = read(member, url("sitting", planned))
    assert planned.items.get().dossier.operation.name not in page
    assert "L’ordre du jour ne vous est pas encore ouvert" in page
    assert planned.items.get().dossier.operation.name in read(world.coordinator, url("sitting", planned))
    item = reverse("commission:item", kwargs={"pk": planned.items.get().pk})
    assert signed_in(member).get(item).status_code == 404


def test_a_recused_member_sees_the_line_and_nothing_of_it(room):
    services.declare(room.item, actor=room.member, is_recused=True, reason="Employeur.")
    room.open().record()
    response = signed_in(room.member).get(url("sitting", room.sitting))
    page = words(response)
    assert "retiré" in page
    assert "Proposer le label" not in page
    assert reverse("commission:item", kwargs={"pk": room.item.pk}) not in response.content.decode()
    services.declare(room.item, actor=room.chair, is_recused=False)
    assert "Proposer le label" in read(room.chair, url("sitting", room.sitting))


def test_a_closed_step_says_why(room):
    room.open()
    page = read(room.secretary, url("sitting", room.sitting))
    assert "Le point 1 n’a pas encore d’avis" in page


def test_a_stranger_knows_no_sitting(room):
    assert signed_in(room.part.lead).get(url("sitting", room.sitting)).status_code == 404


def test_the_page_costs_the_same_whatever_its_items(room):
    address = url("sitting", room.sitting)
    counts = [queries_of(person, address) for person in (room.member, room.secretary, room.world.coordinator)]
    for _n in range(2):
        _part, other = room.world.assessed()
        services.add_to_agenda(room.sitting, actor=room.world.coordinator, dossiers=[other])
    again = [queries_of(person, address) for person in (room.member, room.secretary, room.world.coordinator)]
    assert again == counts
    assert max(counts) <= 15


# Steps


def test_the_secretary_alone_holds_a_sitting_page_by_page(planned):
    secretary = planned.commission.seats.get(part="secretary").holder
    client = signed_in(secretary)
    page = words(client.get(url("convene", planned)))
    assert "Chaque membre reçoit la convocation, avec 1 dossier à l’ordre du jour." in page
    assert client.post(url("convene", planned)).status_code == 302
    assert client.post(url("open", planned)).status_code == 422  # not its day
    Sitting.objects.filter(pk=planned.pk).update(held_on=clock.today())
    assert client.post(url("open", planned)).status_code == 302
    seats = planned.commission.seats.all()
    assert (
        client.post(url("attendance", planned), {f"presence_{seat.pk}": "present" for seat in seats}).status_code == 302
    )
    item = planned.items.get()
    declare = reverse("commission:declare", kwargs={"pk": item.pk})
    assert client.post(declare, {"position": "aucun"}).status_code == 302
    record = reverse("commission:item", kwargs={"pk": item.pk})
    assert (
        client.post(record, {"outcome": "propose", "reasons": "Démarche aboutie.", "mode": "consensus"}).status_code
        == 302
    )
    assert client.post(url("close", planned)).status_code == 302
    assert client.post(url("minutes", planned)).status_code == 403
    assert Sitting.objects.get().state == "closed"


def test_a_step_taken_twice_is_refused_in_a_sentence(room):
    client = signed_in(room.secretary)
    assert client.post(url("open", room.sitting)).status_code == 302
    assert "Cette séance est « ouverte »." in words(client.get(url("open", room.sitting)))
    response = client.post(url("open", room.sitting))
    assert response.status_code == 422
    assert "C’est déjà fait" in words(response)


def test_opening_a_final_sitting_tells_what_it_closes(nation, room):
    sentence = "Les porteurs ne peuvent plus retirer leur candidature."
    assert sentence in read(nation.secretary, url("open", nation.sitting))
    assert sentence not in read(room.secretary, url("open", room.sitting))


def test_a_sitting_is_cancelled_and_its_dossiers_are_free(room):
    client = signed_in(room.world.coordinator)
    assert "Les membres sont prévenus." in words(client.get(url("cancel", room.sitting)))
    assert client.post(url("cancel", room.sitting)).status_code == 302
    assert Sitting.objects.get(pk=room.sitting.pk).state == "cancelled"


@pytest.mark.parametrize("step", ["convene", "open", "close", "cancel"])
def test_members_take_no_step(room, step):
    client = signed_in(room.member)
    assert client.get(url(step, room.sitting)).status_code == 403
    assert client.post(url(step, room.sitting)).status_code == 403
    assert Sitting.objects.get(pk=room.sitting.pk).state == "convened"


# Attendance


def test_presences_are_recorded_with_a_proxy(room):
    chair, first, second, third = room.voting
    client = signed_in(room.secretary)
    assert client.post(url("open", room.sitting)).status_code == 302
    address = url("attendance", room.sitting)
    assert str(first.organisation) in words(client.get(address))
    response = client.post(
        address,
        {
            f"presence_{chair.pk}": "present",
            f"presence_{first.pk}": "proxy",
            f"proxy_{first.pk}": str(chair.pk),
            f"presence_{second.pk}": "remote",
            f"presence_{third.pk}": "absent",
            f"presence_{room.seats('secretary')[0].pk}": "present",
        },
    )
    assert response.status_code == 302
    found = {row.seat_id: (row.presence, row.proxy_to_id) for row in room.sitting.attendance.all()}
    assert found[first.pk] == ("proxy", chair.pk)
    assert found[third.pk] == ("absent", None)
    page = read(room.secretary, url("sitting", room.sitting))
    assert "3 sur 4" in page
    assert "à distance" in page
    assert "pouvoir à" in page


def test_a_proxy_without_carrier_is_refused_beside_its_field(room):
    chair, first, *_others = room.voting
    room.open()
    data = {f"presence_{seat.pk}": "absent" for seat in room.commission.seats.all()}
    client = signed_in(room.secretary)
    address = url("attendance", room.sitting)
    response = client.post(address, data | {f"presence_{first.pk}": "proxy"})
    assert response.status_code == 422
    assert "Indiquez qui porte ce pouvoir." in words(response)
    response = client.post(address, data | {f"presence_{first.pk}": "proxy", f"proxy_{first.pk}": str(chair.pk)})
    assert response.status_code == 422
    assert "doit être porté par un siège présent" in words(response)


def test_attendance_is_closed_after_the_sitting_and_to_members(room):
    room.open().record()
    assert signed_in(room.member).get(url("attendance", room.sitting)).status_code == 403
    room.close()
    client = signed_in(room.secretary)
    assert "Les présences se notent pendant la séance." in words(client.get(url("attendance", room.sitting)))
    data = {f"presence_{seat.pk}": "absent" for seat in room.commission.seats.all()}
    assert client.post(url("attendance", room.sitting), data).status_code == 422
