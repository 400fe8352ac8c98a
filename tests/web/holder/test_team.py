"""Pages of the team of an operation."""

import pytest

from ecoquartier.accounts.models import Invitation
from ecoquartier.accounts.queries import invitation_secret
from ecoquartier.dossiers.services import abandon_operation
from ecoquartier.operations.enums import TeamRole
from ecoquartier.operations.models import TeamMember
from ecoquartier.people.models import User
from tests.web.holder.test_operations import MINE, text, url

EMAIL = "nouvelle@example.org"


def role_of(part, user) -> str:
    return TeamMember.objects.filter(operation=part.operation, user=user).values_list("role", flat=True).first() or ""


def test_the_lead_invites_and_the_person_joins_by_the_link(world, sign_in, client):
    part = world.part(filled=False)
    lead = sign_in(part.lead)
    response = lead.post(url("team-invite", part.operation), {"email": EMAIL, "role": TeamRole.EDITOR})
    assert response["Location"] == url("team", part.operation)
    page = text(lead.get(url("team", part.operation)))
    assert "Invitations en attente" in page
    assert EMAIL in page
    address = f"/compte/invitation/{invitation_secret(Invitation.objects.get().pk)}/"
    assert f"rejoindre l’équipe de l’opération « {part.operation} », comme contributeur" in text(client.get(address))
    client.post(address, {"full_name": "Nouvelle Venue", "password": "une phrase bien assez longue"})
    joined = User.objects.get(email=EMAIL)
    assert role_of(part, joined) == TeamRole.EDITOR
    assert sign_in(joined).get(url("notebook", part.operation)).status_code == 200


def test_a_refused_invitation_comes_back_filled(world, sign_in):
    part = world.part(filled=False)
    response = sign_in(part.lead).post(
        url("team-invite", part.operation), {"email": part.lead.email, "role": TeamRole.READER}
    )
    assert response.status_code == 422
    page = text(response)
    assert "Personne ne s’invite soi-même" in page
    assert f'value="{part.lead.email}"' in page
    assert sign_in(part.lead).post(url("team-invite", part.operation), {"email": "faux"}).status_code == 422


def test_an_invitation_is_taken_back(world, sign_in):
    part = world.part(filled=False)
    lead = sign_in(part.lead)
    lead.post(url("team-invite", part.operation), {"email": EMAIL, "role": TeamRole.EDITOR})
    invitation = Invitation.objects.get()
    address = f"/espace/operations/equipe/invitations/{invitation.pk}/retirer/"
    assert sign_in(part.elected).post(address).status_code == 404
    assert lead.post(address)["Location"] == url("team", part.operation)
    assert EMAIL not in text(lead.get(url("team", part.operation)))


def test_the_lead_changes_a_role_hands_over_and_leaves(world, sign_in, team_mate):
    part = world.part(filled=False)
    mate = team_mate(part.operation)
    lead = sign_in(part.lead)
    assert "seul pilote" in text(lead.get(url("team-leave", part.operation)))
    lead.post(url("team-role", part.operation, person=mate.pk), {"role": TeamRole.READER})
    assert role_of(part, mate) == TeamRole.READER
    page = text(lead.get(url("team-hand-over", part.operation, person=mate.pk)))
    assert "Vous devenez contributeur" in page
    lead.post(url("team-hand-over", part.operation, person=mate.pk))
    assert (role_of(part, mate), role_of(part, part.lead)) == (TeamRole.LEAD, TeamRole.EDITOR)
    assert lead.post(url("team-leave", part.operation))["Location"] == MINE
    assert lead.get(url("operation", part.operation)).status_code == 404


def test_a_removed_person_is_out_at_the_next_page(world, sign_in, team_mate):
    part = world.part(filled=False)
    mate = team_mate(part.operation)
    theirs = sign_in(mate)
    assert theirs.get(url("operation", part.operation)).status_code == 200
    sign_in(part.lead).post(url("team-remove", part.operation, person=mate.pk))
    assert theirs.get(url("operation", part.operation)).status_code == 404
    assert part.operation.name not in text(theirs.get(MINE))


@pytest.mark.parametrize("role", [TeamRole.EDITOR, TeamRole.READER])
def test_the_rest_of_the_team_reads_names_and_changes_nothing(world, sign_in, team_mate, role):
    part = world.part(filled=False)
    mate = team_mate(part.operation, role)
    client = sign_in(mate)
    page = text(client.get(url("team", part.operation)))
    assert str(part.lead) in page
    assert part.lead.email not in page
    assert "Inviter une personne" not in page
    for name, kwargs in (
        ("team-invite", {}),
        ("team-role", {"person": part.lead.pk}),
        ("team-hand-over", {"person": mate.pk}),
        ("team-remove", {"person": part.lead.pk}),
    ):
        assert client.get(url(name, part.operation, **kwargs)).status_code == 403
        assert client.post(url(name, part.operation, **kwargs), {"role": "lead"}).status_code == 403


def test_services_read_the_team_and_the_bureau_runs_it(world, sign_in):
    part = world.part(filled=False)
    for user in (world.correspondent, world.coordinator, part.elected):
        page = text(sign_in(user).get(url("team", part.operation)))
        assert str(part.lead) in page
        assert "Quitter l’équipe" not in page
        assert sign_in(user).get(url("team-leave", part.operation)).status_code == 404
    assert "Inviter une personne" in text(sign_in(world.bureau).get(url("team", part.operation)))


def test_a_provisional_claimant_finds_no_team(world, sign_in, free_operation, person):
    operation = free_operation()
    user = person("demandeur", organisation="SEM du Vallon")
    sign_in(user).post(url("operation-claim", operation), {"organisation": str(user.memberships.get().organisation_id)})
    for name in ("team", "team-invite"):
        assert sign_in(user).get(url(name, operation)).status_code == 404


def test_somebody_who_is_not_of_the_team_is_not_found_in_it(world, sign_in):
    part = world.part(filled=False)
    assert sign_in(part.lead).get(url("team-remove", part.operation, person=world.bureau.pk)).status_code == 404


def test_the_team_of_an_abandoned_operation_is_only_left(world, sign_in, team_mate):
    part = world.part(filled=False)
    mate = team_mate(part.operation)
    abandon_operation(part.operation, actor=part.lead, reason="Projet retiré.")
    page = text(sign_in(part.lead).get(url("team", part.operation)))
    assert "Changer de rôle" not in page
    assert "ne se modifie plus" in page
    sign_in(mate).post(url("team-leave", part.operation))
    assert role_of(part, mate) == ""


def test_queries_of_the_team_do_not_grow(world, sign_in, team_mate, django_assert_max_num_queries):
    part = world.part(filled=False)

    def count() -> int:
        client = sign_in(part.lead)
        with django_assert_max_num_queries(15) as queries:
            client.get(url("team", part.operation))
        return len(queries)

    one = count()
    for n in range(2):
        team_mate(part.operation, name=f"equipiere{n}")
    assert count() == one


def test_a_long_team_is_paged(world, sign_in, team_mate):
    part = world.part(filled=False)
    for n in range(20):
        team_mate(part.operation, name=f"equipiere{n:02}")
    client = sign_in(part.lead)
    assert "Equipiere19" not in text(client.get(url("team", part.operation)))
    assert "Equipiere19" in text(client.get(url("team", part.operation) + "?page=2"))
